"""When was a stored frame drawn? A canvas is the camera, and a face moves across it at a known speed."""

import base64
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import skimage.data
from numpy.typing import NDArray
from playwright.sync_api import Page

from tests.browser.server import Server
from tests.browser.steps import agree, rows, start, stop
from tests.made.waiting import wait_until

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
      context.fillStyle = '#666';
      for (let i = 0; i < 640; i += 40) { context.fillRect(i, 0, 12, 480); context.fillRect(0, i, 640, 8); }
      // The head alone goes, before a wall that stands: a picture that goes as a whole is nobody.
      const wide = image.width, high = image.height;
      context.save(); context.beginPath();
      context.ellipse(x + wide / 2, 100 + high / 2, 0.36 * wide, 0.48 * high, 0, 0, 7); context.clip();
      context.drawImage(image, x, 100); context.restore();
    }, 33);
    return canvas.captureStream(30);
  };
})();
"""


@dataclass(frozen=True)
class Sweep:
    """A face that moves `span_px` to the right at this speed and back, for ever, by the clock of 1970."""

    speed_px_s: float
    span_px: float

    @property
    def cycle_ms(self) -> int:
        """One way."""
        return round(self.span_px / self.speed_px_s * 1000)


ACROSS = Sweep(SPEED_PX_S, SPAN_PX)


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
    moving.add_init_script(CANVAS % (face_png(), ACROSS.cycle_ms, SPEED_PX_S))
    agree(moving, server, TITLE)
    start(moving)
    wait_until(lambda: rows(database, f"select 1 from frame where session_id = {SESSION} limit 1"))
    seen_ms = watch_frames(database, SESSION, 60.0)
    stop(moving)
    found = delays_of(database, SESSION, dict(list(seen_ms.items())[SETTLING:]), ACROSS)
    context.close()
    return found


def watch_frames(
    database: Path, session: str, seconds: float, *, count: int = FRAMES, pause_s: float = 0.002
) -> dict[int, float]:
    """When each frame's row became readable, ms since 1970, for so long or until there are `count`."""
    seen_ms: dict[int, float] = {}
    with closing(sqlite3.connect(f"file:{database.as_posix()}?mode=ro", uri=True)) as connection:
        give_up_s = time.monotonic() + seconds
        while len(seen_ms) < count and time.monotonic() < give_up_s:
            [(latest,)] = connection.execute(f"select max(frame) from frame where session_id = {session}")
            seen_ms.setdefault(int(latest), time.time() * 1000)
            time.sleep(pause_s)
    return seen_ms


def delays_of(
    database: Path,
    session: str,
    seen_ms: Mapping[int, float],
    sweep: Sweep,
    area: tuple[float, float, float, float] = (0, 0, 1e6, 1e6),
) -> Delays:
    """Delays of the frames of `watch_frames`, by the one face whose centre is in `area` (x0, y0, x1, y1)."""
    began = "(julianday(started_at) - 2440587.5) * 86400000.0"
    x, y = "(box_x0 + box_x1) / 2", "(box_y0 + box_y1) / 2"
    found = rows(
        database,
        f"select frame, {began} + offset_ms, {x} from observation join session on session.id = session_id "
        f"where session_id = {session} and {x} between {area[0]} and {area[2]} "
        f"and {y} between {area[1]} and {area[3]} order by frame",
    )
    kept = [(at_ms, px, seen_ms[int(str(n))]) for n, at_ms, px in found if int(str(n)) in seen_ms]
    return _delays(np.array(kept).astype(np.float64), sweep)


def _delays(found: NDArray[np.float64], sweep: Sweep) -> Delays:
    cycle_ms = sweep.cycle_ms
    arrived_ms, centre_px, seen_ms = found.T
    middle = (np.percentile(centre_px, 1) + np.percentile(centre_px, 99)) / 2
    phase_ms = arrived_ms % (2 * cycle_ms)
    place_ms = (centre_px - middle) / sweep.speed_px_s * 1000
    there, back = cycle_ms / 2 + place_ms, cycle_ms * 1.5 - place_ms  # the two phases at which it passes here
    passed_ms = (phase_ms - np.stack([there, back]) + cycle_ms) % (2 * cycle_ms) - cycle_ms
    arrival = np.where(np.abs(passed_ms[0]) < np.abs(passed_ms[1]), passed_ms[0], passed_ms[1])
    steady = np.abs(place_ms) < cycle_ms / 2 * 0.7  # away from the turning points
    stored = arrival + seen_ms - arrived_ms
    return Delays(arrival[steady].tolist(), stored[steady].tolist())


def face_png() -> str:
    """A face as a PNG, in base64."""
    astronaut = skimage.data.astronaut()  # type: ignore[no-untyped-call]
    portrait = cv2.cvtColor(astronaut, cv2.COLOR_RGB2BGR)[0:280, 90:370]
    return base64.b64encode(cv2.imencode(".png", portrait)[1].tobytes()).decode()
