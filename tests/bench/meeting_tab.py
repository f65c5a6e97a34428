"""A fake meeting in a browser's tab: a 5x5 gallery of moving real faces, served from this machine.

24 tiles are one video that runs to and fro. In the last tile a face sweeps by the clock, so that the place
of its box tells when the stored frame was drawn.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from tests.bench.grid_people import people
from tests.bench.moving_face import Sweep, face_png
from tests.bench.moving_grid import HEIGHT, WIDTH, Meeting, Scene, tiles

TITLE = "Fake meeting of 25"
PEOPLE, FPS, SECONDS = 25, 10, 20
SWEEP = Sweep(speed_px_s=50.0, span_px=100.0)
PAGE = """<!doctype html><title>%(title)s</title>
<body style="margin:0;background:#1c1c1c;overflow:hidden">
<video src="meeting.webm" autoplay muted loop width="%(width)d" height="%(height)d"></video>
<canvas width="%(tile_width)d" height="%(tile_height)d"
  style="position:absolute;left:%(x)dpx;top:%(y)dpx"></canvas>
<script>
const canvas = document.querySelector('canvas'), context = canvas.getContext('2d'), face = new Image();
const size = canvas.height * 1.3, cycle = %(cycle)d;
face.src = 'data:image/png;base64,%(face)s';
setInterval(() => {
  const t = Date.now() %% (2 * cycle), x = (t < cycle ? t : 2 * cycle - t) / 1000 * %(speed)f;
  context.fillStyle = '#7a8089';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(face, (canvas.width - size - %(span)f) / 2 + x, 0, size, size);
}, 50);
</script>"""


def tile_of_sweep() -> tuple[int, int, int, int]:
    """x, y, width, height px of the tile with the sweeping face."""
    return tiles(Scene(0, tuple(range(PEOPLE))))[-1]


def write_meeting(folder: Path) -> None:
    """Make index.html and meeting.webm, which takes some seconds."""
    meeting = Meeting(
        people(PEOPLE, 12, 5),
        [Scene(0, tuple(range(PEOPLE)))],
        1000 * SECONDS,
        [[] for _ in range(PEOPLE)],
        5,
    )
    pictures = [
        cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 92])[1] for _, image, _ in meeting.frames(FPS)
    ]
    with av.open(str(folder / "meeting.webm"), "w") as container:
        stream = container.add_stream("libvpx", rate=FPS)
        stream.width, stream.height, stream.bit_rate = WIDTH, HEIGHT, 6_000_000
        stream.options = {"deadline": "realtime", "cpu-used": "8", "qmax": "30"}
        for number, jpeg in enumerate([*pictures, *pictures[-2:0:-1]]):
            image = np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), np.uint8)
            frame = av.VideoFrame.from_ndarray(image, format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    x, y, width, height = tile_of_sweep()
    page = PAGE % {
        "title": TITLE, "width": WIDTH, "height": HEIGHT, "x": x, "y": y, "tile_width": width,
        "tile_height": height, "cycle": SWEEP.cycle_ms, "speed": SWEEP.speed_px_s, "span": SWEEP.span_px,
        "face": face_png(),
    }  # fmt: skip
    (folder / "index.html").write_text(page)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def copyfile(self, source: Any, outputfile: Any) -> None:
        with suppress(ConnectionError):  # the browser reads the beginning first, and hangs up
            super().copyfile(source, outputfile)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder over HTTP; yields its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
