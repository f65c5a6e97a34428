"""Two servers behind haproxy, by the project's own configuration: who meets whom, and when one is killed."""

import http.client
from pathlib import Path

from tests.browser.server import Server
from tests.made.postgresql import empty_database, needs_postgresql
from tests.made.proxy import needs_haproxy, proxy
from tests.made.waiting import wait_until


def led_to(port: int, cookie: str = "", path: str = "/") -> str:
    """The server that the proxy leads to from now on: by the cookie it sets, else the one that was sent."""
    connection = http.client.HTTPConnection("localhost", port, timeout=60)
    connection.request("GET", path, headers={"Cookie": f"SRV={cookie}"} if cookie else {})
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
        assert [led_to(port, "one", f"/?server={name}") for name in ("two", "one")] == ["two", "one"]
        one.kill()
        wait_until(lambda: led_to(port, "one") == "two", 60)
        assert led_to(port, "two") == led_to(port, "two", "/?server=one") == "two"
