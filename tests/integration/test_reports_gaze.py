"""Gaze states and signals: SQL against the same sums written in Python."""

from collections.abc import Iterator
from pathlib import Path
from statistics import fmean, pstdev

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from db import reports_gaze
from db.reports import GazeBucket, SignalSeries, gaze_buckets, signal_buckets, signals
from db.store import Store
from model import moments
from model.emotions import EMOTIONS
from model.observations import FrameRecord, GazeState, Observation, QualityFlag, Signals
from tests.made_records import EDGES, RANGES, sessions
from tests.storage import new_session, observation, open_file

CHECK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
STATES = list(GazeState)
NAMES = ("yaw_deg", "pitch_deg", "roll_deg", "eye_open", "gaze", "mouth_open")
Key = tuple[int, int, int]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_file(Path(tmp_path_factory.mktemp("gaze")) / "attune.db")
    yield engine
    engine.dispose()


def stored(engine: Engine, records: list[FrameRecord]) -> int:
    store = Store(engine)
    session_id = store.start_session(new_session())
    store.write_frames(session_id, records)
    return session_id


def looking(number: int, signals: Signals, track_id: int = 1) -> FrameRecord:
    scores = (0.1, 0.2, 0.3, 0.1, 0.1, 0.1, 0.1)
    seen = Observation(track_id, (0.0, 0.0, 9.0, 9.0), 0.9, scores=scores, signals=signals)
    return FrameRecord(number, number * 100, (seen,))


def test_a_head_is_frontal_and_facing_as_the_definitions_say() -> None:
    names = ("FRONTAL_WITHIN_DEG", "FACING_ENDS_YAW_DEG", "FACING_ENDS_PITCH_DEG")
    assert [getattr(reports_gaze, name) for name in names] == [getattr(moments, name) for name in names]


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
    assert [one.usable for one in gaze_buckets(engine, session_id, 1000, min_usable=2)] == [1, 1]


@CHECK
@given(records=sessions(), step_ms=st.integers(1, 3000))
def test_mean_signals_are_over_what_was_measured_without_a_flag(
    engine: Engine, records: list[FrameRecord], step_ms: int
) -> None:
    groups: dict[int, list[Signals]] = {}
    for record in records:
        for seen in (one for one in record.observations if not one.flags):
            groups.setdefault(record.offset_ms // step_ms * step_ms, []).append(seen.signals)
    told = signal_buckets(engine, stored(engine, records), step_ms)
    assert [(one.start_ms, one.unflagged) for one in told] == [(s, len(groups[s])) for s in sorted(groups)]
    for one in told:
        for name in NAMES:
            known = [value for s in groups[one.start_ms] if (value := getattr(s, name)) is not None]
            mean = getattr(one, name)
            assert mean == (pytest.approx(fmean(known), abs=1e-9) if known else None)
        if known:  # the last name is the mouth
            assert one.mouth_spread == pytest.approx(pstdev(known), abs=1e-6)


def test_a_series_holds_everything_of_one_person_and_its_flags(engine: Engine) -> None:
    seen = [Signals(float(n), -1.0, None, 0.3, 0.5, n / 10) for n in range(4)]
    turned = Signals(yaw_deg=80.0)
    flagged = Observation(1, (0.0, 0.0, 9.0, 9.0), 0.9, QualityFlag.TURNED_AWAY, signals=turned)
    records = [looking(number, one) for number, one in enumerate(seen)]
    session_id = stored(engine, [*records, FrameRecord(4, 450, (flagged, observation(2)))])
    told = signals(engine, session_id, 1, 100)
    assert told == SignalSeries(
        offset_ms=(100, 200, 300, 450),
        yaw_deg=(1.0, 2.0, 3.0, 80.0),
        pitch_deg=(-1.0, -1.0, -1.0, None),
        roll_deg=(None,) * 4,
        eye_open=(0.3, 0.3, 0.3, None),
        gaze=(0.5, 0.5, 0.5, None),
        mouth_open=(0.1, 0.2, 0.3, None),
        flags=(0, 0, 0, 16),
    )
    assert signals(engine, session_id, 9) == SignalSeries(*[()] * 8)


@pytest.mark.parametrize(
    ("most", "kept"), [(1, [0]), (4, [0, 3, 6, 9]), (9, [0, 2, 4, 6, 8]), (10, range(10)), (99, range(10))]
)
def test_a_series_is_thinned_evenly_to_at_most_so_many(most: int, kept: list[int], engine: Engine) -> None:
    session_id = stored(engine, [looking(number, Signals()) for number in range(10)])
    assert signals(engine, session_id, 1, most=most).offset_ms == tuple(100 * number for number in kept)


def test_no_instant_at_all_is_refused(engine: Engine) -> None:
    with pytest.raises(ValueError, match="got 0"):
        signals(engine, 1, 1, most=0)
