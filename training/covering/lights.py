"""Light and cameras that hide nothing: each takes and gives an (H, W, 3) uint8 picture of a face."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from model.images import Image
from training.covering.canvas import Random

Change = Callable[[Image, Random], Image]


def veil(image: Image, random: Random) -> Image:
    """Stray light: a third to three quarters of the contrast is lost to one grey."""
    share = random.uniform(0.35, 0.75)
    return _grey(image * (1 - share) + random.uniform(90, 240) * share)


def backlight(image: Image, random: Random) -> Image:
    """A face in its own shadow before a window that shines around its edges."""
    rows, columns = _places(image)
    rim = np.clip(np.hypot(rows, columns) - random.uniform(0.6, 0.9), 0, 1) * random.uniform(100, 400)
    return _grey(image * random.uniform(0.2, 0.45) + rim[..., None] + random.uniform(0, 40))


def side_light(image: Image, random: Random) -> Image:
    """One half in the light, the other at a quarter of it or less; the edge soft or sharp."""
    rows, columns = _places(image)
    turn, soft = random.uniform(-np.pi, np.pi), random.uniform(0.05, 1.5)
    across = columns * np.cos(turn) + rows * np.sin(turn) - random.uniform(-0.3, 0.3)
    lit = 1 / (1 + np.exp(-np.clip(across / soft * 4, -30, 30)))
    dark = random.uniform(0.12, 0.5)
    return _grey(image * (dark + (random.uniform(0.9, 1.3) - dark) * lit)[..., None])


def dim(image: Image, random: Random) -> Image:
    """A fifth to half of the light, with a camera's noise."""
    dark = image * random.uniform(0.2, 0.5)
    return _grey(dark + random.normal(0, random.uniform(1, 6), image.shape[:2])[..., None])


def bright(image: Image, random: Random) -> Image:
    """Too much light: the brightest parts are lost."""
    return _grey(image * random.uniform(1.3, 1.9) + random.uniform(0, 40))


LIGHTS: dict[str, Change] = {
    "veil of light": veil,
    "backlight": backlight,
    "side light": side_light,
    "dim": dim,
    "bright": bright,
}


@dataclass(frozen=True)
class Camera:
    """What a camera makes of a face: its size in px, its blur, noise and JPEG."""

    side_px: int
    blur_px: float
    noise: float
    jpeg: int

    @classmethod
    def any(cls, random: Random, sides_px: tuple[int, int], side_px: int | None = None) -> "Camera":
        """`side_px` or one between `sides_px`, small ones as often as large ones."""
        drawn_px = int(np.exp(random.uniform(*np.log(sides_px))))
        blur_px, noise = np.abs(random.normal(0, (0.6, 4.0)))
        return cls(side_px or drawn_px, float(blur_px), float(noise), int(random.integers(35, 96)))

    def takes(self, image: Image, random: Random) -> Image:
        """(s, s, 3): the square picture of a face, `side_px` large."""
        size = (self.side_px, self.side_px)
        seen = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        if self.blur_px > 0.3:
            seen = cv2.GaussianBlur(seen, (0, 0), self.blur_px)
        noisy = _grey(seen + random.normal(0, self.noise, size)[..., None])
        _, content = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, int(self.jpeg)])
        return np.asarray(cv2.imdecode(content, cv2.IMREAD_COLOR), np.uint8)


def _places(image: Image) -> NDArray[np.float32]:
    """(2, H, W) rows and columns, -1 to 1."""
    height, width = image.shape[:2]
    return np.stack(np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")).astype(
        np.float32
    )


def _grey(values: NDArray[Any]) -> Image:
    return np.asarray(np.clip(np.rint(values), 0, 255), np.uint8)
