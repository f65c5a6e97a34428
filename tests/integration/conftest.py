"""An empty database file of its own for every test; its patience with locks is short, to keep tests quick."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from db.store import Store
from tests.made.storage import new_session, open_file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "attune.db"


@pytest.fixture
def engine(path: Path) -> Iterator[Engine]:
    engine = open_file(path, busy_timeout_ms=500)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> Store:
    return Store(engine)


@pytest.fixture
def session_id(store: Store) -> int:
    return store.start_session(new_session())
