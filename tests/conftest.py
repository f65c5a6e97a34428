"""Settings of every test."""

import gc
from collections.abc import Generator

import pytest
from hypothesis import settings

# A machine that does something else at the same time is slow now and then; that is no defect.
settings.register_profile("attune", deadline=None)
settings.load_profile("attune")

pytest_plugins = ["tests.made.tiny_training"]

YOUNG_OBJECTS = 20_000


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is there before the first test stays; looking it through for cycles took a fifth of all time."""
    gc.disable()
    done = yield
    gc.enable()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 10, 10)
    return done
