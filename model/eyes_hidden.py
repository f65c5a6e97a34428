"""Which eyes are covered: by sunglasses, hair, a hand, or the edge of the picture.

The networks draw an eye wherever one should be. So the grey values at the points they gave are compared with
those of the skin beside them: an eye, open or shut, has something dark in it and skin around it.
"""

import numpy as np
from numpy.typing import NDArray

from model.images import Image
from model.landmarks import Eye, Landmarks

SKIN_LEFT = (50, 101, 36, 205, 118, 6, 197, 195, 5)
SKIN_RIGHT = (280, 330, 266, 425, 347, 6, 197, 195, 5)
"""Mesh points on each cheek and on the nose."""

DARKEST_OVER_SKIN = 0.75
"""A tenth of an eye is darker than this share of the skin: 0.0-0.6 on 95 eyes, 0.8-1.0 under painted skin."""

AROUND_OVER_SKIN = 0.45
"""The ring around an eye is lighter than this share: 0.5-1.0 on eyes, 0.1-0.3 under hair and sunglasses."""

LEAST_RANGE = 0.08
"""Of an eye's grey values over the skin's: 0.12-0.9 on eyes, below 0.07 under what has one colour."""

Grey = NDArray[np.float32]


def hidden_eyes(image: Image, found: Landmarks) -> NDArray[np.bool_]:
    """(2,) whether the image's left and right eye of a face with eyes are covered."""
    assert found.eyes is not None
    skins = (SKIN_LEFT, SKIN_RIGHT)
    return np.array(
        [_hidden(image, found, eye, skin) for eye, skin in zip(found.eyes, skins, strict=True)], np.bool_
    )


def _hidden(image: Image, found: Landmarks, eye: Eye, skin_points: tuple[int, ...]) -> bool:
    skin = float(np.median(_grey_at(image, found.mesh[list(skin_points), :2]))) + 1
    lower, upper = eye.contour[1:8], eye.contour[9:16]
    between = [lower * (1 - share) + upper * share for share in (0.25, 0.5, 0.75)]
    inside = _grey_at(image, np.vstack([eye.contour[:16], eye.iris, *between]))
    darkest, lightest = np.percentile(inside, (10, 90)) / skin
    around = float(np.median(_grey_at(image, eye.contour[16:41]))) / skin
    return bool(darkest > DARKEST_OVER_SKIN or around < AROUND_OVER_SKIN or lightest - darkest < LEAST_RANGE)


def _grey_at(image: Image, points: NDArray[np.floating]) -> Grey:
    """(n,) Rec. 601 grey at the nearest pixels, those outside taken from the edge."""
    height, width = image.shape[:2]
    columns = np.clip(points[:, 0], 0, width - 1).astype(np.intp)
    rows = np.clip(points[:, 1], 0, height - 1).astype(np.intp)
    return np.asarray(image[rows, columns] @ np.array([0.114, 0.587, 0.299], np.float32), np.float32)
