"""`/health` for whoever keeps the server alive, `/metrics` for whoever watches it."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence

from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard.bearer import Bearer
from dashboard.errors import DashboardError
from dashboard.health.state import Session, State, as_json, as_metrics, read_state
from dashboard.servers.load import Load
from dashboard.settings import Settings

KEPT_S = 2.0
"""Asked more often, the last answer is given: a flood of questions is none for the database."""
PATIENCE_S = 5.0
FORMAT = "text/plain; version=0.0.4; charset=utf-8"
OFF = "Metrics are off. Set ATTUNE_METRICS_TOKEN to 16 characters or more and start Attune again.\n"
NO_STORE = {"Cache-Control": "no-store"}


class Watch:
    """The state, asked at most every KEPT_S by any number of threads."""

    def __init__(self, read: Callable[[], State]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._found: tuple[float, State] | None = None

    def state(self) -> State:
        with self._lock:
            if self._found is None or time.monotonic() - self._found[0] > KEPT_S:
                found = self._read()
                self._found = time.monotonic(), found
            return self._found[1]


def health_routes(
    database: Callable[[], Engine],
    read_settings: Callable[[], Settings],
    running: Callable[[], Sequence[Session]],
    refused: Callable[[], int],
    load: Callable[[], Load | None],
) -> list[Route]:
    """The routes to give to `st.App`; `refused` counts what the front door turned away."""
    watch = Watch(lambda: read_state(database, running, load))
    bearer = Bearer("ATTUNE_METRICS_TOKEN")

    async def state() -> State:
        try:
            return await asyncio.wait_for(asyncio.to_thread(watch.state), PATIENCE_S)
        except TimeoutError:
            return State(False, "stuck", 0)

    async def health(_request: Request) -> Response:
        found = await state()
        return JSONResponse(as_json(found), 200 if found.is_well else 503, headers=NO_STORE)

    async def metrics(request: Request) -> Response:
        try:
            token = (await asyncio.to_thread(read_settings)).metrics_token
        except DashboardError as error:
            return PlainTextResponse(str(error), status_code=503)
        if token is None:
            return PlainTextResponse(OFF, status_code=404)
        if refusal := await bearer.refusal(request, token):
            return refusal
        return Response(as_metrics(await state(), refused()), headers=NO_STORE | {"Content-Type": FORMAT})

    return [Route("/health", health, methods=["GET"]), Route("/metrics", metrics, methods=["GET"])]
