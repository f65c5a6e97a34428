"""Sums made beforehand say what the observations themselves would, whatever was done to the session."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import astuple, replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from dashboard.stored.instants import read_instants, read_moving_shares
from dashboard.stored.person_steps import PersonSteps
from db import reports
from db.engine import write_transaction
from db.errors import DatabaseError
from db.store import EndReason, Store
from db.sums import EVERYTHING, WITHOUT_EXCLUDED, outdate
from model.observations import FrameRecord, Signals
from tests.made.faces import face
from tests.made.plain_moving import moving_shares
from tests.made.postgresql import BOTH, opened
from tests.made.records import FACES
from tests.made.storage import MONDAY, new_session
from tests.made.sums import sum_all

CHECK = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
KINDS = (EVERYTHING, 2, WITHOUT_EXCLUDED)
BUCKETS = st.sampled_from([1_000, 2_000, 5_000, 15_000, 60_000, 120_000, 700])
TIMES = st.integers(0, 130_000)
GAPS = st.one_of(st.integers(50, 900), st.integers(1, 30_000))


@pytest.fixture(scope="module", params=BOTH)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with opened(request.param, tmp_path_factory.mktemp("sums") / "attune.db") as engine:
        yield engine


@pytest.fixture
def store(engine: Engine) -> Store:
    return Store(engine)


@st.composite
def long_sessions(draw: st.DrawFn) -> list[FrameRecord]:
    """Up to 25 frames, close together or far apart, so that they lie on both sides of minutes."""
    records, offset_ms = [], -1
    for number, (gap_ms, faces) in enumerate(draw(st.lists(st.tuples(GAPS, FACES), max_size=25))):
        offset_ms += gap_ms
        records.append(FrameRecord(number, offset_ms, faces))
    return records


CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), st.integers(1, 5), st.integers(1, 5)),
        st.tuples(st.just("split"), st.integers(1, 5), TIMES),
        st.tuples(st.just("exclude"), st.integers(1, 5), st.just(0)),
        st.tuples(st.just("forget"), st.integers(1, 5), st.just(0)),
    ),
    max_size=4,
)


def change(store: Store, session_id: int, what: str, person: int, other: int) -> None:
    with suppress(DatabaseError):  # nobody there, or seen together
        if what == "merge":
            store.merge_participants(session_id, person, [other])
        elif what == "split":
            store.split_participant(session_id, person, other)
        elif what == "exclude":
            store.exclude_participant(session_id, person)
        else:
            store.forget_participant(session_id, person)


def stored(store: Store, records: list[FrameRecord]) -> int:
    session_id = store.start_session(new_session())
    store.write_frames(session_id, records)
    end(store, session_id, max((one.offset_ms for one in records), default=0))
    return session_id


def end(store: Store, session_id: int, at_ms: int) -> None:
    store.end_session(session_id, MONDAY + timedelta(milliseconds=at_ms), EndReason.STOPPED)


def everything(engine: Engine, session_id: int, step_ms: int, span: tuple[int, int | None]) -> list[Any]:
    """All that reports say, as plain numbers."""
    start, end_ms = span
    told: list[Any] = []
    for everybody in (False, True):
        seen = {"include_excluded": everybody}
        for least_people in (0, 2):
            for by_person in (True, False):
                options: Any = {"by_person": by_person, "least_people": least_people, **seen}
                told += reports.gaze_buckets(engine, session_id, step_ms, *span, **options)
        told += reports.participants(engine, session_id, start_ms=start, end_ms=end_ms, **seen)
        told += reports.frame_buckets(engine, session_id, step_ms, start_ms=start, end_ms=end_ms, **seen)
    if step_ms % 1000 == 0:
        told += reports.looking_buckets(engine, session_id, step_ms, *span)
    return [flat(astuple(one)) for one in told]


def flat(values: Any) -> list[Any]:
    return [part for one in values for part in (flat(one) if isinstance(one, tuple) else [one])]


def alike(one: list[Any], other: list[Any]) -> bool:
    return len(one) == len(other) and all(
        a == pytest.approx(b, abs=1e-9) for a, b in zip(one, other, strict=True)
    )


@CHECK
@given(
    records=long_sessions(),
    changes=st.tuples(CHANGES, CHANGES),
    step_ms=BUCKETS,
    span=st.tuples(st.just(0) | TIMES, st.none() | TIMES),
)
def test_a_report_from_sums_is_that_from_the_observations(
    engine: Engine,
    records: list[FrameRecord],
    changes: tuple[list[Any], list[Any]],
    step_ms: int,
    span: tuple[int, int | None],
) -> None:
    store = Store(engine)
    session_id = stored(store, records)
    for one in changes[0]:
        change(store, session_id, *one)
    for kind in KINDS:
        sum_all(engine, session_id, kind)
    for one in changes[1]:
        change(store, session_id, *one)
    told = everything(engine, session_id, step_ms, span)
    moving = moving_both_ways(engine, session_id, step_ms, span)
    with write_transaction(engine) as connection:
        outdate(connection, session_id)
    assert alike(told, everything(engine, session_id, step_ms, span))
    assert np.array_equal(moving[0], moving[1], equal_nan=True)


def moving_both_ways(
    engine: Engine, session_id: int, step_ms: int, span: tuple[int, int | None]
) -> list[Any]:
    found = reports.gaze_buckets(engine, session_id, step_ms, *span, by_person=True)
    last_ms = max((one.start_ms for one in found), default=0) + 1
    steps = PersonSteps.of(found, step_ms, span[0], last_ms)
    every = read_instants(engine, session_id, *span)
    stretch = session_id, *span
    return [moving_shares(every, steps, step_ms), read_moving_shares(engine, stretch, steps, step_ms)]


def test_heads_that_turn_are_counted_across_a_change_of_track(engine: Engine, store: Store) -> None:
    def turned(number: int) -> FrameRecord:
        signals = Signals(yaw_deg=30.0 + number % 7 * 4, pitch_deg=5.0)
        seen = replace(face(1 + number // 400), signals=signals)
        return FrameRecord(number, number * 100, (seen,))

    session_id = stored(store, [turned(number) for number in range(1200)])
    store.merge_participants(session_id, 1, [2, 3])
    sum_all(engine, session_id)
    assert len(reports.moving_heads(engine, session_id, 5000).counted) > 10
    raw, summed_up = moving_both_ways(engine, session_id, 5000, (3_300, None))
    assert np.array_equal(raw, summed_up, equal_nan=True)
    assert 0 < np.nanmean(raw) < 1
