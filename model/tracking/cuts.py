"""Hard cuts, and scenes seen before: what the whole picture and the picture about a face say, however dark.

A cut is found as PySceneDetect does, by a score of how much a reduced frame changed; by correlation, so that
light and contrast cancel out and a dark or grey film counts like any. A scene is known again by the fine
structure of what stands still about a face, the face left out; a bare wall has none, and so is never known.
"""

import math
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from model.faces import Floats
from model.images import Image

SCENE_SHAPE = (27, 48)
"""Rows and columns of a reduced frame."""

CUT_BELOW, MOVED_BELOW = 0.5, 0.62
"""Correlation of a frame with the last one, in place and moved to where it fits best. Between frames up to
1 s apart in the clips of ../shared/media 0.51 and 0.64 at least; of its different pictures 0.48 and 0.63 at
most."""

BRIEF_MS, ALIKE_BELOW, ALIKE_MOVED_BELOW, FINE_BELOW = 550, 0.6, 0.7, 0.25
"""The same within half a second, and of what is left without soft light and shade: in the most restless clip
the second is 0.72 at least wherever the third is below 0.3. With it 215 of 224 pairs of dark grey pictures
are told apart, without 207."""

BLANK, CLEAR = 3.0, 12.0
"""Deviation of grey values: below the first a picture is as good as blank, above the second it is not."""

PATCH_CELLS, PATCH_GROWTH = 24, 2.2
"""A face's surroundings: a square grid over so many widths and heights of its box, the box left out."""

REPLACED_BELOW = ((150, 0.58), (250, 0.45), (550, 0.36))
"""Correlation of a face's surroundings with those it had so many ms ago: the same person's are above 0.61,
0.46 and 0.38, even of a head that is thrown about; two people's are above 0.4 in one pair of twenty, or in
one of four where their background is the same."""

UNLIKE_BELOW = 0.75
"""The same where clothing and background changed their colours, too: two people's are 0.66 at most there. A
light that is switched on leaves it higher."""

JUMPED = 0.2
"""So much more alike must be what is about a face that jumped: a push at the camera takes it along."""

FINE_CELLS = 3.0
WINDOW = (2.0, 1.6)
"""Half widths and heights of what counts as the scene about a face, in the box's."""
HEAD, BODY = 1.5, 2.6
"""How far from the middle of a face its head reaches, and its shoulders, in half widths of the box."""
LEAST_CELLS = 60
SAME_SCENE = 0.55
LEAST_STRUCTURE = 0.8
"""Grey values: the deviation of fine structure that a camera's noise does not reach."""

Scene = NDArray[np.float32]


