"""Whether STUN and TURN answer this server: a real binding request and a real allocation, by aioice.

Blocks for four seconds at most, whatever the servers do. No credential is in what is told.
"""

import asyncio
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from aioice import stun, turn

from dashboard.ice_urls import IceUrl, parse_ice_url, urls_of

ANSWER_WITHIN_S = 4.0
LIFETIME_S = 60
WRONG_CREDENTIALS, FORBIDDEN, FULL = (401, 431, 441), (403,), (486, 508)
Address = tuple[str, int]


class Trouble(StrEnum):
    """Why there is no answer that helps."""

    NAME = "the name is not known"
    CLOSED = "nothing listens there"
    SILENT = "no answer"
    CREDENTIALS = "the credentials were refused"
    FORBIDDEN = "the server forbids it"
    FULL = "the server has no room"
    TLS = "its certificate is not trusted"
    UNUSED = "the server does not use such an address"
    OTHER = "it failed"


@dataclass(frozen=True, slots=True)
class Answer:
    """Of one address: as which address STUN saw us, or which one TURN lends; or the trouble."""

    url: IceUrl
    address: Address | None = None
    took_ms: float = 0.0
    trouble: Trouble | None = None


def ask_servers(
    servers: Sequence[Mapping[str, Any]], within_s: float = ANSWER_WITHIN_S
) -> tuple[Answer, ...]:
    """Ask every address of `servers` (with credentials) at once; the answers in their order."""
    # On a thread of its own, since the caller's may have an event loop that runs.
    with ThreadPoolExecutor(1, "ice-probe") as pool:
        return pool.submit(_ask_in_a_loop, servers, within_s).result()


def _ask_in_a_loop(servers: Sequence[Mapping[str, Any]], within_s: float) -> tuple[Answer, ...]:
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(_ask_all(servers, within_s))
    finally:
        loop.close()  # asyncio.run would wait for a name that is still being looked up


async def _ask_all(servers: Sequence[Mapping[str, Any]], within_s: float) -> tuple[Answer, ...]:
    asked = [
        _ask(url, server, within_s)
        for server in servers
        for text in urls_of(server)
        if (url := parse_ice_url(text)) is not None
    ]
    return tuple(await asyncio.gather(*asked))


async def _ask(url: IceUrl, server: Mapping[str, Any], within_s: float) -> Answer:
    if not url.relays and url.tls:
        return Answer(url, trouble=Trouble.UNUSED)
    started_s = time.monotonic()
    work = _allocate(url, server) if url.relays else _bind(url)
    try:
        address = await asyncio.wait_for(work, within_s)
    except Exception as error:
        return Answer(url, trouble=_trouble(error))
    return Answer(url, address, (time.monotonic() - started_s) * 1000)


def _trouble(error: Exception) -> Trouble:
    code = error.response.error_code if isinstance(error, stun.TransactionFailed) else None
    codes = {
        **dict.fromkeys(WRONG_CREDENTIALS, Trouble.CREDENTIALS),
        **dict.fromkeys(FORBIDDEN, Trouble.FORBIDDEN),
        **dict.fromkeys(FULL, Trouble.FULL),
    }
    kinds: dict[type[Exception], Trouble] = {
        socket.gaierror: Trouble.NAME,
        ssl.SSLError: Trouble.TLS,
        ConnectionRefusedError: Trouble.CLOSED,
        TimeoutError: Trouble.SILENT,
        stun.TransactionTimeout: Trouble.SILENT,
    }
    if code is not None:
        return codes.get(code, Trouble.OTHER)
    return next((told for kind, told in kinds.items() if isinstance(error, kind)), Trouble.OTHER)


class _Asker(asyncio.DatagramProtocol):
    """One STUN transaction over a connected socket."""

    def __init__(self) -> None:
        self.request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        self.failed: asyncio.Future[Address] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def send_stun(self, message: stun.Message, addr: Address) -> None:  # noqa: ARG002  the socket is connected
        self.transport.sendto(bytes(message))

    def begin(self, server: Address) -> stun.Transaction:
        self.transaction = stun.Transaction(self.request, server, self)
        return self.transaction

    def datagram_received(self, data: bytes, addr: Any) -> None:
        try:
            message = stun.parse_message(data)
        except ValueError:
            return
        if message.transaction_id == self.request.transaction_id:
            self.transaction.response_received(message, addr)

    def error_received(self, exc: Exception) -> None:
        if not self.failed.done():
            self.failed.set_exception(exc)


async def _bind(url: IceUrl) -> Address:
    """Our address as the STUN server sees it (RFC 8489)."""
    server = (url.host, url.port)
    loop = asyncio.get_running_loop()
    transport, asker = await loop.create_datagram_endpoint(_Asker, remote_addr=server)
    answered = asyncio.ensure_future(asker.begin(server).run())
    either: tuple[asyncio.Future[Any], ...] = (answered, asker.failed)
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if asker.failed.done():
            return asker.failed.result()
        message, _ = answered.result()
    finally:
        for one in either:
            one.cancel()
        transport.close()
    for name in ("XOR-MAPPED-ADDRESS", "MAPPED-ADDRESS"):
        if name in message.attributes:
            return cast(Address, message.attributes[name])
    raise ConnectionError("a binding response without an address")


class _Allocation(asyncio.DatagramProtocol):
    """Waits for the end of an allocation."""

    def __init__(self) -> None:
        self.given_back = asyncio.Event()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self.given_back.set()


async def _allocate(url: IceUrl, server: Mapping[str, Any]) -> Address:
    """An address that the TURN server lends (RFC 8656), given back at once."""
    transport, allocation = await turn.create_turn_endpoint(
        _Allocation,
        (url.host, url.port),
        server.get("username"),
        server.get("credential"),
        lifetime=LIFETIME_S,
        ssl=True if url.tls else None,
        transport=url.transport,
    )
    address = cast(Address, transport.get_extra_info("sockname"))
    transport.close()
    await allocation.given_back.wait()
    return address
