"""The first to see every request: foreign names, foreign pages and too long bodies go no further.

One ASGI layer around Streamlit and our own routes, HTTP and WebSocket alike, that compares strings and does
nothing else: no look-up, no lock, no connection. Streamlit itself, before it refuses a foreign page, asks a
host outside for this machine's address while everybody waits.
"""

import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOGGER = logging.getLogger(__name__)

LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})
NAME = r"(\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?"
HOST = re.compile(NAME + r"(?::\d{1,5})?")
UPLOADS = "/_stcore/upload_file/"
MIB = 1024 * 1024
OTHER_BODY_BYTES = MIB
"""More than any request but an upload sends; an upload may have as much around its file."""
TOLD_EVERY_S = 60.0
FOREIGN_NAME = (
    "Attune does not answer under this name. Open it as http://localhost with its port; to serve it under "
    "another name, put that address into ATTUNE_PUBLIC_URL (https://attune.example.org) and start it again.\n"
)
FOREIGN_PAGE = (
    "Attune answers its own pages only, and this request comes from a page of another address. If that page "
    "is Attune under another name, put its address into ATTUNE_PUBLIC_URL and start Attune again.\n"
)
TOO_LONG = "This is more than ATTUNE_UPLOAD_MB allows. Send a smaller file, or raise the setting.\n"
FAILED = "Attune could not answer this. Try again; whoever runs it finds the reason in its log.\n"
NOT_THERE = "There is nothing at this address.\n"
FOR_NOBODY = "/_stcore/metrics"
"""Streamlit's own figures ask for no token; /metrics does."""
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "frame-src 'self' blob: data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self'"
)
"""Streamlit writes styles and loads components from blobs while it runs; everything comes from here."""
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"referrer-policy", b"same-origin"),  # with no-referrer a form's origin would be "null"
    (b"cross-origin-resource-policy", b"same-origin"),
)


@dataclass(frozen=True, slots=True)
class Rules:
    """`origins`: public addresses such as https://attune.example.org. `guests`: the one other origin that may
    read a path. `upload_bytes`: the largest file."""

    origins: frozenset[str] = frozenset()
    guests: Mapping[str, str] = field(default_factory=dict)
    upload_bytes: int = 500 * MIB

    @property
    def names(self) -> frozenset[str]:
        """The names under which the server answers, without ports."""
        named = {name_of(origin.partition("://")[2]) for origin in self.origins}
        return LOCAL | named - {""}  # what is no name would let in every other that is none


def name_of(host: str) -> str:
    """A Host header's name, in small letters and without port; "" for what is none."""
    found = HOST.fullmatch(host.strip().lower())
    return found[1] if found else ""


def refusal(scope: Scope, rules: Rules) -> str | None:
    """Why a request goes no further; None where it may."""
    sent = _sent(scope, b"host", b"origin", b"sec-fetch-site", b"sec-fetch-mode")
    hosts, origins = sent[b"host"], sent[b"origin"]
    if len(hosts) != 1 or name_of(hosts[0]) not in rules.names:
        return FOREIGN_NAME
    if origins:
        return None if _is_own(origins, hosts[0], scope["path"], rules) else FOREIGN_PAGE
    # What stands in a foreign page names no origin, but browsers say where it stands. Links may be followed.
    inside_another = any(one in ("cross-site", "same-site") for one in sent[b"sec-fetch-site"])
    return FOREIGN_PAGE if inside_another and sent[b"sec-fetch-mode"] != ["navigate"] else None


def _sent(scope: Scope, *names: bytes) -> dict[bytes, list[str]]:
    found: dict[bytes, list[str]] = {name: [] for name in names}
    for name, value in scope["headers"]:
        if name in found:
            found[name].append(value.decode("latin-1"))
    return found


def _is_own(origins: list[str], host: str, path: str, rules: Rules) -> bool:
    origin = origins[0].strip().lower()
    if len(origins) != 1 or not origin.startswith(("http://", "https://")):
        return False
    return (
        origin.partition("://")[2] == host.strip().lower()
        or origin in rules.origins
        or origin == rules.guests.get(path)
    )


class FrontDoor:
    """`app` behind the rules, which are asked for once, with the first request."""

    def __init__(self, app: ASGIApp, rules: Callable[[], Rules]) -> None:
        self._app, self._ask = app, rules
        self._rules: Rules | None = None
        self.refused = 0
        self._told_s = -TOLD_EVERY_S

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        rules = self._rules = self._rules or self._ask()
        if sentence := refusal(scope, rules):
            self._count(scope)
            return await _refuse(scope, send, 403, sentence)
        if scope["path"].startswith(FOR_NOBODY):
            return await _refuse(scope, send, 404, NOT_THERE)
        if scope["type"] == "websocket":
            return await self._app(scope, receive, send)
        return await self._answer(scope, receive, send, rules)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, rules: Rules) -> None:
        is_upload = scope["path"].startswith(UPLOADS)
        body = _Body(receive, send, rules.upload_bytes * is_upload)
        if body.is_too_long(_sent(scope, b"content-length")[b"content-length"]):
            return await _refuse(scope, send, 413, TOO_LONG)
        try:
            await self._app(scope, body.receive, body.send)
        except Exception:
            if not body.answered:
                await _answer(send, 500, FAILED)
            if not body.refused:  # else the application was told that the sender is gone
                raise

    def _count(self, scope: Scope) -> None:
        self.refused += 1
        now_s = time.monotonic()
        if now_s - self._told_s >= TOLD_EVERY_S:  # whoever floods the server shall not flood its log
            self._told_s = now_s
            sent = {name.decode(): value[:1] for name, value in _sent(scope, b"host", b"origin").items()}
            LOGGER.warning("%d requests of foreign pages or names refused so far; now %r", self.refused, sent)


class _Body:
    """A request's body, counted while it comes, and the answer with the headers that every answer has."""

    def __init__(self, receive: Receive, send: Send, file_bytes: int) -> None:
        """`file_bytes`: the largest file; 0 for what is no upload."""
        self._receive, self._send = receive, send
        self._left_bytes, self._is_upload = file_bytes + OTHER_BODY_BYTES, file_bytes > 0
        self.answered = self.refused = False

    def is_too_long(self, lengths: Iterable[str]) -> bool:
        """Whether the request says itself that it is."""
        return any(one.isascii() and one.isdigit() and int(one[:20]) > self._left_bytes for one in lengths)

    async def receive(self) -> Message:
        message = {"type": "http.disconnect"} if self.refused else await self._receive()
        self._left_bytes -= len(message.get("body", b""))
        if self._left_bytes >= 0:
            return message
        if not self.refused:
            self.refused = True
            if not self.answered:
                self.answered = True
                await _answer(self._send, 413, TOO_LONG)
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if self.refused:
            return
        if message["type"] == "http.response.start":
            self.answered = True
            headers = with_headers(message.get("headers", ()))
            if (
                message["status"] >= 400 and self._is_upload
            ):  # else the server would read all that still comes
                headers.append((b"connection", b"close"))
            message = {**message, "headers": headers}
        await self._send(message)


def with_headers(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """`headers` and those of every answer that they lack."""
    kept = [(name.lower(), value) for name, value in headers]
    there = {name for name, _ in kept}
    return [*kept, *(one for one in HEADERS if one[0] not in there)]


async def _refuse(scope: Scope, send: Send, status: int, sentence: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
    else:
        await _answer(send, status, sentence)


async def _answer(send: Send, status: int, sentence: str) -> None:
    body = sentence.encode()
    plain = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    headers = with_headers([*plain, (b"connection", b"close")])
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
