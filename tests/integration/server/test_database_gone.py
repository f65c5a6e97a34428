"""The database's file is taken away while a session is recorded."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from dashboard.running.recorder import Recorder
from db import opened_file
from db.opened_file import OpenedFile
from tests.made.faces import frame
from tests.made.storage import new_session, open_file, open_store
from tests.made.waiting import wait_until


def _delete(path: Path) -> None:
    path.unlink()


def _replace(path: Path) -> None:
    other = path.with_name("other.db")
    open_file(other).dispose()
    other.replace(path)


def _overwrite(path: Path) -> None:
    path.write_bytes(b"no database at all" * 100)


def _damage(path: Path) -> None:
    """As a failing disk does: pages in the middle hold something else, the first one is as it was."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (path.stat().st_size - 4096))


def _empty(path: Path) -> None:
    os.truncate(path, 0)


def _delete_log(path: Path) -> None:
    path.with_name(path.name + "-wal").unlink()


@pytest.mark.parametrize("harm", [_delete, _replace, _overwrite, _damage, _empty, _delete_log])
def test_a_database_that_goes_while_recording_is_told_at_once_with_all_that_is_lost(
    path: Path, harm: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened_file, "LOOK_THROUGH_S", 0.2)
    store = open_store(path)
    session_id = store.start_session(new_session())
    recorder = Recorder(store, session_id, batch_s=0.05, linger_s=0.1)
    for number in range(20):
        recorder.submit(frame(number))
    wait_until(lambda: recorder.status().written_frames == 20)
    harm(path)
    numbers = count(20)

    def is_told() -> bool:
        recorder.submit(frame(next(numbers)))
        return "database" in str(recorder.status().error)

    wait_until(is_told, 60)
    status, submitted = recorder.status(), next(numbers)
    assert (status.written_frames, status.dropped_frames + status.queued_frames) == (0, submitted)
    recorder.close(0.1)
    wait_until(lambda: recorder.status().finished)
    assert (recorder.status().written_frames, recorder.status().dropped_frames) == (0, submitted)


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="locks are listed on Linux only")
def test_looking_after_the_file_gives_up_no_lock_on_it(path: Path) -> None:
    store = open_store(path)

    def locks() -> list[str]:
        held = Path("/proc/locks").read_text(encoding="ascii").splitlines()
        mine = (one.split() for one in held if f" {os.getpid()} " in one)
        return [one[3] for one in mine if one[5].endswith((f":{path.stat().st_ino}", f":{wal_index(path)}"))]

    session_id = store.start_session(new_session())
    before = locks()
    OpenedFile(path).check()
    store.write_frames(session_id, [frame(0)])
    assert before and locks() == before


def test_damage_where_nobody_reads_is_told_as_well(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened_file, "LOOK_THROUGH_S", 0.2)
    store = open_store(path)
    with closing(sqlite3.connect(path)) as connection:  # an old table that nobody asks for
        connection.execute(
            "CREATE TABLE old AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
            "WHERE i < 500) SELECT hex(randomblob(200)) AS text FROM n"
        )
        connection.commit()
        [(page,)] = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'old'").fetchall()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    recorder = Recorder(store, store.start_session(new_session()), batch_s=0.05, linger_s=0.1)
    numbers = count()
    recorder.submit(frame(next(numbers)))
    wait_until(lambda: recorder.status().written_frames == 1)
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xa5" * 4096)

    def is_told() -> bool:
        recorder.submit(frame(next(numbers)))
        return "damaged" in str(recorder.status().error)

    wait_until(is_told, 60)
    recorder.close(0.1)


def wal_index(path: Path) -> int:
    return path.with_name(path.name + "-shm").stat().st_ino


def test_a_database_that_was_moved_away_and_comes_back_has_lost_nothing(path: Path) -> None:
    store = open_store(path)
    session_id = store.start_session(new_session())
    recorder = Recorder(store, session_id, batch_s=0.05)
    recorder.submit(frame(0))
    wait_until(lambda: recorder.status().written_frames == 1)
    away = path.rename(path.with_name("away.db"))
    recorder.submit(frame(1))
    wait_until(lambda: "deleted" in str(recorder.status().error))
    away.rename(path)
    wait_until(lambda: recorder.status().written_frames == 2)
    assert (recorder.close().dropped_frames, recorder.status().error) == (0, None)
