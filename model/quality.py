"""Does a face count at this instant, and if not, why not.

Light and sharpness are measured on the crop the expression network sees, at 48 px: blur that
vanishes there does no harm, and a face that had to be enlarged shows as blurred.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model.crops import Crops
from model.faces import Faces, Ints
from model.observations import UNREADABLE, QualityFlag
from model.signals import LEAST_PRESENCE
from model.signals.head_pose import nose_aside

MEASURED_SIZE_PX = 48

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class QualityLimits:
    """Limits between usable and not.

    Each lies where the shipped network loses 5 to 10 points of accuracy on PublicTest, which was made small,
    blurred, dark or bright for the purpose (62 % as it is, on 1,000 images).
    """

    min_side_px: float = 24.0
    """Longer side of the box: 58 % at 24 px, 53 % at 20, 46 % at 16."""
    min_sharpness: float = 0.025
    """See `sharpness`. A Gaussian blur of 1.5 px at 48 px, 51 %; of 1 px, still 59 %."""
    min_highlight: float = 50.0
    """Grey value 0..255 that a tenth of the crop should exceed: 55 % at 61, 48 % at 41. Not the mean:
    a dark skin in good light has its highlights, a face in the dark has none."""
    max_saturated: float = 0.5
    """Share of the crop at the sensor's white, 0..1: 60 % at 0.35, 51 % at 0.55."""
    min_confidence: float = 0.7
    """The detector's, 0..1; faces in plain view have 0.8 and more, patterns that look like one 0.5-0.7."""
    max_yaw_deg: float = 35.0
    """Either way: 68 % up to 30, 60 % from 30 to 35, 50 % beyond (76 images; pose by the mesh)."""
    max_pitch_deg: float = 40.0
    """Up or down: no loss was found up to here; beyond, 4 of 8 were right."""
    max_roll_deg: float = 45.0
    """What an aligned crop makes up for; unaligned, 30 degrees cost 10 points and 45 cost 20."""
    max_nose_aside: float = 0.45
    """How far the nose lies from the middle of the eyes, in their distance, where no mesh fits to say how far
    a head is turned: 35 degrees, by the mesh's own depth."""
    min_presence: float = LEAST_PRESENCE
    """Of the mesh, 0..1. Below it a face is covered or turned, where it shows that, and otherwise unclear."""
    max_eyes_hidden: float = 0.2
    """Share 0..1; an eye turned away does not count, so one of two covered is 0.5."""
    max_covered: float = 0.25
    """Share of the box behind a larger face's, 0..1; neighbours in a row share up to 0.1."""
    readable_yaw_deg: float = 50.0
    readable_pitch_deg: float = 50.0
    readable_covered: float = 0.5
    """A face that is flagged is read all the same up to here; see `readable`."""


def judge_crops(faces: Faces, crops: Crops, frame_px: tuple[int, ...], limits: QualityLimits) -> Faces:
    """`faces` with `flags` set from their places in a frame of `frame_px` (width, height) and from their grey
    `crops` (n, s, s)."""
    crops = _at_measured_size(crops)
    # Of a profile the far half is not covered, and no mesh need fit it.
    turned, covered = _turned_away(faces, limits), _occluded(faces, limits)
    spots: list[tuple[QualityFlag, Mask]] = [
        (QualityFlag.SMALL, _longer_side_px(faces) < limits.min_side_px),
        (QualityFlag.BLURRED, sharpness(crops) < limits.min_sharpness),
        (QualityFlag.DARK, highlight(crops) < limits.min_highlight),
        (QualityFlag.OVEREXPOSED, saturated_share(crops) > limits.max_saturated),
        (QualityFlag.LOW_CONFIDENCE, _unsure(faces, limits) & ~turned & ~covered),
        (QualityFlag.CUT_OFF, _cut_off(faces, frame_px)),
        (QualityFlag.TURNED_AWAY, turned),
        (QualityFlag.OCCLUDED, covered & ~turned),
    ]
    flags: Ints = np.zeros(len(faces), np.int64)
    for flag, spotted in spots:
        flags |= np.where(spotted, int(flag), 0)
    return faces.having(flags=flags)


def readable(faces: Faces, frame_px: tuple[int, ...], limits: QualityLimits) -> Mask:
    """(n,) bool: which flagged or unflagged faces show enough to be scored.

    One that is small, blurred, dark, too bright, unclear or a picture never does; one that is turned, cut or
    covered does while a mesh fits it, its mouth is seen (over a covered one networks clearly say "neutral"),
    no larger face hides half of it and all but one of its points lie in a frame of `frame_px`
    (width, height).
    """
    assert faces.flags is not None
    seen = np.asarray((faces.flags & UNREADABLE) == 0)
    turned = ((faces.yaw_deg, limits.readable_yaw_deg), (faces.pitch_deg, limits.readable_pitch_deg))
    for angle, limit in turned:
        if angle is not None:
            seen &= ~(np.abs(angle) > limit)
    if faces.roll_deg is not None:
        seen &= ~(np.abs(faces.roll_deg) > limits.max_roll_deg)
    if faces.mesh_presence is not None:
        seen &= ~(faces.mesh_presence < limits.min_presence)
    if faces.mouth_hidden is not None:
        seen &= ~(faces.mouth_hidden > 0.5)
    if faces.points is not None:
        outside = (faces.points < 0) | (faces.points > np.array(frame_px, np.float32))
        seen &= outside.any(axis=2).sum(axis=1) <= 1
    else:
        seen &= ~_cut_off(faces, frame_px)
    return np.asarray(seen & (_covered_share(faces.boxes) <= limits.readable_covered))


