"""SQL against the same sums written in Python, over sessions that hypothesis makes up."""

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from db.reports import Bucket, ParticipantSummary, frame_buckets, iter_observations, participants
from db.store import Store
from model.emotions import EMOTIONS
from model.observations import FrameRecord, Observation
from tests.made.postgresql import BOTH, opened
from tests.made.records import RANGES, sessions
from tests.made.storage import new_session

Seen = tuple[int, Observation]


@pytest.fixture(scope="module", params=BOTH)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with opened(request.param, tmp_path_factory.mktemp("reports") / "attune.db") as engine:
        yield engine


def stored(engine: Engine, records: list[FrameRecord]) -> int:
    store = Store(engine)
    session_id = store.start_session(new_session())
    store.write_frames(session_id, records)
    return session_id


def seen_within(records: list[FrameRecord], start_ms: int, end_ms: int | None) -> Iterator[Seen]:
    for record in records:
        if record.offset_ms >= start_ms and (end_ms is None or record.offset_ms < end_ms):
            yield from (
                (record.offset_ms, one) for one in sorted(record.observations, key=lambda o: o.track_id)
            )


def expected(start_ms: int, track_id: int | None, seen: Iterable[Observation]) -> Bucket:
    faces = list(seen)
    usable = [one for one in faces if one.usable]
    columns = list(zip(*(one.scores or () for one in usable), strict=True))
    return Bucket(
        start_ms,
        track_id,
        len(faces),
        len(usable),
        len({one.track_id for one in faces}),
        tuple(sum(column) / len(usable) for column in columns) or (None,) * 7,
        tuple(sum(one.leading == emotion for one in usable) for emotion in EMOTIONS),
        sum(one.leading is None for one in usable),
    )


def same(told: Bucket | ParticipantSummary, wanted: Bucket) -> bool:
    counts = [(one.faces, one.usable, one.leads, one.not_sure) for one in (told, wanted)]
    if None in wanted.scores:
        return counts[0] == counts[1] and told.scores == wanted.scores
    return counts[0] == counts[1] and told.scores == pytest.approx(wanted.scores)


CHECK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@CHECK
@given(records=sessions(), span=RANGES, chunk=st.integers(1, 12))
def test_a_range_streams_what_lies_in_it(
    engine: Engine, records: list[FrameRecord], span: tuple[int, int | None], chunk: int
) -> None:
    start_ms, end_ms = span
    session_id = stored(engine, records)
    told = iter_observations(engine, session_id, start_ms=start_ms, end_ms=end_ms, chunk=chunk)
    assert [(one.offset_ms, one.observation) for one in told] == list(seen_within(records, start_ms, end_ms))


@CHECK
@given(records=sessions(), span=RANGES)
def test_participants_are_what_python_would_sum(
    engine: Engine, records: list[FrameRecord], span: tuple[int, int | None]
) -> None:
    start_ms, end_ms = span
    tracks: dict[int, list[Seen]] = {}
    for offset_ms, seen in seen_within(records, start_ms, end_ms):
        tracks.setdefault(seen.track_id, []).append((offset_ms, seen))
    told = participants(engine, stored(engine, records), start_ms=start_ms, end_ms=end_ms)
    assert [one.person for one in told] == sorted(tracks)
    for one in told:
        seen_here = tracks[one.person]
        assert (one.first_ms, one.last_ms) == (seen_here[0][0], seen_here[-1][0])
        assert same(one, expected(0, None, [seen for _, seen in seen_here]))


@CHECK
@given(records=sessions(), bucket_ms=st.integers(1, 3000))
def test_frame_steps_add_up_to_the_session(
    engine: Engine, records: list[FrameRecord], bucket_ms: int
) -> None:
    told = frame_buckets(engine, stored(engine, records), bucket_ms)
    assert sum(one.frames for one in told) == len(records)
    assert sum(one.frames_with_face for one in told) == sum(bool(one.observations) for one in records)
    assert sum(one.frames_usable for one in told) == sum(
        any(seen.usable for seen in one.observations) for one in records
    )
    assert [one.start_ms for one in told] == sorted({r.offset_ms // bucket_ms * bucket_ms for r in records})
