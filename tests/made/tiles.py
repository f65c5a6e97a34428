"""Invented meeting tiles: a plain background, plain clothing, and a face that is a box."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from model.faces import Faces
from model.images import Image
from model.tracking import Tracker, TrackingLimits

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
FOUR = [ANNA, BERT, CARL, DORA]
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


def numbers(found: Faces, places: Sequence[Place]) -> list[int]:
    """The number of the face at each place, 0 where there is none."""
    assert found.track_id is not None
    centres = (found.boxes[:, :2] + found.boxes[:, 2:]) / 2
    at = {tuple(np.round(c).tolist()): int(n) for c, n in zip(centres, found.track_id, strict=True)}
    return [at.get(tuple(np.round(place).tolist()), 0) for place in places]


class Meeting:
    """Shows a tracker one layout after another, five frames a second."""

    def __init__(self, limits: TrackingLimits | None = None) -> None:
        self.tracker, self.now_ms = Tracker(limits), 0

    def show(
        self, shown: Sequence[tuple[Sitter, Place]], ms: int = 1000, face: float = FACE, light: float = 1.0
    ) -> list[int]:
        """Who has which number at the end."""
        places = [place for _, place in shown]
        for _ in range(ms // 200):
            seen = faces(*places, size=face)
            found = self.tracker.update(seen, self.now_ms, picture(shown, face, light))
            self.now_ms += 200
        return numbers(found, places)


def seated(sitters: Iterable[Sitter], places: Sequence[Place] = GRID) -> list[tuple[Sitter, Place]]:
    return list(zip(sitters, places, strict=False))


def _area(x0: float, y0: float, x1: float, y1: float) -> tuple[slice, slice]:
    return slice(max(0, round(y0)), max(0, round(y1))), slice(max(0, round(x0)), max(0, round(x1)))
