"""A server that nobody visits, and one that is told to stop."""

import re
import signal
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dashboard.temporary_folder import PREFIX
from db.engine import open_database
from db.store import Store
from tests.browser.server import Server
from tests.made.faces import frame
from tests.made.signals import HANG_UP
from tests.made.storage import new_session
from tests.made.waiting import wait_until


def ended(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT id, end_reason FROM session ORDER BY id").fetchall()


def test_without_a_visitor_sessions_are_closed_old_ones_deleted_and_left_uploads_too(
    tmp_path: Path,
) -> None:
    path, left = tmp_path / "a.db", tmp_path / f"{PREFIX}left"
    engine = open_database(f"sqlite:///{path}")
    store, now = Store(engine), datetime.now(UTC)
    for days in (40, 31, 1):
        session = store.start_session(new_session(started_at=now - timedelta(days=days)))
        store.write_frames(session, [frame(0)])
    engine.dispose()
    left.mkdir()
    (left / "in-use").touch()
    (left / "0.mp4").write_bytes(b"a film")
    with Server(path, tmp_path / "log", TMPDIR=str(tmp_path), ATTUNE_RETENTION_DAYS="35"):
        wait_until(lambda: not left.exists(), 60)
        wait_until(lambda: ended(path) == [(2, "interrupted"), (3, "interrupted")], 60)


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT, HANG_UP])
def test_a_server_that_is_told_to_stop_does(tmp_path: Path, told: signal.Signals) -> None:
    with Server(tmp_path / "a.db", tmp_path / "log") as server:
        assert server.process is not None
        server.process.send_signal(told)
        server.process.wait(40)
    [line] = [line for line in (tmp_path / "log").read_text().splitlines() if "Attune has ended" in line]
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} INFO \[-\] dashboard\.lifetime: ", line)
