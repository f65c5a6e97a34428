"""Head and eye signals as they were stored: one person's series, and their means by time step."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Engine, func, literal, select

from db.engine import read_transaction
from db.errors import database_errors
from db.measures import bucket_of, rows_of, within
from db.persons import belongs_to, read_roster
from db.schema import observation
from db.summaries import SignalBucket, SignalSeries

_NAMES = ("yaw_deg", "pitch_deg", "roll_deg", "eye_open", "gaze", "mouth_open")
_SIGNALS = [observation.c[name] for name in _NAMES]


def signals(
    engine: Engine,
    session_id: int,
    person: int,
    start_ms: int = 0,
    end_ms: int | None = None,
    *,
    most: int | None = None,
) -> SignalSeries:
    """Everything stored of one person in [start_ms, end_ms), in time order; empty for somebody unknown.

    With `most`, evenly chosen instants, at most so many: for drawing, not for gestures, which are faster.
    Raises ValueError when `most` is not positive.
    """
    if most is not None and most < 1:
        raise ValueError(f"wanted at least 1 instant, got {most}")
    with database_errors(), read_transaction(engine) as connection:
        theirs = belongs_to(observation, read_roster(connection, session_id).pieces(person))
        where = within(observation, session_id, start_ms, end_ms) & theirs
        columns = [observation.c.offset_ms, *_SIGNALS, observation.c.flags]
        order = (observation.c.frame, observation.c.track_id)
        query = select(*columns).where(where).order_by(*order)
        if most is not None:
            counted = select(func.count()).select_from(observation).where(where)
            every = max(1, -(-connection.execute(counted).scalar_one() // most))
            part = query.order_by(None).add_columns(func.row_number().over(order_by=order).label("row"))
            told = part.subquery()
            kept = select(*(told.c[column.name] for column in columns))
            query = kept.where((told.c.row - 1) % every == 0).order_by(told.c.row)
        rows = connection.execute(query).all()
    return SignalSeries(*(zip(*rows, strict=True) if rows else [()] * len(columns)))


def signal_buckets(
    engine: Engine,
    session_id: int,
    bucket_ms: int,
    start_ms: int = 0,
    end_ms: int | None = None,
    *,
    by_person: bool = False,
    include_excluded: bool = False,
) -> list[SignalBucket]:
    """Means of the signals by time step and, when asked, person; only of observations without a flag.

    Scores are not asked for, so a session of presence only has them too.
    """
    step = bucket_of(observation.c.offset_ms, bucket_ms)
    mouth = observation.c.mouth_open
    with database_errors(), read_transaction(engine) as connection:
        who = read_roster(connection, session_id)
        rows = rows_of(who, session_id, start_ms, end_ms, include_excluded=include_excluded)
        person: ColumnElement[Any] = rows.person if by_person else literal(None)
        groups = (step, rows.person) if by_person else (step,)
        means = [func.avg(signal) for signal in _SIGNALS]
        query = rows.select(step * bucket_ms, person, func.count(), *means, func.avg(mouth * mouth))
        found = connection.execute(
            query.where(observation.c.flags == 0).group_by(*groups).order_by(*groups)
        ).all()
    return [_bucket(row) for row in found]


def _bucket(row: Sequence[Any]) -> SignalBucket:
    mouth_open, mouth_squared = row[8], row[9]
    spread = None if mouth_open is None else max(0.0, mouth_squared - mouth_open**2) ** 0.5
    told = (*row[:9], spread)
    return SignalBucket(*told)
