"""Gaze states: SQL against the same sums written in Python."""

from collections.abc import Iterator
from statistics import fmean

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from db.reports import GazeBucket, gaze_buckets
from db.store import Store
from model.emotions import EMOTIONS
from model.engagement import groups as moments
from model.observations import FrameRecord, GazeState, Observation, Signals
from tests.made.postgresql import BOTH, opened
from tests.made.records import EDGES, RANGES, sessions
from tests.made.storage import new_session

CHECK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
STATES = list(GazeState)
Key = tuple[int, int, int]


@pytest.fixture(scope="module", params=BOTH)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with opened(request.param, tmp_path_factory.mktemp("gaze") / "attune.db") as engine:
        yield engine


def stored(engine: Engine, records: list[FrameRecord]) -> int:
    store = Store(engine)
    session_id = store.start_session(new_session())
    store.write_frames(session_id, records)
    return session_id


def looking(number: int, signals: Signals, track_id: int = 1) -> FrameRecord:
    scores = (0.1, 0.2, 0.3, 0.1, 0.1, 0.1, 0.1)
    seen = Observation(track_id, (0.0, 0.0, 9.0, 9.0), 0.9, scores=scores, signals=signals)
    return FrameRecord(number, number * 100, (seen,))


@CHECK
@given(eyes=st.lists(st.tuples(EDGES, EDGES), min_size=1, max_size=60))
def test_the_gaze_state_in_sql_is_the_one_in_python(
    engine: Engine, eyes: list[tuple[float | None, float | None]]
) -> None:
    measured = [Signals(eye_open=opened, gaze=gaze) for opened, gaze in eyes]
    session_id = stored(engine, [looking(number, one) for number, one in enumerate(measured)])
    told = gaze_buckets(engine, session_id, 100)
    assert [one.gaze for one in told] == [one.gaze_state for one in measured]


def same_means(told: GazeBucket, seen: list[Observation]) -> bool:
    columns = zip(*(one.scores or () for one in seen), strict=True)
    negative = [max(scores[0], scores[1], scores[2], scores[4]) for one in seen if (scores := one.scores)]
    return told.scores == pytest.approx([fmean(column) for column in columns]) and (
        told.strongest_negative == pytest.approx(fmean(negative))
    )


@CHECK
@given(records=sessions(), step_ms=st.integers(1, 3000), span=RANGES)
def test_steps_by_gaze_state_are_what_python_would_sum(
    engine: Engine, records: list[FrameRecord], step_ms: int, span: tuple[int, int | None]
) -> None:
    groups: dict[Key, list[Observation]] = {}
    for record in records:
        if record.offset_ms >= span[0] and (span[1] is None or record.offset_ms < span[1]):
            for seen in (one for one in record.observations if one.usable):
                state = STATES.index(seen.signals.gaze_state)
                key = (record.offset_ms // step_ms * step_ms, seen.track_id, state)
                groups.setdefault(key, []).append(seen)
    told = gaze_buckets(engine, stored(engine, records), step_ms, *span, by_person=True)
    assert [(one.start_ms, one.person, STATES.index(one.gaze)) for one in told] == sorted(groups)
    for one, key in zip(told, sorted(groups), strict=True):
        here = groups[key]
        assert same_means(one, here)
        assert one.leads == tuple(sum(s.leading == emotion for s in here) for emotion in EMOTIONS)
        assert one.not_sure == sum(s.leading is None for s in here)
        angles = [(s.signals.yaw_deg, s.signals.pitch_deg) for s in here]
        posed = [(yaw, pitch) for yaw, pitch in angles if yaw is not None and pitch is not None]
        assert (one.usable, one.posed) == (len(here), len(posed))
        assert one.frontal == sum(abs(yaw) <= 20 and abs(pitch) <= 20 for yaw, pitch in posed)
        assert one.yaw_deg == (pytest.approx(fmean(yaw for yaw, _ in posed)) if posed else None)
        assert one.share_frontal == (one.frontal / one.posed if posed else None)


def test_facing_falls_with_yaw_and_pitch_as_model_moments_has_it(engine: Engine) -> None:
    angles = [(0.0, 0.0), (22.5, 0.0), (0.0, -15.0), (-22.5, 15.0), (45.0, 0.0), (90.0, 90.0)]
    records = [looking(n, Signals(yaw_deg=yaw, pitch_deg=pitch)) for n, (yaw, pitch) in enumerate(angles)]
    told = gaze_buckets(engine, stored(engine, records), 100)
    wanted = moments.facing([yaw for yaw, _ in angles], [pitch for _, pitch in angles])
    assert [one.facing for one in told] == pytest.approx(wanted.tolist())


def test_a_group_is_by_gaze_state_alone_and_of_enough_people(engine: Engine) -> None:
    open_eyed, closed = Signals(eye_open=0.4, gaze=0.9), Signals(eye_open=0.1, gaze=0.9)
    pair = [looking(0, open_eyed, 1).observations[0], looking(0, closed, 2).observations[0]]
    session_id = stored(engine, [FrameRecord(0, 0, tuple(pair)), looking(1, open_eyed, 3)])
    group = gaze_buckets(engine, session_id, 1000)
    assert [(one.person, one.gaze, one.usable) for one in group] == [
        (None, GazeState.LOOKING, 2),
        (None, GazeState.CLOSED, 1),
    ]
    assert [one.usable for one in gaze_buckets(engine, session_id, 1000, least_people=2)] == [1, 1]
