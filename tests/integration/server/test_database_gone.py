"""The database's file is taken away while a session is recorded."""

import os
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from dashboard.running.recorder import Recorder
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


@pytest.mark.parametrize("harm", [_delete, _replace, _overwrite])
def test_a_database_that_goes_while_recording_is_told_at_once_with_all_that_is_lost(
    path: Path, harm: Callable[[Path], None]
) -> None:
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

    wait_until(is_told, 15)
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
