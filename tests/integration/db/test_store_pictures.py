"""What was stored of somebody who turned out to be a picture is gone, and nothing else is."""

from dataclasses import replace

from sqlalchemy import Engine

from db.reports import get_session, participants, people
from db.store import NewEvent, Store
from model.emotions import Emotion
from model.observations import FrameRecord
from tests.made.faces import face
from tests.made.storage import new_session


def frames(count: int, *tracks: int) -> list[FrameRecord]:
    seen = tuple(face(track, Emotion.HAPPY) for track in tracks)
    return [FrameRecord(n, n * 100, seen, things=0) for n in range(count)]


def test_a_picture_that_never_lived_is_nobody_and_the_others_stay(engine: Engine) -> None:
    store = Store(engine)
    session_id = store.start_session(new_session())
    store.write_frames(session_id, frames(20, 1, 2))
    store.write_events(session_id, [NewEvent(500, "away", 900, 1), NewEvent(500, "away", 900, 2)])
    last = FrameRecord(20, 2000, (face(2, Emotion.HAPPY),), ((1, 0),), 1)
    store.write_frames(session_id, [last])
    session = get_session(engine, session_id)
    assert (session.people, session.things, session.faces, session.usable) == (1, 1, 21, 21)
    assert [one.person for one in people(engine, session_id)] == [2]
    assert [(one.person, one.faces) for one in participants(engine, session_id)] == [(2, 21)]


def test_of_a_frozen_tile_only_the_frozen_time_goes(engine: Engine) -> None:
    store = Store(engine)
    session_id = store.start_session(new_session())
    store.write_frames(session_id, [*frames(20, 1), FrameRecord(20, 2000, (), ((1, 1000),), 0)])
    session = get_session(engine, session_id)
    assert (session.people, session.things, session.faces, session.usable) == (1, 0, 10, 10)


def test_whoever_the_host_named_stays_a_person(engine: Engine) -> None:
    store = Store(engine)
    session_id = store.start_session(new_session())
    store.write_frames(session_id, frames(5, 1))
    store.name_participant(session_id, 1, "Ada")
    store.write_frames(session_id, [FrameRecord(5, 500, (), ((1, 0),), 0)])
    assert get_session(engine, session_id).people == 1


def test_who_moves_again_comes_back_under_the_same_number(engine: Engine) -> None:
    store = Store(engine)
    session_id = store.start_session(new_session())
    store.write_frames(session_id, [*frames(5, 1), FrameRecord(5, 500, (), ((1, 0),), 1)])
    again = [replace(one, frame=n + 6, offset_ms=600 + n * 100) for n, one in enumerate(frames(5, 1))]
    store.write_frames(session_id, again)
    session = get_session(engine, session_id)
    assert (session.people, session.things, session.faces) == (1, 0, 5)
