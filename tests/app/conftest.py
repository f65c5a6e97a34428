"""Around every test of a page."""

from collections.abc import Iterator

import pytest

from dashboard.resources import stop_behind


@pytest.fixture(autouse=True)
def nothing_goes_on_behind() -> Iterator[None]:
    """What a page's server does behind it ends with its test: hundreds would beat and sum in one process."""
    yield
    stop_behind()
