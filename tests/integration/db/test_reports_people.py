"""Whatever a host merges, splits and separates: reports are the sums over whose every observation is."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from db.errors import SeenTogetherError
from db.reports import (
    frame_buckets,
    gaze_buckets,
    get_session,
    iter_observations,
    participants,
    people,
)
from db.store import Store
from model.observations import FrameRecord, Observation
from tests.made.postgresql import BOTH, opened
from tests.made.records import RANGES, sessions
from tests.made.storage import new_session

CHECK = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
Owners = dict[tuple[int, int], int]
Seen = tuple[int, int, Observation]


@pytest.fixture(scope="module", params=BOTH)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with opened(request.param, tmp_path_factory.mktemp("people") / "attune.db") as engine:
        yield engine


def stored(store: Store, records: list[FrameRecord], hz: float = 1000.0) -> int:
    """So high a rate that no two tracks are together for long enough to be refused."""
    session_id = store.start_session(new_session(analysis_hz=hz))
    store.write_frames(session_id, records)
    return session_id


def owners(engine: Engine, session_id: int) -> Owners:
    """Whose each observation is, by frame and track."""
    rows = iter_observations(engine, session_id, chunk=7, include_excluded=True)
    return {(row.frame, row.observation.track_id): row.person for row in rows}


def shuffle(store: Store, engine: Engine, session_id: int, draw: Callable[..., int], times: int) -> None:
    """Merge and split at random; each must move exactly the observations that it says."""
    for _ in range(times):
        before = owners(engine, session_id)
        numbers = sorted(set(before.values()))
        if not numbers:
            return
        person = draw(st.sampled_from(numbers))
        if draw(st.booleans()):
            other = draw(st.sampled_from(numbers))
            store.merge_participants(session_id, person, [other])
            wanted = {key: person if now == other else now for key, now in before.items()}
        else:
            offsets = {row.frame: row.offset_ms for row in iter_observations(engine, session_id)}
            at_ms = draw(st.sampled_from(sorted(offsets.values()))) + 1
            if all(offsets[frame] >= at_ms for (frame, _), now in before.items() if now == person):
                continue
            new = store.split_participant(session_id, person, at_ms)
            assert new not in before.values()
            wanted = {
                (frame, track): new if now == person and offsets[frame] >= at_ms else now
                for (frame, track), now in before.items()
            }
        assert owners(engine, session_id) == wanted


def grouped(
    records: list[FrameRecord], owner: Owners, span: tuple[int, int | None], step_ms: int
) -> dict[tuple[int, int], list[Observation]]:
    """Observations by time step and person."""
    groups: dict[tuple[int, int], list[Observation]] = {}
    for record in records:
        if record.offset_ms >= span[0] and (span[1] is None or record.offset_ms < span[1]):
            for seen in sorted(record.observations, key=lambda one: one.track_id):
                key = (record.offset_ms // step_ms * step_ms, owner[record.frame, seen.track_id])
                groups.setdefault(key, []).append(seen)
    return groups


def usable_of(groups: dict[tuple[int, int], list[Observation]]) -> Counter[tuple[int, int]]:
    """How many of the observations of each step and person are usable."""
    counted = {key: sum(one.usable for one in seen) for key, seen in groups.items()}
    return Counter({key: count for key, count in counted.items() if count})


def usable_by_person(
    engine: Engine, session_id: int, step_ms: int, start_ms: int = 0, end_ms: int | None = None
) -> Counter[tuple[int, int | None]]:
    """The same as reports have it."""
    counted = Counter[tuple[int, int | None]]()
    for one in gaze_buckets(engine, session_id, step_ms, start_ms, end_ms, by_person=True):
        counted[one.start_ms, one.person] += one.usable
    return counted


@CHECK
@given(data=st.data(), records=sessions(), span=RANGES, step_ms=st.integers(1, 3000))
def test_every_report_follows_the_same_people(
    engine: Engine,
    data: st.DataObject,
    records: list[FrameRecord],
    span: tuple[int, int | None],
    step_ms: int,
) -> None:
    store = Store(engine)
    session_id = stored(store, records)
    shuffle(store, engine, session_id, data.draw, times=4)
    groups = grouped(records, owners(engine, session_id), span, step_ms)
    assert usable_by_person(engine, session_id, step_ms, *span) == usable_of(groups)
    counts: dict[int, int] = {}
    for (_, person), seen in groups.items():
        counts[person] = counts.get(person, 0) + len(seen)
    found = participants(engine, session_id, start_ms=span[0], end_ms=span[1])
    assert {one.person: one.faces for one in found} == counts


@CHECK
@given(data=st.data(), records=sessions(), step_ms=st.integers(1, 3000))
def test_sums_over_people_are_sums_over_tracks(
    engine: Engine, data: st.DataObject, records: list[FrameRecord], step_ms: int
) -> None:
    store = Store(engine)
    session_id = stored(store, records)

    def sums() -> list[object]:
        told = gaze_buckets(engine, session_id, step_ms)
        means = [tuple(pytest.approx(score) for score in one.scores) for one in told]
        steps = [(one.start_ms, one.gaze, one.usable, one.leads, one.not_sure) for one in told]
        return [*zip(steps, means, strict=True), *frame_buckets(engine, session_id, step_ms)]

    before = sums()
    shuffle(store, engine, session_id, data.draw, times=3)
    assert sums() == before
    assert get_session(engine, session_id).people >= len({*owners(engine, session_id).values()})


@CHECK
@given(records=sessions(), hz=st.sampled_from([1.0, 3.0, 1000.0]))
def test_a_merge_is_undone_by_separating_and_refused_for_two_faces_at_once(
    engine: Engine, records: list[FrameRecord], hz: float
) -> None:
    store = Store(engine)
    session_id = stored(store, records, hz)
    before, everybody = owners(engine, session_id), people(engine, session_id)
    numbers = [one.person for one in everybody]
    tracks = [{seen.track_id for seen in record.observations} for record in records]
    together = sum(len(seen) > 1 for seen in tracks)
    if numbers and together > hz:
        with pytest.raises(SeenTogetherError, match=f"same time in {together} frames"):
            store.merge_participants(session_id, numbers[0], numbers[1:])
        assert owners(engine, session_id) == before
    elif numbers:
        store.merge_participants(session_id, numbers[0], numbers[1:])
        assert set(owners(engine, session_id).values()) == {numbers[0]}
        assert [one.parts for one in people(engine, session_id)] == [tuple(numbers[1:])]
        assert [store.separate(session_id, number) for number in numbers] == numbers
    assert owners(engine, session_id) == before
    assert people(engine, session_id) == everybody


@CHECK
@given(data=st.data(), records=sessions(), step_ms=st.integers(1, 3000), least_people=st.integers(0, 3))
def test_who_is_excluded_or_forgotten_might_never_have_been_there(
    engine: Engine, data: st.DataObject, records: list[FrameRecord], step_ms: int, least_people: int
) -> None:
    store = Store(engine)
    session_id = stored(store, records)
    shuffle(store, engine, session_id, data.draw, times=2)
    owner = owners(engine, session_id)
    gone = set(data.draw(st.lists(st.sampled_from(sorted({0, *owner.values()})), unique=True, max_size=3)))
    without = [
        FrameRecord(
            record.frame,
            record.offset_ms,
            tuple(one for one in record.observations if owner[record.frame, one.track_id] not in gone),
        )
        for record in records
    ]

    def told() -> list[object]:
        return [
            gaze_buckets(engine, session_id, step_ms, least_people=least_people),
            gaze_buckets(engine, session_id, step_ms, by_person=True),
            frame_buckets(engine, session_id, step_ms),
            participants(engine, session_id),
            list(iter_observations(engine, session_id, chunk=3)),
        ]

    for person in gone:
        store.exclude_participant(session_id, person)
    excluded = told()
    for person in gone:
        store.exclude_participant(session_id, person, excluded=False)
        store.forget_participant(session_id, person)
    assert told() == excluded
    groups = grouped(without, owner, (0, None), step_ms)
    assert usable_by_person(engine, session_id, step_ms) == usable_of(groups)
    found = get_session(engine, session_id)
    assert found.faces == sum(len(record.observations) for record in without)
    assert found.usable == sum(one.usable for record in without for one in record.observations)
    with_face = sum(bool(record.observations) for record in without)
    usable = sum(any(one.usable for one in record.observations) for record in without)
    whole = frame_buckets(engine, session_id, 10**6)
    assert [(one.frames_with_face, one.frames_usable) for one in whole] == [(with_face, usable)] * bool(
        records
    )
