"""Sign-in at two real servers of one database with a real provider, by HTTP and WebSocket alone."""

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from dashboard.sign_in.cookie import NAME
from dashboard.sign_in.door import FAILED, UNREACHABLE
from dashboard.sign_in.page import FAILED as DID_NOT_SUCCEED
from dashboard.sign_in.page import WHY
from db.access import Who
from db.engine import open_database
from db.store import Store
from tests.browser.server import Server
from tests.made.faces import face, seconds
from tests.made.provider import Gate, Visitor, provider, settings_for
from tests.made.sessions import stored
from tests.made.tab import Tab
from tests.made.waiting import wait_until

ODD = ("zoë 漢字 😀", 'o\'neil; drop="1"', "Ana", "x" * 255)
TOKEN_S = 3600
"""So long the provider's tokens are good."""


@dataclass
class House:
    """Two servers that share a database, the secret and the public address, which is the first one's."""

    first: Server
    second: Server
    gate: Gate
    anas_session: int
    log: Path

    def download(self, server: Server) -> str:
        return f"{server.url}/download/{self.anas_session}/long"


def knows(server: Server, somebody: Visitor) -> bool:
    """Whether the server takes this browser for that of somebody who signed in."""
    with Tab(server.url, somebody.cookies, "help") as tab:
        return not tab.open().says(WHY)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    log = folder / "log"
    with provider() as address, ExitStack() as opened:
        gate = Gate(address)
        first, second = (Server(folder / "attune.db", log) for _ in range(2))
        for server in (first, second):
            server.set(**settings_for(gate.address, first.url))
        engine = open_database(f"sqlite:///{(folder / 'attune.db').as_posix()}")
        session = stored(Store(engine, Who("ana")), seconds([(face(1),)] * 5))
        with ThreadPoolExecutor() as starting:
            for server in starting.map(Server.__enter__, (first, second)):
                opened.push(server.__exit__)
        yield House(first, second, gate, session, log)
        gate.close()


def test_a_log_in_that_began_before_a_restart_ends_after_it(house: House) -> None:
    ben = Visitor(house.second.url)
    back = ben.agrees(ben.asks(), "ben").replace(house.first.url, house.second.url)
    house.second.kill()
    with pytest.raises(httpx.ConnectError):
        ben.http.get(back)
    house.second.__enter__()
    assert ben.http.get(back).headers["location"] == "/"
    assert knows(house.second, ben)


def test_a_log_in_that_began_on_one_server_ends_on_another(house: House) -> None:
    ana = Visitor(house.first.url)
    back = ana.agrees(ana.asks(), "ana")
    answer = ana.http.get(back.replace(house.first.url, house.second.url))
    assert answer.headers["location"] == "/"
    assert knows(house.first, ana) and knows(house.second, ana)
    assert ana.http.get(house.download(house.first)).status_code == 200


def test_signing_out_on_one_server_ends_tabs_and_copied_cookies_on_the_other(house: House) -> None:
    ana = Visitor(house.first.url).sign_in("ana")
    stolen = Visitor(house.second.url)
    stolen.http.cookies.update(ana.http.cookies)
    with ana.tab() as here, stolen.tab("help") as there:
        assert not there.open().says(WHY)
        here.press("Sign out")
        assert there.is_closed()
    assert stolen.http.get(house.download(house.second)).status_code == 401
    with stolen.tab("help") as again:
        assert again.open().says(WHY)
        assert again.open().says(WHY), "it stays open, to sign in on"
    a_second = int(time.time())  # cookies are signed by whole seconds
    wait_until(lambda: int(time.time()) > a_second)
    assert knows(house.second, ana.sign_in("ana"))


