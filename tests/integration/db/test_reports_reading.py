from datetime import timedelta

import pytest
from sqlalchemy import Engine

from db.errors import SessionNotFoundError
from db.reports import (
    FrameBucket,
    frame_buckets,
    gaze_buckets,
    get_session,
    iter_observations,
    list_sessions,
    participants,
)
from db.store import Store
from model.emotions import Emotion
from model.observations import FrameRecord, Observation, QualityFlag, Signals
from tests.made.faces import face, frame, scores_with
from tests.made.storage import MONDAY, new_session


def titles(engine: Engine, search: str) -> list[str]:
    return [found.title for found in list_sessions(engine, search)]


def test_the_newest_session_is_listed_first(store: Store, engine: Engine) -> None:
    for title, days in (("middle", 1), ("oldest", 0), ("newest", 2), ("also middle", 1)):
        store.start_session(new_session(title=title, started_at=MONDAY + timedelta(days=days)))
    assert titles(engine, "") == ["newest", "also middle", "middle", "oldest"]
    assert [found.title for found in list_sessions(engine, limit=2)] == ["newest", "also middle"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("100%", ["100% sure"]),
        ("%", ["100% sure"]),
        ("a_b", ["a_b"]),
        ("_", ["a_b"]),
        ("o'brien", ["O'Brien"]),
        ("übung", ["Übung"]),
        ("ÜBUNG", ["Übung"]),
        ("/", ["and/or"]),
        ("\\", []),
        ("🙂", ["Hi 🙂"]),
        ("  sure ", ["100% sure"]),
        ("lecture", ["plain"]),
        ("' OR 1=1 --", []),
    ],
)
def test_search_takes_every_character_as_it_is(
    search: str, found: list[str], store: Store, engine: Engine
) -> None:
    for title in ("100% sure", "a_b", "aXb", "O'Brien", "Übung", "and/or", "Hi 🙂"):
        store.start_session(new_session(title=title))
    store.start_session(new_session(title="plain", kind="lecture"))
    assert titles(engine, search) == found


def test_a_session_that_is_gone_is_an_error(engine: Engine) -> None:
    with pytest.raises(SessionNotFoundError, match="There is no session 3"):
        get_session(engine, 3)


def test_every_value_of_an_observation_comes_back(store: Store, engine: Engine, session_id: int) -> None:
    measured = Observation(
        track_id=4,
        box=(0.1, 1 / 3, 1919.9, 1079.5),
        confidence=0.123456789,
        flags=QualityFlag.SMALL | QualityFlag.OVEREXPOSED,
        scores=scores_with(sad=1 / 3, neutral=2 / 3),
        leading=Emotion.ANGRY,
        signals=Signals(-12.5, 3.25, 0.0, 0.3, None, 1e-9),
    )
    bare = face(7, None, scores=None)
    store.write_frames(session_id, [FrameRecord(5, 1234, (measured, bare))])
    kept = list(iter_observations(engine, session_id))
    assert [seen.observation for seen in kept] == [measured, bare]
    assert [(seen.frame, seen.offset_ms, seen.participant) for seen in kept] == [(5, 1234, None)] * 2


def test_frames_are_counted_with_and_without_faces(store: Store, engine: Engine, session_id: int) -> None:
    blurred = (face(flags=QualityFlag.BLURRED),)
    records = [FrameRecord(0, 0), FrameRecord(1, 400, blurred), frame(8), FrameRecord(30, 3100)]
    store.write_frames(session_id, records)
    first, second = FrameBucket(0, 3, 2, 1, faces=2, usable=1), FrameBucket(3000, 1, 0, 0)
    assert frame_buckets(engine, session_id, 1000) == [first, second]
    alone = FrameBucket(0, 1, 1, 0, faces=1)
    assert frame_buckets(engine, session_id, 1000, start_ms=400, end_ms=800) == [alone]


def test_a_participant_is_summed_up_over_the_range_asked_for(
    store: Store, engine: Engine, session_id: int
) -> None:
    store.write_frames(session_id, [frame(number, faces=1 + (number >= 5)) for number in range(10)])
    store.name_participant(session_id, 2, "Ana")
    whole = participants(engine, session_id)
    assert [(one.person, one.name, one.first_ms, one.last_ms, one.faces) for one in whole] == [
        (1, None, 0, 900, 10),
        (2, "Ana", 500, 900, 5),
    ]
    part = participants(engine, session_id, start_ms=200, end_ms=600)
    assert [(one.person, one.first_ms, one.last_ms, one.faces) for one in part] == [
        (1, 200, 500, 4),
        (2, 500, 500, 1),
    ]


def test_reports_of_one_session_know_nothing_of_another(
    store: Store, engine: Engine, session_id: int
) -> None:
    other = store.start_session(new_session())
    store.write_frames(other, [frame(number, faces=3) for number in range(5)])
    assert gaze_buckets(engine, session_id, 1000) == []
    assert frame_buckets(engine, session_id, 1000) == []
    assert participants(engine, session_id) == []
    assert list(iter_observations(engine, session_id)) == []


@pytest.mark.parametrize("bucket_ms", [0, -1000])
def test_a_step_that_is_not_positive_is_refused(bucket_ms: int, engine: Engine, session_id: int) -> None:
    with pytest.raises(ValueError, match=f"got {bucket_ms}"):
        gaze_buckets(engine, session_id, bucket_ms)


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 30, 31, 5000])
def test_streaming_gives_every_observation_once_whatever_the_chunk(
    chunk: int, store: Store, engine: Engine, session_id: int
) -> None:
    store.write_frames(session_id, [frame(number, faces=3) for number in range(10)])
    told = list(iter_observations(engine, session_id, chunk=chunk))
    assert [(seen.frame, seen.observation.track_id) for seen in told] == [
        (number, track) for number in range(10) for track in (1, 2, 3)
    ]


def test_streaming_is_in_nobodys_way_and_ends_when_the_session_is_deleted(
    store: Store, engine: Engine, session_id: int
) -> None:
    store.write_frames(session_id, [frame(number) for number in range(10)])
    stream = iter_observations(engine, session_id, chunk=4)
    told = [next(stream), next(stream)]
    store.delete_session(session_id)
    assert not store.space_owed
    told += stream
    assert [seen.frame for seen in told] == [0, 1, 2, 3]
