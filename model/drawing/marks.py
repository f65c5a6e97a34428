"""What else is said of a face on the video: drawn by shape, so that it shows without colours too."""

from collections.abc import Sequence
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from model.drawing.plates import Rectangle
from model.images import Image

INK = (255, 255, 255)
RIM = (20, 20, 20)


class Mark(StrEnum):
    """The value stands on the face's label."""

    SPEAKING = "speaking"
    ATTENTIVE = "most attentive"
    LEFT_OUT = "left out"


def draw_marks(image: Image, box: Rectangle, marks: Sequence[Mark]) -> None:
    """Draw in place: waves beside the mouth of who speaks, corner brackets about the most attentive."""
    side = min(box[2] - box[0], box[3] - box[1])
    width = max(2, round(side / 40))
    lines: list[NDArray[np.int32]] = []
    if Mark.SPEAKING in marks:
        lines += _waves(box, side, image.shape[1])
    if Mark.ATTENTIVE in marks:
        lines += _brackets(box, side, width)
    for ink, thickness in ((RIM, width + 2), (INK, width)):
        cv2.polylines(image, lines, False, ink, thickness, cv2.LINE_AA)


def _waves(box: Rectangle, side: int, image_width: int) -> list[NDArray[np.int32]]:
    """Three arcs that leave the mouth sideways, to the right where there is room."""
    x0, y0, x1, y1 = box
    right = x1 + side * 0.45 < image_width or x0 < side * 0.45
    start, way = (x1, 1) if right else (x0, -1)
    centre = np.array([start - way * side * 0.06, y0 + 0.75 * (y1 - y0)])
    angle = np.radians(np.linspace(-42, 42, 9))
    arc = np.stack([way * np.cos(angle), np.sin(angle)], axis=1)
    return [np.round(centre + arc * side * reach).astype(np.int32) for reach in (0.16, 0.28, 0.4)]


def _brackets(box: Rectangle, side: int, width: int) -> list[NDArray[np.int32]]:
    """The four corners of a frame a little larger than the box."""
    gap, arm = 3 + 2 * width, round(side * 0.22)
    x0, y0, x1, y1 = box[0] - gap, box[1] - gap, box[2] + gap, box[3] + gap
    corners = ((x0, y0, 1, 1), (x1, y0, -1, 1), (x1, y1, -1, -1), (x0, y1, 1, -1))
    return [np.array([(x, y + v * arm), (x, y), (x + h * arm, y)], np.int32) for x, y, h, v in corners]
