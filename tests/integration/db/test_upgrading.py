"""A database of an earlier program is brought up to date with everything that was in it."""

import sqlite3
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from db.engine import open_database
from db.errors import DatabaseError
from db.schema import REVISION
from tests.made.first_version import at_revision, check_upgraded, check_usable, fill_first_version
from tests.made.storage import open_file


def test_the_first_version_s_sessions_are_all_there_and_can_be_worked_on(path: Path) -> None:
    old = create_engine(f"sqlite:///{path}")
    with old.begin() as connection:
        fill_first_version(connection)
    old.dispose()
    engine = open_file(path)
    check_upgraded(engine)
    check_usable(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == REVISION
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    engine.dispose()


def test_an_upgrade_that_cannot_be_finished_leaves_the_old_database(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    old = create_engine(f"sqlite:///{path}")
    with old.begin() as connection:
        fill_first_version(connection)
        connection.execute(text("CREATE TABLE event (in_the_way INTEGER)"))
    old.dispose()
    before = dump(path)
    with pytest.raises(DatabaseError, match="cannot be used now"):
        open_database(f"sqlite:///{path}")
    assert "event already exists" in caplog.text, "whoever runs it finds the reason in the log"
    assert dump(path) == before


def dump(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        return list(connection.iterdump())


def test_the_first_version_is_reached_again_with_every_track_a_participant(path: Path) -> None:
    old = create_engine(f"sqlite:///{path}")
    with old.begin() as connection:
        fill_first_version(connection)
    before = dump(path)
    with old.begin() as connection:
        command.upgrade(at_revision(connection), "head")
    with old.begin() as connection:
        command.downgrade(at_revision(connection), "0001")
    old.dispose()
    assert [line for line in dump(path) if "INSERT" in line] == [line for line in before if "INSERT" in line]
