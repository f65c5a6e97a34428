"""How large a frame the detectors look at, and boxes back in the frame's own pixels."""

import cv2
import numpy as np

from model.faces import Faces, Floats
from model.images import Image, resized

LARGEST_AREA_PX = 960 * 540
"""A 4K frame costs what a 720p one does. At this size all faces of a 7 x 7 grid are still 35 px."""

SMALLEST_AREA_PX = 480 * 270
"""Frames up to this size are seen as they are: their faces are small already."""

USUAL_SCALE = 0.75
"""Between the two: the smallest face worth scoring, 24 px, is seen with 18, and YuNet finds 12."""


def detection_scale(height_px: int, width_px: int) -> float:
    """Factor, 0 < factor <= 1, from the frame's px to the px a detector works in."""
    area = height_px * width_px
    floor = np.sqrt(SMALLEST_AREA_PX / area)
    ceiling = np.sqrt(LARGEST_AREA_PX / area)
    return float(min(1.0, ceiling, max(USUAL_SCALE, floor)))


def reduced(image: Image) -> tuple[Image, tuple[float, float]]:
    """`image` at the detectors' size, and the exact factors (x, y) it was reduced by, each <= 1."""
    height, width = image.shape[:2]
    scale = detection_scale(height, width)
    if scale == 1.0:
        return image, (1.0, 1.0)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    # Linear sampling is exact down to 1/2. Averaging all of a 4K frame would take 12 ms, half a detection.
    return resized(image, size, cv2.INTER_LINEAR), (size[0] / width, size[1] / height)


def faces_in_frame(
    boxes: Floats, confidence: Floats, points: Floats | None, scale: tuple[float, float], frame: Image
) -> Faces:
    """Faces from a detector's boxes (n, 4) xyxy and points (n, 5, 2) in reduced px.

    Back in the frame's px, clipped to it, most confident first; boxes of which less than a pixel is
    inside the frame are dropped. Points may lie outside: that is how a cut-off face shows.
    """
    height, width = frame.shape[:2]
    factors = np.array(scale, np.float32)
    boxes = boxes.reshape(-1, 2, 2) / factors
    boxes = np.clip(boxes, 0, np.array([width, height], np.float32)).reshape(-1, 4).astype(np.float32)
    inside = np.all(boxes[:, 2:] - boxes[:, :2] >= 1, axis=1) & np.isfinite(confidence)
    order = np.argsort(-confidence, kind="stable")
    order = order[inside[order]]
    confidence = np.clip(confidence, 0, 1).astype(np.float32)
    return Faces(
        boxes[order],
        confidence[order],
        None if points is None else (points / factors).astype(np.float32)[order],
    )
