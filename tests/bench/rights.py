"""What it costs to ask who may see what: `python -m tests.bench.rights --json` prints one JSON object.

A database of 1,000 sessions of 20 owners, each shared with somebody and by a link.

- `check_ms`: processor time of one access check, median, of an owner, a reader, somebody with a link and a
  stranger; `who_ms`: of telling from a cookie who sent a request, which asks the database once.
- `first_page_ms`: from opening the address in Chromium until the form can be seen, median, of two servers in
  turns, one where nobody signs in and one with somebody who did; `later_ms` is their difference, `ratio`
  their quotient; `server_cpu_ms`: what each server took of the processor for it. Both run on this machine.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy import Engine

from dashboard.settings import Settings
from dashboard.sign_in.identity import Identities
from db.access import STRANGER, Sessions, Who
from db.engine import open_database
from db.rights.shares import digest_of, make_link, share_with
from db.store import Store
from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser.server import Server
from tests.made.rights import SETTINGS, signed
from tests.made.storage import new_session

SESSIONS, OWNERS, ASKED = 1000, 20, 500
FORM = "Everyone has agreed: go on"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true", help="the default; one JSON object")
    parser.add_argument("--pages", type=int, default=15, help="first pages of each server")
    pages = parser.parse_args().pages
    with tempfile.TemporaryDirectory() as folder:
        found = {"load_before": round(os.getloadavg()[0], 1), **_checks(Path(folder)), "pages": pages}
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
            print(json.dumps({**found, **_first_pages(browser, Path(folder), pages)}, indent=1))


def _checks(folder: Path) -> dict[str, object]:
    engine = open_database(f"sqlite:///{(folder / 'many.db').as_posix()}")
    numbers, token = _fill(engine)
    asking = {
        "owner": Who("owner-1"),
        "reader": Who("reader-1"),
        "link": Who(links=frozenset([digest_of(token)])),
        "stranger": STRANGER,
    }
    check_ms = {
        name: _cpu_ms(lambda n, who=who: Sessions(engine, who).access(numbers[n % SESSIONS]))  # type: ignore[misc]
        for name, who in asking.items()
    }
    read = {name.removeprefix("ATTUNE_").lower(): value for name, value in SETTINGS.items()}
    identities, cookies = Identities(Settings.model_validate(read), lambda: engine), signed("owner-1")
    return {"check_ms": check_ms, "who_ms": _cpu_ms(lambda _: identities.who(cookies, {}))}


def _fill(engine: Engine) -> tuple[list[int], str]:
    numbers, token = [], ""
    for n in range(SESSIONS):
        owner = Who(f"owner-{n % OWNERS}")
        numbers.append(Store(engine, owner).start_session(new_session(owner=owner.subject)))
        share_with(engine, owner, numbers[-1], f"reader-{n % 7}", group_only=False)
        token = make_link(engine, owner, numbers[-1], group_only=True)
    return numbers, token


def _cpu_ms(ask: Callable[[int], object]) -> float:
    spent = []
    for n in range(ASKED):
        began_s = time.thread_time()
        ask(n)
        spent.append(time.thread_time() - began_s)
    return round(1000 * statistics.median(spent), 3)


def _first_pages(browser: Browser, folder: Path, pages: int) -> dict[str, object]:
    nobody = Server(folder / "nobody.db", folder / "log")
    somebody = Server(folder / "somebody.db", folder / "log")
    somebody.set(**{**SETTINGS, "ATTUNE_PUBLIC_URL": somebody.url})
    spent_ms: dict[str, list[float]] = {"nobody": [], "somebody": []}
    cpu_ms: dict[str, list[float]] = {"nobody": [], "somebody": []}
    with nobody, somebody:
        both = [("nobody", nobody), ("somebody", somebody)]
        for number in range(pages + 1):
            for name, server in both[:: 1 if number % 2 else -1]:  # a page pays for closing the one before
                page_ms, server_ms = _first_page(browser, server)
                spent_ms[name].append(page_ms)
                cpu_ms[name].append(server_ms)
    page = {name: statistics.median(every[1:]) for name, every in spent_ms.items()}  # the first opens all
    return {
        "first_page_ms": {name: round(value) for name, value in page.items()},
        "later_ms": round(page["somebody"] - page["nobody"]),
        "ratio": round(page["somebody"] / page["nobody"], 3),
        "server_cpu_ms": {name: round(statistics.median(every[1:])) for name, every in cpu_ms.items()},
    }


def _first_page(browser: Browser, server: Server) -> tuple[float, float]:
    assert server.process is not None
    process = psutil.Process(server.process.pid)
    context = browser.new_context()
    [(name, value)] = signed("owner-1", origin=server.url).items()
    context.add_cookies([{"name": name, "value": value, "url": server.url}])
    page = context.new_page()
    before, began_s = process.cpu_times(), time.monotonic()
    page.goto(server.url)
    expect(page.get_by_role("button", name=FORM)).to_be_visible(timeout=60_000)
    page_ms, after = 1000 * (time.monotonic() - began_s), process.cpu_times()
    context.close()
    return page_ms, 1000 * (after.user + after.system - before.user - before.system)


if __name__ == "__main__":
    main()