def test_a_refused_or_replayed_answer_of_the_provider_is_told_in_words(house: House) -> None:
    somebody = Visitor(house.first.url)
    page = somebody.asks()
    refused = somebody.http.post(page.url, data={"action": "deny"}).headers["location"]
    used = somebody.agrees(page, "ben")
    for address in (refused, f"{house.first.url}/oauth2callback?code=guessed&state=guessed", used, used):
        answer = somebody.http.get(address)
        told = answer.headers["location"] if NAME not in str(answer.headers) else "signed in"
        assert (answer.status_code, told) in ((302, FAILED), (302, "signed in"))
    assert told == FAILED, "an answer that was used counted twice"
    with Visitor(house.first.url).tab(query=FAILED.partition("?")[2]) as tab:
        assert tab.open().says(DID_NOT_SUCCEED)


@pytest.mark.parametrize("name", ODD, ids=("unicode", "quotes", "case", "255"))
def test_somebody_with_an_odd_subject_signs_in_and_is_nobody_else(house: House, name: str) -> None:
    odd = Visitor(house.first.url).sign_in(name)
    assert odd.http.get(house.download(house.first)).status_code == 404, "ana's"
    with odd.tab("sessions") as tab:
        told = tab.open()
        assert told.says("Nothing is recorded yet") and not told.says(WHY)
        assert not list(told.elements("exception"))


def test_a_subject_that_is_too_long_is_told_in_words_at_every_page(house: House) -> None:
    odd = Visitor(house.first.url).sign_in("x" * 256)
    with odd.tab("sessions") as tab:
        told = tab.open()
        assert told.says("1 to 255 printable characters") and told.says(WHY)
    assert odd.http.get(house.download(house.first)).status_code == 401


@pytest.mark.parametrize(("ahead_s", "location"), [(-300, "/"), (100, "/"), (300, FAILED)])
def test_the_provider_may_be_five_minutes_behind_and_five_before_are_told_in_words(
    house: House, ahead_s: int, location: str
) -> None:
    claims = {"iat": int(time.time()) + ahead_s, "exp": int(time.time()) + ahead_s + TOKEN_S}
    ben = Visitor(house.first.url)
    ben.http.put(f"{house.gate.address}/users/clock{ahead_s}", json=claims)
    answer = ben.http.get(ben.agrees(ben.asks(), f"clock{ahead_s}"))
    assert answer.headers["location"] == location and "clocks" in DID_NOT_SUCCEED


def test_a_provider_that_is_down_or_silent_is_told_in_a_sentence_and_holds_nobody_else(house: House) -> None:
    ana, root = (Visitor(house.first.url).sign_in(name) for name in ("ana", "root"))
    late = Visitor(house.first.url)
    back = late.agrees(late.asks(), "ben")
    house.gate.state = "shut"
    try:
        answer = Visitor(house.first.url).asks()
        assert (answer.status_code, answer.text) == (503, UNREACHABLE)
        house.gate.state = "silent"
        with ThreadPoolExecutor() as waiting, ana.tab("help") as tab:
            asking = waiting.submit(Visitor(house.first.url).asks)
            answering = waiting.submit(late.http.get, back)
            with root.tab() as last:
                leaving = waiting.submit(root.get, last.press("Sign out").redirect)
            assert not tab.open().says(WHY) and ana.http.get(house.download(house.first)).status_code == 200
            assert (asking.result().status_code, asking.result().text) == (503, UNREACHABLE)
            assert answering.result().headers["location"] == FAILED
            assert leaving.result().headers["location"] == "/"
    finally:
        house.gate.state = "open"
    assert root.get("/download/1/long").status_code == 401


def test_what_was_done_names_who_did_it_and_logs_hold_no_secret(house: House) -> None:
    with sqlite3.connect(house.log.parent / "attune.db") as database:
        done = {
            row[0] for row in database.execute("select distinct what from audit where who in ('ana', 'root')")
        }
    assert {"signed in", "signed out", "exported"} <= done
    told = house.log.read_text(encoding="utf-8")
    for secret in ("a client's secret", "made for these tests alone", "code=", "eyJ"):  # as tokens begin
        assert secret not in told, told[max(0, told.find(secret) - 500) :][:1000]
