"""What a server keeps over time: `python -m tests.bench.endurance --json` prints one JSON object.

- `reconnects`: tabs of real Chromium start a live session and are closed in the middle, `--times` times.
  Memory (RSS) and descriptors of the server once sessions have ended, after 5 and after all, and their ratio.
- `soak`: a session runs for `--minutes` without a browser; RSS every 5 s. The slope, in MB an hour, is the
  median over all pairs of readings (Theil and Sen), once the first fifth has passed: that is warming up.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from itertools import combinations
from pathlib import Path

import psutil
from playwright.sync_api import Browser, sync_playwright

from tests.bench.attack import recording
from tests.browser.camera import write_camera
from tests.browser.conftest import CHROMIUM, FAKE_CAMERA, QUIET
from tests.browser.server import Server
from tests.browser.steps import agree, rows, start
from tests.made.waiting import wait_until

EARLY, PATIENCE_MS = 5, 120_000
READ_EVERY_S, WARMING_UP = 5.0, 0.2


def reconnects(times: int) -> dict[str, object]:
    """Closed tabs, one after the other."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        camera = write_camera(Path(folder) / "faces.y4m")
        arguments = [*QUIET, *FAKE_CAMERA, f"--use-file-for-fake-video-capture={camera}"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        database = Path(folder) / "a.db"
        with Server(database, Path(folder) / "log") as server:
            assert server.process is not None
            process, read = psutil.Process(server.process.pid), []
            for number in range(1, times + 1):
                one_tab(browser, server, database, number)
                if number in {EARLY, times}:
                    read.append(settled(process, database))
                    told = f"{number} tabs: {read[-1][0]:.0f} MB, {read[-1][1]} descriptors"
                    print(told, file=sys.stderr, flush=True)
        browser.close()
    (early_mb, early_fds), (late_mb, late_fds) = read[0], read[-1]
    return {
        "tabs": times,
        "rss_mb": [round(early_mb), round(late_mb)],
        "rss_ratio": round(late_mb / early_mb, 3),
        "descriptors": [early_fds, late_fds],
        "descriptor_ratio": round(late_fds / early_fds, 3),
    }


def one_tab(browser: Browser, server: Server, database: Path, number: int) -> None:
    """From the form to a running session, and gone."""
    page = browser.new_page()
    page.set_default_timeout(PATIENCE_MS)
    agree(page, server, f"Tab {number}")
    start(page)
    enough = f"select 1 from session where title = 'Tab {number}' and frames > 10"
    wait_until(lambda: bool(rows(database, enough)), 120)
    page.close()


def settled(process: psutil.Process, database: Path) -> tuple[float, int]:
    """MB and descriptors once every session has ended and its connection is given up."""
    wait_until(lambda: not rows(database, "select 1 from session where ended_at is null"), 120)
    time.sleep(40)  # WebRTC gives a connection up after 30 s without consent
    return process.memory_info().rss / 1e6, process.num_fds()


def soak(minutes: float) -> dict[str, object]:
    """One session, all the time."""
    read: list[tuple[float, float]] = []
    with recording() as running:
        process, began_s = psutil.Process(running.process.pid), time.monotonic()
        first_fds = process.num_fds()
        while (passed_s := time.monotonic() - began_s) < minutes * 60:
            read.append((passed_s / 3600, process.memory_info().rss / 1e6))
            time.sleep(READ_EVERY_S)
        fds, analysed = process.num_fds(), running.told()["analysed"]
    warm = read[round(WARMING_UP * len(read)) :]
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(warm, 2)]
    return {
        "minutes": minutes,
        "analysed": int(analysed),
        "rss_mb": [round(warm[0][1], 1), round(warm[-1][1], 1)],
        "slope_mb_an_hour": round(statistics.median(slopes), 1),
        "descriptors": [first_fds, fds],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true", help="the default")
    parser.add_argument("--only", choices=("reconnects", "soak"))
    parser.add_argument("--times", type=int, default=50, help="tabs")
    parser.add_argument("--minutes", type=float, default=60, help="of the soak")
    given = parser.parse_args()
    told: dict[str, object] = {}
    if given.only != "soak":
        told["reconnects"] = reconnects(given.times)
    if given.only != "reconnects":
        told["soak"] = soak(given.minutes)
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
