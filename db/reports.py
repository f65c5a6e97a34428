"""Everything that is read. Plain SQL; a report is one pass over a session's neighbouring rows."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, Select, and_, func, literal, select, tuple_

from db.errors import SessionNotFoundError, database_errors
from db.measures import between, bucket_of, measured, measures, within
from db.rows import OBSERVATION_COLUMNS, observation_from_row
from db.schema import frame, observation, participant, session
from db.summaries import Bucket, FrameBucket, ParticipantSummary, SessionSummary, StoredObservation

__all__ = [
    "Bucket",
    "FrameBucket",
    "ParticipantSummary",
    "SessionSummary",
    "StoredObservation",
    "buckets",
    "frame_buckets",
    "get_session",
    "iter_observations",
    "list_sessions",
    "participants",
]

AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]


def list_sessions(engine: Engine, search: str = "", limit: int = 200) -> list[SessionSummary]:
    """The newest sessions first. `search` is a part of title or kind, any case, no wildcards."""
    query = _summaries().order_by(session.c.started_at.desc(), session.c.id.desc()).limit(limit)
    if term := search.strip():
        query = query.where(
            session.c.title.icontains(term, autoescape=True) | session.c.kind.icontains(term, autoescape=True)
        )
    return [_summary(row) for row in _rows(engine, query)]


def get_session(engine: Engine, session_id: int) -> SessionSummary:
    """One session. Raises SessionNotFoundError."""
    rows = _rows(engine, _summaries().where(session.c.id == session_id))
    if not rows:
        raise SessionNotFoundError(session_id)
    return _summary(rows[0])


def buckets(
    engine: Engine,
    session_id: int,
    bucket_ms: int,
    *,
    start_ms: int = 0,
    end_ms: int | None = None,
    by_track: bool = False,
    min_usable: int = 0,
) -> list[Bucket]:
    """Observations of [start_ms, end_ms) in steps of `bucket_ms`, in time order, per track when asked.

    Steps begin at multiples of `bucket_ms`; a step without a face is left out. An unknown session has none.
    With `min_usable` only frames with so many usable faces at once count.
    """
    where = within(observation, session_id, start_ms, end_ms)
    if min_usable:
        crowded = select(frame.c.frame).where(frame.c.session_id == session_id, frame.c.usable >= min_usable)
        where = and_(where, observation.c.frame.in_(crowded))
    if by_track:
        return _track_buckets(engine, bucket_ms, where)
    return _group_buckets(engine, bucket_ms, where)


def frame_buckets(
    engine: Engine, session_id: int, bucket_ms: int, *, start_ms: int = 0, end_ms: int | None = None
) -> list[FrameBucket]:
    """Analysed frames of [start_ms, end_ms) in steps of `bucket_ms`; a step without a frame is left out."""
    step = bucket_of(frame.c.offset_ms, bucket_ms)
    query = (
        select(
            step * bucket_ms,
            func.count(),
            func.count().filter(frame.c.faces > 0),
            func.count().filter(frame.c.usable > 0),
        )
        .where(frame.c.session_id == session_id, *between(frame.c.offset_ms, start_ms, end_ms))
        .group_by(step)
        .order_by(step)
    )
    return [FrameBucket(*row) for row in _rows(engine, query)]


def participants(
    engine: Engine, session_id: int, *, start_ms: int = 0, end_ms: int | None = None
) -> list[ParticipantSummary]:
    """The tracks seen in [start_ms, end_ms), by track number."""
    track = observation.c.track_id
    query = (
        select(track, func.min(observation.c.offset_ms), func.max(observation.c.offset_ms), *measures())
        .where(within(observation, session_id, start_ms, end_ms))
        .group_by(track)
        .order_by(track)
    )
    name_of = _names(engine, session_id)
    return [
        ParticipantSummary(row[0], name_of.get(row[0]), row[1], row[2], *measured(row[3:]))
        for row in _rows(engine, query)
    ]


def iter_observations(
    engine: Engine, session_id: int, *, start_ms: int = 0, end_ms: int | None = None, chunk: int = 5000
) -> Iterator[StoredObservation]:
    """Observations of [start_ms, end_ms) by frame, then track, `chunk` in memory at a time.

    No connection is held between chunks, so a slow reader is in nobody's way. A session deleted
    meanwhile ends the iteration.
    """
    key = tuple_(observation.c.frame, observation.c.track_id)
    query = (
        select(observation.c.frame, observation.c.offset_ms, *OBSERVATION_COLUMNS)
        .where(within(observation, session_id, start_ms, end_ms))
        .order_by(observation.c.frame, observation.c.track_id)
        .limit(chunk)
    )
    name_of = _names(engine, session_id)
    rows = _rows(engine, query)
    while rows:
        for row in rows:
            seen = observation_from_row(row[2:])
            yield StoredObservation(row[0], row[1], name_of.get(seen.track_id), seen)
        last = tuple_(literal(rows[-1][0]), literal(rows[-1][2]))
        rows = _rows(engine, query.where(key > last))


def _rows(engine: Engine, query: AnySelect) -> Sequence[AnyRow]:
    with database_errors(), engine.connect() as connection:
        return connection.execute(query).all()


def _names(engine: Engine, session_id: int) -> dict[int, str]:
    named = (participant.c.session_id == session_id, participant.c.name.is_not(None))
    return {
        row[0]: row[1]
        for row in _rows(engine, select(participant.c.track_id, participant.c.name).where(*named))
    }


def _summaries() -> AnySelect:
    people = select(func.count()).where(participant.c.session_id == session.c.id).scalar_subquery()
    return select(session, people.label("people"))


def _summary(row: AnyRow) -> SessionSummary:
    values = dict(row._mapping)
    last_ms = values.pop("last_ms")
    if row.ended_at is not None:
        last_ms = (row.ended_at - row.started_at) // timedelta(milliseconds=1)
    return SessionSummary(**values, duration_ms=max(last_ms, 0))


def _track_buckets(engine: Engine, bucket_ms: int, where: ColumnElement[bool]) -> list[Bucket]:
    step, track = bucket_of(observation.c.offset_ms, bucket_ms), observation.c.track_id
    query = (
        select(step * bucket_ms, track, *measures()).where(where).group_by(step, track).order_by(step, track)
    )
    return [_bucket(row[0], row[1], 1, row[2:]) for row in _rows(engine, query)]


def _group_buckets(engine: Engine, bucket_ms: int, where: ColumnElement[bool]) -> list[Bucket]:
    """First per frame, which the stored order gives without sorting, then per step: half the time."""
    per_frame = (
        select(func.min(observation.c.offset_ms).label("offset_ms"), *measures())
        .where(where)
        .group_by(observation.c.session_id, observation.c.frame)
        .subquery()
    )
    step = bucket_of(per_frame.c.offset_ms, bucket_ms)
    sums = [func.sum(column) for column in per_frame.c if column.name != "offset_ms"]
    people = _people(engine, bucket_ms, where)
    rows = _rows(engine, select(step * bucket_ms, *sums).group_by(step).order_by(step))
    return [_bucket(row[0], None, people[row[0]], row[1:]) for row in rows]


def _people(engine: Engine, bucket_ms: int, where: ColumnElement[bool]) -> Counter[int]:
    """Distinct tracks by the start of their step."""
    start = bucket_of(observation.c.offset_ms, bucket_ms) * bucket_ms
    seen = select(start, observation.c.track_id).where(where).distinct()
    return Counter(row[0] for row in _rows(engine, seen))


def _bucket(start_ms: int, track_id: int | None, people: int, row: Sequence[Any]) -> Bucket:
    faces, usable, scores, leads, not_sure = measured(row)
    return Bucket(start_ms, track_id, faces, usable, people, scores, leads, not_sure)
