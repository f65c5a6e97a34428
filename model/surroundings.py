"""What stands about a face, and how it moved: a head's own motion is told by it from a camera's or a tile's.

Corners about the face, without head and shoulders, are followed by optical flow (Lucas and Kanade, in a
pyramid) from one picture to another; the affine map that most of them agree on is the surroundings' motion.
Of a photograph, panned or held in a hand, face and surroundings move as one; a person's head does not.
"""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from model.images import Image, resized

Points = NDArray[np.float64]

NEAR_SIDES = 3.2
"""The square that is searched, in longer sides of the face's box; where it is bare, the whole picture."""
HEAD, SHOULDERS = (0.65, 0.75), 1.2
"""Half width and height that a head takes, and half width of the shoulders below it, in sides."""
PATCH_PX = 112
CORNERS, LEAST_CORNERS, APART_PX, QUALITY = 30, 8, 4, 0.02
FLOW_PX, FLOW_LEVELS, FLOW_ROUNDS = 11, 2, (3, 12, 0.02)
ROUNDS, LEAST_ERROR_PX = 5, 0.05


def light_about(image: Image, centre: Points, side_px: float) -> float:
    """Mean of the square about a face at `centre` (2,) px in the BGR `image`, 1 to 256."""
    low = np.maximum(centre - NEAR_SIDES * side_px / 2, 0).astype(int)
    high = (centre + NEAR_SIDES * side_px / 2).astype(int)
    part = image[low[1] : high[1] : 4, low[0] : high[0] : 4, 1]
    return 1 + float(part.mean()) if part.size else 1.0


@dataclass(frozen=True, eq=False)
class Surroundings:
    """Corners (n, 2) in px of a reduced `patch` of the picture; the patch's place (x, y) and size (w, h) in
    px of the picture, and the centre (2,) of the face then."""

    patch: Image
    corners: NDArray[np.float32]
    place: tuple[int, int]
    size: tuple[int, int]
    centre: Points

    @classmethod
    def about(cls, image: Image, centre: Points, side_px: float) -> Self | None:
        """Those of a face at `centre` (2,) px in the BGR `image`; None where nothing can be followed."""
        height, width = image.shape[:2]
        half = NEAR_SIDES * side_px / 2
        low = np.maximum(centre - half, 0).astype(int)
        high = np.minimum(centre + half, (width, height)).astype(int)
        for x, y, w, h in ((*low, *(high - low)), (0, 0, width, height)):
            found = cls._within(image, (int(x), int(y)), (int(w), int(h)), centre, side_px)
            if found is not None:
                return found
        return None

    @classmethod
    def _within(
        cls, image: Image, place: tuple[int, int], size: tuple[int, int], centre: Points, side_px: float
    ) -> Self | None:
        if min(size) < 2 * FLOW_PX:
            return None
        patch = _patch(image, place, size)
        mask = _outside(
            patch, (centre - place) * patch.shape[1] / size[0], side_px * patch.shape[1] / size[0]
        )
        corners = cv2.goodFeaturesToTrack(patch, CORNERS, QUALITY, APART_PX, mask=mask)
        if corners is None or len(corners) < LEAST_CORNERS:
            return None
        return cls(patch, np.asarray(corners, np.float32)[:, 0], place, size, centre)

    def carried_back(self, image: Image, points: Points) -> Points:
        """`points` (n, 2) px of `image`, as they would lie had the surroundings stayed where they were."""
        edge = np.array(image.shape[1::-1]) - self.size
        if np.any(edge < 0):
            return points
        moved = np.rint(points.mean(axis=0) - self.centre).astype(int)
        x, y = np.clip(moved + self.place, 0, edge).tolist()
        patch = _patch(image, (x, y), self.size)
        there, found, _ = cv2.calcOpticalFlowPyrLK(
            self.patch,
            patch,
            self.corners,
            self.corners.copy(),
            winSize=(FLOW_PX, FLOW_PX),
            maxLevel=FLOW_LEVELS,
            criteria=FLOW_ROUNDS,
            flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
        )
        kept = np.asarray(found)[:, 0] == 1
        if kept.sum() < LEAST_CORNERS:
            return points
        scale = self.size[0] / patch.shape[1]
        then, now = self.corners[kept] * scale + self.place, there[kept] * scale + (x, y)
        return _affine(now.astype(np.float64), then.astype(np.float64), scale)(points)


class _affine:  # noqa: N801  a function that is made of pairs
    """The affine map of `given` (n, 2) onto `wanted` that most pairs agree on, px."""

    def __init__(self, given: Points, wanted: Points, scale: float) -> None:
        self._middle, weights = given.mean(axis=0), np.ones(len(given))
        rows = np.column_stack([given - self._middle, np.ones(len(given))])
        for _ in range(ROUNDS):
            weighed = rows * weights[:, None]
            self._map = np.linalg.solve(weighed.T @ rows + 1e-6 * np.eye(3), weighed.T @ wanted)
            errors = np.linalg.norm(wanted - rows @ self._map, axis=1)
            usual = max(1.5 * float(np.median(errors)), LEAST_ERROR_PX * scale)
            weights = 1 / (1 + (errors / usual) ** 2) ** 2

    def __call__(self, points: Points) -> Points:
        return np.asarray((points - self._middle) @ self._map[:2] + self._map[2])


def _patch(image: Image, place: tuple[int, int], size: tuple[int, int]) -> Image:
    """(h, w) green of a part of the picture, which is most of the light; at most PATCH_PX large."""
    (x, y), (width, height) = place, size
    part = np.asarray(cv2.extractChannel(image[y : y + height, x : x + width], 1), np.uint8)
    scale = min(1.0, PATCH_PX / max(size))
    if scale == 1:
        return part
    return resized(part, (max(1, round(width * scale)), max(1, round(height * scale))), cv2.INTER_AREA)


def _outside(patch: Image, centre: Points, side_px: float) -> NDArray[np.uint8]:
    """255 outside head and shoulders of a face at `centre` and away from the patch's edges."""
    height, width = patch.shape
    across = np.abs(np.arange(width) - centre[0])[None] / side_px
    down = (np.arange(height) - centre[1])[:, None] / side_px
    head = (across < HEAD[0]) & (np.abs(down) < HEAD[1])
    mask = np.where(head | ((across < SHOULDERS) & (down > 0.5)), 0, 255).astype(np.uint8)
    mask[:3], mask[-3:], mask[:, :3], mask[:, -3:] = 0, 0, 0, 0
    return mask
