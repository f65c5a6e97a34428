"""What things before a face are made of: cloth, skin, hair, glass."""

import cv2
import numpy as np
from numpy.typing import NDArray

from training.covering.canvas import Random

Paint = NDArray[np.float32]

CLOTH = ((235, 235, 232), (225, 190, 150), (60, 55, 55), (25, 25, 28), (170, 200, 120), (120, 80, 160))
HAIR = ((20, 20, 22), (35, 45, 60), (70, 110, 150), (110, 150, 185), (150, 150, 150))
"""BGR."""


def cloth(shape: tuple[int, ...], colour: Paint, random: Random) -> Paint:
    """(H, W, 3) like `plain`, a quarter of it striped."""
    paint = plain(shape, colour, random)
    if random.random() > 0.25:
        return paint
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    along, period = random.uniform(-1, 1, 2), random.uniform(0.04, 0.3) * shape[1]
    wave = np.sin((along[0] * columns + along[1] * rows) / period * 6.3)
    stripes = random.uniform(8, 60) * (wave if random.random() < 0.5 else np.sign(wave))
    return np.asarray(np.clip(paint + stripes[..., None], 0, 255), np.float32)


def plain(shape: tuple[int, ...], colour: Paint, random: Random) -> Paint:
    """(H, W, 3) of one colour (3,) with folds, a fall of light and a grain."""
    height, width = shape[:2]
    coarse = random.normal(0, random.uniform(2, 16), (random.integers(2, 7), random.integers(2, 7)))
    folds = cv2.resize(coarse.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    slope = random.normal(0, 0.35, 2) * 96 / width
    light = slope[0] * (columns - width / 2) + slope[1] * (rows - height / 2)
    grain = random.normal(0, random.uniform(0.5, 5), (height, width))
    return np.asarray(np.clip(colour + (folds + light + grain)[..., None], 0, 255), np.float32)


def any_colour(random: Random) -> Paint:
    """(3,) BGR: a cloth's, or anything."""
    if random.random() < 0.5:
        return varied(np.array(CLOTH[random.integers(len(CLOTH))], np.float32), 15, random)
    return np.asarray(random.uniform(5, 250) * random.uniform(0.7, 1.2, 3), np.float32)


def hair_colour(random: Random) -> Paint:
    """(3,) BGR."""
    return varied(np.array(HAIR[random.integers(len(HAIR))], np.float32), 10, random)


def varied(colour: Paint, spread: float, random: Random) -> Paint:
    """(3,) lighter or darker, and a little off its hue."""
    return np.clip(colour + random.normal(0, spread) + random.normal(0, spread / 4, 3), 0, 255).astype(
        np.float32
    )
