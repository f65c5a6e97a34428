"""The one crop geometry: what the expression network sees of a face, in training and live alike.

A crop is square and grey, its centre the box's centre, its side `margin` times the box's longer side.
Aligned crops are turned about that centre until the eyes are level. Beyond the image the edge's pixels
are repeated.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from model.faces import Faces, Floats
from model.images import Image

FER2013_MARGIN = 1.0
"""Side of a FER2013 image over the longer side of YuNet's box on it: median 1.02, quartiles 0.90 and
1.13; its centre lies within 1 % of the image's (`python -m training.crop_geometry`). A live crop of
this margin shows as much of a face as the images the network learned from."""

LARGEST_TURN_DEG = 45.0
"""Eyes more tilted than this are rather wrong points than a tilted head: such a crop is not turned."""

Crops = NDArray[np.uint8]


def cut_crops(image: Image, faces: Faces, margin: float, size_px: int, aligned: bool) -> Crops:
    """(n, size_px, size_px) uint8 grey crops of `faces` in the BGR `image`, one batch.

    `aligned` has no effect on faces without points.
    """
    crops = np.empty((len(faces), size_px, size_px), np.uint8)
    centres, sides_px = crop_squares(faces.boxes, margin)
    turns_deg = eye_tilt_deg(faces) if aligned else np.zeros(len(faces), np.float32)
    for i in range(len(faces)):
        crops[i] = _cut(image, centres[i], float(sides_px[i]), float(turns_deg[i]), size_px)
    return crops


def crop_squares(boxes: Floats, margin: float) -> tuple[Floats, Floats]:
    """Centres (n, 2) and sides (n,) in px of the squares to cut for `boxes` (n, 4) xyxy."""
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    sides_px = np.maximum(margin * (boxes[:, 2:] - boxes[:, :2]).max(axis=1, initial=0), 1)
    return centres.astype(np.float32), sides_px.astype(np.float32)


def eye_tilt_deg(faces: Faces) -> Floats:
    """(n,) float32: how far the line between the eyes is turned, clockwise in the image above 0.

    0 where the points are missing, not finite or tilted beyond LARGEST_TURN_DEG.
    """
    if faces.points is None:
        return np.zeros(len(faces), np.float32)
    across = faces.points[:, 1] - faces.points[:, 0]
    tilt = np.degrees(np.arctan2(across[:, 1], across[:, 0]))
    return np.where(np.abs(tilt) <= LARGEST_TURN_DEG, tilt, 0).astype(np.float32)


def _cut(image: Image, centre: Floats, side_px: float, turn_deg: float, size_px: int) -> Crops:
    shrink = max(1, int(side_px / size_px))
    patch, corner = _patch_around(image, centre, side_px, shrink)
    grey = np.asarray(cv2.cvtColor(patch, cv2.COLOR_BGR2GRAY), np.uint8)
    if shrink > 1:
        # Averaging whole blocks first, for linear sampling alone would skip pixels of a large face.
        grey = _block_means(grey, shrink)
    matrix = _image_to_crop((centre - corner) / np.float32(shrink), side_px / shrink, turn_deg, size_px)
    crop = cv2.warpAffine(
        grey, matrix, (size_px, size_px), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(crop, np.uint8)


def _patch_around(image: Image, centre: Floats, side_px: float, shrink: int) -> tuple[Image, Floats]:
    """The part of `image` any turn of the square can reach, and its top left corner (x, y).

    The corner lies whole blocks of `shrink` px from the square's, so that blocks and crop share one grid.
    """
    blocks = int((side_px * 0.25 + 2) / shrink) + 1
    spans = []
    for middle, extent in zip(centre.tolist(), image.shape[1::-1], strict=True):
        square = round(middle - side_px / 2)
        start = square - blocks * shrink
        start += max(0, -(start // shrink)) * shrink
        start = min(start, extent - 1)
        spans.append((start, max(start + 1, min(extent, round(square + side_px) + blocks * shrink))))
    (x0, x1), (y0, y1) = spans
    return image[y0:y1, x0:x1], np.array([x0, y0], np.float32)


def _block_means(grey: Crops, shrink: int) -> Crops:
    height, width = grey.shape
    below, right = -height % shrink, -width % shrink
    whole = cv2.copyMakeBorder(grey, 0, below, 0, right, cv2.BORDER_REPLICATE)
    size = ((width + right) // shrink, (height + below) // shrink)
    return np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), np.uint8)


def _image_to_crop(centre: Floats, side_px: float, turn_deg: float, size_px: int) -> NDArray[np.float64]:
    """(2, 3) similarity from the px of an image to those of its crop.

    Boxes measure from the pixels' edges, warps from their centres: hence the halves.
    """
    scale, turn = size_px / side_px, np.radians(turn_deg)
    cos, sin = scale * np.cos(turn), scale * np.sin(turn)
    rotation = np.array([[cos, sin], [-sin, cos]])
    shift = size_px / 2 - 0.5 - rotation @ (np.asarray(centre, np.float64) - 0.5)
    return np.hstack([rotation, shift[:, None]])
