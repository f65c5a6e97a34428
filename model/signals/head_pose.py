"""Which way a head is turned, from the mesh's own 3D geometry.

Rotation order: pitch about the head's ear-to-ear axis, then yaw, then roll in the image. So that axis alone
gives yaw and roll, and whatever a mouth or jaw does cannot change them. Signs as in Signals. On a head that
turns from side to side its length over the face's stays within 3 %, so the mesh's depth is to scale.
"""

import numpy as np
from numpy.typing import NDArray

MIRROR_LEFT = np.array([33, 133, 127, 234, 54, 67, 105, 129, 50])
MIRROR_RIGHT = np.array([263, 362, 356, 454, 284, 297, 334, 358, 280])
"""Mesh points and their mirror images that no expression moves much: corners of the eyes, temples, cheeks."""

TOP = np.array([10, 151, 67, 297, 109, 338])
BOTTOM = np.array([2, 129, 358, 98, 327])
"""Forehead and base of the nose: the line between them is nearly parallel to the face."""


def mesh_pose_deg(mesh: NDArray[np.floating]) -> tuple[float, float, float]:
    """Yaw, pitch, roll in degrees of a mesh (468, 3), z growing away from the camera in the same px."""
    across = (mesh[MIRROR_RIGHT] - mesh[MIRROR_LEFT]).sum(axis=0)
    down = mesh[BOTTOM].mean(axis=0) - mesh[TOP].mean(axis=0)
    roll = np.arctan2(across[1], across[0])
    level = np.hypot(across[0], across[1])
    yaw = np.arctan2(across[2], level)
    upright_x = np.cos(roll) * down[0] + np.sin(roll) * down[1]
    upright_y = np.cos(roll) * down[1] - np.sin(roll) * down[0]
    ahead = np.cos(yaw) * down[2] - np.sin(yaw) * upright_x
    pitch = np.arctan2(-ahead, upright_y)
    return float(np.degrees(yaw)), float(np.degrees(pitch)), float(np.degrees(roll))
