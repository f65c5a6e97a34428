"""The route of the event stream: who may read it, and how one reader is served. Server-Sent Events.

Off without a token. Nothing but the group's figures leaves here, see `dashboard.event_stream.figures`.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from dashboard.bearer import Bearer
from dashboard.errors import DashboardError
from dashboard.settings import Settings
from db.errors import DatabaseError

if TYPE_CHECKING:
    from dashboard.event_stream.feed import Client, Feed, Running, Seen

PATH = "/events"
RETRY_MS = 3000
OFF = "The event stream is off. Set ATTUNE_EVENT_TOKEN to 16 characters or more and start Attune again."
FULL = "Too many programs read the event stream. Close one and try again."
HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would hold events back
}
ASKED = {"Access-Control-Allow-Headers": "Authorization", "Access-Control-Allow-Methods": "GET"}


class EventStream(Response):
    """Sends what `client` is told until it goes away, is given up, or the server stops."""

    def __init__(self, feed: "Feed", client: "Client", headers: dict[str, str]) -> None:
        super().__init__(headers=headers)
        del self.headers["content-length"]
        self._feed, self._client = feed, client

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        tasks = [
            asyncio.create_task(work)
            for work in (self._send_all(send), _gone(receive), self._client.dropped.wait())
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._feed.leave(self._client)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        # A reader that takes what is left is told that this was all; one that does not is not waited for.
        with suppress(TimeoutError, OSError):
            await asyncio.wait_for(send(_body(b"", more=False)), 0.1)

    async def _send_all(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await send(_body(f"retry: {RETRY_MS}\n\n".encode()))
        while True:
            await send(_body(await self._client.next()))


def feed_routes(
    read_settings: Callable[[], Settings],
    running: "Running",
    seen_by: "Callable[[Request], Seen | None] | None" = None,
) -> list[Route]:
    """The route to give to `st.App`; `running` is asked for the sessions while anybody reads, and, where
    people sign in, `seen_by` for those that whoever asks may see."""
    feeds: list[Feed] = []
    bearer, wrong = Bearer("ATTUNE_EVENT_TOKEN"), Bearer("the token of a link that was shared")

    async def events(request: Request) -> Response:
        try:
            settings = await asyncio.to_thread(read_settings)
        except DashboardError as error:
            return PlainTextResponse(str(error), status_code=503)
        if seen_by is not None and (settings.oidc_url or settings.user_header):
            return await of_somebody(request, settings, seen_by)
        if settings.event_token is None:
            return PlainTextResponse(OFF, status_code=404)
        allowed = _origin(request, settings.event_origin)
        if request.method == "OPTIONS":  # a page of another origin asks whether it may send the token
            return Response(status_code=204, headers=allowed and allowed | ASKED)
        refusal = await bearer.refusal(request, settings.event_token)
        return refusal or join(request, settings, HEADERS | allowed)

    async def of_somebody(
        request: Request, settings: Settings, seen_by: "Callable[[Request], Seen | None]"
    ) -> Response:
        allowed = _origin(request, settings.event_origin)
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=allowed and allowed | ASKED)
        try:
            seen = await asyncio.to_thread(seen_by, request)
        except (DashboardError, DatabaseError) as error:
            return PlainTextResponse(str(error), status_code=503)
        if seen is None:
            return await wrong.refuse()
        return join(request, settings, HEADERS | allowed, seen)

    def join(
        request: Request, settings: Settings, headers: dict[str, str], seen: "Seen | None" = None
    ) -> Response:
        if request.method == "HEAD":
            return Response(headers=headers)
        if not feeds:
            # Figures bring numpy and perception's vocabulary, which a server that is not asked does not need.
            from dashboard.event_stream.feed import Feed

            feeds.append(Feed(running, settings.event_min_people))
        client = feeds[0].join(seen)
        if client is None:
            return PlainTextResponse(FULL, status_code=503, headers={"Retry-After": "10"})
        return EventStream(feeds[0], client, headers)

    return [Route(PATH, events, methods=["GET", "OPTIONS"])]


def _origin(request: Request, allowed: str) -> dict[str, str]:
    """Pages of another origin may read only when the setting names it."""
    asked = request.headers.get("origin")
    return {"Access-Control-Allow-Origin": allowed, "Vary": "Origin"} if allowed and asked == allowed else {}


def _body(content: bytes, more: bool = True) -> dict[str, object]:
    return {"type": "http.response.body", "body": content, "more_body": more}


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
