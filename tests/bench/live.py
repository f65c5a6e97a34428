"""The live path in real Chromium: `python -m tests.bench.live --json`.

Chromium plays real faces as its camera, 640x480 at 30 frames/s; first the page draws upon its own picture,
then the server sends it back drawn. Read off the running page and server in both ways: pictures shown a
second, analysed frames a second, latency from arrival to stored score, the server's processor time and
memory with one session; and whether TensorFlow was ever mapped into it. Capture to arrival and to the
stored row is measured too: the camera is a canvas in which a face moves at a known speed, so that its box
tells when it was drawn.
"""

import argparse
import json
import re
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Page, sync_playwright

from tests.bench.moving_face import measure_delays
from tests.browser.camera import write_camera
from tests.browser.conftest import CHROMIUM, FAKE_CAMERA, QUIET
from tests.browser.server import Server
from tests.browser.steps import agree, frames, open_machine, start, stop, streamer
from tests.made.waiting import wait_until

WARM_UP_S, MEASURE_S = 8.0, 20.0
LATENCY = re.compile(r"Latency p50 \d+ ms, p95 (\d+) ms")
STORED = re.compile(r"Stored p95 (\d+) ms")
RECEIVED = re.compile(r"Picture \d+ x \d+ at (\d+) a second")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        camera = write_camera(Path(folder) / "faces.y4m")
        arguments = [*QUIET, *FAKE_CAMERA, f"--use-file-for-fake-video-capture={camera}"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        page = browser.new_page()
        figures: dict[str, Any] = {who: measure(page, Path(folder), who) for who in ("browser", "server")}
        browser.close()
    spent = [figures[who]["server_cpu_percent"] for who in ("browser", "server")]
    figures["browser_over_server_cpu"] = round(spent[0] / spent[1], 2)
    print(json.dumps(figures, indent=1))


def measure(page: Page, folder: Path, draws: str) -> dict[str, Any]:
    """One session of about half a minute, and one with the moving face for the time before arrival."""
    database = folder / f"{draws}.db"
    with Server(database, folder / "log", ATTUNE_LIVE_DRAWING=draws) as server:
        assert server.process is not None
        process = psutil.Process(server.process.pid)
        agree(page, server)
        start(page)
        wait_until(lambda: frames(database) > 5)
        time.sleep(WARM_UP_S)
        shown, analysed, began_s = shown_frames(page), frames(database), time.monotonic()
        process.cpu_percent()
        time.sleep(MEASURE_S)
        spent_s = time.monotonic() - began_s
        live = {
            "server_cpu_percent": process.cpu_percent(),
            "picture_fps": round((shown_frames(page) - shown) / spent_s, 1),
            "analysed_hz": round((frames(database) - analysed) / spent_s, 1),
            **told(page),
            "one_session_mb": round(process.memory_info().rss / 1e6),
            "tensorflow_mapped": any("tensorflow" in part.path for part in process.memory_maps()),
        }
        stop(page)
        delays = measure_delays(page, server, database)
    return {
        **live,
        "capture_to_arrival_p50_ms": round(statistics.median(delays.arrival_ms)),
        "capture_to_arrival_p95_ms": p95(delays.arrival_ms),
        "capture_to_stored_p50_ms": round(statistics.median(delays.stored_ms)),
        "capture_to_stored_p95_ms": p95(delays.stored_ms),
        "capture_frames": len(delays.stored_ms),
    }


def told(page: Page) -> dict[str, int]:
    """What the machine's chip says."""
    open_machine(page)
    wanted = {
        "arrival_to_score_p95_ms": LATENCY,
        "arrival_to_stored_p95_ms": STORED,
        "received_fps": RECEIVED,
    }
    found = {name: form.search(page.get_by_text(form).first.inner_text()) for name, form in wanted.items()}
    page.keyboard.press("Escape")
    return {name: int(match[1]) for name, match in found.items() if match is not None}


def p95(values: list[float]) -> int:
    """The 95th percentile."""
    return round(statistics.quantiles(values, n=20)[18])


def shown_frames(page: Page) -> int:
    """Frames that the video which is shown has presented so far."""
    count = (
        streamer(page).locator("video:visible").evaluate("v => v.getVideoPlaybackQuality().totalVideoFrames")
    )
    return int(count)


if __name__ == "__main__":
    main()
