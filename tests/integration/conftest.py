"""An empty database of its own for every test: a file, and for what stores and reads, PostgreSQL as well; and
a small disk."""

import inspect
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import is_hypothesis_test
from sqlalchemy import Engine

from db.store import Store
from tests.made.postgresql import BOTH, opened
from tests.made.storage import new_session

LONG = bool(os.environ.get("ATTUNE_LONG_TESTS"))
# Exports read through db.reports, which is of both always: their thousand cases take minutes once more.
ON_BOTH = tuple(
    f"tests.integration.{one}." for one in ("db", "servers", "cluster", *(["export"] if LONG else []))
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test of storage that asks for no file of its own is of both databases."""
    own_engine = hasattr(metafunc.module, "engine")
    asks_for_a_file = "path" in inspect.signature(metafunc.function).parameters
    of_storage = metafunc.module.__name__.startswith(ON_BOTH) and "engine" in metafunc.fixturenames
    if of_storage and not own_engine and not asks_for_a_file:
        metafunc.parametrize("engine", BOTH, indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Made-up sessions, one transaction after the other, take a server minutes. Without long tests properties
    are of SQLite alone, and tests of single sessions say that both databases tell the same."""
    left_out = [item for item in items if not LONG and _is_a_property_on_postgresql(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def _is_a_property_on_postgresql(item: pytest.Item) -> bool:
    if not isinstance(item, pytest.Function) or not is_hypothesis_test(item.function):
        return False
    return hasattr(item, "callspec") and item.callspec.params.get("engine") == "postgresql"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "attune.db"


@pytest.fixture
def engine(request: pytest.FixtureRequest, path: Path) -> Iterator[Engine]:
    with opened(getattr(request, "param", "sqlite"), path) as engine:
        yield engine


@pytest.fixture
def store(engine: Engine) -> Store:
    return Store(engine)


@pytest.fixture
def session_id(store: Store) -> int:
    return store.start_session(new_session())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MiB of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    try:
        made = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        made = False
    if not made:
        pytest.skip("a small disk can be mounted by root on Linux only")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
