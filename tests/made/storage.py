"""Made-up sessions and frames, and a second program that gets in the way of the database."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from db.engine import open_database
from db.store import NewSession, Store
from model.emotions import EMOTIONS, Emotion
from model.observations import USABLE, FrameRecord, Observation, QualityFlag

MONDAY = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
HAPPY = (0.05, 0.05, 0.05, 0.6, 0.05, 0.1, 0.1)

_HOLD_THE_LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
"""


def new_session(**changes: Any) -> NewSession:
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


def observation(
    track_id: int = 1,
    scores: tuple[float, ...] | None = HAPPY,
    leading: Emotion | None = Emotion.HAPPY,
    flags: QualityFlag = USABLE,
) -> Observation:
    return Observation(track_id, (10.5, 20.25, 110.5, 140.0), 0.9, flags, scores, leading)


def frame(number: int, faces: int = 1, step_ms: int = 100) -> FrameRecord:
    return FrameRecord(number, number * step_ms, tuple(observation(track) for track in range(1, faces + 1)))


def scores_with(**shares: float) -> tuple[float, ...]:
    return tuple(shares.get(emotion.value, 0.0) for emotion in EMOTIONS)


def open_file(path: Path, *, busy_timeout_ms: int | None = None) -> Engine:
    """The database at `path`; a shorter patience with locks keeps a test quick and its path the same."""
    engine = open_database(f"sqlite:///{path}")
    if busy_timeout_ms is not None:
        with_pragma(engine, f"busy_timeout = {busy_timeout_ms}")
    return engine


def with_pragma(engine: Engine, pragma: str) -> None:
    """Run `pragma` on every connection that is opened from now on."""

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA {pragma}")

    engine.dispose()


def open_store(path: Path, *, busy_timeout_ms: int | None = None) -> Store:
    return Store(open_file(path, busy_timeout_ms=busy_timeout_ms))


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


def wait_until(condition: Callable[[], object], within_s: float = 20.0) -> None:
    """Give other threads time; fails when `condition` has not come true `within_s` later."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def stored_frames(path: Path, session_id: int) -> list[int]:
    """Frame numbers in the file, read without any code of the program."""
    with sqlite3.connect(path) as connection:
        query = "SELECT frame FROM frame WHERE session_id = ? ORDER BY frame"
        return [row[0] for row in connection.execute(query, (session_id,))]
