"""Real faces with other eyes: irises moved aside, another's shut ones, one eye or both covered."""

import cv2
import numpy as np
from numpy.typing import NDArray

from model.faces import Floats
from model.images import Image
from model.signals.landmarks import Eye, Landmarks

CHEEKS = [50, 101, 205, 280, 330, 425]
IRIS_RADIUS = 0.21
"""In widths of the eye."""


def looking_aside(image: Image, found: Landmarks, share: float) -> Image:
    """Both irises moved to the image's right by `share` of the eye's width (left below 0).

    The lids stay; where the iris was comes the white of that eye.
    """
    assert found.eyes is not None
    made = image.copy()
    for eye in found.eyes:
        open_part = _between_lids(eye, image)
        iris = open_part * _disc(image, eye.iris[0], IRIS_RADIUS * _width(eye))
        white = _white(image, open_part > 0.9, iris > 0.1)
        _paint(made, np.broadcast_to(white, image.shape), np.minimum(open_part, _grown(iris, eye)))
        shift = _along(eye) * share * _width(eye)
        to = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float32)
        moved = cv2.warpAffine(image, to, image.shape[1::-1], flags=cv2.INTER_LINEAR)
        _paint(made, np.asarray(moved), cv2.warpAffine(iris, to, image.shape[1::-1]) * open_part)
    return made


def eyes_of(donor: Image, given: Landmarks, image: Image, found: Landmarks) -> Image:
    """The face of `image` with the eyes of another, in its own place, tilt and tone of skin."""
    assert given.eyes is not None and found.eyes is not None
    made = image.copy()
    for theirs, eye in zip(given.eyes, found.eyes, strict=True):
        to = _similarity(theirs, eye)
        moved = cv2.warpAffine(donor, to, image.shape[1::-1], flags=cv2.INTER_AREA).astype(np.float32)
        centre = (eye.contour[0] + eye.contour[8]) / 2
        rim = _disc(image, centre, 0.95 * _width(eye)) - _disc(image, centre, 0.75 * _width(eye)) > 0.5
        tone = np.median(image[rim], axis=0) / np.maximum(np.median(moved[rim], axis=0), 1)
        mask = cv2.GaussianBlur(_disc(image, centre, 0.75 * _width(eye)), (0, 0), 0.1 * _width(eye))
        _paint(made, np.clip(moved * tone, 0, 255), np.asarray(mask, np.float32))
    return made


def covered(image: Image, found: Landmarks, colour: tuple[int, int, int], *eyes: int) -> Image:
    """An ellipse of `colour`, with the grain of a camera, over the given eyes (0 left, 1 right)."""
    assert found.eyes is not None
    made, random = image.copy(), np.random.default_rng(0)
    for eye in (found.eyes[i] for i in eyes):
        width = float(np.hypot(*(eye.contour[8] - eye.contour[0])))
        centre = eye.contour[:16].mean(axis=0).astype(int)
        mask = np.zeros(image.shape[:2], np.uint8)
        cv2.ellipse(
            mask, (int(centre[0]), int(centre[1])), (int(width), int(width * 0.75)), 0, 0, 360, 255, -1
        )
        grain = np.clip(np.array(colour) + random.normal(0, 4, image.shape), 0, 255).astype(np.uint8)
        made[mask > 0] = grain[mask > 0]
    return made


def skin(image: Image, found: Landmarks) -> NDArray[np.float64]:
    """(3,) BGR of the cheeks."""
    places = found.mesh[CHEEKS, :2].astype(int)
    return np.asarray(np.median(image[places[:, 1], places[:, 0]], axis=0))


def _along(eye: Eye) -> NDArray[np.float32]:
    """From the image's left corner to its right one, length 1."""
    across = eye.contour[8] - eye.contour[0]
    across = across if across[0] > 0 else -across
    return np.asarray(across / np.hypot(*across), np.float32)


def _width(eye: Eye) -> float:
    return float(np.hypot(*(eye.contour[8] - eye.contour[0])))


def _similarity(source: Eye, target: Eye) -> NDArray[np.float64]:
    """(2, 3) that brings the corners of one eye onto those of another."""
    there, here = (eye.contour[[0, 8]] @ np.array([1, 1j]) for eye in (source, target))
    turn = (here[1] - here[0]) / (there[1] - there[0])
    shift = here[0] - turn * there[0]
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])


def _between_lids(eye: Eye, image: Image) -> Floats:
    """(H, W) 0..1, soft at the edge."""
    outline = np.round(np.vstack([eye.contour[:9], eye.contour[15:8:-1]]) * 8).astype(np.int32)
    mask = np.zeros(image.shape[:2], np.float32)
    cv2.fillPoly(mask, [outline], 1.0, cv2.LINE_AA, 3)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), max(0.5, _width(eye) * 0.015)), np.float32)


def _disc(image: Image, centre: Floats, radius: float) -> Floats:
    rows, columns = np.mgrid[: image.shape[0], : image.shape[1]].astype(np.float32)
    apart = np.hypot(columns - centre[0], rows - centre[1])
    return np.asarray(np.clip(radius + 0.5 - apart, 0, 1), np.float32)


def _grown(mask: Floats, eye: Eye) -> Floats:
    reach = 2 * max(1, round(_width(eye) * 0.05)) + 1
    return np.asarray(cv2.dilate(mask, np.ones((reach, reach), np.uint8)), np.float32)


def _white(image: Image, inside: NDArray[np.bool_], iris: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(3,) BGR of the lighter half of what is between the lids and not iris."""
    beside = image[inside & ~iris]
    beside = beside if len(beside) else image[inside]
    return np.asarray(np.percentile(beside, 70, axis=0))


def _paint(made: Image, drawn: NDArray[np.floating | np.integer], mask: Floats) -> None:
    share = mask[..., None]
    made[:] = np.round(drawn * share + made * (1 - share)).astype(np.uint8)
