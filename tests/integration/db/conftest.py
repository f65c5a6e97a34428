"""An archived session, for the tests of the archive."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from db.archive import keeping
from db.engine import ARCHIVE
from tests.made.archived import recorded
from tests.made.storage import MONDAY

LATER = MONDAY + timedelta(days=10)


@pytest.fixture
def folder(engine: Engine, tmp_path: Path) -> Path:
    """Where the files lie; nothing is there yet."""
    engine.update_execution_options(**{ARCHIVE: tmp_path / "archive"})
    return tmp_path / "archive"


@pytest.fixture
def archived(engine: Engine, folder: Path) -> int:
    """An archived session of 200 frames of up to four faces, beside one that is not."""
    kept = recorded(engine)
    assert keeping.due(engine, LATER) == [kept] and keeping.due(engine, MONDAY) == []
    assert keeping.archive(engine, kept)
    keeping.tidy(engine)
    recorded(engine)
    return kept