def sharpness(crops: Crops) -> NDArray[np.float64]:
    """(n,) variance of the Laplacian over the variance of the grey values, so contrast cancels out.

    Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", ICPR 2000, divided by the
    variance. FER2013 at 48 px: median 0.72; with a Gaussian blur of 1, 2 and 3 px 0.067, 0.012, 0.005.
    """
    return np.array([_variance(cv2.Laplacian(crop, cv2.CV_32F)) / (_variance(crop) + 1) for crop in crops])


def highlight(crops: Crops) -> NDArray[np.float64]:
    """(n,) grey value that a tenth of a crop (n, 48, 48) exceeds, 0..255."""
    pixels = crops.reshape(len(crops), MEASURED_SIZE_PX**2)
    tenth = MEASURED_SIZE_PX**2 * 9 // 10
    return np.asarray(np.partition(pixels, tenth, axis=1)[:, tenth], np.float64)


def saturated_share(crops: Crops) -> NDArray[np.float64]:
    """(n,) share of pixels above 250, 0..1."""
    return np.asarray((crops > 250).mean(axis=(1, 2)), np.float64)


def _variance(values: cv2.typing.MatLike) -> float:
    """OpenCV's takes a tenth of NumPy's time on a crop."""
    return float(cv2.meanStdDev(values)[1].item()) ** 2


def _at_measured_size(crops: Crops) -> Crops:
    if crops.shape[1:] == (MEASURED_SIZE_PX, MEASURED_SIZE_PX):
        return crops
    size = (MEASURED_SIZE_PX, MEASURED_SIZE_PX)
    resized = [cv2.resize(crop, size, interpolation=cv2.INTER_AREA) for crop in crops]
    return np.array(resized, np.uint8).reshape(-1, *size)


def _longer_side_px(faces: Faces) -> NDArray[np.float32]:
    return np.asarray((faces.boxes[:, 2:] - faces.boxes[:, :2]).max(axis=1, initial=0))


def _cut_off(faces: Faces, frame_px: tuple[int, ...]) -> Mask:
    """A feature lies outside the frame; without points, the box touches the frame's edge."""
    edge = np.array(frame_px, np.float32)
    if faces.points is not None:
        return np.asarray(((faces.points < 0) | (faces.points > edge)).any(axis=(1, 2)))
    corners = faces.boxes.reshape(-1, 2, 2)
    return np.asarray(((corners <= 0) | (corners >= edge)).any(axis=(1, 2)))


def _turned_away(faces: Faces, limits: QualityLimits) -> Mask:
    """A profile, a head thrown back, lying or upside down."""
    turned = np.zeros(len(faces), np.bool_)
    spots = (
        (faces.yaw_deg, limits.max_yaw_deg),
        (faces.pitch_deg, limits.max_pitch_deg),
        (faces.roll_deg, limits.max_roll_deg),
    )
    for angle, limit in spots:
        if angle is not None:
            turned |= np.abs(angle) > limit
    if faces.mesh_presence is not None:
        turned |= _meshless(faces, limits) & (nose_aside(faces) > limits.max_nose_aside)
    return turned


def _occluded(faces: Faces, limits: QualityLimits) -> Mask:
    """An eye or the mouth is covered, or a larger face stands before it. NaN, unknown, is no reason."""
    occluded = _covered_share(faces.boxes) > limits.max_covered
    if faces.eyes_hidden is not None:
        occluded |= faces.eyes_hidden > limits.max_eyes_hidden
    if faces.mouth_hidden is not None:
        occluded |= faces.mouth_hidden > 0.5
    return occluded


def _unsure(faces: Faces, limits: QualityLimits) -> Mask:
    """The detector hardly believes in it, or no mesh fits."""
    unsure = np.asarray(faces.confidence < limits.min_confidence)
    return unsure if faces.mesh_presence is None else unsure | _meshless(faces, limits)


def _meshless(faces: Faces, limits: QualityLimits) -> Mask:
    assert faces.mesh_presence is not None
    return np.asarray(faces.mesh_presence < limits.min_presence)


def _covered_share(boxes: NDArray[np.float32]) -> NDArray[np.float64]:
    """(n,) largest share of each box that one larger box covers, 0..1: the nearer face is the larger."""
    if len(boxes) < 2:
        return np.zeros(len(boxes))
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    shares = np.prod(np.maximum(high - low, 0), axis=2) / areas[:, None]
    return np.asarray(np.where(areas[None] > areas[:, None], shares, 0).max(axis=1), np.float64)
