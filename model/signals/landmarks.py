"""Where the points of each face are: mesh and irises on eye-aligned crops, back in the image's px.

Crop of a face: a square around the middle of the box, its side MESH_MARGIN times the box's longer side,
turned until the face is upright, which any roll allows. Crop of an eye: a square around the middle of its
corners, its side IRIS_MARGIN times their distance, turned until they are level; the image's right eye is
mirrored, for the network knows only left ones.
"""

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from model.faces import Faces, Floats
from model.images import Image
from model.signals.landmark_networks import IRIS_SIDE_PX, MESH_SIDE_PX, IrisNetwork, MeshNetwork

MESH_MARGIN = 1.5
IRIS_MARGIN = 2.3

SETTLED_DEG = 8.0
"""A crop turned by this much less than the head is good enough; beyond, the mesh is fitted again, turned.
YuNet's points show only a part of a tilt: 8 of 40 degrees on a head leant on a shoulder."""

MOST_FITS = 3
DOUBTFUL_LOG_ODDS = 9.0
"""Below this a head might be upside down, and is tried so: 94 of 100 upright heads lie above it, all that
were turned over below. Of the two the likelier was the right one on 162 upright and 30 of 31 turned heads."""

_FIVE_POINTS = np.array([[33, 362, 1, 61, 291], [133, 263, 1, 61, 291]])
"""Mesh points of which the means are eyes, nose tip and mouth corners."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Eye:
    """One eye in px of the image. contour (71, 2), iris (5, 2); points as IrisNetwork.run orders them."""

    contour: Floats
    iris: Floats


@dataclass(frozen=True, eq=False)
class Landmarks:
    """The points of one face in px of the image.

    mesh: (468, 3) float32; z in the same px, growing away from the camera.
    log_odds: that there is a face where the mesh was fitted; 0 is even.
    eyes: the image's left and right one (of an upright head), or None where the face is too small for it.
    """

    mesh: Floats
    log_odds: float
    eyes: tuple[Eye, Eye] | None = None

    @property
    def presence(self) -> float:
        """`log_odds` as a probability, 0..1."""
        return float(1 / (1 + np.exp(-self.log_odds)))

    @property
    def roll_deg(self) -> float:
        """Clockwise in the image above 0, -180..180."""
        return _roll_deg(self.five_points)

    @property
    def five_points(self) -> Floats:
        """(5, 2) px: eyes, nose tip and mouth corners, as in Faces.points."""
        pairs = self.mesh[_FIVE_POINTS, :2]
        return np.asarray((pairs[0] + pairs[1]) / 2, np.float32)

    @property
    def square(self) -> Floats:
        """(4,) xyxy px: the square that, turned by `roll_deg`, holds the mesh."""
        turn = np.radians(self.roll_deg)
        rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        upright = self.mesh[:, :2] @ rotation.T
        low, high = upright.min(axis=0), upright.max(axis=0)
        centre, half = (low + high) / 2 @ rotation, max(float((high - low).max()), 1.0) / 2
        return np.concatenate([centre - half, centre + half]).astype(np.float32)


class LandmarkFinder:
    """Both networks and the geometry between them. Not thread-safe. Raises LandmarkError."""

    def __init__(self, mesh: MeshNetwork | None = None, iris: IrisNetwork | None = None) -> None:
        self._mesh, self._iris = mesh or MeshNetwork(), iris or IrisNetwork()

    def find(self, image: Image, box: Floats, roll_deg: float) -> Landmarks:
        """The mesh of the face about `box` (4,) xyxy px of the BGR `image`, tilted by about `roll_deg`.

        Fitted again until the crop is turned as the head is; a doubtful one also upside down.
        """
        found = self._settled(image, box, roll_deg)
        if found.log_odds >= DOUBTFUL_LOG_ODDS:
            return found
        turned_over = self._settled(image, box, roll_deg + 180)
        return max(found, turned_over, key=lambda one: one.log_odds)

    def with_eyes(self, image: Image, found: Landmarks) -> Landmarks:
        """`found` with both irises."""
        left = self._eye(image, found.mesh[33, :2], found.mesh[133, :2], mirrored=False)
        right = self._eye(image, found.mesh[362, :2], found.mesh[263, :2], mirrored=True)
        return replace(found, eyes=(left, right))

    def _settled(self, image: Image, box: Floats, roll_deg: float) -> Landmarks:
        found = self._fit(image, box, roll_deg)
        for _ in range(MOST_FITS - 1):
            left_deg = (found.roll_deg - roll_deg + 180) % 360 - 180
            if abs(left_deg) < SETTLED_DEG:
                break
            roll_deg = found.roll_deg
            found = self._fit(image, found.square, roll_deg)
        return found

    def _fit(self, image: Image, box: Floats, roll_deg: float) -> Landmarks:
        side_px = MESH_MARGIN * float((box[2:] - box[:2]).max())
        to_crop = image_to_crop((box[:2] + box[2:]) / 2, side_px, roll_deg, MESH_SIDE_PX)
        points, log_odds = self._mesh.run(_warped(image, to_crop, MESH_SIDE_PX))
        depth = points[:, 2:] * np.float32(side_px / MESH_SIDE_PX)
        return Landmarks(np.hstack([_back(points[:, :2], to_crop), depth]), log_odds)

    def _eye(self, image: Image, left: Floats, right: Floats, mirrored: bool) -> Eye:
        across = right - left
        side_px = IRIS_MARGIN * max(float(np.hypot(*across)), 1.0)
        turn_deg = float(np.degrees(np.arctan2(across[1], across[0])))
        to_crop = image_to_crop((left + right) / 2, side_px, turn_deg, IRIS_SIDE_PX)
        if mirrored:
            to_crop = np.array([[-1.0, 0, IRIS_SIDE_PX - 1], [0, 1, 0]]) @ np.vstack([to_crop, [0, 0, 1]])
        contour, iris = self._iris.run(_warped(image, to_crop, IRIS_SIDE_PX))
        return Eye(_back(contour, to_crop), _back(iris, to_crop))


def upright_deg(faces: Faces) -> Floats:
    """(n,) float32: roll of each head, clockwise above 0, -180..180, from the five points; 0 without them."""
    if faces.points is None:
        return np.zeros(len(faces), np.float32)
    rolls = [_roll_deg(points) for points in faces.points]
    return np.nan_to_num(np.array(rolls, np.float32))


def _roll_deg(points: Floats) -> float:
    """The eyes' line and the line from eyes to mouth together: in a profile the first has no length."""
    (left_x, left_y), (right_x, right_y), _, (corner_x, corner_y), (other_x, other_y) = points.tolist()
    down_x, down_y = (corner_x + other_x - left_x - right_x) / 2, (corner_y + other_y - left_y - right_y) / 2
    return math.degrees(math.atan2(right_y - left_y - down_x, right_x - left_x + down_y))


