"""Which eyes are covered: by sunglasses, hair, a hand, or the edge of the picture.

The networks draw an eye wherever one should be. So the grey values at the points they gave are compared with
those of the skin beside them: an eye, open or shut, has something dark in it and skin around it.
"""

import numpy as np
from numpy.typing import NDArray

from model.faces import Floats
from model.images import Image
from model.signals.landmarks import Eye, Landmarks

SKIN_LEFT = [50, 101, 36, 205, 118, 6, 197, 195, 5]
SKIN_RIGHT = [280, 330, 266, 425, 347, 6, 197, 195, 5]
"""Mesh points on each cheek and on the nose."""

DARKEST_OVER_SKIN = 0.75
"""A tenth of an eye is darker than this share of the skin: 0.0-0.6 on 95 eyes, 0.8-1.0 under painted skin."""

AROUND_OVER_SKIN, RANGE_UNDER_DARK = 0.25, 0.25
"""Under hair and sunglasses the ring around an eye is darker than the first share, and the eye itself has
little range. Deep sockets and lowered brows make dark rings too (of CK+'s eyes, 7 % lie below 0.3), but an
eye shows its white in them: both together hold for 1.1 % of FER2013's eyes and 3.6 % of CK+'s."""

LEAST_RANGE = 0.08
"""Of an eye's grey values over the skin's: 0.12-0.9 on eyes, below 0.07 under what has one colour."""

REC_601 = np.array([0.114, 0.587, 0.299], np.float32)


def hidden_eyes(image: Image, found: Landmarks) -> NDArray[np.bool_]:
    """(2,) whether the image's left and right eye of a face with eyes are covered."""
    assert found.eyes is not None
    places = [
        _places(found, eye, skin) for eye, skin in zip(found.eyes, (SKIN_LEFT, SKIN_RIGHT), strict=True)
    ]
    grey = _grey_at(image, np.concatenate(places)).reshape(2, -1)
    return np.array([_hidden(row[:_SKIN], row[_SKIN:_AROUND], row[_AROUND:]) for row in grey], np.bool_)


_SKIN = len(SKIN_LEFT)
_AROUND = _SKIN + 25


def _places(found: Landmarks, eye: Eye, skin: list[int]) -> Floats:
    """Where to look, (n, 2) px: skin, the ring around the eye, then lids, iris and what lies between."""
    lower, upper = eye.contour[1:8], eye.contour[9:16]
    middle = (lower + upper) / 2
    inside = (eye.contour[:16], eye.iris, (lower + middle) / 2, middle, (middle + upper) / 2)
    return np.concatenate([found.mesh[skin, :2], eye.contour[16:41], *inside])


def _hidden(skin: Floats, around: Floats, inside: Floats) -> bool:
    level = float(np.partition(skin, len(skin) // 2)[len(skin) // 2]) + 1
    ring = float(np.partition(around, len(around) // 2)[len(around) // 2]) / level
    tenth = len(inside) // 10
    ordered = np.sort(inside) / level
    darkest, lightest = float(ordered[tenth]), float(ordered[-1 - tenth])
    shaded = ring < AROUND_OVER_SKIN and lightest - darkest < RANGE_UNDER_DARK
    return darkest > DARKEST_OVER_SKIN or shaded or lightest - darkest < LEAST_RANGE


def _grey_at(image: Image, points: Floats) -> Floats:
    """(n,) Rec. 601 grey at the nearest pixels, those outside taken from the edge."""
    places = points.astype(np.intp)
    columns = places[:, 0].clip(0, image.shape[1] - 1)
    rows = places[:, 1].clip(0, image.shape[0] - 1)
    return np.asarray(image[rows, columns] @ REC_601, np.float32)
