"""Making the sums: stretch by stretch, each computed while reading and stored in a short transaction.

A stretch is stored only if its frames are still as they were read, so that a crash, a second program at the
same work or a recorder that writes meanwhile costs work and never a wrong figure.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    FunctionFilter,
    case,
    delete,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.sql.functions import FunctionElement

from db.engine import read_transaction, write_transaction
from db.errors import database_errors
from db.inserting import insert_rows
from db.measures import USABLE, bucket_of, rows_of
from db.persons import Roster, read_roster
from db.reports.frames import frame_steps
from db.reports.gaze import SUM_NAMES, gaze_code, gaze_sums
from db.reports.moving import moving_counts
from db.schema import frame, observation, session
from db.sums import CHUNK_MS, EVERYTHING, STEPS_MS, UNUSABLE, WITHOUT_EXCLUDED, Part, depends_on
from db.sums_schema import frame_sum, gaze_sum, summed

CHUNK_ROWS = 20_000
"""Observations that are summed at once: about 0.2 s of reading, and 20 ms in which nobody else can write."""
BEHIND_MS = 10_000
"""So far behind its last frame a session that still runs is summed."""

_KEYS = ("session_id", "kind", "step_ms", "step", "track_id", "state")
_NAMES = [column.name for column in gaze_sum.columns if column.name not in _KEYS]
_SMALLEST: dict[str, Callable[[ColumnElement[int]], ColumnElement[int]]] = {
    "first_ms": func.min,
    "last_ms": func.max,
}
Row = tuple[Any, ...]
AnyRow = Sequence[Any]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What was read of [start_ms, end_ms), and what must not have changed until it is stored."""

    start_ms: int
    end_ms: int
    who: str
    seal: AnyRow
    gazes: list[Row]
    frames: list[Row]


def sum_next(engine: Engine, session_id: int, kind: int = EVERYTHING) -> bool:
    """Sum the next stretch of the session. False when there is nothing left to sum (or to sum yet).

    True also when the stretch had to be given up because somebody wrote to it. Raises DatabaseError.
    """
    with database_errors():
        with read_transaction(engine) as connection:
            stretch = _read(connection, session_id, kind)
        if stretch is None:
            return False
        with write_transaction(engine) as connection:
            _store(connection, session_id, kind, stretch)
    return True


def _read(connection: Connection, session_id: int, kind: int) -> _Stretch | None:
    columns = (session.c.last_ms, session.c.ended_at, session.c.faces, session.c.archive)
    found = connection.execute(select(*columns).where(session.c.id == session_id)).first()
    if found is None or not found.faces or found.archive is not None:
        return None
    last_ms = found.last_ms + CHUNK_MS if found.ended_at else found.last_ms - BEHIND_MS
    until_ms = last_ms // CHUNK_MS * CHUNK_MS
    who = read_roster(connection, session_id)
    depends = depends_on(who, kind)
    start_ms = _begun(connection, session_id, kind, depends) or 0
    if start_ms >= until_ms:
        return None
    chunks = max(1, int(CHUNK_ROWS / found.faces * (found.last_ms + 1) / CHUNK_MS))
    end_ms = min(until_ms, start_ms + chunks * CHUNK_MS)
    part = Part(0, start_ms, end_ms)
    gazes = [] if kind == WITHOUT_EXCLUDED else _gazes(connection, who, session_id, part, kind)
    frames = [] if kind > EVERYTHING else _frames(connection, who, session_id, part, kind)
    seal = _seal(connection, session_id, start_ms, end_ms)
    return _Stretch(start_ms, end_ms, depends, seal, gazes, frames)


def _begun(connection: Connection, session_id: int, kind: int, depends: str) -> int | None:
    this = (summed.c.session_id == session_id, summed.c.kind == kind, summed.c.who == depends)
    until_ms: int | None = connection.execute(select(summed.c.until_ms).where(*this)).scalar()
    return until_ms


def _seal(connection: Connection, session_id: int, start_ms: int, end_ms: int) -> AnyRow:
    """Changes with every frame that is added, and with every face that is deleted."""
    inside = (frame.c.session_id == session_id, frame.c.offset_ms >= start_ms, frame.c.offset_ms < end_ms)
    return tuple(connection.execute(select(func.count(), func.sum(frame.c.faces)).where(*inside)).one())


