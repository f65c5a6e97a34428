"""Which way a head is turned, from the mesh's own 3D geometry.

Rotation order: pitch about the head's ear-to-ear axis, then yaw, then roll in the image. So that axis alone
gives yaw and roll, and whatever a mouth or jaw does cannot change them. Signs as in Signals. On a head that
turns from side to side its length over the face's stays within 3 %, so the mesh's depth is to scale.
"""

import math

import numpy as np
from numpy.typing import NDArray

from model.faces import Faces, Floats

MIRROR_LEFT = np.array([33, 133, 127, 234, 54, 67, 105, 129, 50])
MIRROR_RIGHT = np.array([263, 362, 356, 454, 284, 297, 334, 358, 280])
"""Mesh points and their mirror images that no expression moves much: corners of the eyes, temples, cheeks."""

TOP = np.array([10, 151, 67, 297, 109, 338])
BOTTOM = np.array([2, 129, 358, 98, 327])
"""Forehead and base of the nose: the line between them is nearly parallel to the face."""


def _lines() -> NDArray[np.float32]:
    """(2, 468): weights of all points in the ear-to-ear line and in the line down the face."""
    weights = np.zeros((2, 468), np.float32)
    weights[0, MIRROR_RIGHT], weights[0, MIRROR_LEFT] = 1, -1
    weights[1, BOTTOM], weights[1, TOP] = 1 / len(BOTTOM), -1 / len(TOP)
    return weights


_LINES = _lines()


def mesh_pose_deg(mesh: NDArray[np.floating]) -> tuple[float, float, float]:
    """Yaw, pitch, roll in degrees of a mesh (468, 3), z growing away from the camera in the same px."""
    across, down = (_LINES @ mesh).tolist()
    roll = math.atan2(across[1], across[0])
    level = math.hypot(across[0], across[1])
    yaw = math.atan2(across[2], level)
    upright_x = math.cos(roll) * down[0] + math.sin(roll) * down[1]
    upright_y = math.cos(roll) * down[1] - math.sin(roll) * down[0]
    ahead = math.cos(yaw) * down[2] - math.sin(yaw) * upright_x
    pitch = math.atan2(-ahead, upright_y)
    return math.degrees(yaw), math.degrees(pitch), math.degrees(roll)


def nose_aside(faces: Faces) -> Floats:
    """(n,) how far the nose is from the middle of the eyes, in their distance; 0 without points."""
    if faces.points is None:
        return np.zeros(len(faces), np.float32)
    left, right, nose = faces.points[:, 0], faces.points[:, 1], faces.points[:, 2]
    across = right - left
    along = ((nose - (left + right) / 2) * across).sum(axis=1)
    return np.asarray(np.abs(along) / np.maximum((across**2).sum(axis=1), 1e-6), np.float32)
