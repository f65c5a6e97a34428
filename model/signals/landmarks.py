"""Where the points of each face are: mesh and irises on eye-aligned crops, back in the image's px.

Crop of a face: a square around the middle of the box, its side MESH_MARGIN times the box's longer side,
turned until the face is upright, which any roll allows. Crop of an eye: a square around the middle of its
corners, its side IRIS_MARGIN times their distance, turned until they are level; the image's right eye is
mirrored, for the network knows only left ones.
"""

import math
from dataclasses import dataclass, replace
from functools import cached_property

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

STILL_UNSETTLED_DEG = 6.0
"""Down to this a head that was fitted again in the last frame is so in this one: on one threshold alone, a
hundredth of a pixel decides from frame to frame, and yaw jumps by up to 3 degrees."""

MOST_FITS = 3
DOUBTFUL_LOG_ODDS = 9.0
"""Below this a head might be upside down, and is tried so: 94 of 100 upright heads lie above it, all that
were turned over below. Of the two the likelier was the right one on 162 upright and 30 of 31 turned heads."""

_FIVE_POINTS = np.array([[33, 362, 1, 61, 291], [133, 263, 1, 61, 291]])
"""Mesh points of which the means are eyes, nose tip and mouth corners."""

_EVEN = np.full(468, 1 / 468, np.float32)

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
    hidden: whether the image's left eye, its right eye and the mouth are covered.
    refitted: whether it took more than one fit.
    """

    mesh: Floats
    log_odds: float
    eyes: tuple[Eye, Eye] | None = None
    hidden: tuple[bool, bool, bool] = (False, False, False)
    refitted: bool = False

    @property
    def presence(self) -> float:
        """`log_odds` as a probability, 0..1."""
        return 1 / (1 + math.exp(-max(self.log_odds, -700.0)))

    def having(
        self,
        *,
        eyes: tuple[Eye, Eye] | None = None,
        hidden: tuple[bool, bool, bool] = (False, False, False),
    ) -> "Landmarks":
        """The same mesh with these, and with what was worked out of it already."""
        other = replace(self, eyes=eyes, hidden=hidden)
        vars(other).update({name: value for name, value in vars(self).items() if name not in vars(other)})
        return other

    @cached_property
    def roll_deg(self) -> float:
        """Clockwise in the image above 0, -180..180."""
        return _roll_deg(self.five_points)

    @cached_property
    def five_points(self) -> Floats:
        """(5, 2) px: eyes, nose tip and mouth corners, as in Faces.points."""
        pairs = self.mesh[_FIVE_POINTS, :2]
        return np.asarray((pairs[0] + pairs[1]) / 2, np.float32)

    @cached_property
    def centre(self) -> Floats:
        """(2,) px: the mean of all points."""
        return np.asarray(self.mesh.T[:2] @ _EVEN, np.float32)

    @cached_property
    def spread_px(self) -> float:
        """The largest standard deviation of the points along an axis."""
        axes = self.mesh.T
        apart = axes - (axes @ _EVEN)[:, None]
        return math.sqrt(np.einsum("ij,ij->i", apart, apart).max() / len(_EVEN))

    @cached_property
    def square(self) -> Floats:
        """(4,) xyxy px: the square that, turned by `roll_deg`, holds the mesh."""
        turn = math.radians(self.roll_deg)
        cos, sin = math.cos(turn), math.sin(turn)
        upright = np.array([[cos, sin], [-sin, cos]], np.float32) @ self.mesh.T[:2]
        (left, top), (right, bottom) = upright.min(axis=1).tolist(), upright.max(axis=1).tolist()
        middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
        x, y = middle_x * cos - middle_y * sin, middle_x * sin + middle_y * cos
        half = max(right - left, bottom - top, 1.0) / 2
        return np.array([x - half, y - half, x + half, y + half], np.float32)


class LandmarkFinder:
    """Both networks and the geometry between them. Not thread-safe. Raises LandmarkError."""

    def __init__(self, mesh: MeshNetwork | None = None, iris: IrisNetwork | None = None) -> None:
        self._mesh, self._iris = mesh or MeshNetwork(), iris or IrisNetwork()

    def find(self, image: Image, box: Floats, roll_deg: float, refitted: bool = False) -> Landmarks:
        """The mesh of the face about `box` (4,) xyxy px of the BGR `image`, tilted by about `roll_deg`.

        Fitted again until the crop is turned as the head is, sooner where the last one was `refitted`; a
        doubtful one also upside down.
        """
        found = self._settled(image, box, roll_deg, STILL_UNSETTLED_DEG if refitted else SETTLED_DEG)
        if found.log_odds >= DOUBTFUL_LOG_ODDS:
            return found
        turned_over = self._settled(image, box, roll_deg + 180, SETTLED_DEG)
        return max(found, turned_over, key=lambda one: one.log_odds)

    def with_eyes(self, image: Image, found: Landmarks) -> Landmarks:
        """`found` with both irises."""
        left = self._eye(image, found.mesh[33, :2], found.mesh[133, :2], mirrored=False)
        right = self._eye(image, found.mesh[362, :2], found.mesh[263, :2], mirrored=True)
        return found.having(eyes=(left, right), hidden=found.hidden)

    def _settled(self, image: Image, box: Floats, roll_deg: float, settled_deg: float) -> Landmarks:
        found = self._fit(image, box, roll_deg)
        for _ in range(MOST_FITS - 1):
            left_deg = (found.roll_deg - roll_deg + 180) % 360 - 180
            if abs(left_deg) < settled_deg:
                break
            roll_deg, settled_deg = found.roll_deg, SETTLED_DEG
            found = self._fit(image, found.square, roll_deg, refitted=True)
        return found

    def _fit(self, image: Image, box: Floats, roll_deg: float, *, refitted: bool = False) -> Landmarks:
        left, top, right, bottom = box.tolist()
        side_px = MESH_MARGIN * max(right - left, bottom - top)
        to_crop = image_to_crop(((left + right) / 2, (top + bottom) / 2), side_px, roll_deg, MESH_SIDE_PX)
        points, log_odds = self._mesh.run(_warped(image, to_crop, MESH_SIDE_PX))
        return Landmarks(_back(points, to_crop), log_odds, refitted=refitted)

    def _eye(self, image: Image, left: Floats, right: Floats, mirrored: bool) -> Eye:
        (left_x, left_y), (right_x, right_y) = left.tolist(), right.tolist()
        across_x, across_y = right_x - left_x, right_y - left_y
        side_px = IRIS_MARGIN * max(math.hypot(across_x, across_y), 1.0)
        turn_deg = math.degrees(math.atan2(across_y, across_x))
        centre = (left_x + right_x) / 2, (left_y + right_y) / 2
        to_crop = image_to_crop(centre, side_px, turn_deg, IRIS_SIDE_PX)
        if mirrored:
            to_crop[0] *= -1
            to_crop[0, 2] += IRIS_SIDE_PX - 1
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


def image_to_crop(centre: tuple[float, float], side_px: float, turn_deg: float, size_px: int) -> Matrix:
    """(2, 3) similarity from px of the image to those of a square crop, upright again.

    Points measure from the pixels' edges, warps from their centres: hence the halves.
    """
    scale, turn = size_px / side_px, math.radians(turn_deg)
    cos, sin = scale * math.cos(turn), scale * math.sin(turn)
    x, y, middle = centre[0] - 0.5, centre[1] - 0.5, size_px / 2 - 0.5
    return np.array([[cos, sin, middle - cos * x - sin * y], [-sin, cos, middle + sin * x - cos * y]])


def _warped(image: Image, to_crop: Matrix, side_px: int) -> Image:
    crop = cv2.warpAffine(
        image, to_crop, (side_px, side_px), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(crop, np.uint8)


def _back(points: Floats, to_crop: Matrix) -> Floats:
    """(n, 2 or 3) px of a crop -> px of the image, a depth scaled with them. Each axis lies in one piece."""
    (a, b, x), (c, d, y) = to_crop.tolist()
    square = a * a + b * b  # of a similarity, mirrored or not, the inverse is the transposed over this
    x, y = x + 0.5, y + 0.5
    shift = [0.5 - (a * x + c * y) / square, 0.5 - (b * x + d * y) / square, 0.0]
    turn = [[a / square, c / square, 0.0], [b / square, d / square, 0.0], [0.0, 0.0, 1 / math.sqrt(square)]]
    axes = points.shape[1]
    placed: Floats = np.array(turn, np.float32)[:axes, :axes] @ points.T
    placed += np.array(shift, np.float32)[:axes, None]
    return placed.T
