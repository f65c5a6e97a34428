"""Downloads of any size: a route of the web server that sends a session while it reads it.

`st.download_button` holds the whole file in memory, also with a callable. A route given to `st.App` goes
through uvicorn's flow control instead, so that neither a long session nor a slow reader costs memory. Runs on
the server's worker threads, never on a page's script thread.
"""

import io
import logging
from collections.abc import Callable, Iterator
from itertools import islice

import pandas as pd
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from dashboard.exporters import EXPORTERS, file_name
from db.errors import DatabaseError, SessionNotFoundError
from db.reports import SessionSummary, get_session, iter_observations

LOGGER = logging.getLogger(__name__)
PATH = "/download/{session_id:int}/{key}"
PREVIEW_ROWS = 5
GONE = "There is no session {}: it was deleted, or never existed. Go back and choose another."
NO_FORMAT = "There is no format {!r}; there are: {}."


def address(session_id: int, key: str = "long") -> str:
    """Where a session's file is, relative to any page."""
    return f"download/{session_id}/{key}"


def download_routes(database: Callable[[], Engine]) -> list[Route]:
    """The routes to give to `st.App`; `database` is asked at each download."""

    def download(request: Request) -> Response:
        return _answer(database(), request.path_params["session_id"], request.path_params["key"])

    return [Route(PATH, download, methods=["GET"])]


def pieces(engine: Engine, session: SessionSummary, key: str = "long") -> Iterator[bytes]:
    """The session's file, UTF-8, in order and in bounded memory.

    Raises DatabaseError midway, which breaks the download off, so that a short file never passes for a whole
    one: also when the session is deleted meanwhile.
    """
    exporter = EXPORTERS[key]
    for piece in exporter.pieces(session, iter_observations(engine, session.id)):
        yield piece.encode("utf-8")
    get_session(engine, session.id)


def preview(engine: Engine, session: SessionSummary, key: str = "long") -> pd.DataFrame:
    """The first rows of the file, as texts."""
    first = islice(iter_observations(engine, session.id, chunk=PREVIEW_ROWS), PREVIEW_ROWS)
    text = "".join(EXPORTERS[key].pieces(session, first))
    return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)


def _answer(engine: Engine, session_id: int, key: str) -> Response:
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
