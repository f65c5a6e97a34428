"""Two servers behind haproxy, by the project's own configuration: who meets whom, and when one is killed."""

import http.client
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import ROOT
from tests.browser.server import Server, free_port, is_up
from tests.made.postgresql import empty_database, needs_postgresql
from tests.made.waiting import wait_until

HAPROXY = shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
needs_haproxy = pytest.mark.skipif(HAPROXY is None, reason="no haproxy: apt-get install haproxy")


@contextmanager
def proxy(folder: Path, one: Server, two: Server) -> Iterator[int]:
    """haproxy on ports of this machine; its own port."""
    port, text = free_port(), (ROOT / "haproxy.cfg").read_text(encoding="utf-8")
    for was, now in (
        ("bind :8501", f"bind 127.0.0.1:{port}"),
        ("one:8501", f"127.0.0.1:{one.port}"),
        ("two:8501", f"127.0.0.1:{two.port}"),
    ):
        assert text.count(was) == 1
        text = text.replace(was, now)
    (folder / "haproxy.cfg").write_text(text, encoding="utf-8")
    with subprocess.Popen([str(HAPROXY), "-f", str(folder / "haproxy.cfg")]) as process:
        try:
            wait_until(lambda: is_up(f"http://localhost:{port}"), 60)
            yield port
        finally:
            process.terminate()


def led_to(port: int, cookie: str = "") -> str:
    """The server that the proxy leads to from now on: by the cookie it sets, else the one that was sent."""
    connection = http.client.HTTPConnection("localhost", port, timeout=60)
    connection.request("GET", "/", headers={"Cookie": f"SRV={cookie}"} if cookie else {})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200, answer.status
    told = answer.getheader("Set-Cookie", "").partition(";")[0].removeprefix("SRV=")
    connection.close()
    return told or cookie


@needs_postgresql
@needs_haproxy
def test_a_host_stays_with_one_server_until_that_is_killed(tmp_path: Path) -> None:
    with (
        empty_database() as url,
        Server(url, tmp_path / "one.log") as one,
        Server(url, tmp_path / "two.log") as two,
        proxy(tmp_path, one, two) as port,
    ):
        assert {led_to(port) for _ in range(6)} == {"one", "two"}
        assert [led_to(port, "one") for _ in range(4)] == ["one"] * 4
        one.kill()
        wait_until(lambda: led_to(port, "one") == "two", 60)
        assert led_to(port, "two") == "two"
