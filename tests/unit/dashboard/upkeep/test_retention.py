import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dashboard.upkeep.retention import Retention
from db.reports import get_session, list_sessions
from db.store import EndReason, Store
from tests.made.faces import frame
from tests.made.storage import MONDAY, locked_by_another_program, new_session, open_empty, open_file
from tests.made.waiting import wait_until


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "attune.db"


@pytest.fixture
def store(path: Path) -> Store:
    return Store(open_empty(path, busy_timeout_ms=50))


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
    old, recent = (ended_session(store, MONDAY - timedelta(days=days)) for days in (31, 0))
    retention = Retention(store, 30)
    with locked_by_another_program(path):
        tidied = retention.tick(MONDAY)
    assert (tidied.deleted, ids(path)) == ((), {old, recent})
    assert "locked" in str(tidied.error)
    assert retention.tick(MONDAY + timedelta(minutes=1)).deleted == (old,)


def test_the_loop_tidies_at_once_and_ends_when_told(store: Store, path: Path) -> None:
    _, recent = (ended_session(store, MONDAY - timedelta(days=days)) for days in (31, 0))
    stop = threading.Event()
    loop = threading.Thread(target=Retention(store, 30).run, args=(stop,), kwargs={"now": lambda: MONDAY})
    loop.start()
    wait_until(lambda: ids(path) == {recent})
    stop.set()
    loop.join(10.0)
    assert not loop.is_alive()


class Clock:
    """A monotonic clock that a test winds."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def test_a_clock_sixty_days_ahead_deletes_nothing_and_says_so_until_it_is_right(
    store: Store, path: Path
) -> None:
    kept = {ended_session(store, MONDAY - timedelta(days=days)) for days in range(5)}
    retention = Retention(store, 30)
    assert retention.tick(MONDAY + timedelta(days=60)).deleted == ()
    told = str(retention.warning)
    assert "02 May 2025" in told and "5 sessions are past the 30 days" in told and "03 Mar 2025" in told
    assert retention.tick(MONDAY + timedelta(days=60, minutes=5)).deleted == ()
    assert (retention.warning, ids(path)) == (told, kept)


def test_when_the_clock_was_set_right_the_warning_goes(store: Store, path: Path) -> None:
    clock, kept = Clock(), {ended_session(store, MONDAY - timedelta(days=days)) for days in range(5)}
    retention = Retention(store, 30, clock=clock)
    retention.tick(MONDAY + timedelta(days=60))
    clock.now_s += 3700
    assert retention.tick(MONDAY).deleted == ()
    assert (retention.warning, ids(path)) == (None, kept)


def test_a_host_who_says_that_the_clock_is_right_is_believed(store: Store, path: Path) -> None:
    for days in range(5):
        ended_session(store, MONDAY - timedelta(days=days))
    retention = Retention(store, 30)
    retention.tick(MONDAY + timedelta(days=60))
    retention.confirm()
    assert len(retention.tick(MONDAY + timedelta(days=60)).deleted) == 5
    assert (retention.warning, ids(path)) == (None, set())


def test_a_warning_that_stood_for_a_day_is_followed_by_what_it_said(store: Store, path: Path) -> None:
    clock = Clock()
    old = ended_session(store, MONDAY)
    retention = Retention(store, 30, clock=clock)
    for _ in range(25):
        assert ids(path) == {old}
        retention.tick(MONDAY + timedelta(days=60))
        clock.now_s += 3700
    assert (retention.warning, ids(path)) == (None, set())


def test_of_many_days_only_one_goes_at_once_and_each_is_logged(
    store: Store, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    every = [ended_session(store, MONDAY - timedelta(days=days)) for days in (40, 39, 38, 0)]
    retention = Retention(store, 30, clock=clock)
    with caplog.at_level("INFO"):
        assert retention.tick(MONDAY).deleted == tuple(every[:2])
        assert "1 session is past the 30 days" in str(retention.warning)
        assert retention.tick(MONDAY).deleted == ()
        clock.now_s += 3700
        assert retention.tick(MONDAY).deleted == (every[2],)
    assert (retention.warning, ids(path)) == (None, {every[3]})
    logged = [line for line in caplog.messages if "deleted session" in line]
    assert len(logged) == 3 and "2025-01-22" in logged[0]


def test_a_server_that_watched_the_time_pass_needs_no_newer_session(store: Store, path: Path) -> None:
    clock, only = Clock(), ended_session(store, MONDAY)
    retention = Retention(store, 30, clock=clock)
    for day in range(32):
        retention.tick(MONDAY + timedelta(days=day))
        clock.now_s += 86_400
    assert (retention.warning, ids(path)) == (None, set()), only


def test_a_session_of_the_future_is_closed_once_it_was_silent_long_enough(store: Store, path: Path) -> None:
    clock = Clock()
    session_id = store.start_session(new_session(started_at=MONDAY + timedelta(hours=2)))
    store.write_frames(session_id, [frame(30)])
    retention = Retention(store, 30, clock=clock)
    assert retention.tick(MONDAY).closed == ()
    clock.now_s += 15
    store.write_frames(session_id, [frame(31)])
    assert retention.tick(MONDAY).closed == ()
    clock.now_s += 31
    assert retention.tick(MONDAY).closed == (session_id,)
