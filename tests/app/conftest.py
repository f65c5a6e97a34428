"""Around every test of a page."""

from collections.abc import Iterator
from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner

from dashboard.resources import stop_behind


@pytest.fixture(autouse=True, scope="session")
def installed_components_are_looked_for_once() -> None:
    """AppTest reads the description of every installed package at every run of a page: half of its time."""
    scanned = cache(manifest_scanner.scan_component_manifests)
    setattr(manifest_scanner, "scan_component_manifests", scanned)  # noqa: B010


@pytest.fixture(autouse=True)
def nothing_goes_on_behind() -> Iterator[None]:
    """What a page's server does behind it ends with its test: hundreds would beat and sum in one process."""
    yield
    stop_behind()
