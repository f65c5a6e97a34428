"""A face to paint on: its picture, its mesh, what of it is hidden so far, and what paint looks like."""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from model.faces import Floats
from model.images import Image

EYES = ((33, 133, 159, 145), (362, 263, 386, 374))
"""Mesh points of the image's left and right eye: both corners, upper and lower lid."""
MOUTH = (61, 291, 0, 17)
CHEEKS = [50, 101, 205, 280, 330, 425]

HIDDEN_FROM, SEEN_TO = 0.6, 0.2
"""Share of a part under paint from which it is covered, and up to which it is not; between, nobody says."""

Mask = NDArray[np.float32]
Random = np.random.Generator


@dataclass
class Canvas:
    """image: (H, W, 3) float32 BGR, painted on in place; mesh: (468, 2) px; hidden: (H, W) 0..1."""

    image: NDArray[np.float32]
    mesh: Floats
    hidden: Mask = field(init=False)

    def __post_init__(self) -> None:
        self.hidden = np.zeros(self.image.shape[:2], np.float32)

    @classmethod
    def of(cls, image: Image, mesh: Floats) -> "Canvas":
        return cls(image.astype(np.float32), mesh[:, :2].astype(np.float32))

    @property
    def unit_px(self) -> float:
        """Distance of the middles of the eyes."""
        left, right = (self.mesh[list(eye[:2])].mean(axis=0) for eye in EYES)
        return max(float(np.hypot(*(right - left))), 4.0)

    @property
    def axes(self) -> tuple[Floats, Floats]:
        """Unit vectors along the eyes to the right, and down the face."""
        left, right = (self.mesh[list(eye[:2])].mean(axis=0) for eye in EYES)
        across = (right - left) / max(float(np.hypot(*(right - left))), 1e-6)
        return across, np.array([-across[1], across[0]], np.float32)

    def middle(self, part: tuple[int, ...]) -> Floats:
        """(2,) px of an eye or the mouth."""
        return np.asarray(self.mesh[list(part)].mean(axis=0), np.float32)

    def tone(self) -> NDArray[np.float32]:
        """(3,) BGR of the cheeks."""
        at = self.mesh[CHEEKS].astype(int)
        columns = at[:, 0].clip(0, self.image.shape[1] - 1)
        rows = at[:, 1].clip(0, self.image.shape[0] - 1)
        return np.asarray(np.median(self.image[rows, columns], axis=0), np.float32)

    def lay(self, mask: Mask, paint: NDArray[np.floating], opacity: float = 1.0) -> None:
        """`paint`, a picture or one colour, where `mask` is 1. Only what is nearly opaque hides."""
        share = (mask * opacity)[..., None]
        self.image[:] = paint * share + self.image * (1 - share)
        if opacity >= 0.8:
            self.hidden = np.maximum(self.hidden, mask)

    def covered(self) -> NDArray[np.float32]:
        """(3,) of left eye, right eye, mouth: 1 covered, 0 not, NaN between."""
        shares = [self._share(part, *size) for part, size in self._parts()]
        return np.array([_verdict(share) for share in shares], np.float32)

    def _parts(self) -> list[tuple[tuple[int, ...], tuple[float, float]]]:
        return [(EYES[0], (0.55, 0.3)), (EYES[1], (0.55, 0.3)), (MOUTH, (0.5, 0.35))]

    def _share(self, part: tuple[int, ...], wide: float, high: float) -> float:
        """Of an ellipse over a part, half axes in widths between its corners."""
        width = max(float(np.hypot(*(self.mesh[part[1]] - self.mesh[part[0]]))), 2.0)
        where = self.ellipse(self.middle(part), wide * width, high * width) > 0.5
        return float(self.hidden[where].mean()) if where.any() else 0.0

    def ellipse(self, centre: Floats, wide_px: float, high_px: float, turn_deg: float = 0.0) -> Mask:
        """(H, W) 0..1; turned with the face and by `turn_deg` more."""
        turn = np.degrees(np.arctan2(self.axes[0][1], self.axes[0][0])) + turn_deg
        mask = np.zeros(self.hidden.shape, np.float32)
        middle = (int(centre[0] * 16), int(centre[1] * 16))
        axes = (max(int(wide_px * 16), 8), max(int(high_px * 16), 8))
        return np.asarray(cv2.ellipse(mask, middle, axes, float(turn), 0, 360, 1.0, -1, cv2.LINE_AA, 4))

    def polygon(self, points: NDArray[np.floating]) -> Mask:
        """(H, W) 0..1 within `points` (n, 2) px."""
        mask = np.zeros(self.hidden.shape, np.float32)
        return np.asarray(cv2.fillPoly(mask, [np.round(points * 16).astype(np.int32)], 1.0, cv2.LINE_AA, 4))

    def line(self, points: NDArray[np.floating], width_px: float, closed: bool = False) -> Mask:
        """(H, W) 0..1 along `points` (n, 2) px."""
        mask, thick = np.zeros(self.hidden.shape, np.float32), max(1, round(width_px))
        drawn = [np.round(points * 16).astype(np.int32)]
        return np.asarray(cv2.polylines(mask, drawn, closed, 1.0, thick, cv2.LINE_AA, 4))


def _verdict(share: float) -> float:
    if share >= HIDDEN_FROM:
        return 1.0
    return 0.0 if share <= SEEN_TO else float("nan")
