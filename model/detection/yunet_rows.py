"""From YuNet's maps to faces, as OpenCV's FaceDetectorYN does it (modules/objdetect/src/face_detect.cpp)."""

import cv2
import numpy as np

from model.faces import Floats

STRIDES = (8, 16, 32)
"""Side in px of a cell of each map."""

OUTPUTS = {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}
"""The network's heads and their channels, in the order of a map's last axis."""

OVERLAP_LIMIT = 0.3
"""Intersection over union above which the weaker of two boxes is dropped; the network's usual value."""

CANDIDATES = 500


def candidates(maps: list[Floats], min_confidence: float) -> Floats:
    """(n, 15) rows x, y, width, height, five points, score in px, of cells that reach `min_confidence`.

    maps: for each of STRIDES (rows, columns, 16), class and object score before the sigmoid.
    """
    return np.concatenate(
        [_of_level(one, stride, min_confidence) for one, stride in zip(maps, STRIDES, strict=True)]
    )


def strongest(rows: Floats, min_confidence: float) -> Floats:
    """The rows without those that a stronger one overlaps, strongest first."""
    if len(rows) < 2:
        return rows
    boxes = np.trunc(rows[:, :4])  # OpenCV compares whole pixels
    kept = cv2.dnn.NMSBoxes(
        boxes.tolist(), rows[:, 14].tolist(), min_confidence, OVERLAP_LIMIT, top_k=CANDIDATES
    )
    return rows[np.asarray(kept, np.intp).reshape(-1)]


def _of_level(level: Floats, stride: int, min_confidence: float) -> Floats:
    cells = level.reshape(-1, level.shape[2])
    # The root of a product of two shares reaches no more than the root of either.
    least = np.clip(min_confidence**2, 1e-6, 1 - 1e-6)
    both = np.minimum(cells[:, 0], cells[:, 1])
    likely = np.flatnonzero(both >= np.log(least / (1 - least)) - 0.01)
    values = cells[likely]
    score = np.sqrt(np.prod(1 / (1 + np.exp(-values[:, :2])), axis=1))
    confident = score >= min_confidence
    values, likely = values[confident], likely[confident]
    places = np.stack([likely % level.shape[1], likely // level.shape[1]], axis=1).astype(np.float32)
    sizes = np.exp(values[:, 4:6]) * stride
    corners = (places + values[:, 2:4]) * stride - sizes / 2
    points = (values[:, 6:].reshape(-1, 5, 2) + places[:, None]) * stride
    rows = [corners, sizes, points.reshape(-1, 10), score[confident, None]]
    return np.concatenate(rows, axis=1, dtype=np.float32)
