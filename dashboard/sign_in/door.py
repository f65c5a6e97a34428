"""Around the app where people sign in: uploads for those who may, tabs closed at sign-out.

One ASGI layer. Whoever signs out, or whose time is over, loses every open connection within LOOK_S, also one
that was opened with a copied cookie; the page that opens next asks to sign in.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.sign_in.cookie import NAME
from dashboard.sign_in.identity import Identities
from dashboard.sign_in.rules import CALLBACK
from db.errors import DatabaseError

LOGGER = logging.getLogger(__name__)
LOOK_S, PARTING_S = 1.0, 0.3
"""Looked so often; the tab that signed out is still told where to go."""
SIGN_IN_FIRST = "Sign in first: open Attune in this browser, sign in and try again.\n"
UNREACHABLE = (
    "The sign-in service does not answer, so nobody can sign in now. Try again in a minute; whoever is "
    "signed in already stays so.\n"
)
TWO_NAMES = (
    "Two names came in the header in which the proxy says who asks. Tell whoever runs this server: the proxy "
    "must replace that header, not add one to what the browser sent.\n"
)
FAILED = "/?sign-in=failed"
FOR_PEOPLE = "/_stcore/upload_file/"
Cookies = Mapping[str, str]


class SignInDoor:
    """`app` for those who `identities` know. `secure`: cookies are sent by TLS alone."""

    def __init__(self, app: ASGIApp, identities: Callable[[], Identities], *, secure: bool) -> None:
        self._app, self._identities, self._secure = app, identities, secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and self._identities().are_many(scope["headers"]):
            await _refuse(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._connect(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path.startswith(FOR_PEOPLE) and not await self._may_upload(scope):
            await PlainTextResponse(SIGN_IN_FIRST, 401)(scope, receive, send)
        elif path == "/auth/login":
            await _in_words(self._app, scope, receive, self._sending(scope, send))
        else:
            await self._app(scope, receive, self._sending(scope, send))

    async def _may_upload(self, scope: Scope) -> bool:
        asked = HTTPConnection(scope)
        try:
            who = await asyncio.to_thread(self._identities().who, asked.cookies, asked.headers)
        except DatabaseError:
            return False
        return who.may_record

    def _sending(self, scope: Scope, send: Send) -> Send:
        """`send`, with Secure on every cookie and a word for a sign-in that failed."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [(name, self._cookie(name, value)) for name, value in message["headers"]]
                if scope["path"] == CALLBACK and _was_asked(scope) and not _signs_in(headers):
                    headers = [(n, FAILED.encode() if n == b"location" else v) for n, v in headers]
                message = {**message, "headers": headers}
            await send(message)

        return sent

    def _cookie(self, name: bytes, value: bytes) -> bytes:
        adds = self._secure and name == b"set-cookie" and b"; secure" not in value.lower()
        return value + b"; Secure" if adds else value

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = HTTPConnection(scope)
        if await self._counts_for_nobody(asked):
            await self._app(_begun_anew(scope), receive, send)
            return
        over = asyncio.Event()
        watch = asyncio.create_task(self._watch(asked, over))
        try:
            await self._app(scope, _until(over, receive, send), _while_open(over, send))
        finally:
            watch.cancel()

    async def _counts_for_nobody(self, asked: HTTPConnection) -> bool:
        """Whether nobody signed in is behind it, so that there is nothing to watch: to close it after a
        moment, again and again, would leave who signed out elsewhere without a page to sign in on."""
        try:
            return await asyncio.to_thread(self._identities().is_over, asked.cookies, asked.headers)
        except DatabaseError:
            return self._identities().claimed(asked.cookies, asked.headers) is None

    async def _watch(self, asked: HTTPConnection, over: asyncio.Event) -> None:
        while not over.is_set():
            try:
                if await asyncio.to_thread(self._identities().is_over, asked.cookies, asked.headers):
                    await asyncio.sleep(PARTING_S)
                    over.set()
            except DatabaseError as error:  # pages say so themselves; nobody is signed out by that
                LOGGER.debug("whether somebody signed out is not known now: %s", error)
            await asyncio.sleep(LOOK_S)


def _begun_anew(scope: Scope) -> Scope:
    """The same without the session that a browser wants to go on with: what that draws was for somebody."""
    headers = [
        (name, b",".join(value.split(b",")[:2]) if name == b"sec-websocket-protocol" else value)
        for name, value in scope["headers"]
    ]
    return {**scope, "headers": headers}


def _until(over: asyncio.Event, receive: Receive, send: Send) -> Receive:
    """`receive`, which tells of a disconnect as soon as it is over."""

    async def received() -> Message:
        heard, ended = asyncio.ensure_future(receive()), asyncio.ensure_future(over.wait())
        try:
            await asyncio.wait({heard, ended}, return_when=asyncio.FIRST_COMPLETED)
            if not over.is_set():
                return heard.result()
        finally:
            ended.cancel()
            if not heard.done():
                heard.cancel()
        await send({"type": "websocket.close", "code": 1008, "reason": "signed out"})
        return {"type": "websocket.disconnect", "code": 1008}

    return received


def _while_open(over: asyncio.Event, send: Send) -> Send:
    async def sent(message: Message) -> None:
        if not over.is_set():
            await send(message)

    return sent


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
    else:
        await PlainTextResponse(TWO_NAMES, 400)(scope, receive, send)


async def _in_words(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """The answer of `app`, or a sentence in place of an error of the provider's."""
    failed = False

    async def sent(message: Message) -> None:
        nonlocal failed
        failed = failed or (message["type"] == "http.response.start" and message["status"] >= 400)
        if not failed:
            await send(message)

    await app(scope, receive, sent)
    if failed:
        await PlainTextResponse(UNREACHABLE, 503)(scope, receive, send)


def _was_asked(scope: Scope) -> bool:
    """Whether this is an answer to a log-in; the way back from a log-out carries neither."""
    return any(one.partition(b"=")[0] in (b"code", b"error") for one in scope["query_string"].split(b"&"))


def _signs_in(headers: list[tuple[bytes, bytes]]) -> bool:
    begins = f"{NAME}=".encode()
    cookies = (
        value[len(begins) :] for name, value in headers if name == b"set-cookie" and value.startswith(begins)
    )
    return any(value[:1] not in (b"", b";", b'"') for value in cookies)
