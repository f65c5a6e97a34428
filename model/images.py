"""What an image is inside model/: (H, W, 3) uint8 BGR, any size, changing from frame to frame."""

import cv2
import numpy as np
from numpy.typing import NDArray

from model.errors import InvalidImageError

Image = NDArray[np.uint8]


def checked_image(image: object) -> Image:
    """`image` itself, contiguous, once it is known to be (H, W, 3) uint8 with H, W >= 1.

    Raises InvalidImageError for grey, float, transposed, empty or other values.
    """
    if not isinstance(image, np.ndarray):
        raise InvalidImageError(f"{_WANTED}, got {type(image).__name__}")
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or 0 in image.shape:
        raise InvalidImageError(f"{_WANTED}, got shape {image.shape} {image.dtype}{_advice(image)}")
    return np.ascontiguousarray(image)


def resized(image: Image, size_px: tuple[int, int], interpolation: int) -> Image:
    """`image` at `size_px` (width, height); `interpolation` is one of OpenCV's INTER_ values."""
    return np.asarray(cv2.resize(image, size_px, interpolation=interpolation), np.uint8)


_WANTED = "image: wanted an (H, W, 3) uint8 BGR array with at least one pixel"


def _advice(image: NDArray[np.generic]) -> str:
    if image.ndim == 2:
        return "; turn grey into BGR first"
    if image.ndim == 3 and image.shape[0] == 3:
        return "; move the colour axis last"
    if image.dtype != np.uint8:
        return "; scale to 0..255 and convert to uint8"
    return ""
