"""The real server with a session that runs from its start, fed with a portrait at 30 frames/s, no browser.

`python -m tests.bench.recording_server STATUS --server.port N`: what the session says of itself goes to the
file STATUS, again and again, so that it can be read after the server was killed.
"""

import json
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import skimage.data
from streamlit.web import cli

from dashboard import resources
from dashboard.consent import Kind, Purpose, Region, Setup
from dashboard.running.incoming import Incoming
from dashboard.running.session import LiveSession

FRAME_S = 1 / 30
SETUP = Setup("Attacked", Kind.REHEARSAL, Purpose.REHEARSAL, Region.EU_UK)


def main() -> None:
    status = Path(sys.argv[1])
    threading.Thread(target=feed, args=(status,), daemon=True).start()
    sys.argv = ["streamlit", "run", "dashboard/app.py", *sys.argv[2:]]
    cli.main()


def feed(status: Path) -> None:
    """Frames at the camera's rate, whatever becomes of them."""
    image = cv2.cvtColor(skimage.data.astronaut(), cv2.COLOR_RGB2BGR)  # type: ignore[no-untyped-call]
    portrait = np.ascontiguousarray(cv2.resize(image, (640, 480)), np.uint8)
    live = resources._open_live(SETUP, datetime.now(UTC))
    while True:
        live.handle(Incoming.of(portrait.copy(), time.monotonic()))
        tell(live, status)
        time.sleep(FRAME_S)


def tell(live: LiveSession, status: Path) -> None:
    """Whole or not at all: the server may be killed in the middle."""
    now = live.status()
    told = {"analysed": now.analysed, "latency_p95_ms": now.latency_p95_ms, "at_s": time.monotonic()}
    part = status.with_suffix(".part")
    part.write_text(json.dumps(told), encoding="utf-8")
    part.replace(status)


if __name__ == "__main__":
    main()
