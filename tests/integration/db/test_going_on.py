"""A session that was cut off is taken up again: same row, later clock, people of their own numbers."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, update

from dashboard.live.cut_off import as_of
from db.access import LOCAL, Sessions, Who
from db.engine import write_transaction
from db.errors import GoingOnError, SessionNotFoundError
from db.reports import get_session
from db.schema import session
from db.servers import ServerNow, beat
from db.store import EndReason, Store
from model.emotions import Emotion
from model.observations import FrameRecord
from tests.integration.db.test_servers import silent_for
from tests.made.faces import face
from tests.made.storage import MONDAY, new_session

SHA, LOST = "a" * 64, "c" * 32
END = MONDAY + timedelta(minutes=10)


def _cut_off(store: Store, owner: str | None = None) -> int:
    session_id = store.start_session(new_session(owner=owner))
    seen = (face(1, Emotion.HAPPY), face(3, Emotion.SAD))
    store.write_frames(session_id, [FrameRecord(n, 1_000 * n, seen) for n in range(5)])
    store.end_session(session_id, END, EndReason.DISCONNECTED, 2)
    return session_id


def test_it_goes_on_after_its_gap_with_numbers_that_nobody_had(engine: Engine, store: Store) -> None:
    session_id = _cut_off(store)
    began = store.go_on(session_id, END + timedelta(seconds=20), SHA, "server-b")
    assert (began.frame, began.track_id, began.offset_ms, began.dropped) == (5, 4, 620_000, 2)
    row = get_session(engine, session_id)
    assert (row.ended_at, row.end_reason, row.server_id) == (None, None, "server-b")
    late = FrameRecord(began.frame, began.offset_ms, (face(began.track_id, Emotion.HAPPY),))
    store.write_frames(session_id, [late])
    store.end_session(session_id, END + timedelta(minutes=1), EndReason.STOPPED)
    row = get_session(engine, session_id)
    assert (row.frames, row.people, row.end_reason) == (6, 3, EndReason.STOPPED)


def test_a_clock_that_was_set_back_makes_no_frame_earlier_than_the_last(store: Store) -> None:
    began = store.go_on(_cut_off(store), END - timedelta(hours=2), SHA, None)
    assert began.offset_ms == 600_001


@pytest.mark.parametrize("hours", [2, -2])
def test_a_session_of_a_lost_server_goes_on_whatever_the_clock_of_ours_says(
    engine: Engine, store: Store, hours: int
) -> None:
    beat(engine, ServerNow(LOST, None, 1, None))
    session_id = store.start_session(new_session(server_id=LOST))
    store.write_frames(session_id, [FrameRecord(0, 600_000, (face(1, Emotion.HAPPY),))])
    silent_for(engine, LOST, 60)
    soon = END + timedelta(hours=hours, minutes=1)
    assert store.close_abandoned(soon, server_id="b" * 32) == [session_id]
    assert as_of(Sessions(engine, LOCAL), get_session(engine, session_id)) - END < timedelta(minutes=5)
    began = store.go_on(session_id, soon, SHA, "b" * 32)
    assert 659_000 < began.offset_ms < 900_000, "a minute later"
    silent_for(engine, LOST, 700)
    store.end_session(session_id, END, EndReason.INTERRUPTED)
    with write_transaction(engine) as connection:
        connection.execute(update(session).values(server_id=LOST))
    with pytest.raises(GoingOnError, match="too long ago"):
        store.go_on(session_id, soon, SHA, None)


def test_what_cannot_go_on_says_why_and_stays_as_it_is(engine: Engine, store: Store) -> None:
    session_id, soon = _cut_off(store), END + timedelta(seconds=20)
    before = get_session(engine, session_id)
    with pytest.raises(GoingOnError, match="another network"):
        store.go_on(session_id, soon, "b" * 64, None)
    with pytest.raises(GoingOnError, match="too long ago"):
        store.go_on(session_id, END + timedelta(minutes=11), SHA, None)
    with pytest.raises(SessionNotFoundError):
        store.go_on(session_id + 1, soon, SHA, None)
    assert get_session(engine, session_id) == before
    store.go_on(session_id, soon, SHA, None)
    with pytest.raises(GoingOnError, match="still running"):
        store.go_on(session_id, soon, SHA, None)


def test_nobody_goes_on_with_the_session_of_somebody_else(engine: Engine, store: Store) -> None:
    session_id = _cut_off(store, owner="ada")
    with pytest.raises(SessionNotFoundError):
        Store(engine, Who(subject="eve")).go_on(session_id, END + timedelta(seconds=20), SHA, None)
    assert get_session(engine, session_id).ended_at == END
