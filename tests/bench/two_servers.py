"""How soon one server tells of another's session: `python -m tests.bench.two_servers --json`.

Two server processes on one PostgreSQL. On one `--times` sessions begin, one after the other; the other is
asked by a reader of `/events` and by tabs of the sessions list and the Presenter, which look again once a
second as a browser does. Seconds from when the session is in the database until each tells of it, median
and most. At last the session's server is killed: `reason_s` until the session has ended for that reason.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Engine, create_engine

from db.reports import get_session
from db.store import EndReason
from tests.browser.server import Server
from tests.made.feed import Reader
from tests.made.host import host
from tests.made.postgresql import empty_database
from tests.made.tab import Tab
from tests.made.waiting import wait_until

TOKEN = "only-for-this-bench-0123"
EVERY_S = 1.0
Look = Callable[[Server, int], None]


def events(server: Server, session_id: int) -> None:
    reader = Reader(server.url.removeprefix("http://"), token=TOKEN)
    while reader.next()[1]["session"] != session_id:
        pass
    reader.close()


def sessions_list(server: Server, session_id: int) -> None:
    with Tab(server.url, {}, "sessions") as tab:
        while not tab.open().says(f"session={session_id}"):
            time.sleep(EVERY_S)


def presenter(server: Server, session_id: int) -> None:
    with Tab(server.url, {}, "presenter", f"session={session_id}") as tab:
        told = tab.open()
        [panel] = told.fragments
        while not told.says("Weekly meeting"):
            time.sleep(EVERY_S)
            told = tab.look_again(panel)


LOOKS: dict[str, Look] = {"events": events, "sessions_list": sessions_list, "presenter": presenter}


def looked(server: Server, session_id: int) -> dict[str, float]:
    """How long each took to tell of it."""

    def took_s(look: Look, began_s: float) -> float:
        look(server, session_id)
        return time.monotonic() - began_s

    with ThreadPoolExecutor() as at_once:
        waiting = {name: at_once.submit(took_s, look, time.monotonic()) for name, look in LOOKS.items()}
        return {name: one.result() for name, one in waiting.items()}


def reason_s(engine: Engine, killed: "subprocess.Popen[str]", session_id: int) -> float:
    killed.kill()
    began_s = time.monotonic()
    wait_until(lambda: get_session(engine, session_id).ended_at, 120)
    assert get_session(engine, session_id).end_reason == EndReason.INTERRUPTED
    return time.monotonic() - began_s


def run(times: int, folder: Path) -> dict[str, Any]:
    found: list[dict[str, float]] = []
    with empty_database() as url, Server(url, folder / "log", ATTUNE_EVENT_TOKEN=TOKEN) as server:
        engine = create_engine(url)
        with host(url) as (_, first):
            looked(server, first)  # pages are imported with the first look
        for number in range(times):
            with host(url) as (process, session_id):
                found.append(looked(server, session_id))
                ended_s = reason_s(engine, process, session_id) if number == times - 1 else 0.0
        engine.dispose()
    told = [(name, [one[name] for one in found]) for name in LOOKS]
    return {
        "times": times,
        "load": round(os.getloadavg()[0], 1),
        **{name: {"median_s": round(median(each), 2), "most_s": round(max(each), 2)} for name, each in told},
        "reason_s": round(ended_s, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object on one line")
    parser.add_argument("--times", type=int, default=10)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = run(given.times, Path(folder))
    print(json.dumps(found, indent=None if given.json else 1))


if __name__ == "__main__":
    main()
