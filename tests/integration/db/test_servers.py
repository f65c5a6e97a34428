"""Servers that share a database: which of them are alive, what ends with one, what one does for all."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, update

from db.columns import since_seconds
from db.engine import write_transaction
from db.reports import get_session
from db.reports.live import NONE_YET, first_within, frames_after, group_only_from
from db.schema import server
from db.servers import ServerNow, beat, leave, running_elsewhere, servers
from db.store import EndReason, Store
from db.turns import Work, alone_at
from tests.made.faces import frame
from tests.made.postgresql import needs_postgresql, opened_database
from tests.made.storage import MONDAY, new_session

OURS, OTHER = "a" * 32, "b" * 32
LATER = MONDAY + timedelta(hours=1)


def silent_for(engine: Engine, server_id: str, seconds: int) -> None:
    """As if the server had last said something so long ago."""
    with write_transaction(engine) as connection:
        this = update(server).where(server.c.id == server_id)
        connection.execute(this.values(beat_at=since_seconds(seconds)))


def run_on(store: Store, server_id: str | None) -> int:
    session_id = store.start_session(new_session(server_id=server_id))
    store.write_frames(session_id, [frame(0), frame(1)])
    return session_id


def test_a_server_is_alive_by_its_beats_and_the_one_with_most_room_comes_first(engine: Engine) -> None:
    beat(engine, ServerNow(OURS, None, 3, 1))
    beat(engine, ServerNow(OTHER, "https://two.example.org", 0, None))
    beat(engine, ServerNow(OTHER, "https://two.example.org", 1, 7))
    assert servers(engine) == [ServerNow(OTHER, "https://two.example.org", 1, 7), ServerNow(OURS, None, 3, 1)]
    silent_for(engine, OTHER, 31)
    assert [one.id for one in servers(engine)] == [OURS]
    leave(engine, OURS)
    assert servers(engine) == []


def test_a_session_ends_with_its_server_whatever_our_clock_says(engine: Engine, store: Store) -> None:
    beat(engine, ServerNow(OURS, None, 1, None))
    beat(engine, ServerNow(OTHER, None, 1, None))
    theirs, ours = run_on(store, OTHER), run_on(store, OURS)
    assert running_elsewhere(engine, OURS) == [theirs]
    assert store.close_abandoned(LATER, held=[ours], silent=[theirs], server_id=OURS) == []
    silent_for(engine, OTHER, 31)
    assert running_elsewhere(engine, OURS) == []
    assert store.close_abandoned(LATER, held=[ours], server_id=OURS, judge_others=False) == [], (
        "after the database was away, everybody seems dead"
    )
    assert store.close_abandoned(MONDAY, held=[ours], server_id=OURS) == [theirs]
    found = get_session(engine, theirs)
    assert (found.end_reason, found.ended_at) == (EndReason.INTERRUPTED, MONDAY + timedelta(milliseconds=100))
    assert get_session(engine, ours).ended_at is None


def test_a_server_that_was_taken_for_dead_has_its_sessions_back_with_its_next_beat(
    engine: Engine, store: Store
) -> None:
    waiting = run_on(store, OTHER)
    assert store.close_abandoned(LATER, server_id=OURS) == [waiting]
    beat(engine, ServerNow(OTHER, None, 1, None), held=[waiting])
    assert get_session(engine, waiting).ended_at is None
    store.end_session(waiting, LATER, EndReason.STOPPED)
    beat(engine, ServerNow(OTHER, None, 1, None), held=[waiting])
    assert get_session(engine, waiting).end_reason == EndReason.STOPPED, "an end that was said stands"


def test_frames_are_followed_from_the_last_minutes_on(engine: Engine, store: Store) -> None:
    session_id = store.start_session(new_session())
    assert (first_within(engine, session_id, 500), frames_after(engine, session_id, NONE_YET)) == (
        NONE_YET,
        [],
    )
    records = [frame(number, faces=number % 3) for number in range(20)]
    store.write_frames(session_id, records)
    first = first_within(engine, session_id, 500)
    assert first == 13
    assert frames_after(engine, session_id, first) == records[14:]
    assert frames_after(engine, session_id, 19) == []


def test_how_strictly_the_host_shows_it_is_told(engine: Engine, store: Store, session_id: int) -> None:
    assert group_only_from(engine, session_id) is None
    store.set_group_only(session_id, 5)
    assert group_only_from(engine, session_id) == 5
    store.set_group_only(session_id, None)
    assert group_only_from(engine, session_id) is None


@needs_postgresql
@pytest.mark.parametrize("work", Work)
def test_one_server_at_a_time_does_what_is_done_for_all(work: Work) -> None:
    with opened_database() as engine:
        with alone_at(engine, work) as first, alone_at(engine, work) as second:
            assert (first, second) == (True, False)
        with alone_at(engine, work) as again:
            assert again
        with pytest.raises(ZeroDivisionError), alone_at(engine, work):
            raise ZeroDivisionError
        with alone_at(engine, work) as still:
            assert still
