"""Reading in which analysed frames a voice was heard."""

from collections.abc import Sequence
from math import inf

from sqlalchemy import Engine, select

from db.archive.rows import ArchivedError, columns_in_file, refuse_archived
from db.engine import read_transaction
from db.errors import database_errors
from db.measures import between
from db.schema import frame, session

Voices = Sequence[tuple[int, int]]


def voices(engine: Engine, session_id: int, start_ms: int = 0, end_ms: int | None = None) -> Voices:
    """Of the frames of [start_ms, end_ms) in which sound was listened to, in order of time: when, in ms, and
    1 where a voice was heard, else 0.

    Of an archived session they are read in its file: for two columns of it nothing is brought back. Raises
    ArchiveError where that file cannot be read, DatabaseError.
    """
    while True:
        try:
            return _stored(engine, session_id, start_ms, end_ms)
        except ArchivedError:
            rows = columns_in_file(engine, session_id, frame, (frame.c.offset_ms.name, frame.c.voice.name))
        if rows is not None:  # else somebody has brought it back
            before_ms = inf if end_ms is None else end_ms
            return [row for row in rows if row[1] is not None and start_ms <= row[0] < before_ms]


def _stored(engine: Engine, session_id: int, start_ms: int, end_ms: int | None) -> Voices:
    inside = between(frame.c.offset_ms, start_ms, end_ms)
    heard = (frame.c.session_id == session_id, frame.c.voice.is_not(None), *inside)
    query = select(frame.c.offset_ms, frame.c.voice).where(*heard).order_by(frame.c.offset_ms)
    with database_errors(), read_transaction(engine) as connection:
        if not connection.execute(select(session.c.sound).where(session.c.id == session_id)).scalar():
            return []
        refuse_archived(connection, session_id, start_ms)
        return [(offset_ms, voice) for offset_ms, voice in connection.execute(query)]
