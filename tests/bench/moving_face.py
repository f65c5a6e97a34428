"""When was a stored frame drawn? A canvas is the camera, and a face moves across it at a known speed."""

import base64
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import skimage.data
from numpy.typing import NDArray
from playwright.sync_api import Page

from tests.browser.server import Server
from tests.browser.steps import agree, rows, start, stop, wait_for

SPEED_PX_S, SPAN_PX = 100.0, 300
FRAMES, SETTLING = 300, 40
TITLE = "Moving face"
SESSION = f"(select id from session where title = '{TITLE}')"
CANVAS = """
(() => {
  const image = new Image(); image.src = 'data:image/png;base64,%s';
  navigator.mediaDevices.getUserMedia = async () => {
    const canvas = document.createElement('canvas'); canvas.width = 640; canvas.height = 480;
    const context = canvas.getContext('2d');
    setInterval(() => {
      const cycle = %d, t = Date.now() %% (2 * cycle), x = (t < cycle ? t : 2 * cycle - t) / 1000 * %f;
      context.fillStyle = '#888'; context.fillRect(0, 0, 640, 480);
      context.drawImage(image, x, 100);
    }, 33);
    return canvas.captureStream(30);
  };
})();
"""
CYCLE_MS = round(SPAN_PX / SPEED_PX_S * 1000)


@dataclass(frozen=True)
class Delays:
    """Milliseconds from drawing to arrival at the server and to being readable in the database."""

    arrival_ms: list[float]
    stored_ms: list[float]


def measure_delays(page: Page, server: Server, database: Path) -> Delays:
    """Run a session with the moving face.

    The face's centre says when, within a cycle, a frame was drawn. The stored offset says when it arrived,
    and a reader that asks all the time when its row was there. The detector's box has an offset of its own
    from the picture's place, which the middle of its way takes out.
    """
    assert page.context.browser is not None
    context = page.context.browser.new_context()
    moving = context.new_page()
    moving.add_init_script(CANVAS % (_face_png(), CYCLE_MS, SPEED_PX_S))
    agree(moving, server, TITLE)
    start(moving)
    wait_for(lambda: rows(database, f"select 1 from frame where session_id = {SESSION} limit 1"))
    seen_ms = _watch_frames(database)
    stop(moving)
    began = "(julianday(started_at) - 2440587.5) * 86400000.0"
    found = rows(
        database,
        f"select frame, {began} + offset_ms, (box_x0 + box_x1) / 2 from observation join session "
        f"on session.id = session_id where session_id = {SESSION}",
    )
    context.close()
    kept = np.array([(arrived, x, seen_ms[frame]) for frame, arrived, x in found if frame in seen_ms])
    return _delays(kept.astype(np.float64))


def _watch_frames(database: Path) -> dict[object, float]:
    """When each frame's row became readable, ms since 1970."""
    seen_ms: dict[object, float] = {}
    with closing(sqlite3.connect(f"file:{database.as_posix()}?mode=ro", uri=True)) as connection:
        give_up_s = time.monotonic() + 60
        while len(seen_ms) < FRAMES and time.monotonic() < give_up_s:
            [(latest,)] = connection.execute(f"select max(frame) from frame where session_id = {SESSION}")
            seen_ms.setdefault(latest, time.time() * 1000)
            time.sleep(0.002)
    return seen_ms


def _delays(found: NDArray[np.float64]) -> Delays:
    arrived_ms, centre_px, seen_ms = found[SETTLING:].T
    middle = (np.percentile(centre_px, 1) + np.percentile(centre_px, 99)) / 2
    phase_ms = arrived_ms % (2 * CYCLE_MS)
    place_ms = (centre_px - middle) / SPEED_PX_S * 1000
    there, back = CYCLE_MS / 2 + place_ms, CYCLE_MS * 1.5 - place_ms  # the two phases at which it passes here
    passed_ms = (phase_ms - np.stack([there, back]) + CYCLE_MS) % (2 * CYCLE_MS) - CYCLE_MS
    arrival = np.where(np.abs(passed_ms[0]) < np.abs(passed_ms[1]), passed_ms[0], passed_ms[1])
    steady = np.abs(place_ms) < CYCLE_MS / 2 * 0.7  # away from the turning points
    stored = arrival + seen_ms - arrived_ms
    return Delays(arrival[steady].tolist(), stored[steady].tolist())


def _face_png() -> str:
    astronaut = skimage.data.astronaut()  # type: ignore[no-untyped-call]
    portrait = cv2.cvtColor(astronaut, cv2.COLOR_RGB2BGR)[0:280, 90:370]
    return base64.b64encode(cv2.imencode(".png", portrait)[1].tobytes()).decode()
