"""Boxes, names and leading expressions drawn onto a frame."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model.drawing.marks import Mark, draw_marks
from model.drawing.plates import Plate, Rectangle, place_plate
from model.emotions import NOT_SURE
from model.images import Image, checked_image
from model.observations import Observation, QualityFlag

Colour = tuple[int, int, int]

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (20, 20, 20)
DIMMED: Colour = (128, 124, 120)
PRESENT: Colour = (225, 220, 215)
"""A face that is followed but not scored: neither an expression's colour nor dimmed."""

LONGEST_NAME = 18
ROUNDING = 0.12
"""Radius of a box's corners over its shorter side."""

REASONS: Mapping[QualityFlag, str] = {
    QualityFlag.SMALL: "too small",
    QualityFlag.CUT_OFF: "cut off",
    QualityFlag.DARK: "too dark",
    QualityFlag.OVEREXPOSED: "too bright",
    QualityFlag.OCCLUDED: "covered",
    QualityFlag.TURNED_AWAY: "turned away",
    QualityFlag.BLURRED: "blurred",
    QualityFlag.LOW_CONFIDENCE: "unclear",
    QualityFlag.STILL: "still: a picture?",
}
"""What a person can act on first: the first of a face's reasons in this order is shown."""


@dataclass(frozen=True, slots=True)
class FaceLabel:
    """What is drawn of one face: `box` in px, `colour` BGR, `texts` from the fullest to the shortest. `bold`:
    the face counts."""

    track_id: int
    box: Rectangle
    colour: Colour
    bold: bool
    texts: tuple[str, ...]
    marks: tuple[Mark, ...]


def face_labels(
    observations: Sequence[Observation],
    names: Mapping[int, str],
    colours: Mapping[str, Colour],
    marks: Mapping[int, Sequence[Mark]],
    spell: Callable[[str], str] = str,
) -> list[FaceLabel]:
    """What to draw, as `draw_faces` takes it. `spell` writes a name in the signs that the drawer has."""
    found = []
    for one in observations:
        said = tuple(marks.get(one.track_id, ()))
        name = spell(names.get(one.track_id, "")) or f"P{one.track_id}"
        texts = tuple(dict.fromkeys(_texts(name, _finding(one), said)))
        found.append(FaceLabel(one.track_id, _pixels(one), _colour(one, colours), one.usable, texts, said))
    return found


def draw_faces(
    image: Image,
    observations: Sequence[Observation],
    names: Mapping[int, str],
    colours: Mapping[str, Colour],
    marks: Mapping[int, Sequence[Mark]] | None = None,
) -> Image:
    """Draw in place on a (H, W, 3) uint8 BGR image and return it; a read-only one is copied first.

    `names` gives a track's name, else it is called P and its number. `colours` are BGR, by expression or
    "not_sure". A face that does not count is dimmed and says why. `marks` by track: waves beside the mouth of
    who speaks, brackets about the most attentive. Raises InvalidImageError.
    """
    image = checked_image(image)
    if not image.flags.writeable:
        image = image.copy()
    labels = face_labels(observations, names, colours, marks or {}, _drawable)
    boxes = [label.box for label in labels]
    taken: list[Rectangle] = []
    for i, label in enumerate(labels):
        draw_marks(image, label.box, label.marks)
        _draw_box(image, label.box, label.colour, bold=label.bold)
        others = [*boxes[:i], *boxes[i + 1 :]]
        plate = place_plate(image, label.box, label.texts, taken, others)
        taken.append(plate.rectangle)
        _draw_plate(image, plate, label.colour)
    return image


def _texts(name: str, finding: str, marks: Sequence[Mark]) -> list[str]:
    """From the fullest to the shortest."""
    with_marks = "  ".join([name, *marks])
    return ["  ".join(part for part in (with_marks, finding) if part), with_marks, name]


def _colour(observation: Observation, colours: Mapping[str, Colour]) -> Colour:
    if observation.flags and not observation.usable:
        return DIMMED
    if observation.scores is None:
        return PRESENT
    return colours[observation.leading or NOT_SURE]


def _finding(observation: Observation) -> str:
    if observation.flags and (observation.leading is None or not observation.usable):
        return next((word for flag, word in REASONS.items() if flag in observation.flags), "unclear")
    if observation.scores is None:
        return ""
    if observation.leading is None:
        return "not sure"
    return f"{observation.leading} {max(observation.scores):.0%}"


def _drawable(name: str) -> str:
    """`name` in ASCII, for OpenCV's fonts have nothing else: accents go, other signs become '.'"""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    plain = "".join(c if " " <= c <= "~" else "." for c in plain).strip()
    return plain if len(plain) <= LONGEST_NAME else plain[: LONGEST_NAME - 2].rstrip() + ".."


def _pixels(observation: Observation) -> Rectangle:
    x0, y0, x1, y1 = (round(edge) for edge in observation.box)
    return x0, y0, x1, y1


def _draw_box(image: Image, box: Rectangle, colour: Colour, bold: bool) -> None:
    """A rounded outline on a darker rim, so that it shows on a light ground as on a dark one."""
    width = max(1, round(image.shape[0] / 360)) if bold else 1
    x0, y0, x1, y1 = box
    outline = _rounded(box, ROUNDING * min(x1 - x0, y1 - y0))
    if bold:
        rim: Colour = (colour[0] // 3, colour[1] // 3, colour[2] // 3)
        cv2.polylines(image, [outline], True, rim, width + 2, cv2.LINE_AA)
    cv2.polylines(image, [outline], True, colour, width, cv2.LINE_AA)


def _draw_plate(image: Image, plate: Plate, colour: Colour) -> None:
    ground = _rounded(plate.rectangle, plate.padding_px)
    cv2.fillConvexPoly(image, ground, colour, cv2.LINE_AA)
    text_colour = BLACK if _lightness(colour) > 0.5 else WHITE
    cv2.putText(
        image, plate.text, plate.foot, plate.font, plate.scale, text_colour, plate.stroke_px, cv2.LINE_AA
    )


def _lightness(colour: Colour) -> float:
    """Perceived, 0..1 (Rec. 601 weights)."""
    blue, green, red = colour
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


def _rounded(rectangle: Rectangle, radius_px: float) -> NDArray[np.int32]:
    """The outline of a rectangle with rounded corners, clockwise, (n, 2) px."""
    x0, y0, x1, y1 = rectangle
    radius = min(radius_px, (x1 - x0) / 2, (y1 - y0) / 2)
    quarter = np.radians(np.linspace(0, 90, 7))
    arc = np.stack([np.cos(quarter), np.sin(quarter)], axis=1) * radius
    corners = [
        (np.array([x1 - radius, y1 - radius]), arc),
        (np.array([x0 + radius, y1 - radius]), arc[::-1] * (-1, 1)),
        (np.array([x0 + radius, y0 + radius]), -arc),
        (np.array([x1 - radius, y0 + radius]), arc[::-1] * (1, -1)),
    ]
    return np.round(np.concatenate([centre + part for centre, part in corners])).astype(np.int32)
