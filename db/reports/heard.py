"""Reading in which analysed frames a voice was heard."""

from collections.abc import Sequence

from sqlalchemy import Engine, select

from db.measures import between
from db.reports.sessions import read_rows
from db.schema import frame


def voices(
    engine: Engine, session_id: int, start_ms: int = 0, end_ms: int | None = None
) -> Sequence[tuple[int, int]]:
    """Of the frames of [start_ms, end_ms) in which sound was listened to, in order of time: when, in ms, and
    1 where a voice was heard, else 0."""
    inside = between(frame.c.offset_ms, start_ms, end_ms)
    heard = (frame.c.session_id == session_id, frame.c.voice.is_not(None), *inside)
    query = select(frame.c.offset_ms, frame.c.voice).where(*heard).order_by(frame.c.offset_ms)
    return [(offset_ms, voice) for offset_ms, voice in read_rows(engine, query)]
