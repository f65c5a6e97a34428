"""Eye opening and gaze from the lids and irises of one face, whatever way the head is turned."""

import math

import numpy as np

from model.signals.landmarks import Eye, Landmarks

OPENING_SCALE = 1.4
"""Brings the iris network's lids to the scale of EYES_CLOSED_BELOW and EYES_HALF_BELOW. Its mean gap over the
eye's width is 0.21-0.35 on open eyes, 0.14-0.18 on half closed ones, 0.03-0.13 on closed ones (31 photographs
and two clips looked at one by one). The mesh's own lids do not close: 0.2 on shut eyes, 0.25 on open ones."""

SINE_PER_WIDTH_ASIDE, SINE_PER_WIDTH_UP = 4.8, 2.6
"""Sine of an eye's turn for every eye width that its iris lies off the middle. By anatomy 2.6: an eye is some
30 mm wide and turns about a point 11.5 mm behind its iris. Sideways the network shows half of what there is:
irises moved by 0.25 widths in 22 photographs came out at 0.13."""

IRIS_AHEAD = 0.03
"""How far the iris seems to lie before the plane of the corners, in eye widths: a turned head shifts it."""

RESTING_OUTWARD, RESTING_HEIGHT = 0.02, 0.06
"""Where the iris of an eye that looks straight ahead lies, in eye widths: from the middle of the corners
towards the temple, for the inner corner is longer, and upwards."""

NARROWEST_PX, WIDE_PX = 15.0, 25.0
"""Widths of an eye between which its iris gets its say: at 20 px a moved iris showed a sixth of its way."""

NEAR_EYE_FROM_DEG = 25.0
"""About this yaw the farther eye, foreshortened and half behind the nose, stops counting."""


def eye_weights(yaw_deg: float) -> tuple[float, float]:
    """How much the image's left and right eye count at a yaw. Signs as in Signals: the farther one fades."""
    fading = _within((NEAR_EYE_FROM_DEG + 10 - abs(yaw_deg)) / 20, 0, 1)
    near = 1 / (1 + fading)
    return (near, 1 - near) if yaw_deg > 0 else (1 - near, near)


def eye_open(found: Landmarks, weights: tuple[float, float]) -> float:
    """Eye aspect ratio 0..1, of both eyes by their weights.

    After Soukupova and Cech, "Real-Time Eye Blink Detection using Facial Landmarks", CVWW 2016, with five
    pairs of lid points instead of two.
    """
    assert found.eyes is not None
    left, right = (aspect_ratio(eye) for eye in found.eyes)
    return _within(OPENING_SCALE * (left * weights[0] + right * weights[1]), 0, 1)


def aspect_ratio(eye: Eye) -> float:
    """Mean gap of the lids over the distance of the corners, unscaled."""
    gaps = eye.contour[2:7] - eye.contour[10:15]
    return float(np.hypot(gaps[:, 0], gaps[:, 1]).mean()) / _width_px(eye)


def eye_turn_deg(
    found: Landmarks, weights: tuple[float, float], yaw_deg: float, pitch_deg: float
) -> tuple[float, float]:
    """Yaw and pitch in degrees of the gaze within the head, signs as in Signals.

    The iris moves on a ball about the eye's centre; seen on a turned head it moves too, for it lies ahead of
    the corners, and that part is taken off first. Narrow eyes say less, down to nothing.
    """
    assert found.eyes is not None
    left, right = (
        _iris_place(eye, image_left) for eye, image_left in zip(found.eyes, (True, False), strict=True)
    )
    outward = weights[0] * (left[0] + RESTING_OUTWARD) + weights[1] * (right[0] - RESTING_OUTWARD)
    upward = weights[0] * left[1] + weights[1] * right[1] - RESTING_HEIGHT
    aside = outward - IRIS_AHEAD * math.tan(math.radians(_within(yaw_deg, -60, 60)))
    raised = upward - IRIS_AHEAD * math.sin(math.radians(pitch_deg))
    say = _within((_wider_px(found) - NARROWEST_PX) / (WIDE_PX - NARROWEST_PX), 0, 1)
    return say * _turned_deg(SINE_PER_WIDTH_ASIDE * aside), say * _turned_deg(SINE_PER_WIDTH_UP * raised)


def _turned_deg(sine: float) -> float:
    return math.degrees(math.asin(_within(sine, -0.95, 0.95)))


def _iris_place(eye: Eye, image_left: bool) -> tuple[float, float]:
    """The iris centre from the middle of the corners, in eye widths along (to the right) and up."""
    (outer_x, outer_y), (inner_x, inner_y) = eye.contour[0].tolist(), eye.contour[8].tolist()
    iris_x, iris_y = eye.iris[0].tolist()
    width, way = _width_px(eye), 1 if image_left else -1
    along_x, along_y = way * (inner_x - outer_x) / width, way * (inner_y - outer_y) / width
    x, y = (iris_x - (outer_x + inner_x) / 2) / width, (iris_y - (outer_y + inner_y) / 2) / width
    return x * along_x + y * along_y, x * along_y - y * along_x


def _width_px(eye: Eye) -> float:
    return max(math.dist(eye.contour[8].tolist(), eye.contour[0].tolist()), 1e-6)


def _wider_px(found: Landmarks) -> float:
    """Width of the wider eye: on a turned head the other is foreshortened."""
    return max(_width_px(eye) for eye in found.eyes or ())


def _within(value: float, low: float, high: float) -> float:
    """NumPy's clip takes twenty times as long for one number."""
    return max(low, min(value, high))
