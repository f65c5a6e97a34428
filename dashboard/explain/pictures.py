"""The pictures of an explanation: numbered boxes on the photo, activation maps over the faces. RGB, uint8."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from dashboard.explain.explainer import ExplainedFace, Explanation, evidence
from dashboard.palette import KEYS, bgr
from model.drawing.overlay import draw_faces
from model.images import Image

Picture = NDArray[np.uint8]

FOR = (255, 138, 0)
AGAINST = (30, 110, 255)
"""Orange and blue, which people with any kind of colour blindness tell apart."""
STRONGEST = 0.62
"""Opacity of the strongest evidence: the face stays visible below."""
STRIP_PX = (240, 12)


def numbered_photo(image: Image, explanation: Explanation) -> Picture:
    """The BGR `image` with each face's box, number and finding, as live video shows them."""
    seen = [face.seen for face in explanation.faces]
    names = {face.number: str(face.number) for face in explanation.faces}
    drawn = draw_faces(image.copy(), seen, names, {key: bgr(key) for key in KEYS})
    return np.ascontiguousarray(drawn[:, :, ::-1])


def face_picture(face: ExplainedFace, class_index: int | None) -> Picture:
    """The square the network was given, with the evidence for one class over it; None: without."""
    grey = np.repeat(face.picture[:, :, None], 3, axis=2)
    if class_index is None or face.maps is None:
        return grey
    return _tinted(grey, _enlarged(evidence(face.maps)[:, :, class_index], face.picture.shape[0]))


def colour_strip() -> Picture:
    """The colours from strongest against to strongest for, over mid grey."""
    width, height = STRIP_PX
    values = np.tile(np.linspace(-1, 1, width), (height, 1))
    return _tinted(np.full((height, width, 3), 128, np.uint8), values)


def _enlarged(values: NDArray[np.float64], side_px: int) -> NDArray[np.float64]:
    """(h, w) -> (side_px, side_px), smooth, cell centres kept in place."""
    small = Pillow.fromarray(values.astype(np.float32))
    return np.asarray(small.resize((side_px, side_px), Pillow.Resampling.BICUBIC), np.float64).clip(-1, 1)


def _tinted(ground: Picture, values: NDArray[np.float64]) -> Picture:
    """`ground` (h, w, 3) under `values` (h, w), -1..1: the stronger, the more opaque."""
    opacity = (STRONGEST * np.abs(values))[:, :, None]
    tint = np.where(values[:, :, None] > 0, np.array(FOR, np.float64), np.array(AGAINST, np.float64))
    return np.asarray(np.rint(ground * (1 - opacity) + tint * opacity), np.uint8)
