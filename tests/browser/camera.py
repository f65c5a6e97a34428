"""A file that Chromium plays as its camera: real faces where they are at hand, else a public-domain one."""

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.made.media import MEDIA
from tests.made.videos import living_face

WIDTH_PX, HEIGHT_PX, RATE_HZ = 640, 480, 30
CLIP = MEDIA / "pyfeat_single_face.mp4"


def write_camera(path: Path, frames: int = 90, rate_hz: int = RATE_HZ) -> Path:
    """Write `frames` frames of 640x480 as YUV4MPEG2, to be played at `rate_hz`."""
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH_PX} H{HEIGHT_PX} F{rate_hz}:1 Ip A1:1 C420jpeg\n".encode())
        for _, image in zip(range(frames), _pictures(), strict=False):
            file.write(b"FRAME\n" + cv2.cvtColor(image, cv2.COLOR_BGR2YUV_I420).tobytes())
    return path


def _pictures() -> Iterator[NDArray[np.uint8]]:
    if CLIP.exists():
        while True:
            yield from _clip()
    yield from cycle(living_face(63, (WIDTH_PX, HEIGHT_PX)))  # two sways


def _clip() -> Iterator[NDArray[np.uint8]]:
    capture = cv2.VideoCapture(str(CLIP))
    while (read := capture.read())[0]:
        image = read[1]
        height, width = image.shape[:2]
        side = (width - height * WIDTH_PX // HEIGHT_PX) // 2
        yield cv2.resize(image[:, side : width - side], (WIDTH_PX, HEIGHT_PX)).astype(np.uint8)
    capture.release()
