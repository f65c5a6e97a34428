"""What a download sends: a session's file in pieces, read on the server's worker threads."""

import io
import logging
from collections.abc import Iterator
from itertools import islice

import pandas as pd
from sqlalchemy import Engine
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from dashboard.exporters import EXPORTERS, file_name
from dashboard.reading import Reading, stored_reading
from db.errors import DatabaseError, SessionNotFoundError
from db.reports import (
    SessionSummary,
    get_session,
    iter_observations,
    participants,
    people,
    session_settings,
)

LOGGER = logging.getLogger(__name__)
PREVIEW_ROWS = 5
GONE = "There is no session {}: it was deleted, or never existed. Go back and choose another."
NO_FORMAT = "There is no format {!r}; there are: {}."


def pieces(engine: Engine, session: SessionSummary, key: str = "long") -> Iterator[bytes]:
    """The session's file, UTF-8, in order and in bounded memory.

    Raises DatabaseError midway, which breaks the download off, so that a short file never passes for a whole
    one: also when the session is deleted meanwhile.
    """
    exporter = EXPORTERS[key]
    rows = iter_observations(engine, session.id)
    for piece in exporter.pieces(session, rows, reading_of(engine, session)):
        yield piece.encode("utf-8")
    get_session(engine, session.id)


def reading_of(engine: Engine, session: SessionSummary) -> Reading:
    """How the session keeps its engagement to be read."""
    return stored_reading(session_settings(engine, session.id))[0]


def rows_left_out(engine: Engine, session: SessionSummary) -> int:
    """How many of the session's rows are of people whom the host left out, and so not in its files."""
    if not any(person.excluded for person in people(engine, session.id)):
        return 0
    everybody = participants(engine, session.id, include_excluded=True)
    return sum(person.faces for person in everybody if person.excluded)


def preview(engine: Engine, session: SessionSummary, key: str = "long") -> pd.DataFrame:
    """The first rows of the file, as texts."""
    first = islice(iter_observations(engine, session.id, chunk=PREVIEW_ROWS), PREVIEW_ROWS)
    text = "".join(EXPORTERS[key].pieces(session, first, reading_of(engine, session)))
    return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)


def answer(engine: Engine, session_id: int, key: str) -> Response:
    """The response to a request for a session's file; a sentence where there is none."""
    if session_id >= 2**31:
        return PlainTextResponse(GONE.format(session_id), status_code=404)
    if key not in EXPORTERS:
        return PlainTextResponse(NO_FORMAT.format(key, ", ".join(EXPORTERS)), status_code=404)
    try:
        session = get_session(engine, session_id)
    except SessionNotFoundError:
        return PlainTextResponse(GONE.format(session_id), status_code=404)
    except DatabaseError as error:
        LOGGER.error("download of session %s: %s", session_id, error)
        return PlainTextResponse(str(error), status_code=503)
    exporter = EXPORTERS[key]
    headers = {
        "Content-Disposition": f'attachment; filename="{file_name(session, exporter)}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(pieces(engine, session, key), media_type=exporter.mime, headers=headers)
