"""Boxes, names and leading expressions drawn onto a frame."""

from collections.abc import Mapping, Sequence

import cv2

from model.emotions import NOT_SURE
from model.images import Image
from model.observations import Observation

Colour = tuple[int, int, int]

FONT = cv2.FONT_HERSHEY_SIMPLEX
WHITE: Colour = (255, 255, 255)
DIMMED: Colour = (150, 150, 150)
REFERENCE_HEIGHT_PX = 480
PADDING_PX = 4


def draw_faces(
    image: Image,
    observations: Sequence[Observation],
    names: Mapping[int, str],
    colours: Mapping[str, Colour],
) -> Image:
    """Draw in place on a writable, contiguous BGR image, and return it.

    `names` gives a track's name, else it is called P and its number. `colours` are BGR, by expression or
    "not_sure". A face that does not count is dimmed and says why.
    """
    scale = max(0.4, min(1.1, 0.5 * image.shape[0] / REFERENCE_HEIGHT_PX))
    for observation in observations:
        counts = not observation.flags
        key = str(observation.leading or NOT_SURE)
        colour = colours[key] if counts and observation.scores is not None else DIMMED
        _box(image, observation, colour, scale)
        name = names.get(observation.track_id, f"P{observation.track_id}")
        _plate(image, observation, f"{name}  {_finding(observation)}".rstrip(), colour, scale)
    return image


def _finding(observation: Observation) -> str:
    if observation.flags:
        return observation.flags.names()[0].replace("_", " ")
    if observation.scores is None:
        return ""
    if observation.leading is None:
        return "not sure"
    return f"{observation.leading} {max(observation.scores):.0%}"


def _box(image: Image, observation: Observation, colour: Colour, scale: float) -> None:
    x0, y0, x1, y1 = (round(edge) for edge in observation.box)
    cv2.rectangle(image, (x0, y0), (x1, y1), colour, max(1, round(3 * scale)), cv2.LINE_AA)


def _plate(image: Image, observation: Observation, text: str, colour: Colour, scale: float) -> None:
    """A label on its own ground above the box, or inside it, and never outside the image."""
    (width, height), base = cv2.getTextSize(text, FONT, scale, 1)
    full_width, full_height = width + 2 * PADDING_PX, height + base + 2 * PADDING_PX
    x0, y0 = round(observation.box[0]), round(observation.box[1])
    left = max(0, min(x0, image.shape[1] - full_width))
    top = y0 - full_height if y0 >= full_height else max(0, min(y0, image.shape[0] - full_height))
    cv2.rectangle(image, (left, top), (left + full_width, top + full_height), colour, cv2.FILLED)
    foot = (left + PADDING_PX, top + PADDING_PX + height)
    cv2.putText(image, text, foot, FONT, scale, WHITE, 1, cv2.LINE_AA)
