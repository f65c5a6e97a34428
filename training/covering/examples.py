"""Faces with and without something before them, as the live program sees them, with what is true of each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model.images import Image
from model.signals import LEAST_PRESENCE
from model.signals.covering import PARTS, SIDE_PX, CoveringNetwork, covering_crop
from model.signals.landmarks import LandmarkFinder, Landmarks
from training.covering.canvas import Canvas, Random
from training.covering.coverings import HARMLESS, HIDING, Painter
from training.covering.lights import LIGHTS, Camera

DRAWN_PX = 112
"""Faces are painted on at this size and then made smaller, as a camera would."""
SMALLEST_PX = 26
HIDDEN_SHARE, HARMLESS_SHARE, LIGHT_SHARE = 0.55, 0.4, 0.4
OFTEN = {
    "patch over an eye": 4,
    "something before half of the face": 4,
    "patch over the mouth": 2,
    "hand before an eye": 2,
    "glasses": 3,
}
"""What is hardest to tell is painted so many times as often as the rest."""


@dataclass(frozen=True)
class Examples:
    """x: (n, SIDE_PX, SIDE_PX) uint8; y: (n, PARTS) 1 covered, 0 not, NaN unsaid; source: (n,) the face's."""

    x: NDArray[np.uint8]
    y: NDArray[np.float32]
    source: NDArray[np.int64]


@dataclass(frozen=True)
class Face:
    """A square picture of a face that is in plain view, its side `margin` times the detector's box."""

    image: Image
    margin: float

    def drawn(self) -> Image:
        """(DRAWN_PX, DRAWN_PX, 3)."""
        interpolation = cv2.INTER_CUBIC if len(self.image) < DRAWN_PX else cv2.INTER_AREA
        drawn = cv2.resize(self.image, (DRAWN_PX, DRAWN_PX), interpolation=interpolation)
        return np.asarray(drawn if drawn.ndim == 3 else cv2.cvtColor(drawn, cv2.COLOR_GRAY2BGR), np.uint8)


def box_of(side_px: int, margin: float) -> NDArray[np.float32]:
    """(4,) xyxy px: the detector's box of the face in the middle of a square picture."""
    edge = side_px * (1 - 1 / margin) / 2
    return np.array([edge, edge, side_px - edge, side_px - edge], np.float32)


def made(
    faces: Callable[[int], Face],
    rows: NDArray[np.int64],
    seed: int,
    largest_px: int,
    hidden_share: float = HIDDEN_SHARE,
) -> Examples:
    """One example of every row for which the mesh fits before anything is painted.

    `hidden_share` of them have something hiding put before them. Left out is what the network in use calls
    covered before: of FER2013's faces 2 % are, by hands, hair and writing, and a new one would learn silence.
    """
    found = list(_examples(faces, rows, seed, largest_px, hidden_share))
    x = np.array([crop for crop, _, _ in found], np.uint8).reshape(-1, SIDE_PX, SIDE_PX)
    y = np.array([truth for _, truth, _ in found], np.float32).reshape(-1, PARTS)
    return Examples(x, y, np.array([row for _, _, row in found], np.int64))


def _examples(
    faces: Callable[[int], Face],
    rows: NDArray[np.int64],
    seed: int,
    largest_px: int,
    hidden_share: float,
) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.float32], int]]:
    finder, in_use = LandmarkFinder(), CoveringNetwork()
    for number, row in enumerate(rows.tolist()):
        face, random = faces(row), np.random.default_rng((seed, number))
        plain = finder.find(image := face.drawn(), box_of(DRAWN_PX, face.margin), 0.0)
        if plain.presence < LEAST_PRESENCE or any(in_use.run(_cut(image, plain))):
            continue
        image, truth = painted(image, plain, random, hidden_share)
        seen = Camera.any(random, (SMALLEST_PX, largest_px)).takes(image, random)
        yield crop_of(seen, face.margin, finder, random), truth, row


def crop_of(seen: Image, margin: float, finder: LandmarkFinder, random: Random) -> NDArray[np.uint8]:
    """As the live program cuts it: by the mesh, or where none fits by the detector, which is less exact."""
    box = box_of(len(seen), margin)
    found = finder.find(seen, box, 0.0)
    if found.presence >= LEAST_PRESENCE:
        return _cut(seen, found)
    centre, half = (box[:2] + box[2:]) / 2, (box[2:] - box[:2]) / 2
    centre = centre + random.normal(0, 0.05, 2) * half * 2
    half = half * np.exp(random.normal(0, 0.08))
    return covering_crop(seen, np.concatenate([centre - half, centre + half]).astype(np.float32), 0.0)


def _cut(image: Image, mesh: Landmarks) -> NDArray[np.uint8]:
    return covering_crop(image, mesh.square, mesh.roll_deg)


def painted(
    image: Image, plain: Landmarks, random: Random, hidden_share: float
) -> tuple[Image, NDArray[np.float32]]:
    """The face with something before it or not, in some light; and (PARTS,) what is covered."""
    canvas = Canvas.of(image, plain.mesh)
    for painters, share in ((HARMLESS, HARMLESS_SHARE), (HIDING, hidden_share)):
        if random.random() < share:
            _one_of(painters, random)(canvas, random)
    result = np.asarray(np.clip(np.rint(canvas.image), 0, 255), np.uint8)
    if random.random() < LIGHT_SHARE:
        result = list(LIGHTS.values())[random.integers(len(LIGHTS))](result, random)
    return result, canvas.covered()


def _one_of(painters: dict[str, Painter], random: Random) -> Painter:
    weights = np.array([OFTEN.get(name, 1) for name in painters], np.float64)
    return list(painters.values())[random.choice(len(painters), p=weights / weights.sum())]
