"""Sessions to begin with, databases in files, and a second program that gets in their way."""

import atexit
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from db.engine import open_database
from db.store import NewSession, Store

MONDAY = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)

_HOLD_THE_LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
"""


def new_session(**changes: Any) -> NewSession:
    """A session that could be live now; `changes` are fields of NewSession."""
    known: dict[str, Any] = {
        "title": "Weekly meeting",
        "kind": "meeting",
        "purpose": "rehearsal",
        "region": "eu",
        "ground": None,
        "consent_at": MONDAY,
        "consent_text": "Everyone agreed.",
        "source": "camera",
        "started_at": MONDAY,
        "model_name": "small-cnn",
        "model_sha256": "a" * 64,
        "analysis_hz": 10.0,
        "detector": "yunet",
    }
    return NewSession(**(known | changes))


def open_file(path: Path, *, busy_timeout_ms: int | None = None) -> Engine:
    """The database at `path`; a shorter patience with locks keeps a test quick and its path the same."""
    engine = open_database(f"sqlite:///{path}")
    if busy_timeout_ms is not None:
        with_pragma(engine, f"busy_timeout = {busy_timeout_ms}")
    return engine


@cache
def _migrated() -> Path:
    """An empty database file, brought up to date by the program itself; gone with the tests."""
    folder = Path(tempfile.mkdtemp(prefix="attune-migrated-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    open_database(f"sqlite:///{folder / 'attune.db'}").dispose()
    return folder / "attune.db"


def empty_file(path: Path) -> Path:
    """Puts an up-to-date empty database at `path`: a copy of one that was migrated before is quicker."""
    shutil.copy(_migrated(), path)
    return path


def open_empty(path: Path, *, busy_timeout_ms: int | None = None) -> Engine:
    """A new database at `path`, which opens as any other that is there already."""
    return open_file(empty_file(path), busy_timeout_ms=busy_timeout_ms)


def with_pragma(engine: Engine, pragma: str) -> None:
    """Run `pragma` on every connection that is opened from now on."""

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA {pragma}")

    engine.dispose()


def open_store(path: Path, *, busy_timeout_ms: int | None = None) -> Store:
    """A store in the file at `path`, which is made when it is not there."""
    return Store((open_file if path.exists() else open_empty)(path, busy_timeout_ms=busy_timeout_ms))


def delete_older(store: Store, cutoff: datetime) -> list[int]:
    """Delete the sessions that are kept since before `cutoff`; their ids."""
    return store.delete_sessions([one for one, since in store.kept_since().items() if since < cutoff])


@contextmanager
def locked_by_another_program(path: Path) -> Iterator[None]:
    """Another process holds SQLite's write lock on `path` while the block runs."""
    command = [sys.executable, "-c", _HOLD_THE_LOCK, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        try:
            yield
        finally:
            other.communicate("go\n")


def stored_frames(path: Path, session_id: int) -> list[int]:
    """Frame numbers in the file, read without any code of the program."""
    with sqlite3.connect(path) as connection:
        query = "SELECT frame FROM frame WHERE session_id = ? ORDER BY frame"
        return [row[0] for row in connection.execute(query, (session_id,))]
