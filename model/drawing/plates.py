"""Where the label of a face goes: readable, inside the picture, and off the other labels and faces."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import cv2

from model.images import Image

Rectangle = tuple[int, int, int, int]
"""x0, y0, x1, y1 in px."""

FONT = cv2.FONT_HERSHEY_SIMPLEX
CAPITAL_PX = 22
"""Height of a capital of FONT at scale 1."""

SMALLEST_TEXT_PX = 8.0
"""Capitals smaller than this cannot be read on video."""
TEXT_PER_FRAME, TEXT_PER_FACE = 1 / 40, 1 / 7
"""Height of capitals over the frame's, and over the face's: the smaller one counts."""


@dataclass(frozen=True, slots=True)
class Plate:
    """A label ready to draw: its ground, its text and the text's bottom left corner, in px."""

    rectangle: Rectangle
    text: str
    foot: tuple[int, int]
    scale: float
    stroke_px: int
    padding_px: int
    font: int = FONT


def place_plate(
    image: Image,
    box: Rectangle,
    texts: Sequence[str],
    taken: Sequence[Rectangle],
    faces: Sequence[Rectangle],
) -> Plate:
    """The label for the face in `box`, with the least of it on other labels (`taken`) and `faces`.

    `texts` from the fullest to the shortest; the first that fits. Above the box if that is free, else below,
    else inside its top.
    """
    best: tuple[int, Plate] | None = None
    for text, place in product(texts, ("above", "below", "inside")):
        plate = _plate(image, box, text, place)
        cost = _cost(plate, taken, faces)
        if best is None or cost < best[0]:
            best = cost, plate
        if cost == 0:
            break
    assert best is not None, "place_plate needs a text"
    return best[1]


def _plate(image: Image, box: Rectangle, text: str, place: str) -> Plate:
    height, width = image.shape[:2]
    capital_px = max(SMALLEST_TEXT_PX, min(height * TEXT_PER_FRAME, (box[3] - box[1]) * TEXT_PER_FACE))
    scale, stroke, padding = capital_px / CAPITAL_PX, 1 + (capital_px >= 15), max(3, round(capital_px / 2.5))
    (text_width, text_height), below_line = cv2.getTextSize(text, FONT, scale, stroke)
    full_width, full_height = text_width + 2 * padding, text_height + below_line // 2 + 2 * padding
    tops = {"above": box[1] - full_height - 2, "below": box[3] + 2, "inside": box[1] + 2}
    left = max(0, min(box[0], width - full_width))
    top = max(0, min(tops[place], height - full_height))
    rectangle = (left, top, min(left + full_width, width) - 1, min(top + full_height, height) - 1)
    return Plate(rectangle, text, (left + padding, top + padding + text_height), scale, stroke, padding)


def _cost(plate: Plate, taken: Sequence[Rectangle], faces: Sequence[Rectangle]) -> int:
    """In eighths of the plate, so that a pixel more or less does not make labels jump about."""
    x0, y0, x1, y1 = plate.rectangle
    eighth = max(1, (x1 - x0) * (y1 - y0) // 8)
    return (4 * _covered(plate, taken) + _covered(plate, faces)) // eighth


def _covered(plate: Plate, rectangles: Sequence[Rectangle]) -> int:
    """Px of the plate that lie on `rectangles`."""
    x0, y0, x1, y1 = plate.rectangle
    shared = ((min(x1, r[2]) - max(x0, r[0]), min(y1, r[3]) - max(y0, r[1])) for r in rectangles)
    return sum(across * down for across, down in shared if across > 0 and down > 0)
