"""The recorder on real trouble: locks, a full disk, a read-only file, a killed process, several hosts."""

import os
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from dashboard.running.recorder import Recorder
from db.engine import open_database
from db.reports import get_session
from db.store import EndReason, Store
from tests import ROOT
from tests.bench.recorder import lost_after_kill
from tests.made.faces import frame
from tests.made.storage import (
    locked_by_another_program,
    new_session,
    open_file,
    open_store,
    stored_frames,
    with_pragma,
)
from tests.made.waiting import wait_until

LOCKED = ("has not answered", "locked by another program")
LONG = pytest.mark.skipif("ATTUNE_LONG_TESTS" not in os.environ, reason="set ATTUNE_LONG_TESTS=1 to run it")


@pytest.mark.parametrize("locked_s", [0.0, pytest.param(30.0, marks=LONG)])
def test_nothing_is_lost_while_another_program_locks_the_database(locked_s: float, path: Path) -> None:
    store = open_store(path)
    session_id = store.start_session(new_session())
    recorder = Recorder(store, session_id)
    sentences: set[str | None] = set()
    numbers, until_s = count(), time.monotonic() + locked_s

    def all_is_said() -> bool:
        recorder.submit(frame(next(numbers), faces=25))
        sentences.add(recorder.status().error)
        said = [any(part in str(one) for one in sentences) for part in LOCKED]
        return all(said) and time.monotonic() > until_s

    with locked_by_another_program(path):
        wait_until(all_is_said, locked_s + 30)
        assert recorder.status().written_frames == 0
    submitted = next(numbers)
    wait_until(lambda: recorder.status().queued_frames == 0)
    status = recorder.close()
    assert (status.written_frames, status.dropped_frames, status.error) == (submitted, 0, None)
    assert stored_frames(path, session_id) == list(range(submitted))


def test_a_full_database_is_said_and_what_waited_is_stored_when_there_is_space(path: Path) -> None:
    engine = open_file(path)
    store = Store(engine)
    session_id = store.start_session(new_session())
    with sqlite3.connect(path) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    with_pragma(engine, f"max_page_count = {pages + 30}")
    recorder = Recorder(store, session_id, batch_s=0.05)
    for number in range(200):
        recorder.submit(frame(number, faces=25))
    wait_until(lambda: recorder.status().error)
    full = recorder.status()
    assert "disk is full" in str(full.error)
    assert full.queued_frames > 0
    with_pragma(engine, "max_page_count = 1000000")
    wait_until(lambda: recorder.status().written_frames == 200)
    assert (recorder.close().dropped_frames, recorder.status().error) == (0, None)
    assert stored_frames(path, session_id) == list(range(200))


def test_a_really_full_disk_keeps_the_rows_until_space_is_made(small_disk: Path) -> None:
    path = small_disk / "attune.db"
    store = open_store(path)
    session_id = store.start_session(new_session())
    ballast = small_disk / "ballast"
    free = os.statvfs(small_disk)
    ballast.write_bytes(bytes(max(free.f_bavail * free.f_bsize - 65536, 0)))
    recorder = Recorder(store, session_id, batch_s=0.05)
    for number in range(100):
        recorder.submit(frame(number, faces=25))
    wait_until(lambda: recorder.status().error)
    assert "full" in str(recorder.status().error)
    ballast.unlink()
    wait_until(lambda: recorder.status().written_frames == 100)
    assert (recorder.close().dropped_frames, recorder.status().error) == (0, None)
    assert stored_frames(path, session_id) == list(range(100))


def test_a_database_that_becomes_read_only_is_said_and_loses_nothing(path: Path) -> None:
    engine = open_file(path)
    store = Store(engine)
    session_id = store.start_session(new_session())
    with_pragma(engine, "query_only = ON")
    recorder = Recorder(store, session_id, batch_s=0.05)
    recorder.submit(frame(0, faces=3))
    wait_until(lambda: recorder.status().error)
    assert "read-only" in str(recorder.status().error)
    with_pragma(engine, "query_only = OFF")
    assert (recorder.close().written_rows, recorder.status().error) == (3, None)


def test_a_killed_process_loses_two_seconds_at_most_and_its_session_is_closed(tmp_path: Path) -> None:
    killed = lost_after_kill(tmp_path, run_s=2.5)
    assert killed["submitted_ms"] - killed["kept_ms"] <= 2000
    engine = open_database(killed["url"])
    session_id = killed["session_id"]
    before = get_session(engine, session_id)
    assert (before.ended_at, before.duration_ms) == (None, killed["kept_ms"])
    now = before.started_at + timedelta(minutes=1)
    assert Store(engine).close_abandoned(now) == [session_id]
    after = get_session(engine, session_id)
    assert after.ended_at == before.started_at + timedelta(milliseconds=killed["kept_ms"])
    assert after.end_reason == EndReason.INTERRUPTED
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_two_hosts_in_one_process_record_side_by_side(path: Path) -> None:
    store = open_store(path)
    sessions = [store.start_session(new_session(title=title)) for title in ("one", "two")]
    recorders = [Recorder(store, session_id, batch_s=0.05) for session_id in sessions]

    def host(recorder: Recorder) -> None:
        for number in range(400):
            recorder.submit(frame(number, faces=5))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(host, recorders))
    for session_id, recorder in zip(sessions, recorders, strict=True):
        status = recorder.close(30.0)
        assert (status.written_rows, status.dropped_rows, status.error) == (2000, 0, None)
        assert stored_frames(path, session_id) == list(range(400))


_HOST = """
import sys
from dashboard.running.recorder import Recorder
from db.engine import open_database
from db.store import Store
from tests.made.faces import frame
from tests.made.storage import new_session
store = Store(open_database(sys.argv[1]))
recorder = Recorder(store, store.start_session(new_session(title=sys.argv[2])), batch_s=0.02)
for number in range(300):
    recorder.submit(frame(number, faces=10))
print(recorder.close(60.0))
"""


def test_two_processes_start_on_a_new_file_and_record_side_by_side(path: Path) -> None:
    command = [sys.executable, "-c", _HOST, f"sqlite:///{path}"]
    hosts = [
        subprocess.Popen([*command, title], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        for title in ("a", "b")
    ]
    for host in hosts:
        told, _ = host.communicate(timeout=90)
        assert host.returncode == 0
        assert "written_rows=3000" in told
        assert "error=None" in told
    assert [len(stored_frames(path, session_id)) for session_id in (1, 2)] == [300, 300]