def scene_of(image: Image) -> Scene:
    """SCENE_SHAPE: the whole frame, sampled and reduced; its green, which is most of the light."""
    step = max(1, image.shape[1] // (2 * SCENE_SHAPE[1]))
    sampled = np.ascontiguousarray(image[::step, ::step, 1])
    return cv2.resize(sampled, SCENE_SHAPE[::-1], interpolation=cv2.INTER_AREA).astype(np.float32)


def is_cut(last: Scene, now: Scene, moved_below: float = MOVED_BELOW, *, brief: bool = False) -> bool:
    """Whether `now` is another picture than `last`, which moving people, light or camera do not explain.

    `brief`: BRIEF_MS apart at most, so that two which are lit alike are told apart by their fine structure.
    """
    alike = correlation(last, now)
    if alike >= (ALIKE_BELOW if brief else CUT_BELOW):
        return False
    moved = _moved_correlation(last, now)
    if alike < CUT_BELOW and moved < moved_below:
        return True
    is_near = brief and moved < ALIKE_MOVED_BELOW
    return is_near and correlation(_fine(last), _fine(now), LEAST_STRUCTURE) < FINE_BELOW


def is_blank(scene: Scene) -> bool:
    """Whether a picture shows nothing."""
    return float(scene.std()) < BLANK


def patches_of(image: Image, boxes: Floats) -> Floats:
    """(n, PATCH_CELLS, PATCH_CELLS) grey: faces (n, 4) xyxy px with their surroundings."""
    patches = np.empty((len(boxes), PATCH_CELLS, PATCH_CELLS), np.float32)
    for patch, (x0, y0, x1, y1) in zip(patches, boxes.tolist(), strict=True):
        across, down = PATCH_GROWTH * (x1 - x0) / PATCH_CELLS, PATCH_GROWTH * (y1 - y0) / PATCH_CELLS
        corner = (x0 + x1 - across * PATCH_CELLS) / 2, (y0 + y1 - down * PATCH_CELLS) / 2
        to_image = np.array([[across, 0, corner[0] + across / 2], [0, down, corner[1] + down / 2]])
        size = (PATCH_CELLS, PATCH_CELLS)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        cut = cv2.warpAffine(image, to_image, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        patch[:] = cv2.cvtColor(cut, cv2.COLOR_BGR2GRAY)
    return patches


def is_replaced(last: Floats, now: Floats, passed_ms: int, jumped: bool, unlike: bool) -> bool:
    """Whether somebody else is where a face was `passed_ms` ago. (PATCH_CELLS, PATCH_CELLS) each.

    `jumped`: the face is not just where and as large as it should be; `unlike`: whatever is known of the
    looks differs. False where too much time has passed for anybody to say.
    """
    limit = next((below for within_ms, below in REPLACED_BELOW if passed_ms <= within_ms), None)
    if limit is None:
        return False
    limit = max(limit + JUMPED * jumped, UNLIKE_BELOW * unlike)
    around = _around_box()
    return correlation(last[around], now[around]) < limit


def same_scene(last: Scene, now: Scene, boxes: Floats, size_px: tuple[int, int]) -> bool:
    """Whether what stands still about a face is the same fine structure in both frames.

    boxes: (2, 4) xyxy px, the face then and now; size_px: the frame's width and height.
    """
    about = _about(boxes, size_px)
    if about.sum() < LEAST_CELLS:
        return False
    then, here = (_fine(scene)[about] for scene in (last, now))
    if min(then.std(), here.std()) < LEAST_STRUCTURE:
        return False
    return correlation(then, here, LEAST_STRUCTURE) >= SAME_SCENE


def correlation(some: Floats, others: Floats, blank: float = BLANK) -> float:
    """-1..1; of a blank picture 0 with a clear one and 1 with any other, for nobody can say.

    `blank`: deviation of grey values below which it is.
    """
    some, others = (some - some.mean()).ravel(), (others - others.mean()).ravel()
    spreads = [math.sqrt(np.dot(one, one) / one.size) for one in (some, others)]
    if min(spreads) < blank:
        return float(max(spreads) < CLEAR)
    return float(np.dot(some, others)) / (some.size * spreads[0] * spreads[1])


def _moved_correlation(some: Scene, others: Scene) -> float:
    some, others = some - some.mean(), others - others.mean()
    matches = np.fft.irfft2(np.fft.rfft2(some) * np.conj(np.fft.rfft2(others)), s=SCENE_SHAPE)
    return float(matches.max() / max(some.size * float(some.std()) * float(others.std()), 1e-6))


@cache
def _around_box() -> NDArray[np.bool_]:
    """(PATCH_CELLS, PATCH_CELLS): outside the face's box."""
    place = np.abs(np.arange(PATCH_CELLS) - (PATCH_CELLS - 1) / 2) * 2 / PATCH_CELLS * PATCH_GROWTH
    return np.asarray(np.maximum(place[:, None], place[None]) > 1.1)


def _fine(scene: Scene) -> Scene:
    return np.asarray(scene - cv2.GaussianBlur(scene, (0, 0), FINE_CELLS), np.float32)


def _about(boxes: Floats, size_px: tuple[int, int]) -> NDArray[np.bool_]:
    """SCENE_SHAPE: near the face as it is now, and outside head and body as they are now and as they were."""
    rows = (np.arange(SCENE_SHAPE[0], dtype=np.float32)[:, None] + 0.5) * size_px[1] / SCENE_SHAPE[0]
    columns = (np.arange(SCENE_SHAPE[1], dtype=np.float32)[None] + 0.5) * size_px[0] / SCENE_SHAPE[1]
    centres, halves = (boxes[:, :2] + boxes[:, 2:]) / 2, (boxes[:, 2:] - boxes[:, :2]) / 2
    across = [np.abs(columns - x) / w for (x, _), (w, _) in zip(centres, halves, strict=True)]
    down = [(rows - y) / h for (_, y), (_, h) in zip(centres, halves, strict=True)]
    about = (across[1] <= 2 * WINDOW[0]) & (np.abs(down[1]) <= 2 * WINDOW[1])
    for x, y in zip(across, down, strict=True):
        about &= (x > HEAD) | (y < -HEAD)
        about &= (x > BODY) | (y < 1)
    return np.asarray(about)