def image_to_crop(centre: NDArray[np.floating], side_px: float, turn_deg: float, size_px: int) -> Matrix:
    """(2, 3) similarity from px of the image to those of a square crop, upright again.

    Points measure from the pixels' edges, warps from their centres: hence the halves.
    """
    scale, turn = size_px / side_px, np.radians(turn_deg)
    cos, sin = scale * np.cos(turn), scale * np.sin(turn)
    rotation = np.array([[cos, sin], [-sin, cos]])
    shift = size_px / 2 - 0.5 - rotation @ (np.asarray(centre, np.float64) - 0.5)
    return np.hstack([rotation, shift[:, None]])


def _warped(image: Image, to_crop: Matrix, side_px: int) -> Image:
    crop = cv2.warpAffine(
        image, to_crop, (side_px, side_px), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(crop, np.uint8)


def _back(points: Floats, to_crop: Matrix) -> Floats:
    """(n, 2) px of a crop -> px of the image."""
    rotation = to_crop[:, :2]
    back = rotation / (rotation[0] @ rotation[0])  # of a similarity, mirrored or not: the inverse transposed
    shift = 0.5 - (to_crop[:, 2] + 0.5) @ back
    return np.asarray(points @ back.astype(np.float32) + shift.astype(np.float32), np.float32)
