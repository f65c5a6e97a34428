import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dashboard.upkeep.retention import Retention
from db.reports import get_session, list_sessions
from db.store import EndReason, Store
from tests.made.faces import frame
from tests.made.storage import MONDAY, locked_by_another_program, new_session, open_file
from tests.made.waiting import wait_until


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "attune.db"


@pytest.fixture
def store(path: Path) -> Store:
    return Store(open_file(path, busy_timeout_ms=50))


def ended_session(store: Store, ended_at: datetime) -> int:
    session_id = store.start_session(new_session(started_at=ended_at - timedelta(hours=1)))
    store.end_session(session_id, ended_at, EndReason.STOPPED)
    return session_id


def ids(path: Path) -> set[int]:
    return {found.id for found in list_sessions(open_file(path))}


def test_sessions_past_their_time_are_deleted_at_start_and_once_a_day(store: Store, path: Path) -> None:
    old = ended_session(store, MONDAY - timedelta(days=31))
    almost = ended_session(store, MONDAY - timedelta(days=29, hours=12))
    recent = ended_session(store, MONDAY)
    retention = Retention(store, keep_days=30)
    assert retention.tick(MONDAY).deleted == (old,)
    assert retention.tick(MONDAY + timedelta(hours=23)).deleted == ()
    assert ids(path) == {almost, recent}
    assert retention.tick(MONDAY + timedelta(hours=24)).deleted == (almost,)
    assert ids(path) == {recent}


def test_without_a_retention_time_sessions_stay(store: Store, path: Path) -> None:
    old = ended_session(store, MONDAY - timedelta(days=4000))
    assert Retention(store, keep_days=None).tick(MONDAY).deleted == ()
    assert ids(path) == {old}


@pytest.mark.parametrize("days", [0, -3])
def test_a_retention_time_below_a_day_is_refused(store: Store, days: int) -> None:
    with pytest.raises(ValueError, match=f"at least 1 day.*got {days}"):
        Retention(store, days)


def test_an_abandoned_session_ends_with_the_next_tick(store: Store, path: Path) -> None:
    session_id = store.start_session(new_session())
    store.write_frames(session_id, [frame(30)])
    retention = Retention(store, 30)
    assert retention.tick(MONDAY + timedelta(seconds=12)).closed == ()
    assert retention.tick(MONDAY + timedelta(seconds=72)).closed == (session_id,)
    assert get_session(open_file(path), session_id).ended_at == MONDAY + timedelta(seconds=3)


def test_a_session_that_waits_for_another_source_still_runs(store: Store, path: Path) -> None:
    waiting, abandoned = (store.start_session(new_session()) for _ in range(2))
    for session_id in (waiting, abandoned):
        store.write_frames(session_id, [frame(30)])
    running = {waiting}
    retention = Retention(store, 30, lambda: running)
    assert retention.tick(MONDAY + timedelta(seconds=60)).closed == (abandoned,)
    assert get_session(open_file(path), waiting).ended_at is None
    running.clear()
    assert retention.tick(MONDAY + timedelta(seconds=75)).closed == (waiting,)


def test_what_a_locked_database_prevents_is_done_by_the_next_tick(store: Store, path: Path) -> None:
    old = ended_session(store, MONDAY - timedelta(days=31))
    retention = Retention(store, 30)
    with locked_by_another_program(path):
        tidied = retention.tick(MONDAY)
    assert (tidied.deleted, ids(path)) == ((), {old})
    assert "locked" in str(tidied.error)
    assert retention.tick(MONDAY + timedelta(minutes=1)).deleted == (old,)


def test_the_loop_tidies_at_once_and_ends_when_told(store: Store, path: Path) -> None:
    ended_session(store, MONDAY - timedelta(days=31))
    stop = threading.Event()
    loop = threading.Thread(target=Retention(store, 30).run, args=(stop,), kwargs={"now": lambda: MONDAY})
    loop.start()
    wait_until(lambda: not ids(path))
    stop.set()
    loop.join(10.0)
    assert not loop.is_alive()
