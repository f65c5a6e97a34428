"""Two server processes on one PostgreSQL database: each tells of the other's session, and notices its end."""

import os
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from db.beats import DEAD_AFTER_S
from db.reports import get_session
from db.store import EndReason
from tests.browser.server import Server
from tests.made.feed import Reader
from tests.made.hasty import hasty
from tests.made.host import host
from tests.made.postgresql import empty_database, needs_postgresql
from tests.made.tab import Tab, Told
from tests.made.waiting import wait_until

TOKEN = "only-for-this-test-0123"
NOTICED_WITHIN_S = 60.0
RUNNING = "Weekly meeting · **"
"""The Presenter's head: the title, and for how long it has been running."""
LONG = pytest.mark.skipif("ATTUNE_LONG_TESTS" not in os.environ, reason="set ATTUNE_LONG_TESTS=1 to run it")


def first_look(server: Server, path: str, query: str = "") -> Told:
    with Tab(server.url, {}, path, query) as tab:
        return tab.open()


def presented(server: Server, session_id: int) -> str:
    """What the Presenter says of it."""
    told = first_look(server, "presenter", f"session={session_id}")
    return "\n".join(one.body for one in told.elements("markdown"))


@needs_postgresql
@pytest.mark.timeout(200)
@pytest.mark.parametrize("dead_after_s", [8, pytest.param(DEAD_AFTER_S, marks=LONG)])
def test_a_session_of_another_server_is_told_and_ends_with_it_while_the_others_go_on(
    dead_after_s: int, tmp_path: Path
) -> None:
    under = hasty(dead_after_s)
    with (
        empty_database() as url,
        Server(url, tmp_path / "log", under=under, ATTUNE_EVENT_TOKEN=TOKEN) as server,
        host(url, under) as (killed, lost),
        host(url, under) as (_, kept),
    ):
        reader = Reader(server.url.removeprefix("http://"), token=TOKEN)
        assert {reader.next()[1]["session"] for _ in range(6)} == {lost, kept}
        assert first_look(server, "sessions").says(f"session={lost}")
        assert RUNNING in presented(server, lost)
        killed.kill()
        engine = create_engine(url)
        wait_until(lambda: get_session(engine, lost).ended_at, NOTICED_WITHIN_S)
        assert get_session(engine, lost).end_reason == EndReason.INTERRUPTED
        found = get_session(engine, kept)
        assert (found.ended_at, found.end_reason, found.dropped) == (None, None, 0)
        wait_until(lambda: get_session(engine, kept).frames > found.frames)
        assert reader.next()[1]["session"] in (lost, kept)
        wait_until(lambda: RUNNING not in presented(server, lost) and RUNNING in presented(server, kept))
        reader.close()
        engine.dispose()
