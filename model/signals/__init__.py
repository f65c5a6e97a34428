"""Signals of every face of a frame: head pose, eye opening, gaze, mouth; as measured, at this instant."""

import math

import numpy as np

from model.faces import Faces, Floats
from model.images import Image
from model.observations import EYES_CLOSED_BELOW, Signals
from model.signals.covering import CoveringNetwork, covering_crop
from model.signals.eyes import eye_open, eye_turn_deg, eye_weights
from model.signals.head_pose import mesh_pose_deg
from model.signals.landmarks import LandmarkFinder, Landmarks

SMALLEST_MESH_PX = 24.0
"""Longer side of the box. Faces of 80 px and more, made small, kept their yaw within 1.2 degrees (median) and
pitch within 3.1 at 24 px; at 16 px a tenth was 10 and more off, at 12 px every third was no face any more."""

SMALLEST_IRIS_PX = 64.0
"""Longer side of the box: an eye is about 15 px wide then, and an iris 6."""

LEAST_PRESENCE = 0.9
"""Of the mesh. Below it nothing is measured: expressions were right on 55 % of such PublicTest images and on
68 % of the others (6 % were such)."""

OFF_SCREEN_DEG = 45.0
"""Where gaze reaches 0; so 22.5 degrees are the edge of "on screen"."""

PITCH_WEIGHT = 0.5
"""Up and down count half: cameras stand above or below the screen, the zero of a head's pitch differs between
people by 10 degrees, and the lids hide where the iris is."""

EYES_TRUSTED_TO_DEG, EYES_IGNORED_FROM_DEG = 30.0, 45.0
"""Head yaw between which the irises lose their say: what is seen of them tells less and less."""

MEASURED = (
    "yaw_deg",
    "pitch_deg",
    "roll_deg",
    "eye_open",
    "gaze",
    "mouth_open",
    "mesh_presence",
    "eyes_hidden",
    "mouth_hidden",
)

LEAST_HIDDEN = 0.99
"""From here on nothing is seen of the eyes: gaze is the head's."""

LIPS, MOUTH_CORNERS = (13, 14), (61, 291)


class SignalReader:
    """Landmarks and signals of faces. Not thread-safe: one for one stream. Raises LandmarkError."""

    def __init__(self, finder: LandmarkFinder | None = None, covering: CoveringNetwork | None = None) -> None:
        self._finder, self._covering = finder or LandmarkFinder(), covering or CoveringNetwork()

    def landmarks(
        self, image: Image, box: Floats, roll_deg: float, side_px: float, refitted: bool = False
    ) -> Landmarks | None:
        """Points of one face of the longer side `side_px` about `box`; None where it is too small.

        `refitted`: of the same face's points in the last frame.
        """
        if side_px < SMALLEST_MESH_PX:
            return None
        found = self._finder.find(image, box, roll_deg, refitted)
        if found.presence < LEAST_PRESENCE:
            return found.having(hidden=self._covering.run(covering_crop(image, box, roll_deg)))
        found = found.having(hidden=self._covering.run(covering_crop(image, found.square, found.roll_deg)))
        return found if side_px < SMALLEST_IRIS_PX else self._finder.with_eyes(image, found)


def with_signals(faces: Faces, landmarks: list[Landmarks | None]) -> Faces:
    """`faces` with points, signals and what quality needs, from the landmarks found of each."""
    rows = [_unread() if found is None else _measured(found) for found in landmarks]
    columns = np.array(rows, np.float32).reshape(-1, len(MEASURED)).T
    faces = faces.having(**dict(zip(MEASURED, columns, strict=True)))
    return faces.having(points=_points(faces, landmarks))


def signals_of(faces: Faces, row: int) -> Signals:
    """One face's signals as plain numbers, NaN as None."""
    return every_signals(faces.take(slice(row, row + 1)))[0]


def every_signals(faces: Faces) -> list[Signals]:
    """All faces' signals as plain numbers, NaN as None."""
    columns = [getattr(faces, name) for name in Signals.__dataclass_fields__]
    unknown = [None] * len(faces)
    known = [
        unknown if column is None else [None if math.isnan(value) else value for value in column.tolist()]
        for column in columns
    ]
    return [Signals(*values) for values in zip(*known, strict=True)]


def gaze_score(yaw_deg: float, pitch_deg: float) -> float:
    """1 straight at the screen, falling evenly to 0 at OFF_SCREEN_DEG off it."""
    return max(0.0, 1 - math.hypot(yaw_deg, PITCH_WEIGHT * pitch_deg) / OFF_SCREEN_DEG)


def mouth_opening(found: Landmarks) -> float:
    """Gap between the inner lips over the distance of the mouth's corners, in 3D, 0..1."""
    gap, width = (math.dist(found.mesh[a].tolist(), found.mesh[b].tolist()) for a, b in (LIPS, MOUTH_CORNERS))
    return min(1.0, gap / max(width, 1e-6))


def _unread() -> tuple[float, ...]:
    """Of a face too small to be measured."""
    return (float("nan"),) * len(MEASURED)


def _measured(found: Landmarks) -> tuple[float, ...]:
    """The values of MEASURED; NaN where unknown."""
    unknown, (left, right, mouth) = float("nan"), found.hidden
    if found.presence < LEAST_PRESENCE:
        return (*(unknown,) * 6, found.presence, (left + right) / 2, float(mouth))
    yaw, pitch, roll = mesh_pose_deg(found.mesh)
    weights = eye_weights(yaw)
    hidden = weights[0] * left + weights[1] * right
    opening, gaze = unknown, gaze_score(yaw, pitch)
    if found.eyes is not None and hidden < LEAST_HIDDEN:
        opening, gaze = _eyes(found, hidden, yaw, pitch)
    return yaw, pitch, roll, opening, gaze, mouth_opening(found), found.presence, hidden, float(mouth)


def _eyes(found: Landmarks, hidden: float, yaw_deg: float, pitch_deg: float) -> tuple[float, float]:
    """Opening and gaze by the eyes that are seen; `hidden` is the share of what would count of both."""
    left, right = (
        weight / (1 - hidden) * (not covered)
        for weight, covered in zip(eye_weights(yaw_deg), found.hidden[:2], strict=True)
    )
    opening = eye_open(found, (left, right))
    if opening < EYES_CLOSED_BELOW:
        return opening, gaze_score(yaw_deg, pitch_deg)
    turn_yaw, turn_pitch = eye_turn_deg(found, (left, right), yaw_deg, pitch_deg)
    span = EYES_IGNORED_FROM_DEG - EYES_TRUSTED_TO_DEG
    say = max(0.0, min((EYES_IGNORED_FROM_DEG - abs(yaw_deg)) / span, 1.0))
    return opening, gaze_score(yaw_deg + say * turn_yaw, pitch_deg + say * turn_pitch)


def _points(faces: Faces, landmarks: list[Landmarks | None]) -> Floats | None:
    """The mesh's five points where it found a face, else the detector's: those miss most of a tilt."""
    if faces.points is None and any(found is None or found.presence < LEAST_PRESENCE for found in landmarks):
        return None
    points = np.empty((len(faces), 5, 2), np.float32) if faces.points is None else faces.points.copy()
    for row, found in enumerate(landmarks):
        if found is not None and found.presence >= LEAST_PRESENCE:
            points[row] = found.five_points
    return points
