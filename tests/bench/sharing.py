"""A shared meeting in real Chromium: `python -m tests.bench.sharing --json [--minutes 10]`.

A 5x5 gallery of moving real faces runs in one tab at 1280x720 and is shared from another, on which the Live
page is open. Browser and server share this machine. Needs the faces of ../shared/media.

- `people_found`: median of the faces in an analysed frame, of 25; `frames_with_24`: share of frames.
- `capture_to_stored_*`: from drawing in the tab to the row in the database, which is later than the score;
  at the beginning and, for growth, at the end. `capture_to_score_p95_ms`: the greater of the two, p95.
- `rss_slope_mb_min`: straight line through the server's memory after the first two minutes.
"""

import argparse
import json
import statistics
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import psutil
from playwright.sync_api import Page, sync_playwright

from tests.bench.live import p95
from tests.bench.meeting_tab import SWEEP, TITLE, served, tile_of_sweep, write_meeting
from tests.bench.moving_face import Delays, delays_of, watch_frames
from tests.bench.moving_grid import HEIGHT, WIDTH
from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser.server import Server
from tests.browser.steps import WINDOW, agree, frames, rows, start, stop
from tests.made.waiting import wait_until

WARM_UP_S, WINDOW_S = 15.0, 40.0
SETTLED_S, SAMPLE_S = 120.0, 2.0
SESSION = "1"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true", help="the default; one JSON object")
    parser.add_argument("--minutes", type=float, default=10.0)
    minutes = parser.parse_args().minutes
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        write_meeting(Path(folder))
        arguments = [*QUIET, f"--auto-select-tab-capture-source-by-title={TITLE}"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
        with served(Path(folder)) as address:
            meeting = context.new_page()
            meeting.goto(address)
            print(json.dumps(measure(context.new_page(), Path(folder), minutes), indent=1))
        browser.close()


def measure(page: Page, folder: Path, minutes: float) -> dict[str, object]:
    """One session of `minutes`, and what was stored of it."""
    database = folder / "sharing.db"
    with Server(database, folder / "log") as server:
        assert server.process is not None
        process = psutil.Process(server.process.pid)
        agree(page, server, source=WINDOW)
        start(page)
        wait_until(lambda: frames(database) > 5, within_s=60)
        began_s = time.monotonic()
        memory = _watch_memory(process, began_s, began_s + 60 * minutes)
        time.sleep(WARM_UP_S)
        first, counted, counted_s = frames(database), frames(database), time.monotonic()
        early = watch_frames(database, SESSION, WINDOW_S, count=10_000, pause_s=0.01)
        time.sleep(max(0.0, began_s + 60 * minutes - WINDOW_S - time.monotonic()))
        late = watch_frames(database, SESSION, WINDOW_S, count=10_000, pause_s=0.01)
        analysed_hz = (frames(database) - counted) / (time.monotonic() - counted_s)
        caption = page.get_by_text("stored p95").first.inner_text()
        stop(page)
        wait_until(lambda: rows(database, "select end_reason from session") == [("stopped",)])
    faces = [int(str(n)) for (n,) in rows(database, f"select faces from frame where frame >= {first}")]
    tracks = rows(database, "select count(distinct track_id) from observation")[0][0]
    return {
        "minutes": minutes,
        "people_found": statistics.median(faces),
        "frames_with_24": round(sum(n >= 24 for n in faces) / len(faces), 3),
        "tracks": tracks,
        "analysed_hz": round(analysed_hz, 2),
        **_latency(_delays(database, early), _delays(database, late)),
        **_slope(memory),
        "page_says": caption,
    }


def _delays(database: Path, seen_ms: dict[int, float]) -> Delays:
    x, y, width, height = tile_of_sweep()
    return delays_of(database, SESSION, seen_ms, SWEEP, (x, y, x + width, y + height))


def _latency(early: Delays, late: Delays) -> dict[str, int]:
    return {
        "capture_to_stored_p50_ms": round(statistics.median(early.stored_ms)),
        "capture_to_stored_p95_ms": p95(early.stored_ms),
        "capture_to_stored_late_p50_ms": round(statistics.median(late.stored_ms)),
        "capture_to_stored_late_p95_ms": p95(late.stored_ms),
        "capture_to_arrival_p50_ms": round(statistics.median(late.arrival_ms)),
        "capture_to_score_p95_ms": max(p95(early.stored_ms), p95(late.stored_ms)),
    }


def _watch_memory(process: psutil.Process, began_s: float, until_s: float) -> list[tuple[float, float]]:
    """Seconds since the beginning and MB, filled from a thread of its own until then."""
    samples = [(0.0, process.memory_info().rss / 1e6)]

    def watch() -> None:
        with suppress(psutil.NoSuchProcess):
            while time.monotonic() < until_s:
                samples.append((time.monotonic() - began_s, process.memory_info().rss / 1e6))
                time.sleep(SAMPLE_S)

    threading.Thread(target=watch, daemon=True).start()
    return samples


def _slope(memory: list[tuple[float, float]]) -> dict[str, float | None]:
    settled = np.array([(at_s, mb) for at_s, mb in memory if at_s > SETTLED_S])
    slope = float(np.polyfit(settled[:, 0] / 60, settled[:, 1], 1)[0]) if len(settled) > 10 else None
    return {
        "rss_first_mb": round(memory[0][1], 1),
        "rss_last_mb": round(memory[-1][1], 1),
        "rss_slope_mb_min": None if slope is None else round(slope, 2),
    }


if __name__ == "__main__":
    main()
