"""Transcripts in the database: whole or not at all, by person, forgotten with a person and a session."""

import pytest
from sqlalchemy import Engine, func, select

from db.errors import DatabaseError, PersonNotFoundError, SessionNotFoundError
from db.reports import Utterance, utterances
from db.schema import utterance
from db.store import Store
from db.store.said import MOST_UTTERANCES
from model.observations import FrameRecord
from tests.made.faces import face

SAID = [
    Utterance(5_000, 6_000, "Ben", "What?", 2),
    Utterance(1_000, 4_000, "Ann", "Good morning", 1),
    Utterance(9_000, 9_500, None, "(laughter)"),
]


@pytest.fixture
def with_two(store: Store, session_id: int) -> int:
    store.write_frames(session_id, [FrameRecord(0, 0, (face(1), face(2)))])
    return session_id


def stored(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(utterance)).scalar_one())


def test_what_was_said_is_read_in_the_order_of_time(store: Store, engine: Engine, with_two: int) -> None:
    store.write_transcript(with_two, SAID)
    assert utterances(engine, with_two) == sorted(SAID, key=lambda one: one.start_ms)
    assert [one.text for one in utterances(engine, with_two, start_ms=5_000, end_ms=9_000)] == ["What?"]


def test_another_transcript_takes_the_place_of_the_first(store: Store, engine: Engine, with_two: int) -> None:
    store.write_transcript(with_two, SAID)
    store.write_transcript(with_two, SAID[:1])
    assert len(utterances(engine, with_two)) == 1
    store.write_transcript(with_two, [])
    assert stored(engine) == 0


@pytest.mark.parametrize(
    "wrong", [Utterance(5, 4, None, "x"), Utterance(0, 1, None, " \n "), Utterance(0, 1, "Eve", "x", 9)]
)
def test_one_wrong_utterance_leaves_the_transcript_before_it(
    store: Store, engine: Engine, with_two: int, wrong: Utterance
) -> None:
    store.write_transcript(with_two, SAID)
    with pytest.raises(DatabaseError):
        store.write_transcript(with_two, [SAID[0], wrong])
    assert len(utterances(engine, with_two)) == 3


def test_too_many_and_a_session_that_is_gone_are_sentences(store: Store, with_two: int) -> None:
    with pytest.raises(DatabaseError, match="may have"):
        store.write_transcript(with_two, [SAID[2]] * (MOST_UTTERANCES + 1))
    with pytest.raises(SessionNotFoundError):
        store.write_transcript(with_two + 1, SAID)


def test_excluded_people_say_nothing_and_merged_ones_speak_as_one(
    store: Store, engine: Engine, session_id: int
) -> None:
    store.write_frames(session_id, [FrameRecord(0, 0, (face(1),)), FrameRecord(1, 100, (face(2),))])
    store.write_transcript(session_id, SAID)
    store.exclude_participant(session_id, 2)
    assert [one.person for one in utterances(engine, session_id)] == [1, None]
    store.exclude_participant(session_id, 2, excluded=False)
    store.merge_participants(session_id, 1, [2])
    assert [one.person for one in utterances(engine, session_id)] == [1, 1, None]


def test_words_are_forgotten_with_their_person(store: Store, engine: Engine, with_two: int) -> None:
    store.write_transcript(with_two, SAID)
    store.forget_participant(with_two, 1)
    assert [one.text for one in utterances(engine, with_two)] == ["What?", "(laughter)"]
    store.write_transcript(with_two, SAID)  # imported again, it stays forgotten
    assert [one.text for one in utterances(engine, with_two)] == ["What?", "(laughter)"]
    with pytest.raises(PersonNotFoundError):
        store.match_speakers(with_two, {"Ben": 1})


def test_words_go_with_their_session(store: Store, engine: Engine, with_two: int) -> None:
    store.write_transcript(with_two, SAID)
    store.delete_session(with_two)
    assert stored(engine) == 0


def test_speakers_are_matched_and_times_moved_there_and_back(
    store: Store, engine: Engine, with_two: int
) -> None:
    store.write_transcript(with_two, SAID)
    store.match_speakers(with_two, {"Ben": 1, "Ann": None})
    store.shift_transcript(with_two, -2_000)
    moved = [(one.start_ms, one.person) for one in utterances(engine, with_two)]
    assert moved == [(-1_000, None), (3_000, 1), (7_000, None)]
    store.shift_transcript(with_two, 2_000)
    assert len(utterances(engine, with_two)) == 3
