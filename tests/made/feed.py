"""Made-up running sessions, and a client that reads the event stream over a real socket."""

import http.client
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from dashboard.running.people import LivePeople
from db.store import NewEvent
from model.observations import FrameRecord, Observation
from tests.made.waiting import wait_until


class NoEvents:
    """A session's list of events that nobody reads."""

    def submit(self, events: list[NewEvent]) -> None:
        """Nothing is kept."""


class MadeUpSession:
    """A session that runs, without a camera: frames are given to it."""

    def __init__(self, session_id: int = 1) -> None:
        self.session_id = session_id
        self.people = LivePeople(NoEvents())
        self._frame = 0

    def see(self, offset_ms: int, faces: Sequence[Observation]) -> None:
        """One analysed frame."""
        self.people.add(FrameRecord(self._frame, offset_ms, tuple(faces)))
        self._frame += 1

    def second(self, number: int, faces: Sequence[Observation]) -> None:
        """Three frames of one second, the last just before its end."""
        for part_ms in (0, 500, 999):
            self.see(number * 1000 + part_ms, faces)


class Reader:
    """One client. `headers` and `status` are known at once, events are waited for."""

    def __init__(self, address: str, path: str = "/events", token: str = "", **headers: str) -> None:
        self._connection = http.client.HTTPConnection(address, timeout=60)
        sent = {"Authorization": f"Bearer {token}"} if token else {}
        self._connection.request("GET", path, headers=sent | headers)
        self.answer = self._connection.getresponse()
        self.status = self.answer.status

    def line(self) -> str:
        """The next line without its end."""
        return self.answer.readline().decode().rstrip("\n")

    def next(self) -> tuple[str, dict[str, Any]]:
        """The next event: its id and what its data says."""
        found = ""
        while True:
            key, _, value = self.line().partition(": ")
            if key == "id":
                found = value
            elif key == "data":
                return found, json.loads(value)

    def close(self) -> None:
        self.answer.close()
        self._connection.close()


@contextmanager
def served(routes: Sequence[Route]) -> Iterator[str]:
    """A real server of these routes; gives host:port."""
    config = uvicorn.Config(Starlette(routes=routes), port=0, log_level="critical")
    config.timeout_graceful_shutdown = 1
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    try:
        yield f"127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
