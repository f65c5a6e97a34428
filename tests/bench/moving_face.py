"""When was a stored frame drawn? A canvas is the camera, and a face moves across it at a known speed."""

import base64
import time
from pathlib import Path

import cv2
import numpy as np
import skimage.data
from playwright.sync_api import Page

from tests.browser.server import Server
from tests.browser.steps import agree, rows, start, stop, wait_for

SPEED_PX_S, SPAN_PX, STILL_PX = 100.0, 300, 150
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


def capture_to_arrival_ms(page: Page, server: Server, database: Path) -> list[float]:
    """Milliseconds from drawing to arrival at the server, one value per analysed frame.

    The face's centre says when, within a cycle, a frame was drawn; the stored offset says when it arrived. A
    detector's box has an offset of its own from the picture's place, which the middle of its way takes out.
    """
    context = page.context.browser.new_context()  # type: ignore[union-attr]
    moving = context.new_page()
    moving.add_init_script(CANVAS % (_face_png(), CYCLE_MS, SPEED_PX_S))
    agree(moving, server, TITLE)
    start(moving)
    query = f"select count(*) from frame where session_id = {SESSION}"
    wait_for(lambda: int(str(rows(database, query)[0][0])) > 250, seconds=60)
    stop(moving)
    time.sleep(1)
    began = "(julianday(started_at) - 2440587.5) * 86400000.0"
    found = rows(
        database,
        f"select {began} + offset_ms, (box_x0 + box_x1) / 2 from observation join session on session.id = "
        f"session_id where session_id = {SESSION}",
    )
    context.close()
    return _delays(np.array(found, dtype=np.float64))


def _delays(found: np.ndarray) -> list[float]:
    arrived_ms, centre_px = found.T
    middle = (np.percentile(centre_px, 1) + np.percentile(centre_px, 99)) / 2
    phase_ms = arrived_ms % (2 * CYCLE_MS)
    place_ms = (centre_px - middle) / SPEED_PX_S * 1000
    there, back = CYCLE_MS / 2 + place_ms, CYCLE_MS * 1.5 - place_ms  # the two phases at which it passes here
    passed_ms = (phase_ms - np.stack([there, back]) + CYCLE_MS) % (2 * CYCLE_MS) - CYCLE_MS
    delays = np.where(np.abs(passed_ms[0]) < np.abs(passed_ms[1]), passed_ms[0], passed_ms[1])
    steady = np.abs(place_ms) < CYCLE_MS / 2 * 0.7  # away from the turning points
    return [float(delay) for delay in delays[steady]]


def _face_png() -> str:
    astronaut = skimage.data.astronaut()  # type: ignore[no-untyped-call]
    portrait = cv2.cvtColor(astronaut, cv2.COLOR_RGB2BGR)[0:280, 90:370]
    return base64.b64encode(cv2.imencode(".png", portrait)[1].tobytes()).decode()
