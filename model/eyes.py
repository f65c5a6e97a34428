"""Eye opening and gaze from the lids and irises of one face, whatever way the head is turned."""

import numpy as np

from model.faces import Floats
from model.landmarks import Eye, Landmarks

OPENING_SCALE = 1.55
"""Brings the iris network's lids to the scale of EYES_CLOSED_BELOW and EYES_HALF_BELOW. Its mean gap over the
eye's width is 0.21-0.35 on open eyes, 0.13-0.16 on half closed ones, 0.03-0.12 on closed ones (31 photographs
and two clips looked at one by one). The mesh's own lids do not close: 0.2 on shut eyes, 0.25 on open ones."""

RADIUS_RATIO = 2.6
"""Width of an eye between its corners over its turning radius: about 30 mm over 11.5 mm."""

IRIS_AHEAD = 0.15
"""How far the iris lies before the plane of the corners, in eye widths; it shifts when the head turns."""

RESTING_OUTWARD, RESTING_HEIGHT = 0.04, 0.06
"""Where the iris of an eye that looks straight ahead lies, in eye widths: from the middle of the corners
towards the temple, for the inner corner is longer, and upwards."""

NEAR_EYE_FROM_DEG = 25.0
"""About this yaw the farther eye, foreshortened and half behind the nose, stops counting."""


def eye_weights(yaw_deg: float) -> tuple[float, float]:
    """How much the image's left and right eye count at a yaw. Signs as in Signals: the farther one fades."""
    fading = float(np.clip((NEAR_EYE_FROM_DEG + 10 - abs(yaw_deg)) / 20, 0, 1))
    near = 1 / (1 + fading)
    return (near, 1 - near) if yaw_deg > 0 else (1 - near, near)


def eye_open(found: Landmarks, weights: tuple[float, float]) -> float:
    """Eye aspect ratio 0..1, of both eyes by their weights.

    After Soukupova and Cech, "Real-Time Eye Blink Detection using Facial Landmarks", CVWW 2016, with five
    pairs of lid points instead of two.
    """
    assert found.eyes is not None
    ratios = [aspect_ratio(eye) for eye in found.eyes]
    return float(np.clip(OPENING_SCALE * np.dot(ratios, weights), 0, 1))


def aspect_ratio(eye: Eye) -> float:
    """Mean gap of the lids over the distance of the corners, unscaled."""
    lower, upper = eye.contour[2:7], eye.contour[10:15]
    width = float(np.hypot(*(eye.contour[8] - eye.contour[0])))
    return float(np.linalg.norm(lower - upper, axis=1).mean()) / max(width, 1e-6)


def eye_turn_deg(
    found: Landmarks, weights: tuple[float, float], yaw_deg: float, pitch_deg: float
) -> tuple[float, float]:
    """Yaw and pitch in degrees of the gaze within the head, signs as in Signals.

    The iris moves on a ball about the eye's centre; seen on a turned head it moves too, for it lies ahead of
    the corners, and that part is taken off first.
    """
    assert found.eyes is not None
    left, right = (
        _iris_place(eye, image_left) for eye, image_left in zip(found.eyes, (True, False), strict=True)
    )
    outward = weights[0] * (left[0] + RESTING_OUTWARD) + weights[1] * (right[0] - RESTING_OUTWARD)
    upward = weights[0] * left[1] + weights[1] * right[1] - RESTING_HEIGHT
    aside = outward - IRIS_AHEAD * np.tan(np.radians(np.clip(yaw_deg, -60, 60)))
    raised = upward - IRIS_AHEAD * np.sin(np.radians(pitch_deg))
    turned = np.degrees(np.arcsin(np.clip(RADIUS_RATIO * np.array([aside, raised]), -0.95, 0.95)))
    return float(turned[0]), float(turned[1])


def _iris_place(eye: Eye, image_left: bool) -> Floats:
    """(2,) the iris centre from the middle of the corners, in eye widths along (to the right) and up."""
    outer, inner = eye.contour[0], eye.contour[8]
    across = inner - outer if image_left else outer - inner
    width = max(float(np.hypot(*across)), 1e-6)
    along = across / width
    offset = (eye.iris[0] - (outer + inner) / 2) / width
    return np.array([offset @ along, offset[0] * along[1] - offset[1] * along[0]], np.float32)
