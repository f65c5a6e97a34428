"""What surrounds a face: the colours of clothing and of the tile's background, never the face itself.

Every face's box, enlarged by hair, ears and chin, is left out, its own and its neighbours'. What remains
is sampled on a coarse grid beside and below the face and counted into histograms in CIELAB (Swain and
Ballard, "Color indexing", IJCV 7, 1991), compared by the Hellinger distance. That tells tiles of one
meeting apart and knows nobody again in another.
"""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from model.faces import Floats
from model.images import Image

PARTS = 2
"""Background beside the face, clothing below it."""

LIGHT_BINS, COLOUR_BINS = 6, 8
BINS = LIGHT_BINS * COLOUR_BINS * COLOUR_BINS

COLOUR_RANGE = 48
"""a* and b* are counted within +-48: cameras in rooms rarely see more."""

FACE_GROWTH = (0.25, 0.35, 0.25, 0.2)
"""How far a face reaches beyond its box to the left, top, right and bottom, in widths and heights."""

MIN_SHARE = 0.3
"""Share of a part's points that must lie inside the picture and outside all faces."""


def describe(image: Image, boxes: Floats) -> Floats:
    """(n, PARTS, BINS) float32: a histogram of each part that sums to 1, or all NaN where it cannot be seen.

    image: (H, W, 3) uint8 BGR; boxes: (n, 4) xyxy px of all faces in it.
    """
    if not len(boxes):
        return np.empty((0, PARTS, BINS), np.float32)
    points = sample_points(boxes)
    seen = visible(points, boxes, image.shape[1], image.shape[0])
    starts = [0, _pattern()[1]]
    seen_of_parts = np.add.reduceat(seen, starts, axis=1, dtype=np.int64)
    enough = seen_of_parts >= MIN_SHARE * np.diff([*starts, seen.shape[1]])
    looks = _counted(_colour_bins(image, points), seen)
    return np.where(enough[:, :, None], looks, np.nan).astype(np.float32)


def difference(some: Floats, others: Floats) -> Floats:
    """(n, m, PARTS) Hellinger distances, 0 the same colours to 1 no colour in common; NaN where unknown."""
    roots = [(np.sqrt(some[:, part]), np.sqrt(others[:, part])) for part in range(PARTS)]
    # Not by a matrix product: its threads wait for each other longer than so few numbers take.
    alike = [np.einsum("id,jd->ij", *pair) for pair in roots]
    result: Floats = np.sqrt(np.clip(1 - np.stack(alike, axis=2), 0, 1))
    return result


def colour_share(looks: Floats) -> NDArray[np.float64]:
    """(n,) share of looks (n, PARTS, BINS) in colours other than grey, the mean of both parts; NaN where one
    is unknown. 0.44 of a grey picture, for each bin lends to its neighbours, to 1."""
    cube = looks.reshape(-1, PARTS, LIGHT_BINS, COLOUR_BINS, COLOUR_BINS)
    grey = slice(COLOUR_BINS // 2 - 1, COLOUR_BINS // 2 + 1)
    return np.asarray(1 - cube[..., grey, grey].sum(axis=(2, 3, 4)).mean(axis=1), np.float64)


@cache
def _pattern() -> tuple[Floats, int]:
    """(P, 2) where to look, in widths and heights from the box's corner; how many of them are background."""
    beside = [(x, y) for x in np.linspace(0.3, 0.9, 7) for y in np.linspace(-0.3, 0.9, 12)]
    background = [(-x, y) for x, y in beside] + [(1 + x, y) for x, y in beside]
    clothing = [(x, y) for x in np.linspace(-0.4, 1.4, 16) for y in np.linspace(1.25, 1.7, 8)]
    return np.array(background + clothing, np.float32), len(background)


def sample_points(boxes: Floats) -> NDArray[np.int64]:
    """(n, P, 2) px: where in the picture a look is taken, none of it in the face of that box."""
    corners, sizes = boxes[:, None, :2], boxes[:, None, 2:] - boxes[:, None, :2]
    return np.floor(corners + _pattern()[0][None] * sizes).astype(np.int64)


def visible(points: NDArray[np.int64], boxes: Floats, width: int, height: int) -> NDArray[np.bool_]:
    """(n, P): inside the picture and outside every enlarged face."""
    x, y = points[..., 0], points[..., 1]
    seen = (x >= 0) & (y >= 0) & (x < width) & (y < height)
    sizes = boxes[:, 2:] - boxes[:, :2]
    low = boxes[:, :2] - np.array(FACE_GROWTH[:2]) * sizes
    high = boxes[:, 2:] + np.array(FACE_GROWTH[2:]) * sizes
    first, last = points.min(axis=1), points.max(axis=1)
    meet = np.all((first[:, None] <= high[None]) & (last[:, None] >= low[None]), axis=2)
    for face, other in np.argwhere(meet & ~np.eye(len(boxes), dtype=bool)).tolist():
        inside = (x[face] >= low[other, 0]) & (x[face] <= high[other, 0])
        seen[face] &= ~(inside & (y[face] >= low[other, 1]) & (y[face] <= high[other, 1]))
    return np.asarray(seen)


def _colour_bins(image: Image, points: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n, P) number of the bin of each point's colour."""
    x = np.clip(points[..., 0], 0, image.shape[1] - 1)
    y = np.clip(points[..., 1], 0, image.shape[0] - 1)
    lab = cv2.cvtColor(image[y, x], cv2.COLOR_BGR2LAB)
    light, colour = _bin_numbers()
    return np.asarray(light[lab[..., 0]] + colour[lab[..., 1]] * COLOUR_BINS + colour[lab[..., 2]])


@cache
def _bin_numbers() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each of the 256 values of L*, and of a* or b* as OpenCV stores them."""
    values = np.arange(256)
    light = values * LIGHT_BINS // 256 * COLOUR_BINS**2
    colour = (values - 128 + COLOUR_RANGE) * COLOUR_BINS // (2 * COLOUR_RANGE)
    return light, np.clip(colour, 0, COLOUR_BINS - 1)


def _counted(bins: NDArray[np.int64], seen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(n, PARTS, BINS) histograms that sum to 1, smoothed: a colour between two bins does not flicker."""
    parts = len(bins) * PARTS
    histogram = np.arange(0, parts, PARTS)[:, None] + (np.arange(bins.shape[1]) >= _pattern()[1])
    flat = (bins + histogram * BINS).ravel()
    counts = np.bincount(flat, weights=seen.ravel(), minlength=parts * BINS)
    cube = counts.reshape(parts, LIGHT_BINS, COLOUR_BINS, COLOUR_BINS)
    smooth = _blur(COLOUR_BINS) @ cube @ _blur(COLOUR_BINS).T
    smooth = (_blur(LIGHT_BINS) @ smooth.reshape(parts, LIGHT_BINS, -1)).reshape(-1, PARTS, BINS)
    return np.asarray(smooth / np.maximum(smooth.sum(axis=2, keepdims=True), 1e-9))


@cache
def _blur(bins: int) -> NDArray[np.float64]:
    """Each bin lends a quarter to its neighbours on either side."""
    spread = np.eye(bins) / 2 + (np.eye(bins, k=1) + np.eye(bins, k=-1)) / 4
    return np.asarray(spread / spread.sum(axis=0, keepdims=True))
