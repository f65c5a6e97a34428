"""Live sessions through haproxy, on two servers, PostgreSQL and coturn: one server is killed.

Two of everything on one machine take a minute or more: ATTUNE_LONG_TESTS=1.
"""

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, create_engine, text

from tests.browser.server import Server
from tests.browser.steps import PATIENCE_MS, agree, start, stop
from tests.made.hasty import hasty
from tests.made.postgresql import empty_database, needs_postgresql
from tests.made.proxy import needs_haproxy, proxy
from tests.made.turn_server import TurnServer, needs_coturn
from tests.made.waiting import wait_until

LONG = pytest.mark.skipif("ATTUNE_LONG_TESTS" not in os.environ, reason="set ATTUNE_LONG_TESTS=1 to run it")
pytestmark = [LONG, needs_postgresql, needs_haproxy, needs_coturn]
SECRET = "a secret of this test's own"
GO_ON = "Everyone still agrees: go on"
LOST = "the server that it ran on was lost"
DEAD_AFTER_S = 8
PATIENCE_S = 180.0
SEEN = 8
"""So many analysed frames more are seen before anything is believed."""


@dataclass(frozen=True)
class Stored:
    """All sessions of a host, which should be one."""

    sessions: int
    servers: int
    frames: int
    dropped: int
    reason: str | None


def stored(engine: Engine, title: str) -> Stored:
    query = (
        "SELECT count(*), count(DISTINCT server_id), coalesce(sum(frames), 0), coalesce(sum(dropped), 0),"
        " max(end_reason) FROM session WHERE title = :title"
    )
    with engine.connect() as connection:
        row = connection.execute(text(query), {"title": title}).one()
    return Stored(int(row[0]), int(row[1]), int(row[2]), int(row[3]), row[4])


def wait_for_frames(engine: Engine, title: str) -> None:
    before = stored(engine, title).frames
    wait_until(lambda: stored(engine, title).frames >= before + SEEN, PATIENCE_S)


@pytest.fixture
def engine() -> Iterator[Engine]:
    with empty_database() as url:
        engine = create_engine(url)
        yield engine
        engine.dispose()


@contextmanager
def two_servers(folder: Path, url: str) -> Iterator[tuple[tuple[Server, Server], int]]:
    """Both, and the proxy's port."""
    with TurnServer(folder, secret=SECRET) as turn, ExitStack() as stack:
        relayed = {
            "ATTUNE_ICE_SERVERS": json.dumps([turn.entry()]),
            "ATTUNE_ICE_TRANSPORT": "relay",
            "ATTUNE_TURN_SECRET": SECRET,
            "ATTUNE_ANALYSIS_HZ": "3",  # two of everything on one machine
        }
        one, two = (Server(url, folder / f"{n}.log", under=hasty(DEAD_AFTER_S)) for n in "ab")
        for each in (one, two):
            each.set(**relayed)
        with ThreadPoolExecutor() as both:
            for begun in both.map(Server.__enter__, (one, two)):
                stack.push(begun)
        yield (one, two), stack.enter_context(proxy(folder, one, two))


@pytest.fixture
def pages(browser: Browser, request: pytest.FixtureRequest) -> Iterator[tuple[Page, Page]]:
    """A browser each for two hosts; what stood on their pages is told where the test fails."""
    contexts = [browser.new_context() for _ in range(2)]
    pages = [context.new_page() for context in contexts]
    told: list[str] = []
    expect.set_options(timeout=1000 * PATIENCE_S)
    for page in pages:
        page.set_default_timeout(1000 * PATIENCE_S)
        page.on("dialog", lambda dialog: dialog.accept())
        page.on("console", lambda line: told.append(line.text))
    failed = request.session.testsfailed
    yield pages[0], pages[1]
    if request.session.testsfailed > failed:
        print(*told, *(page.locator("body").aria_snapshot() for page in pages), sep="\n")
    for context in contexts:
        context.close()
    expect.set_options(timeout=PATIENCE_MS)


@pytest.mark.timeout(900)
def test_of_two_servers_one_is_killed_and_its_host_goes_on_while_the_other_s_notices_nothing(
    pages: tuple[Page, Page], engine: Engine, tmp_path: Path
) -> None:
    ana, ben = pages
    with two_servers(tmp_path, engine.url.render_as_string(hide_password=False)) as ((one, _), port):
        for page, name, place in ((ana, "Ana", "one"), (ben, "Ben", "two")):
            agree(page, f"http://localhost:{port}/?server={place}", name)
            start(page)
            wait_for_frames(engine, name)
        one.kill()
        expect(ana.get_by_text(LOST)).to_be_visible()
        assert stored(engine, "Ana").reason == "interrupted"
        wait_for_frames(engine, "Ben")
        ana.get_by_role("button", name=GO_ON).click()
        start(ana)
        wait_for_frames(engine, "Ana")
        expect(ben.get_by_role("button", name="STOP")).to_be_visible()
        expect(ben.get_by_text("was lost")).to_have_count(0)
        for page in pages:
            stop(page)
        wait_until(lambda: stored(engine, "Ben").reason and stored(engine, "Ana").reason)
    for name in ("Ana", "Ben"):
        found = stored(engine, name)
        assert (found.sessions, found.dropped, found.reason) == (1, 0, "stopped"), name
