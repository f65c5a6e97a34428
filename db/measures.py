"""The SQL that reports share: ranges, time steps, and the sums that become means and counts."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, func, select

from db.schema import frame, observation
from db.summaries import Counts, MeanScores
from model.emotions import EMOTIONS

_SCORES = [observation.c[emotion.value] for emotion in EMOTIONS]
_USABLE = and_(observation.c.flags == 0, _SCORES[0].is_not(None))  # Observation.usable, in SQL
_N = len(EMOTIONS)


def bucket_of(offset_ms: ColumnElement[int], bucket_ms: int) -> ColumnElement[int]:
    """The number of the time step. Raises ValueError for a step that is not positive."""
    if bucket_ms < 1:
        raise ValueError(f"wanted a time step of at least 1 ms, got {bucket_ms}")
    return offset_ms // bucket_ms


def between(offset_ms: ColumnElement[int], start_ms: int, end_ms: int | None) -> list[ColumnElement[bool]]:
    """start_ms <= offset_ms < end_ms; conditions that hold for every row are left out."""
    conditions = []
    if start_ms > 0:
        conditions.append(offset_ms >= start_ms)
    if end_ms is not None:
        conditions.append(offset_ms < end_ms)
    return conditions


def within(table: FromClause, session_id: int, start_ms: int, end_ms: int | None) -> ColumnElement[bool]:
    """Rows of one session in [start_ms, end_ms).

    `frame` has an index by time, `observation` is stored by frame number: the frames in the range
    say which stretch of the observations to read.
    """
    conditions = between(table.c.offset_ms, start_ms, end_ms)
    if conditions:
        inside = (frame.c.session_id == session_id, *between(frame.c.offset_ms, start_ms, end_ms))
        first = select(func.min(frame.c.frame)).where(*inside).scalar_subquery()
        last = select(func.max(frame.c.frame)).where(*inside).scalar_subquery()
        conditions.append(table.c.frame.between(first, last))
    return and_(table.c.session_id == session_id, *conditions)


def measures() -> list[ColumnElement[Any]]:
    """Sums over the grouped observations, in the order measured() reads; all may be summed again."""
    leads = [func.count().filter(_USABLE, observation.c.leading == index) for index in range(_N)]
    return [
        func.count().label("faces"),
        func.count().filter(_USABLE).label("usable"),
        *(func.sum(score).filter(_USABLE).label(score.name) for score in _SCORES),
        *(lead.label(f"lead_{index}") for index, lead in enumerate(leads)),
    ]


def measured(row: Sequence[Any]) -> tuple[int, int, MeanScores, Counts, int]:
    """Faces, usable, mean scores, leads and not sure, from a row of measures()."""
    faces, usable = int(row[0]), int(row[1])
    means = tuple(float(total) / usable if usable else None for total in row[2 : 2 + _N])
    leads = tuple(int(count) for count in row[2 + _N : 2 + 2 * _N])
    return faces, usable, means, leads, usable - sum(leads)
