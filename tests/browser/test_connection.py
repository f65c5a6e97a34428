"""The connection in a real browser: the page that checks it, and a picture that only comes through TURN."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Launch
from tests.browser.server import Server
from tests.browser.steps import WATCHED, agree, frames, rows, start, stop
from tests.made.feed import Reader
from tests.made.turn_server import TurnServer, needs_coturn, own_address
from tests.made.waiting import wait_until

SECRET = "a shared secret that nobody may see"
SILENT_CAMERA = """
navigator.mediaDevices.getUserMedia = async () => document.createElement('canvas').captureStream(0);
"""
WAYS = """
async () => {
  const ways = [];
  for (const peer of window.attunePeers) {
    const stats = await peer.getStats();
    for (const pair of stats.values()) {
      if (pair.type !== 'candidate-pair' || !pair.nominated) continue;
      ways.push([stats.get(pair.localCandidateId).candidateType, pair.bytesSent]);
    }
  }
  return ways;
}
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Of a server that one test alone has."""
    return tmp_path / "attune.db"


@pytest.fixture
def turn(tmp_path: Path) -> Iterator[TurnServer]:
    with TurnServer(tmp_path, secret=SECRET) as running:
        yield running


def carried_bytes(turn: TurnServer) -> int:
    """What coturn itself counted of its busiest session that is over."""
    return max([0, *(int(count) for count in re.findall(r"\d: usage: .* rb=(\d+)", turn.log))])


def told(page: Page, text: str | re.Pattern[str]) -> None:
    """What is on the page once every server has answered, or was given up."""
    expect(page.locator("p").filter(has_text=text).first).to_be_visible()


def relayed(turn: TurnServer, **settings: str) -> dict[str, Any]:
    servers = json.dumps([turn.entry()])
    return {"ATTUNE_ICE_SERVERS": servers, "ATTUNE_TURN_SECRET": SECRET, "ATTUNE_ICE_TRANSPORT": "relay"} | (
        settings
    )


@needs_coturn
def test_with_the_direct_path_closed_the_picture_comes_through_turn(
    page: Page, turn: TurnServer, database: Path, tmp_path: Path
) -> None:
    page.add_init_script(WATCHED)
    with Server(database, tmp_path / "log", **relayed(turn)) as server:
        agree(page, server)
        start(page)
        wait_until(lambda: frames(database) > 5)
        [frame] = [one for one in page.frames if "webrtc" in one.url]
        ways = frame.evaluate(WAYS)
        assert ways and {kind for kind, _ in ways} == {"relay"}, ways
        assert sum(sent for _, sent in ways) > 50_000
        stop(page)
        wait_until(lambda: rows(database, "select end_reason from session") == [("stopped",)])
        wait_until(lambda: carried_bytes(turn) > 50_000)
    assert SECRET not in (tmp_path / "log").read_text()


@needs_coturn
def test_without_turn_a_relayed_picture_does_not_come_and_the_page_says_where_to_look(
    page: Page, turn: TurnServer, database: Path, tmp_path: Path
) -> None:
    turn.stop()
    with Server(database, tmp_path / "log", **relayed(turn, ATTUNE_FRAME_WAIT_S="2")) as server:
        agree(page, server)
        start(page)
        told(page, "No picture has come for")
        assert rows(database, "select count(*) from frame") == [(0,)]
        page.goto(f"{server.url}/connection")
        told(page, re.compile(r"problems?: .*Candidates"))
        told(page, "Only relayed ways are allowed, and there is none")


@needs_coturn
def test_the_check_finds_a_relay_from_browser_and_server(
    page: Page, turn: TurnServer, database: Path, tmp_path: Path
) -> None:
    with Server(database, tmp_path / "log", **relayed(turn)) as server:
        page.goto(f"{server.url}/connection")
        told(page, "Nothing stands in the way so far")
        told(page, re.compile("Good: .*from the browser"))
        told(page, re.compile("Good: .*from the server"))
        page.get_by_role("button", name="Test the camera").click()
        told(page, "Good: Picture")
        told(page, "Nothing stands in the way.")
        assert SECRET not in page.content()


@needs_coturn
def test_a_wrong_secret_is_named_by_browser_and_server(
    page: Page, turn: TurnServer, database: Path, tmp_path: Path
) -> None:
    settings = relayed(turn, ATTUNE_TURN_SECRET="another secret", ATTUNE_ICE_TRANSPORT="all")
    with Server(database, tmp_path / "log", **settings) as server:
        page.goto(f"{server.url}/connection")
        told(page, "2 problems")
        told(page, "from the browser. It refused the credentials")
        told(page, "from the server. The credentials were refused")
        told(page, "ATTUNE_TURN_SECRET")


def test_a_program_reads_the_figures_of_a_session_that_runs(
    page: Page, database: Path, tmp_path: Path
) -> None:
    token = "a-token-for-the-tests"
    with Server(database, tmp_path / "log", ATTUNE_EVENT_TOKEN=token) as server:
        agree(page, server)
        reader = Reader(f"127.0.0.1:{server.port}", token=token)
        start(page)
        told = reader.next()[1]
        while not told["usable"]:
            told = reader.next()[1]
        stop(page)
        reader.close()
    assert (told["session"], told["people"]) == (1, 1)
    assert told["range"][0] <= told["engagement"] <= told["range"][1]
    assert sum(told["scores"].values()) == pytest.approx(1, abs=0.01)


def test_a_refused_camera_is_a_sentence(launch: Launch, server: Server) -> None:
    page = launch("--use-fake-device-for-media-stream", "--deny-permission-prompts").new_page()
    page.goto(f"{server.url}/connection")
    page.get_by_role("button", name="Test the camera").click()
    told(page, "The browser refused the camera")
    told(page, re.compile(r"problems?: .*Picture"))


def test_without_a_camera_the_check_says_so(launch: Launch, server: Server) -> None:
    page = launch("--use-fake-ui-for-media-stream").new_page()
    page.goto(f"{server.url}/connection")
    told(page, "None was found")
    page.get_by_role("button", name="Test the camera").click()
    told(page, "No camera was found")


def test_an_address_without_https_is_the_first_problem(
    browser: Browser, database: Path, tmp_path: Path
) -> None:
    public = f"http://{own_address()}"
    with Server(
        database, tmp_path / "log", STREAMLIT_SERVER_ADDRESS="0.0.0.0", ATTUNE_PUBLIC_URL=public
    ) as server:
        page = browser.new_page()
        page.goto(f"http://{own_address()}:{server.port}/connection")
        told(page, "is neither HTTPS nor localhost")
        told(page, "server.sslCertFile")


def test_a_camera_without_a_picture_is_told_after_a_while(page: Page, server: Server) -> None:
    page.add_init_script(SILENT_CAMERA)
    page.goto(f"{server.url}/connection")
    page.get_by_role("button", name="Test the camera").click()
    told(page, "no picture came in 10 s")
