"""The SQL that reports share: whose rows, ranges, time steps, and the sums that become means and counts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, select

from db.persons import Roster
from db.schema import frame, observation, tracklet
from db.summaries import Counts, MeanScores
from model.emotions import EMOTIONS
from model.observations import UNREADABLE

SCORES = [observation.c[emotion.value] for emotion in EMOTIONS]
USABLE = and_(  # Observation.usable, in SQL
    observation.c.flags.bitwise_and(UNREADABLE) == 0, SCORES[0].is_not(None)
)
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


@dataclass(frozen=True)
class Rows:
    """The observations a report reads: FROM `source` WHERE `where`; `person` is whose each of them is."""

    source: FromClause
    person: ColumnElement[int]
    where: ColumnElement[bool]

    def select(self, *columns: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
        return select(*columns).select_from(self.source).where(self.where)

    def without(self, people: Collection[int]) -> "Rows":
        """Those of everybody else."""
        if not people:
            return self
        return Rows(self.source, self.person, and_(self.where, self.person.not_in(sorted(people))))


def rows_of(
    roster: Roster,
    session_id: int,
    start_ms: int,
    end_ms: int | None,
    *,
    include_excluded: bool = False,
    least_people: int = 0,
) -> Rows:
    """The session's observations in [start_ms, end_ms), without those of people who are left out.

    With `least_people` only frames in which so many people were usable at once.
    """
    rows = _looked_up(roster, within(observation, session_id, start_ms, end_ms))
    excluded = frozenset[int]() if include_excluded else roster.excluded
    rows = rows.without(excluded)
    if not least_people:
        return rows
    if roster.merged or excluded:
        crowded = _crowded(rows, least_people)
    else:  # as frame.usable counts them
        inside = (frame.c.session_id == session_id, *between(frame.c.offset_ms, start_ms, end_ms))
        crowded = select(frame.c.frame).where(*inside, frame.c.usable >= least_people)
    return Rows(rows.source, rows.person, and_(rows.where, observation.c.frame.in_(crowded)))


def _looked_up(roster: Roster, where: ColumnElement[bool]) -> Rows:
    """A session in which nobody was merged or split, the usual case, needs no look-up."""
    if not roster.merged:
        return Rows(observation, observation.c.track_id, where)
    theirs = and_(
        tracklet.c.session_id == observation.c.session_id,
        tracklet.c.track_id == observation.c.track_id,
        tracklet.c.from_ms <= observation.c.offset_ms,
        tracklet.c.until_ms > observation.c.offset_ms,
        tracklet.c.person != tracklet.c.track_id,
    )
    # An outer join, for SQLite then keeps reading the observations in their stored order.
    person = func.coalesce(tracklet.c.person, observation.c.track_id)
    return Rows(observation.outerjoin(tracklet, theirs), person, where)


def _crowded(rows: Rows, least_people: int) -> Select[*tuple[Any, ...]]:
    per_frame = rows.select(observation.c.frame).where(USABLE)
    return per_frame.group_by(observation.c.session_id, observation.c.frame).having(
        func.count(rows.person.distinct()) >= least_people
    )


def measures() -> list[ColumnElement[Any]]:
    """Sums over the grouped observations, in the order measured() reads; all may be summed again."""
    leads = [func.count().filter(USABLE, observation.c.leading == index) for index in range(_N)]
    return [
        func.count().label("faces"),
        func.count().filter(USABLE).label("usable"),
        *(func.sum(score).filter(USABLE).label(score.name) for score in SCORES),
        *(lead.label(f"lead_{index}") for index, lead in enumerate(leads)),
    ]


def measured(row: Sequence[Any]) -> tuple[int, int, MeanScores, Counts, int]:
    """Faces, usable, mean scores, leads and not sure, from a row of measures()."""
    faces, usable = int(row[0]), int(row[1])
    means = tuple(float(total) / usable if usable else None for total in row[2 : 2 + _N])
    leads = tuple(int(count) for count in row[2 + _N : 2 + 2 * _N])
    return faces, usable, means, leads, usable - sum(leads)
