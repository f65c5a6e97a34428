"""Analysed frames by time step: how many there are, and how many show a face."""

from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, FromClause, Select, func, select

from db.archive.rows import from_rows
from db.engine import read_transaction
from db.errors import database_errors
from db.measures import USABLE, Rows, between, bucket_of, rows_of
from db.persons import Roster, read_roster
from db.schema import frame, observation
from db.summaries import Counts, FrameBucket
from db.sums import EVERYTHING, WITHOUT_EXCLUDED, Part, folded, parts_of, stored_in
from db.sums_schema import frame_sum


@from_rows
def frame_buckets(
    engine: Engine,
    session_id: int,
    bucket_ms: int,
    *,
    start_ms: int = 0,
    end_ms: int | None = None,
    include_excluded: bool = False,
) -> list[FrameBucket]:
    """Analysed frames of [start_ms, end_ms) in steps of `bucket_ms`; a step without a frame is left out.

    A frame that shows only excluded people counts as one without a face.
    """
    with database_errors(), read_transaction(engine) as connection:
        who = read_roster(connection, session_id)
        kind = WITHOUT_EXCLUDED if who.excluded and not include_excluded else EVERYTHING
        parts = parts_of(connection, session_id, who, (start_ms, end_ms), kind=kind, bucket_ms=bucket_ms)
        read = partial(_read, connection, who, session_id, bucket_ms, kind=kind)
        found = [read(part=part) for part in parts]
    return [FrameBucket(*map(int, row)) for row in folded(found, 1)]


def frame_steps(
    who: Roster, session_id: int, step_ms: int, part: Part, kind: int
) -> Select[*tuple[Any, ...]]:
    """Number of the step, frames, with a face, with a usable face, faces and usable ones, from the frames."""
    source: FromClause = frame
    faces: ColumnElement[int] = frame.c.faces
    usable: ColumnElement[int] = frame.c.usable
    if kind == WITHOUT_EXCLUDED:
        source, faces, usable = _recounted(rows_of(who, session_id, part.start_ms, part.end_ms))
    step = bucket_of(frame.c.offset_ms, step_ms)
    inside = between(frame.c.offset_ms, part.start_ms, part.end_ms)
    return (
        select(
            step.label("step"),
            func.count(),
            func.count().filter(faces > 0),
            func.count().filter(usable > 0),
            func.coalesce(func.sum(faces), 0),
            func.coalesce(func.sum(usable), 0),
        )
        .select_from(source)
        .where(frame.c.session_id == session_id, *inside)
        .group_by(step)
        .order_by(step)
    )


def _read(
    connection: Connection, who: Roster, session_id: int, bucket_ms: int, *, part: Part, kind: int
) -> list[Counts]:
    if part.step_ms:
        step = frame_sum.c.step // (bucket_ms // part.step_ms)
        names = ("frames", "with_face", "with_usable", "faces", "usable")
        query = select(step, *(func.sum(frame_sum.c[name]) for name in names))
        query = query.where(stored_in(frame_sum, session_id, kind, part)).group_by(step).order_by(step)
    else:
        query = frame_steps(who, session_id, bucket_ms, part, kind)
    return [(row[0] * bucket_ms, *row[1:]) for row in connection.execute(query)]


def _recounted(rows: Rows) -> tuple[FromClause, ColumnElement[int], ColumnElement[int]]:
    """The frames with the faces and usable faces of `rows` alone, NULL without any."""
    per_frame = (
        rows.select(
            observation.c.frame, func.count().label("faces"), func.count().filter(USABLE).label("usable")
        )
        .group_by(observation.c.session_id, observation.c.frame)
        .subquery()
    )
    source = frame.outerjoin(per_frame, per_frame.c.frame == frame.c.frame)
    return source, per_frame.c.faces, per_frame.c.usable
