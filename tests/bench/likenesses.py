"""What else shows a face where nobody is: a photograph as part of a slide, as a cartoon, as a statue."""

from collections.abc import Callable

import cv2
import numpy as np

from model.detection.yunet import YuNetDetector
from model.images import Image, resized

LONGEST_PX = 900
"""Photographs are made smaller first: strokes and grain are then of one size."""
COLOURS_APART, STROKE_PX, STONE = 40, 9, (178, 190, 196)
SLIDE, PORTRAIT_AT, PORTRAIT_PX, FACES_WIDE = (720, 1280), (130, 720), 460, 2.4
TEXT = ("What we know", "- of the first year", "- of the second", "- and of all others")


def cartoon(photo: Image) -> Image:
    """Flat colours and black outlines."""
    image = _of_one_size(photo)
    for _ in range(5):
        image = np.asarray(cv2.bilateralFilter(image, 9, 35, 7), np.uint8)
    flat = image // COLOURS_APART * COLOURS_APART + COLOURS_APART // 2
    light = cv2.medianBlur(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), 5)
    drawn = cv2.adaptiveThreshold(light, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, STROKE_PX, 3)
    return np.asarray(np.minimum(flat, drawn[..., None]), np.uint8)


def statue(photo: Image) -> Image:
    """Of one stone: no colour, no pupils, lit from one side, with a grain that stays where it is."""
    light = cv2.cvtColor(_of_one_size(photo), cv2.COLOR_BGR2GRAY)
    grey = cv2.morphologyEx(light, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7)))
    carved = cv2.bilateralFilter(grey, 9, 30, 5).astype(np.float32)
    relief = cv2.GaussianBlur(carved - np.roll(carved, (3, 3), (0, 1)), (0, 0), 1.5)
    grain = np.asarray(np.random.default_rng(3).normal(0, 14, carved.shape), np.float32)
    lit = 0.35 + (0.65 * carved + 2 * relief + cv2.GaussianBlur(grain, (0, 0), 1.2)) / 255
    return np.asarray(np.clip(lit[..., None] * np.array(STONE), 0, 255), np.uint8)


def slide(photo: Image) -> Image:
    """The portrait of the photograph's largest face on a white slide, lines of text on its left."""
    page = np.full((*SLIDE, 3), 250, np.uint8)
    page[PORTRAIT_AT[0] : PORTRAIT_AT[0] + PORTRAIT_PX, PORTRAIT_AT[1] : PORTRAIT_AT[1] + PORTRAIT_PX] = (
        _portrait(photo)
    )
    for row, words in enumerate(TEXT):
        at = 60, 160 + 110 * row
        cv2.putText(page, words, at, cv2.FONT_HERSHEY_SIMPLEX, 1.4, (60, 40, 30), 3, cv2.LINE_AA)
    return page


def photograph(photo: Image) -> Image:
    """As it is."""
    return photo


LIKENESSES: dict[str, Callable[[Image], Image]] = {
    one.__name__: one for one in (photograph, slide, cartoon, statue)
}


def _of_one_size(photo: Image) -> Image:
    scale = min(1.0, LONGEST_PX / max(photo.shape[:2]))
    return resized(photo, (round(photo.shape[1] * scale), round(photo.shape[0] * scale)), cv2.INTER_AREA)


def _portrait(photo: Image) -> Image:
    boxes = YuNetDetector().detect(photo).boxes
    left, top, right, bottom = max(boxes, key=lambda box: box[2] - box[0]).tolist()
    half = round(FACES_WIDE * max(right - left, bottom - top) / 2)
    x, y = round((left + right) / 2) + half, round((top + bottom) / 2) + half
    framed = np.asarray(cv2.copyMakeBorder(photo, half, half, half, half, cv2.BORDER_REPLICATE), np.uint8)
    portrait = framed[y - half : y + half, x - half : x + half]
    return resized(portrait, (PORTRAIT_PX, PORTRAIT_PX), cv2.INTER_AREA)
