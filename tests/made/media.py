"""Real faces and data beside the project where they exist, and frames made from a face that always does."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from skimage import data

from model.images import Image, resized
from tests import ROOT

SHARED = ROOT.parent / "shared"
MEDIA = SHARED / "media"
DATA = SHARED / "data"
CASES = SHARED / "cases"

needs_media = pytest.mark.skipif(not MEDIA.is_dir(), reason="real faces are not beside the project")
needs_cases = pytest.mark.skipif(not CASES.is_dir(), reason="the files that were told wrongly are not here")
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="FER2013 is not beside the project")

FACE_CENTRE_PX = (224, 120)
"""Where the astronaut's face is in her picture; it is about 90 px wide and 120 px high."""


def read_image(path: Path) -> Image:
    """A picture file as BGR."""
    image = cv2.imread(str(path))
    assert image is not None, path
    return np.asarray(image, np.uint8)


def read_frames(path: Path, limit: int = 10_000) -> tuple[list[Image], float]:
    """The frames of a video or GIF as BGR, and its frames per second."""
    video = cv2.VideoCapture(str(path))
    frames: list[Image] = []
    while len(frames) < limit:
        there, frame = video.read()
        if not there:
            break
        frames.append(np.asarray(frame, np.uint8))
    rate_hz = float(video.get(cv2.CAP_PROP_FPS))
    video.release()
    return frames, rate_hz


@cache
def _astronaut() -> Image:
    image: Image = np.ascontiguousarray(data.astronaut()[:, :, ::-1])  # type: ignore[no-untyped-call]
    image.flags.writeable = False
    return image


def astronaut() -> Image:
    """A 512 x 512 portrait, BGR (public domain, from the scikit-image wheel); a fresh copy."""
    return _astronaut().copy()


def face_frame(width: int, height: int, *, zoom: float = 1.0, shift: tuple[float, float] = (0, 0)) -> Image:
    """One face, about half the frame's height at zoom 1, its centre moved by `shift` px from the middle."""
    scale = zoom * height / 260
    turn = np.array(
        [
            [scale, 0, width / 2 + shift[0] - scale * FACE_CENTRE_PX[0]],
            [0, scale, height / 2 + shift[1] - scale * FACE_CENTRE_PX[1]],
        ]
    )
    framed = cv2.warpAffine(
        _astronaut(), turn, (width, height), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(framed, np.uint8)


def face_grid(rows: int, columns: int, width: int, height: int, seed: int = 0) -> Image:
    """A meeting: rows x columns tiles, in each the same face at its own place, size and light."""
    random = np.random.default_rng(seed)
    grid = np.full((height, width, 3), 24, np.uint8)
    tile_width, tile_height = width // columns, height // rows
    for tile in range(rows * columns):
        x, y = tile % columns * tile_width, tile // columns * tile_height
        shift = tuple(random.uniform(-0.08, 0.08, 2) * (tile_width, tile_height))
        face = face_frame(tile_width - 4, tile_height - 4, zoom=random.uniform(0.9, 1.2), shift=shift)
        light = random.uniform(0.7, 1.1)
        face = np.clip(face * light, 0, 255).astype(np.uint8)
        grid[y + 2 : y + tile_height - 2, x + 2 : x + tile_width - 2] = face
    return grid


def upscaled(image: Image, factor: float) -> Image:
    """`image` enlarged or reduced by `factor`."""
    size = (round(image.shape[1] * factor), round(image.shape[0] * factor))
    return resized(image, size, cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA)
