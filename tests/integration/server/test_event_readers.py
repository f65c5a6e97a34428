"""Readers of the event stream who are slow, gone, too many or waiting; the real server stopped meanwhile."""

import asyncio
import http.client
import json
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.event_stream.feed import Client, Feed
from dashboard.event_stream.figures import seconds_after
from dashboard.event_stream.route import HEADERS, EventStream
from tests.browser.server import Server
from tests.made.faces import face
from tests.made.feed import MadeUpSession, Reader, served
from tests.made.waiting import wait_until

TOKEN = "a-token-for-the-tests"


class Bench:
    """A feed whose messages the test writes itself."""

    def __init__(self, **limits: int) -> None:
        self.feed = Feed(list, **limits)
        self.loop: asyncio.AbstractEventLoop | None = None

    def routes(self) -> list[Route]:
        async def events(request: Request) -> Response:
            self.loop = asyncio.get_running_loop()
            client = self.feed.join()
            return Response(status_code=503) if client is None else EventStream(self.feed, client, HEADERS)

        return [Route("/events", events)]

    @property
    def clients(self) -> int:
        return len(self.feed._clients)

    def tell(self, message: bytes) -> None:
        assert self.loop is not None
        self.loop.call_soon_threadsafe(self.feed.tell, message)


@pytest.mark.parametrize(("least", "told"), [(0, [1, 2, 1]), (2, [2]), (None, [])])
def test_a_client_is_told_of_no_second_with_fewer_people_than_it_may_see(
    least: int | None, told: list[int]
) -> None:
    session = MadeUpSession(7)
    for number, faces in enumerate(([face(1)], [face(1), face(2)], [face(2)], [])):
        session.second(number, faces)
    figures = [one for one in seconds_after(7, session.people.now(), -1000) if one.usable]

    async def ask() -> list[int]:
        feed = Feed(list)
        client = feed.join(lambda _: {} if least is None else {7: least})
        assert client is not None
        await feed._tell_each(figures)
        heard = await client.next(heartbeat_s=0.01)
        return [json.loads(line[5:])["usable"] for line in heard.splitlines() if line.startswith(b"data:")]

    assert [one.usable for one in figures] == [1, 2, 1]
    assert asyncio.run(ask()) == told


def test_a_client_that_does_not_read_is_dropped_and_others_go_on_unharmed() -> None:
    bench = Bench(queued=5)
    with served(bench.routes()) as address:
        slow = socket.socket()
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        host, port = address.split(":")
        slow.connect((host, int(port)))
        slow.sendall(b"GET /events HTTP/1.1\r\nHost: attune\r\n\r\n")
        good = Reader(address)
        wait_until(lambda: bench.clients == 2)
        read = []
        for number in range(200):
            bench.tell(f"id: {number}\ndata: {json.dumps('x' * 100_000)}\n\n".encode())
            read.append(good.next()[0])
            if bench.clients == 1:
                break
        assert bench.clients == 1, "the slow one is dropped"
        assert read == [str(number) for number in range(len(read))], "the other lost nothing"
        bench.tell(b"id: after\ndata: 1\n\n")
        assert good.next()[0] == "after"
        slow.close()
        good.close()


def test_clients_that_went_away_leave_nothing_behind() -> None:
    bench = Bench()
    with served(bench.routes()) as address:
        readers = [Reader(address) for _ in range(20)]
        wait_until(lambda: bench.clients == 20)
        for reader in readers:
            reader.close()
        wait_until(lambda: bench.clients == 0)
        assert bench.loop is not None
        wait_until(partial(_nothing_is_left, bench.loop))


def _nothing_is_left(loop: asyncio.AbstractEventLoop) -> bool:
    left = asyncio.run_coroutine_threadsafe(_tasks(), loop).result(60)
    return not [name for name in left if "Feed" in name or "EventStream" in name or "_gone" in name]


async def _tasks() -> list[str]:
    return [repr(task.get_coro()) for task in asyncio.all_tasks()]


def test_too_many_clients_are_asked_to_wait() -> None:
    bench = Bench(max_clients=2)
    with served(bench.routes()) as address:
        readers = [Reader(address) for _ in range(2)]
        assert Reader(address).status == 503
        readers.pop().close()
        wait_until(lambda: bench.clients == 1)
        readers.append(Reader(address))
        assert readers[-1].status == 200
        for reader in readers:
            reader.close()


def test_when_nothing_happens_a_comment_keeps_the_connection_open() -> None:
    with ThreadPoolExecutor(1) as pool:  # a browser test before this one leaves its loop on our thread
        told = pool.submit(lambda: asyncio.run(Client().next(heartbeat_s=0.01))).result(60)
    assert told.startswith(b":")


def test_the_real_server_streams_at_once_uncompressed_and_stops_while_somebody_reads(tmp_path: Path) -> None:
    with Server(tmp_path / "a.db", tmp_path / "log", ATTUNE_EVENT_TOKEN=TOKEN) as server:
        address = f"127.0.0.1:{server.port}"
        assert Reader(address).status == 401
        head = http.client.HTTPConnection(address, timeout=60)
        head.request("HEAD", "/events", headers={"Authorization": f"Bearer {TOKEN}"})
        assert head.getresponse().status == 200
        reader = Reader(address, token=TOKEN, **{"Accept-Encoding": "gzip"})
        assert reader.line() == "retry: 3000"
        assert server.process is not None
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(60) is not None
    assert TOKEN not in (tmp_path / "log").read_text()
