"""What a download sends: a session's file in pieces, read on the server's worker threads."""

import io
import logging
from collections.abc import Generator, Mapping
from itertools import islice

import pandas as pd
from sqlalchemy import Engine
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from dashboard.export.formats import CSV, EXPORTERS, file_name, pieces
from dashboard.export.formats.columns import LONG_COLUMNS
from dashboard.export.formats.csv_text import csv_pieces
from dashboard.export.formats.face_rows import face_rows
from dashboard.export.formats.facts import dictionary_csv
from dashboard.export.formats.long_table import long_table
from dashboard.export.formats.source import ExportSource
from db.access import Access, Sessions
from db.errors import DatabaseError, SessionNotFoundError
from db.reports import (
    SessionSummary,
    observation_columns,
    participants,
    people,
)
from db.rights.audit import EXPORTED

LOGGER = logging.getLogger(__name__)
PREVIEW_ROWS = 5
GONE = "There is no session {}: it was deleted, or never existed. Go back and choose another."
NO_FORMAT = "There is no format {!r}; there are: {}."
WITHIN = "{} holds its data dictionary within; only a CSV has one beside it. Download the file itself."
OF_PEOPLE = "{} tells of single people, and only the group was asked for. Choose another format."


def rows_left_out(engine: Engine, session: SessionSummary) -> int:
    """How many of the session's rows are of people whom the host left out, and so not in its files."""
    if not any(person.excluded for person in people(engine, session.id)):
        return 0
    everybody = participants(engine, session.id, include_excluded=True)
    return sum(person.faces for person in everybody if person.excluded)


def preview(engine: Engine, session: SessionSummary) -> pd.DataFrame:
    """The first rows of the long CSV, as texts."""
    source = ExportSource.of(engine, session)
    first = observation_columns(engine, session.id, chunk=PREVIEW_ROWS)
    rows = islice(face_rows(first, source.reading, source.heard), 1)
    text = b"".join(csv_pieces(LONG_COLUMNS, (long_table(session, one, source.reading) for one in rows)))
    return pd.read_csv(io.BytesIO(text), dtype=str, keep_default_na=False)


class Download(StreamingResponse):
    """A stream that is closed when its reader goes away: what it lies in is deleted then, not some day."""

    def __init__(
        self, pieces: Generator[bytes, None, None], *, media_type: str, headers: Mapping[str, str]
    ) -> None:
        super().__init__(pieces, media_type=media_type, headers=headers)
        self._pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._pieces.close()


def answer(sessions: Sessions, session_id: int, key: str, least_people: int = 1) -> Response:
    """The response to a request for a session's file; a sentence where there is none."""
    session = _wanted(sessions, session_id, key, least_people)
    if isinstance(session, Response):
        return session
    exporter = EXPORTERS[key]
    sessions.visit(session_id, EXPORTED)
    sent = pieces(sessions.engine, session, key, least_people)
    return Download(sent, media_type=exporter.mime, headers=_headers(file_name(session, exporter.suffix)))


def dictionary(sessions: Sessions, session_id: int, key: str, least_people: int = 1) -> Response:
    """The response to a request for the data dictionary beside a file; a sentence where it is within."""
    session = _wanted(sessions, session_id, key, least_people)
    if isinstance(session, Response):
        return session
    suffix = EXPORTERS[key].dictionary_suffix
    if suffix is None:
        return PlainTextResponse(WITHIN.format(EXPORTERS[key].label), status_code=404)
    told = dictionary_csv(EXPORTERS[key].contents)
    return Response(told, media_type=CSV, headers=_headers(file_name(session, suffix)))


def _wanted(sessions: Sessions, session_id: int, key: str, least_people: int) -> SessionSummary | Response:
    """The session, or the sentence that says why it does not leave in that format."""
    if session_id >= 2**31:
        return PlainTextResponse(GONE.format(session_id), status_code=404)
    if key not in EXPORTERS:
        return PlainTextResponse(NO_FORMAT.format(key, ", ".join(EXPORTERS)), status_code=404)
    if EXPORTERS[key].of_people and least_people > 1:
        return PlainTextResponse(OF_PEOPLE.format(EXPORTERS[key].label), status_code=404)
    try:
        return sessions.get(session_id, Access.GROUP if least_people > 1 else Access.READ)
    except SessionNotFoundError:
        return PlainTextResponse(GONE.format(session_id), status_code=404)
    except DatabaseError as error:
        LOGGER.error("download of session %s: %s", session_id, error)
        return PlainTextResponse(str(error), status_code=503)


def _headers(name: str) -> Mapping[str, str]:
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
