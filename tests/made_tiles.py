"""Invented meeting tiles: a plain background, plain clothing, and a face that is a box."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.faces import Faces
from model.images import Image

Colour = tuple[int, int, int]
Place = tuple[float, float]

WIDTH, HEIGHT = 640, 360
FACE = 40.0
RED, GREEN, BLUE, WHITE, BLACK = (40, 40, 200), (60, 160, 60), (190, 80, 40), (230, 230, 230), (25, 25, 25)
GREY, BROWN, YELLOW = (128, 128, 128), (50, 80, 120), (60, 200, 220)


@dataclass(frozen=True)
class Sitter:
    """Somebody's colours, BGR."""

    background: Colour
    clothing: Colour


ANNA, BERT, CARL, DORA = Sitter(GREY, RED), Sitter(BROWN, BLUE), Sitter(WHITE, GREEN), Sitter(BLUE, BLACK)
GRID = [(110.0, 80.0), (330.0, 80.0), (110.0, 250.0), (330.0, 250.0)]


def picture(shown: Sequence[tuple[Sitter, Place]], face: float = FACE, light: float = 1.0) -> Image:
    """Every sitter's tile around their face, which is noise: whoever looks at it gets another answer."""
    image = np.full((HEIGHT, WIDTH, 3), 30, np.uint8)
    for sitter, (x, y) in shown:
        low = y + 2.3 * face
        image[_area(x - 2.5 * face, y - 1.7 * face, x + 2.5 * face, low)] = sitter.background
        image[_area(x - 1.2 * face, y + 0.7 * face, x + 1.2 * face, low)] = sitter.clothing
    image = image if light == 1 else np.clip(image * light, 0, 255).astype(np.uint8)
    noise = np.random.default_rng()
    for _, (x, y) in shown:
        area = image[_area(x - face / 2, y - face / 2, x + face / 2, y + face / 2)]
        area[:] = noise.integers(0, 255, area.shape, np.uint8)
    return image


def faces(*places: Place, size: float = FACE) -> Faces:
    """Faces centred at `places`, all of one size."""
    centres = np.array(places, np.float32).reshape(-1, 2)
    return Faces(np.hstack([centres - size / 2, centres + size / 2]), np.full(len(centres), 0.9, np.float32))


def _area(x0: float, y0: float, x1: float, y1: float) -> tuple[slice, slice]:
    return slice(max(0, round(y0)), max(0, round(y1))), slice(max(0, round(x0)), max(0, round(x1)))