def _gazes(connection: Connection, who: Roster, session_id: int, part: Part, kind: int) -> list[Row]:
    """Rows of `gaze_sum` in the shortest steps."""
    step_ms, state = STEPS_MS[0], case((USABLE, gaze_code()), else_=UNUSABLE)
    step, track = bucket_of(observation.c.offset_ms, step_ms), observation.c.track_id
    rows = rows_of(
        who, session_id, part.start_ms, part.end_ms, include_excluded=kind == EVERYTHING, least_people=kind
    )
    query = rows.select(step, track, state, *_columns()).group_by(step, track, state)
    moving: dict[Row, int] = {}
    if kind == EVERYTHING:
        assert part.end_ms is not None
        counted = moving_counts(session_id, part.start_ms, part.end_ms, step_ms)
        moving = {tuple(row[:3]): row[3] for row in connection.execute(counted)}
    at = 3 + _NAMES.index("moving")
    found = connection.execute(query.order_by(step, track, state))
    return [
        (session_id, kind, step_ms, *row[:at], moving.get(tuple(row[:3]), 0), *row[at + 1 :]) for row in found
    ]


def _columns() -> list[ColumnElement[Any]]:
    """In the order of the table; scores, leads and angles of usable observations alone."""
    at_ms, unflagged = observation.c.offset_ms, observation.c.flags == 0
    eye, gaze = observation.c.eye_open, observation.c.gaze
    told: dict[str, ColumnElement[Any]] = {
        name: _of_usable(one) for name, one in zip(SUM_NAMES, gaze_sums(), strict=True)
    }
    told |= {"first_ms": func.min(at_ms), "last_ms": func.max(at_ms), "faces": func.count()}
    told |= {"moving": literal(0), "unflagged": func.count().filter(unflagged)}
    told |= {"eye_known": func.count(eye).filter(unflagged), "gaze_known": func.count(gaze).filter(unflagged)}
    told |= {"eye_open": func.sum(eye).filter(unflagged), "gaze": func.sum(gaze).filter(unflagged)}
    return [told[name] for name in _NAMES]


def _of_usable(one: ColumnElement[Any]) -> ColumnElement[Any]:
    if isinstance(one, FunctionFilter):
        return one.filter(USABLE)
    assert isinstance(one, FunctionElement)
    return one.filter(USABLE)


def _frames(connection: Connection, who: Roster, session_id: int, part: Part, kind: int) -> list[Row]:
    found = connection.execute(frame_steps(who, session_id, STEPS_MS[0], part, kind))
    # PostgreSQL gives sums of sums as decimals.
    return [(session_id, kind, STEPS_MS[0], *map(int, row)) for row in found]


def _store(connection: Connection, session_id: int, kind: int, stretch: _Stretch) -> None:
    """Unless something of it has changed: the next stretch begins with it again then."""
    # The session's row is locked first, as whoever writes frames does; SQLite has locked everything.
    lock = select(session.c.id).where(session.c.id == session_id).with_for_update()
    if connection.execute(lock).first() is None:
        return
    if depends_on(read_roster(connection, session_id), kind) != stretch.who:
        return
    begun = _begun(connection, session_id, kind, stretch.who)
    if (begun or 0) != stretch.start_ms:  # another program was quicker
        return
    if _seal(connection, session_id, stretch.start_ms, stretch.end_ms) != stretch.seal:
        return
    if begun is None:  # those of other people than there are now
        for table in (gaze_sum, frame_sum):
            connection.execute(delete(table).where(table.c.session_id == session_id, table.c.kind == kind))
    insert_rows(connection, gaze_sum, stretch.gazes)
    insert_rows(connection, frame_sum, stretch.frames)
    for step_ms, longer_ms in pairwise(STEPS_MS):
        _lengthen(connection, (session_id, kind), stretch, step_ms, longer_ms)
    connection.execute(delete(summed).where(summed.c.session_id == session_id, summed.c.kind == kind))
    insert_rows(connection, summed, [(session_id, kind, stretch.who, stretch.end_ms)])


def _lengthen(
    connection: Connection, of: tuple[int, int], stretch: _Stretch, step_ms: int, longer_ms: int
) -> None:
    """Longer steps from shorter ones, of the stretch."""
    for table, keys in ((gaze_sum, ("track_id", "state")), (frame_sum, ())):
        step = table.c.step // (longer_ms // step_ms)
        groups = [step, *(table.c[key] for key in keys)]
        first, last = stretch.start_ms // step_ms, stretch.end_ms // step_ms - 1
        names = [column.name for column in table.columns if column.name not in _KEYS]
        sums = [_SMALLEST.get(name, func.sum)(table.c[name]) for name in names]
        of_kind = (table.c.session_id == of[0], table.c.kind == of[1], table.c.step_ms == step_ms)
        longer = select(*map(literal, (*of, longer_ms)), *groups, *sums)
        longer = longer.where(*of_kind, table.c.step.between(first, last)).group_by(*groups)
        connection.execute(insert(table).from_select([column.name for column in table.columns], longer))
