"""From the command to the first page: `python -m tests.bench.start --json`.

Starts the real server some times and opens its first page in Chromium, which already runs. The page counts as
there when its form can be seen. Memory is read with that one page open.
"""

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

import psutil
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser.server import Server


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        runs = [_one_start(browser) for _ in range(arguments.runs + 1)][1:]  # the first warms the disk
    seconds = [run[0] for run in runs]
    print(
        json.dumps(
            {
                "first_page_s_median": round(statistics.median(seconds), 2),
                "first_page_s_worst": round(max(seconds), 2),
                "idle_mb_median": round(statistics.median(run[1] for run in runs)),
                "tensorflow_mapped": any(run[2] for run in runs),
                "runs": len(runs),
            },
            indent=1,
        )
    )


def _one_start(browser: Browser) -> tuple[float, float, bool]:
    with tempfile.TemporaryDirectory() as folder:
        page = browser.new_page()
        began_s = time.monotonic()
        with Server(Path(folder) / "start.db", Path(folder) / "log") as server:
            page.goto(server.url)
            expect(page.get_by_role("button", name="Everyone has agreed: go on")).to_be_visible(
                timeout=60_000
            )
            spent_s = time.monotonic() - began_s
            assert server.process is not None
            process = psutil.Process(server.process.pid)
            mapped = any("tensorflow" in part.path for part in process.memory_maps())
            megabytes = process.memory_info().rss / 1e6
        page.close()
    return spent_s, megabytes, mapped


if __name__ == "__main__":
    main()
