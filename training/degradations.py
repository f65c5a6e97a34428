"""What goes wrong with a face in a live picture, as pure functions on face images.

Each takes (n, s, s) uint8 and gives as many of the same shape; an image's result depends on that image alone.
Places and sizes are given for s = 48 and scale with it. Registry: DEGRADATIONS.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]
SIDE_PX = 48
EYES = (slice(12, 26), slice(4, 44))
"""Rows and columns, in px of 48. The eyes' middle lies at row 19, tilted heads' within 11 to 23
(`training.crop_geometry`: eye_y); the band also takes in the brows."""
MOUTH = (slice(30, 47), slice(10, 38))


@dataclass(frozen=True)
class Degradation:
    """One condition: its name, what it stands for, and the change."""

    name: str
    what: str
    apply: Callable[[Images], Images]


def darkened(images: Images, factor: float) -> Images:
    """Grey values times `factor`, in whole steps as a camera in the dark gives them."""
    return _grey(images.astype(np.float32) * factor)


def over_exposed(images: Images, factor: float, offset: float) -> Images:
    """Grey values times `factor` plus `offset`; whatever is then above 255 is lost."""
    return _grey(images.astype(np.float32) * factor + offset)


def blurred(images: Images, sigma_px: float) -> Images:
    """Gaussian blur; the border is mirrored."""
    sigma = sigma_px * images.shape[1] / SIDE_PX
    return _each(images, lambda image: cv2.GaussianBlur(image, (0, 0), sigma))


def noisy(images: Images, sigma: float) -> Images:
    """Gaussian noise of `sigma` grey values. Its seed is the image's own checksum."""

    def one(image: Images) -> Images:
        random = np.random.default_rng(zlib.crc32(image.tobytes()))
        return _grey(image + random.normal(0, sigma, image.shape))

    return _each(images, one)


def shrunk(images: Images, side_px: int) -> Images:
    """A face `side_px` large in the picture, enlarged again as the live crop does."""
    side = images.shape[1]

    def one(image: Images) -> Any:
        small = cv2.resize(image, (side_px, side_px), interpolation=cv2.INTER_AREA)
        return cv2.resize(small, (side, side), interpolation=cv2.INTER_LINEAR)

    return _each(images, one)


def compressed(images: Images, quality: int) -> Images:
    """Through JPEG and back at a `quality` of 1..100."""

    def one(image: Images) -> Any:
        _, content = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
        return cv2.imdecode(content, cv2.IMREAD_GRAYSCALE)

    return _each(images, one)


def covered(images: Images, place: tuple[slice, slice]) -> Images:
    """A rectangle of the image's own mean grey over `place`."""
    scale = images.shape[1] / SIDE_PX
    rows, columns = (slice(round(s.start * scale), round(s.stop * scale)) for s in place)
    result = images.copy()
    if len(images):
        result[:, rows, columns] = _grey(images.mean(axis=(1, 2)))[:, None, None]
    return result


def turned(images: Images, angle_deg: float) -> Images:
    """Turned clockwise about the middle, the border repeated."""
    side = images.shape[1]
    middle = (side - 1) / 2
    matrix = cv2.getRotationMatrix2D((middle, middle), -angle_deg, 1.0)
    return _each(
        images,
        lambda image: cv2.warpAffine(
            image, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        ),
    )


def _grey(values: NDArray[Any]) -> Images:
    return np.asarray(np.clip(np.rint(values), 0, 255), np.uint8)


def _each(images: Images, change: Callable[[Images], Any]) -> Images:
    result = np.empty_like(images)
    for i, image in enumerate(images):
        result[i] = change(image)
    return result


DEGRADATIONS = (
    Degradation("darkness", "a quarter of the light", partial(darkened, factor=0.25)),
    Degradation(
        "over-exposure",
        "1.8 times the light and a veil of 40 grey values; the brightest parts are lost",
        partial(over_exposed, factor=1.8, offset=40),
    ),
    Degradation("blur", "Gaussian blur, sigma 1.5 px of 48", partial(blurred, sigma_px=1.5)),
    Degradation("noise", "Gaussian noise, sigma 15 of 255 grey values", partial(noisy, sigma=15.0)),
    Degradation("face of 24 px", "made 24 px small and enlarged again", partial(shrunk, side_px=24)),
    Degradation("face of 16 px", "made 16 px small and enlarged again", partial(shrunk, side_px=16)),
    Degradation("mouth covered", "a grey rectangle over mouth and chin", partial(covered, place=MOUTH)),
    Degradation("eyes covered", "a grey band over eyes and brows", partial(covered, place=EYES)),
    Degradation("turned 15 degrees", "turned in the picture's plane", partial(turned, angle_deg=15.0)),
    Degradation(
        "turned 30 degrees",
        "turned in the picture's plane; live crops are made level first",
        partial(turned, angle_deg=30.0),
    ),
)
