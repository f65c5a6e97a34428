"""Naming, merging, splitting and excluding people, while a session is live and afterwards."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from db.errors import PersonNotFoundError, SeenTogetherError, SessionNotFoundError, SplitError
from db.persons import FIRST_SPLIT
from db.reports import (
    gaze_buckets,
    get_session,
    iter_observations,
    participants,
    people,
)
from db.store import EndReason, Store
from model.observations import FrameRecord
from tests.made.faces import face, frame
from tests.made.storage import MONDAY, new_session


def one_after_another(*tracks: int, frames_each: int = 10) -> list[FrameRecord]:
    """One face at a time, 100 ms apart: each track for `frames_each` frames, then the next."""
    order = [track for track in tracks for _ in range(frames_each)]
    return [FrameRecord(n, n * 100, (face(track),)) for n, track in enumerate(order)]


def faces(engine: Engine, session_id: int) -> dict[int, int]:
    return {one.person: one.faces for one in participants(engine, session_id)}


def test_a_merged_person_has_the_name_of_whom_they_were_merged_into(
    store: Store, engine: Engine, session_id: int
) -> None:
    store.write_frames(session_id, one_after_another(3, 7, 9))
    store.name_participant(session_id, 7, "Ben")
    store.merge_participants(session_id, 3, [7])
    assert {row.participant for row in iter_observations(engine, session_id)} == {"Ben", None}
    store.name_participant(session_id, 3, "Ana")
    assert [(one.person, one.name, one.faces) for one in participants(engine, session_id)] == [
        (3, "Ana", 20),
        (9, None, 10),
    ]
    assert [(one.person, one.parts) for one in people(engine, session_id)] == [(3, (7,)), (9, ())]
    assert get_session(engine, session_id).people == 2
    store.separate(session_id, 7)
    assert [one.name for one in participants(engine, session_id)] == ["Ana", "Ben", None]


def test_taking_a_merged_persons_name_away_takes_every_part_s_name(
    store: Store, engine: Engine, session_id: int
) -> None:
    store.write_frames(session_id, one_after_another(3, 7))
    store.name_participant(session_id, 7, "Ben")
    store.merge_participants(session_id, 3, [7])
    store.name_participant(session_id, 3, " ")
    store.separate(session_id, 7)
    assert [one.name for one in people(engine, session_id)] == [None, None]


def test_merging_what_was_merged_moves_all_of_it(store: Store, engine: Engine, session_id: int) -> None:
    store.write_frames(session_id, one_after_another(1, 2, 3))
    store.merge_participants(session_id, 2, [3])
    store.merge_participants(session_id, 1, [2, 1])
    assert faces(engine, session_id) == {1: 30}
    assert store.separate(session_id, 2) == 2
    assert faces(engine, session_id) == {1: 20, 2: 10}


def test_two_faces_at_once_for_more_than_a_second_are_not_one_person(
    store: Store, engine: Engine, session_id: int
) -> None:
    doubled = [frame(number, faces=2 if 5 <= number < 15 else 1) for number in range(30)]
    store.write_frames(session_id, doubled)
    store.merge_participants(session_id, 1, [2])
    assert faces(engine, session_id) == {1: 40}
    [whole] = gaze_buckets(engine, session_id, 10_000, by_person=True)
    assert (whole.person, whole.usable) == (1, 40)
    store.separate(session_id, 2)
    store.write_frames(session_id, [frame(30, faces=2)])
    sentence = r"1 and 2 are seen at the same time in 11 frames, first at 0:00\.5"
    with pytest.raises(SeenTogetherError, match=sentence):
        store.merge_participants(session_id, 1, [2])


def test_a_split_gives_what_comes_after_to_somebody_new(
    store: Store, engine: Engine, session_id: int
) -> None:
    store.write_frames(session_id, one_after_another(4, frames_each=30))
    store.name_participant(session_id, 4, "Ana")
    new = store.split_participant(session_id, 4, 1000)
    assert new == FIRST_SPLIT
    assert [
        (one.person, one.name, one.first_ms, one.last_ms) for one in participants(engine, session_id)
    ] == [
        (4, "Ana", 0, 900),
        (new, None, 1000, 2900),
    ]
    newer = store.split_participant(session_id, new, 2000)
    assert faces(engine, session_id) == {4: 10, new: 10, newer: 10}
    store.merge_participants(session_id, 4, [newer])
    assert [(one.start_ms, one.person) for one in gaze_buckets(engine, session_id, 1000, by_person=True)] == [
        (0, 4),
        (1000, new),
        (2000, 4),
    ]
    store.merge_participants(session_id, 4, [new])
    assert faces(engine, session_id) == {4: 30}


def test_a_split_moves_later_tracks_whole_so_that_they_can_be_separated(
    store: Store, engine: Engine, session_id: int
) -> None:
    store.write_frames(session_id, one_after_another(3, 7))
    store.merge_participants(session_id, 3, [7])
    new = store.split_participant(session_id, 3, 500)
    assert faces(engine, session_id) == {3: 5, new: 15}
    assert store.separate(session_id, 7) == 7
    assert faces(engine, session_id) == {3: 5, 7: 10, new: 5}


def test_a_number_that_went_to_somebody_else_is_not_given_twice(
    store: Store, engine: Engine, session_id: int
) -> None:
    store.write_frames(session_id, one_after_another(3, 7))
    store.merge_participants(session_id, 7, [3])  # track 3 comes first, and is called 7
    later = store.split_participant(session_id, 7, 1000)
    assert faces(engine, session_id) == {7: 10, later: 10}
    again = store.separate(session_id, 7)
    assert again not in (3, 7, later)
    assert faces(engine, session_id) == {7: 10, again: 10}


def test_a_running_session_may_be_split_at_the_present_moment(
    store: Store, engine: Engine, session_id: int
) -> None:
    store.write_frames(session_id, [frame(number) for number in range(10)])
    new = store.split_participant(session_id, 1, 1000)
    store.write_frames(session_id, [frame(number) for number in range(10, 15)])
    assert faces(engine, session_id) == {1: 10, new: 5}


@pytest.mark.parametrize("at_ms", [-5, 0, 1000])
def test_a_split_with_nothing_on_one_side_is_refused(
    at_ms: int, store: Store, engine: Engine, session_id: int
) -> None:
    store.write_frames(session_id, [frame(number) for number in range(10)])
    store.end_session(session_id, MONDAY + timedelta(seconds=1), EndReason.STOPPED)
    with pytest.raises(SplitError, match="there is nothing before it, or nothing after it"):
        store.split_participant(session_id, 1, at_ms)
    assert [one.person for one in people(engine, session_id)] == [1]


def test_the_excluded_are_left_out_unless_asked_for(store: Store, engine: Engine, session_id: int) -> None:
    store.write_frames(session_id, [frame(number, faces=3) for number in range(10)])
    store.exclude_participant(session_id, 2)
    assert get_session(engine, session_id).people == 2
    assert faces(engine, session_id) == {1: 10, 3: 10}
    everybody = participants(engine, session_id, include_excluded=True)
    assert [(one.person, one.excluded) for one in everybody] == [(1, False), (2, True), (3, False)]
    assert [one.usable for one in gaze_buckets(engine, session_id, 10_000)] == [20]
    assert [one.usable for one in gaze_buckets(engine, session_id, 10_000, include_excluded=True)] == [30]
    assert sum(1 for _ in iter_observations(engine, session_id, include_excluded=True)) == 30
    store.exclude_participant(session_id, 2, excluded=False)
    assert faces(engine, session_id) == {1: 10, 2: 10, 3: 10}


def test_the_excluded_do_not_fill_up_a_group(store: Store, engine: Engine, session_id: int) -> None:
    store.write_frames(session_id, [frame(0, faces=5), frame(1, faces=4)])
    store.exclude_participant(session_id, 5)
    assert [one.usable for one in gaze_buckets(engine, session_id, 10_000, least_people=4)] == [8]
    assert gaze_buckets(engine, session_id, 10_000, least_people=5) == []


def test_who_is_split_off_or_still_to_come_stays_excluded(
    store: Store, engine: Engine, session_id: int
) -> None:
    store.exclude_participant(session_id, 1)
    store.write_frames(session_id, [frame(number) for number in range(20)])
    store.split_participant(session_id, 1, 1000)
    assert [one.excluded for one in people(engine, session_id)] == [True, True]
    assert participants(engine, session_id) == []
    assert get_session(engine, session_id).people == 0


CALLS: list[Callable[[Store, int, int], Any]] = [
    lambda store, session_id, person: store.name_participant(session_id, person, "x"),
    lambda store, session_id, person: store.exclude_participant(session_id, person),
    lambda store, session_id, person: store.merge_participants(session_id, person, [3]),
    lambda store, session_id, person: store.merge_participants(session_id, 3, [person]),
    lambda store, session_id, person: store.split_participant(session_id, person, 500),
    lambda store, session_id, person: store.forget_participant(session_id, person),
]


@pytest.mark.parametrize("call", CALLS)
def test_nobody_answers_to_the_number_of_one_forgotten_or_merged(
    call: Callable[[Store, int, int], Any], store: Store, engine: Engine, session_id: int
) -> None:
    store.write_frames(session_id, one_after_another(1, 2, 3, 4))
    store.forget_participant(session_id, 1)
    store.merge_participants(session_id, 4, [2])
    before = people(engine, session_id)
    for gone in (1, 2):
        with pytest.raises(PersonNotFoundError, match=f"no participant {gone} in session"):
            call(store, session_id, gone)
    assert people(engine, session_id) == before
    with pytest.raises(SessionNotFoundError):
        call(store, 99, 3)


def test_only_somebody_who_was_seen_can_be_merged_split_or_separated(store: Store, session_id: int) -> None:
    store.write_frames(session_id, [frame(0)])
    for call in (CALLS[2], CALLS[3], CALLS[4]):
        with pytest.raises(PersonNotFoundError):
            call(store, session_id, 12)
    with pytest.raises(PersonNotFoundError):
        store.separate(session_id, 12)


def test_other_sessions_are_left_as_they_are(store: Store, engine: Engine, session_id: int) -> None:
    other = store.start_session(new_session())
    for each in (session_id, other):
        store.write_frames(each, one_after_another(1, 2, 3))
    before = (participants(engine, other), people(engine, other), get_session(engine, other))
    store.merge_participants(session_id, 1, [2])
    store.split_participant(session_id, 1, 500)
    store.exclude_participant(session_id, 3)
    store.forget_participant(session_id, 1)
    assert before == (participants(engine, other), people(engine, other), get_session(engine, other))
