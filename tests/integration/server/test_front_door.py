"""The real server's door: who is refused before Streamlit sees them, and what every answer carries."""

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Origin
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from dashboard.front_door import MIB, Rules
from dashboard.lifetime import tell_streamlit
from tests.browser.server import Server
from tests.made.waiting import wait_until

TOLD_TO_STREAMLIT = ("server.maxUploadSize", "server.allowedHosts", "server.corsAllowedOrigins")
TOKEN = "a-token-for-the-tests"
PUBLIC = "https://attune.example.org"
TOLD = """
import sys
def told(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname") and "{log}":
        with open("{log}", "a") as log:
            log.write(f"{{event}} {{args[1:] if event == 'socket.connect' else args}}\\n")
sys.addaudithook(told)
"""


@pytest.fixture(scope="module")
def connections(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("audit") / "connections.log"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, connections: Path) -> Iterator[Server]:
    """A server that writes down every connection it opens."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "sitecustomize.py").write_text(TOLD.format(log=connections.as_posix()), encoding="utf-8")
    settings: dict[str, Any] = {
        "ATTUNE_METRICS_TOKEN": TOKEN,
        "ATTUNE_UPLOAD_MB": "1",
        "ATTUNE_PUBLIC_URL": PUBLIC,
        "PYTHONPATH": str(folder),
    }
    with Server(folder / "a.db", folder / "log", **settings) as running:
        yield running


def ask(server: Server, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request(method, path, headers=headers)
    return connection.getresponse()


def handshake(server: Server, origin: str | None, host: str = "127.0.0.1") -> ClientConnection:
    way = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    asked = None if origin is None else Origin(origin)
    return connect(f"ws://{host}/_stcore/stream", sock=way, origin=asked, max_size=None)


PATHS = ("/", "/download/1/long", "/events", "/health", "/_stcore/health", "/report", "/static/none.js")


@pytest.mark.parametrize("path", PATHS)
def test_a_foreign_name_reads_nothing(server: Server, path: str) -> None:
    answer = ask(server, path, Host="evil.example")
    assert answer.status == 403
    assert "ATTUNE_PUBLIC_URL" in answer.read().decode()


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_says_what_a_browser_may_do_with_it(server: Server, path: str) -> None:
    for host in (f"localhost:{server.port}", "evil.example"):
        sent = ask(server, path, Host=host).headers
        assert sent["X-Content-Type-Options"] == "nosniff"
        assert sent["Referrer-Policy"] == "same-origin"
        for part in ("frame-ancestors 'self'", "base-uri 'self'", "form-action 'self'", "object-src 'none'"):
            assert part in sent["Content-Security-Policy"]
        assert "unsafe-eval" not in sent["Content-Security-Policy"]


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        b"GET /%b HTTP/1.1\r\nHost: localhost\r\n\r\n" % (b"a" * 200_000),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=["two names", "endless path", "TLS"],
)
def test_what_is_no_request_is_answered_with_the_same_headers(server: Server, request_: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as way:
        way.sendall(request_)
        answer = http.client.HTTPResponse(way)
        answer.begin()
    assert answer.status == 400
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/metrics/", "/%5fstcore/metrics?families=x"])
def test_streamlits_own_figures_are_told_to_nobody(server: Server, path: str) -> None:
    assert ask(server, path).status == 404


def test_a_hundred_foreign_handshakes_are_refused_and_ask_nobody_outside(
    server: Server, connections: Path
) -> None:
    handshake(server, None).close()
    before = connections.read_text() if connections.exists() else ""
    for number in range(100):
        with pytest.raises(InvalidStatus) as refused:
            handshake(server, f"http://evil-{number}.example")
        assert refused.value.response.status_code == 403
    with pytest.raises(InvalidStatus):
        handshake(server, "http://evil.example", host="evil.example")
    after = connections.read_text() if connections.exists() else ""
    assert after == before


def test_pages_of_this_machine_and_of_the_public_address_may_connect(server: Server) -> None:
    for origin, host in (
        ("http://127.0.0.1", "127.0.0.1"),
        ("http://localhost:8501", "localhost:8501"),
        (PUBLIC, "attune.example.org"),
        (PUBLIC, "127.0.0.1"),
    ):
        handshake(server, origin, host).close()


@contextmanager
def page_session(server: Server) -> Iterator[tuple[str, dict[str, str]]]:
    """The session of an open page, and the headers with which its browser sends files."""
    token = ask(server, "/_stcore/health").headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    asked = BackMsg()
    asked.rerun_script.query_string = ""
    with handshake(server, None) as page:
        page.send(asked.SerializeToString())
        while not (told := ForwardMsg.FromString(page.recv(60, decode=False))).HasField("new_session"):
            pass
        sent = {"X-Xsrftoken": token.strip('"'), "Cookie": f"_streamlit_xsrf={token}"}
        yield told.new_session.initialize.session_id, sent


def upload(server: Server, size: int, chunked: bool) -> tuple[int, int]:
    """Send a file as a page does, in pieces; the answer's status and how much was taken."""
    head = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    parts = [head, *[bytes(64 * 1024)] * (size // (64 * 1024)), b"\r\n--x--\r\n"]
    with page_session(server) as (session, headers):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        connection.putrequest("PUT", f"/_stcore/upload_file/{session}/one")
        for name, value in {**headers, "Content-Type": "multipart/form-data; boundary=x"}.items():
            connection.putheader(name, value)
        length = (
            ("Transfer-Encoding", "chunked") if chunked else ("Content-Length", str(sum(map(len, parts))))
        )
        connection.putheader(*length)
        connection.endheaders()
        sent = 0
        try:
            for part in [*parts, b""] if chunked else parts:
                connection.send(b"%x\r\n%b\r\n" % (len(part), part) if chunked else part)
                sent += len(part)
        except OSError:
            return 413, sent  # the server has closed while it was still being sent
        return connection.getresponse().status, sent


@pytest.mark.parametrize("chunked", [True, False])
def test_a_forged_upload_past_the_limit_is_refused_while_it_comes(server: Server, chunked: bool) -> None:
    assert upload(server, MIB // 2, chunked)[0] == 204
    status, taken = upload(server, 200 * MIB, chunked)
    assert status == 413 and taken < 50 * MIB


def test_the_limit_is_told_to_streamlit_which_shows_it_to_browsers() -> None:
    was = {option: config.get_option(option) for option in TOLD_TO_STREAMLIT}
    try:
        tell_streamlit(Rules(frozenset({PUBLIC}), upload_bytes=700 * MIB))
        told = {option: config.get_option(option) for option in TOLD_TO_STREAMLIT}
    finally:
        for option, value in was.items():
            config.set_option(option, value)
    names = ["127.0.0.1", "::1", "attune.example.org", "localhost"]
    assert list(told.values()) == [700, names, [PUBLIC]]


def test_health_is_told_to_everybody_and_names_no_host(server: Server) -> None:
    wait_until(lambda: ask(server, "/health").status == 200, 60)
    told = json.loads(ask(server, "/health").read())
    assert (told["status"], told["database"], told["recorder"]) == ("ok", "reachable", "idle")
    assert told["disk_left_mb"] > 0 and set(told) == {"status", "database", "recorder", "disk_left_mb"}


def test_the_log_does_not_tell_who_asked_for_what(server: Server) -> None:
    handshake(server, None).close()
    assert ask(server, "/report?link=not-for-the-log").status == 200
    assert ask(server, "/download/1/long").status == 404
    told = server.log.read_text(encoding="utf-8")
    assert "not-for-the-log" not in told and "/_stcore/stream" not in told and "/download/1" not in told


def test_metrics_are_told_to_who_has_the_token(server: Server) -> None:
    assert ask(server, "/metrics").status == 401
    assert ask(server, f"/metrics?token={TOKEN}").status == 401
    answer = ask(server, "/metrics", Authorization=f"Bearer {TOKEN}")
    assert (answer.status, answer.headers["Content-Type"]) == (
        200,
        "text/plain; version=0.0.4; charset=utf-8",
    )
    told = dict(line.split() for line in answer.read().decode().splitlines() if not line.startswith("#"))
    assert (told["attune_database_up"], told["attune_sessions"]) == ("1", "0")
    assert int(told["attune_refused_requests_total"]) >= 1
