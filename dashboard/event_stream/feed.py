"""The event stream: the figures of running sessions, told to any number of programs once a second.

Lives on the server's event loop; only looking at the sessions, which may wait for their locks, is done on a
worker thread, once for all clients. With no client nothing runs.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

from dashboard.event_stream.figures import SecondFigures, last_whole_second, seconds_after
from dashboard.running.people_now import PeopleNow
from dashboard.running.recent import SECOND_MS
from dashboard.server_end import server_stops

LOGGER = logging.getLogger(__name__)

MAX_CLIENTS = 100
QUEUED = 30
"""Messages, one a second, that a client may lag behind before it is dropped."""
HEARTBEAT_S = 15.0
SETTLE_S = 0.1
"""After a second ends its last frame is still being analysed."""


class People(Protocol):
    def now(self) -> PeopleNow: ...


class Session(Protocol):
    """What the feed needs of a running session."""

    @property
    def session_id(self) -> int: ...

    @property
    def people(self) -> People: ...


Running = Callable[[], Sequence[Session]]
Seen = Callable[[Collection[int]], Mapping[int, int]]
"""Which of some sessions one may see now, and in seconds of how many usable people at least. Raises
DatabaseError."""


class Client:
    """One reader: what waits for it, whether it was given up, and what it may see; `seen` None: all."""

    def __init__(self, queued: int = QUEUED, seen: Seen | None = None) -> None:
        self.seen = seen
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue(queued)
        self.dropped = asyncio.Event()

    def tell(self, message: bytes) -> None:
        """Queue a message; a client whose queue is full is given up."""
        try:
            self._waiting.put_nowait(message)
        except asyncio.QueueFull:
            self.dropped.set()

    async def next(self, heartbeat_s: float = HEARTBEAT_S) -> bytes:
        """The next message, or a comment that keeps the connection open when nothing happens."""
        try:
            return await asyncio.wait_for(self._waiting.get(), heartbeat_s)
        except TimeoutError:
            return b": nothing new\n\n"


class Feed:
    """Tells clients what the sessions of `running` did. `least_people`: a second with fewer is not told."""

    def __init__(
        self,
        running: Running,
        least_people: int = 1,
        *,
        max_clients: int = MAX_CLIENTS,
        queued: int = QUEUED,
    ) -> None:
        self._running, self._least_people = running, least_people
        self._max_clients, self._queued = max_clients, queued
        self._clients: set[Client] = set()
        self._told_ms: dict[int, int] = {}
        self._task: asyncio.Task[None] | None = None

    def join(self, seen: Seen | None = None) -> Client | None:
        """A new client, told of what it has `seen` alone, to be given back by `leave`; None while there are
        too many."""
        if len(self._clients) >= self._max_clients:
            return None
        client = Client(self._queued, seen)
        self._clients.add(client)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())
        return client

    def leave(self, client: Client) -> None:
        """Forget the client; the last one stops the feed."""
        self._clients.discard(client)
        if not self._clients and self._task is not None:
            self._task.cancel()
            self._task = None
            self._told_ms.clear()

    def tell(self, message: bytes) -> None:
        """Send to everybody. Never waits: who cannot take it is dropped."""
        for client in self._clients:
            client.tell(message)

    async def _run(self) -> None:
        while not server_stops():
            wait_s = 1.0
            try:
                told, wait_s = await asyncio.to_thread(self._look)
                if told:
                    await self._tell_each(told)
            except Exception:
                LOGGER.exception("the event stream missed a second; it goes on")
            await asyncio.sleep(wait_s)
        for client in self._clients:  # the server waits for its connections before it stops
            client.dropped.set()

    async def _tell_each(self, told: Sequence[SecondFigures]) -> None:
        events = [(figures, event(figures)) for figures in told]
        everything = {figures.session: 0 for figures in told}
        for client in list(self._clients):
            seen = everything if client.seen is None else await asyncio.to_thread(client.seen, everything)
            mine = [text for one, text in events if one.session in seen and one.usable >= seen[one.session]]
            if mine:
                client.tell(b"".join(mine))

    def _look(self) -> tuple[list[SecondFigures], float]:
        """What is new, and how many seconds until something may be again."""
        told: list[SecondFigures] = []
        wait_s, sessions = 1.0, self._running()
        for live in sessions:
            now = live.people.now()
            last_ms = last_whole_second(now)
            after_ms = self._told_ms.get(live.session_id, last_ms - SECOND_MS)
            told += seconds_after(live.session_id, now, after_ms, self._least_people)
            self._told_ms[live.session_id] = last_ms
            wait_s = min(wait_s, 1 - now.offset_ms % SECOND_MS / SECOND_MS + SETTLE_S)
        for gone in self._told_ms.keys() - {live.session_id for live in sessions}:
            del self._told_ms[gone]
        return told, wait_s


def event(figures: SecondFigures) -> bytes:
    """One server-sent event (WHATWG HTML, 9.2): its id names session and second, its data is JSON."""
    data = json.dumps(figures.as_json(), separators=(",", ":"))
    return f"id: {figures.session}-{figures.offset_ms}\ndata: {data}\n\n".encode()
