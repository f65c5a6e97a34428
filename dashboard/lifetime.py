"""From the server's start to its end: what it is told, what begins without a visitor, what is left tidy."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import h11
import streamlit as st
from starlette.formparsers import MultiPartParser
from streamlit import config
from streamlit import logger as streamlit_logger
from uvicorn.protocols.http.h11_impl import H11Protocol

from dashboard.errors import DashboardError
from dashboard.event_stream.route import PATH as EVENTS
from dashboard.front_door import LOCAL, MIB, Rules, name_of, with_headers
from dashboard.log_lines import give_to_root, set_up_log
from dashboard.resources import end_all, settings, start_up_problem
from dashboard.server_end import prepare_end, server, server_stops
from dashboard.whole_runs import deliver_whole_runs

LOGGER = logging.getLogger(__name__)

LOOK_S = 0.1
TRY_AGAIN_S = 15.0
PHOTO_BYTES = 21 * MIB
"""More than the largest photo that is explained (dashboard.files.photo, which start-up does not import)."""


def rules() -> Rules:
    """What the front door lets in; with settings that cannot be read, this machine's own pages alone."""
    with suppress(DashboardError):
        chosen = settings()
        return Rules(
            frozenset(chosen.public_origins),
            {EVENTS: chosen.event_origin.lower()} if chosen.event_origin else {},
            chosen.upload_mb * MIB,
        )
    return Rules()


@asynccontextmanager
async def lifetime(_app: st.App) -> AsyncIterator[None]:
    """Around everything that the server does; the database is opened and upkeep begun behind its back."""
    set_up_log(as_json=_logs_json())
    streamlit_logger.setup_formatter = give_to_root  # it gives each of its loggers lines of its own form
    tell_streamlit(rules())
    _answer_bad_requests()
    deliver_whole_runs()
    prepare_end()
    ending = threading.Event()
    threading.Thread(target=_begin, args=(ending,), name="start-up", daemon=True).start()
    watch = asyncio.create_task(_end_with_the_server())
    yield
    ending.set()
    watch.cancel()
    await asyncio.to_thread(end_all)  # at once where the watch was quicker
    LOGGER.info("Attune has ended, and everything that could be stored is")


def _logs_json() -> bool:
    """With settings that cannot be read, lines for people, who read what is wrong with them."""
    with suppress(DashboardError):
        return settings().log_format == "json"
    return False


def tell_streamlit(told: Rules) -> None:
    """The same for Streamlit, which shows the limit to browsers and is a second door behind the first.

    And that uploads no larger than a photo may be are taken in memory: beyond a megabyte they were written to
    a file without a name, also photos that are "never stored". What is larger still is.
    """
    names = {name_of(one.partition("://")[2]) for one in told.origins} | LOCAL
    for option, value in (
        ("server.maxUploadSize", told.upload_bytes // MIB),
        ("server.allowedHosts", sorted(one.strip("[]") for one in names)),
        ("server.corsAllowedOrigins", sorted(told.origins)),
    ):
        config.set_option(option, value)
    MultiPartParser.spool_max_size = PHOTO_BYTES


class _Answering(H11Protocol):
    """What is no HTTP never reaches the front door, but its answer has the headers of all others."""

    def send_400_response(self, msg: str) -> None:
        headers = with_headers([(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")])
        for event in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=f"{msg}\n".encode()),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


def _answer_bad_requests() -> None:
    serving = server()
    if serving is not None and serving.config.http_protocol_class is H11Protocol:
        serving.config.http_protocol_class = _Answering


def _begin(ending: threading.Event) -> None:
    """Migrations, retention, sums, what killed servers left: without waiting for a first visitor."""
    while start_up_problem() and not ending.wait(TRY_AGAIN_S):
        pass


async def _end_with_the_server() -> None:
    """Sessions end when the server is told to, not when the last of its connections is closed."""
    while not server_stops():
        await asyncio.sleep(LOOK_S)
    await asyncio.to_thread(end_all)
