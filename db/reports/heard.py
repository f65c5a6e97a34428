"""Reading in which analysed frames a voice was heard."""

from collections.abc import Sequence

from sqlalchemy import Engine, select

from db.archive.rows import from_rows, refuse_archived
from db.engine import read_transaction
from db.errors import database_errors
from db.measures import between
from db.schema import frame, session


@from_rows
def voices(
    engine: Engine, session_id: int, start_ms: int = 0, end_ms: int | None = None
) -> Sequence[tuple[int, int]]:
    """Of the frames of [start_ms, end_ms) in which sound was listened to, in order of time: when, in ms, and
    1 where a voice was heard, else 0."""
    inside = between(frame.c.offset_ms, start_ms, end_ms)
    heard = (frame.c.session_id == session_id, frame.c.voice.is_not(None), *inside)
    query = select(frame.c.offset_ms, frame.c.voice).where(*heard).order_by(frame.c.offset_ms)
    with database_errors(), read_transaction(engine) as connection:
        if not connection.execute(select(session.c.sound).where(session.c.id == session_id)).scalar():
            return []
        refuse_archived(connection, session_id, start_ms)
        return [(offset_ms, voice) for offset_ms, voice in connection.execute(query)]
