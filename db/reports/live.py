"""Frames of a running session as they come in, for whoever follows it from another server."""

from itertools import groupby

from sqlalchemy import Engine, func, select

from db.engine import read_transaction
from db.errors import database_errors
from db.reports.sessions import read_rows
from db.rows import OBSERVATION_COLUMNS, observation_from_row
from db.schema import frame, observation, session
from model.observations import FrameRecord

NONE_YET = -1


def first_within(engine: Engine, session_id: int, last_ms: int) -> int:
    """The frame before the last `last_ms` of the session; NONE_YET where all of it lies within."""
    at_ms = frame.c.offset_ms
    newest = select(func.max(at_ms)).where(frame.c.session_id == session_id).scalar_subquery()
    older = select(func.max(frame.c.frame)).where(frame.c.session_id == session_id, at_ms < newest - last_ms)
    [[found]] = read_rows(engine, older)
    return NONE_YET if found is None else int(found)


def frames_after(engine: Engine, session_id: int, after: int) -> list[FrameRecord]:
    """The frames that follow the frame numbered `after`, in order; none of a session that is not there."""
    with database_errors(), read_transaction(engine) as connection:
        later = (frame.c.session_id == session_id, frame.c.frame > after)
        frames = connection.execute(
            select(frame.c.frame, frame.c.offset_ms, frame.c.voice).where(*later).order_by(frame.c.frame)
        ).all()
        if not frames:
            return []
        seen = (
            observation.c.session_id == session_id,
            observation.c.frame.between(frames[0][0], frames[-1][0]),
        )
        columns = select(observation.c.frame, *OBSERVATION_COLUMNS).where(*seen)
        rows = connection.execute(columns.order_by(observation.c.frame, observation.c.track_id)).all()
    faces = {
        number: tuple(observation_from_row(row[1:]) for row in group)
        for number, group in groupby(rows, key=lambda row: int(row[0]))
    }
    return [
        FrameRecord(number, at_ms, faces.get(number, ()), voice=None if voice is None else bool(voice))
        for number, at_ms, voice in frames
    ]


def group_only_from(engine: Engine, session_id: int) -> int | None:
    """The least usable people with whom the running session's host shows the group alone; None: individuals
    are shown, too, or there is no such session."""
    rows = read_rows(engine, select(session.c.group_only_from).where(session.c.id == session_id))
    return rows[0][0] if rows else None
