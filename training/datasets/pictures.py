"""Picture files of faces: decoded, made grey, brought to 48 x 48 whole or by our own crop."""

from collections.abc import MutableMapping
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from model.crops import FER2013_MARGIN, cut_crops
from model.detection import FaceDetector, make_detector
from model.faces import Faces
from model.images import Image
from training.datasets import IMAGE_SIZE_PX
from training.errors import DataError

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp")
CONFIDENT = 0.7
"""Weaker detections are not taken as somebody's labelled face."""

TIGHT_BELOW_PX = 320
"""A picture with both sides smaller may be nothing but a face, which detectors find only with room around."""

Pixels = NDArray[np.uint8]
Counts = MutableMapping[str, int]


def is_picture(path: Path) -> bool:
    """By its name; what begins with a dot is some system's own file."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def read_picture(path: Path) -> Pixels:
    """(H, W) grey or (H, W, 3) BGR uint8. Raises DataError for what is no picture of 8 bits a channel."""
    try:
        # From memory, not by name: OpenCV cannot open every path Windows allows.
        content = np.fromfile(path, np.uint8)
        read = cv2.imdecode(content, cv2.IMREAD_UNCHANGED) if len(content) else None
    except (OSError, cv2.error) as error:
        raise DataError(f"wanted a picture, the file cannot be read: {error}") from error
    if read is None:
        raise DataError("wanted a picture, the file cannot be decoded")
    if read.dtype != np.uint8:
        raise DataError(f"wanted 8 bits a channel, got {read.dtype}")
    return np.asarray(read if read.ndim == 2 else read[..., :3], np.uint8)


def whole(picture: Pixels, converted: Counts) -> Pixels:
    """(48, 48) uint8: all of `picture`, grey; what had to be changed is counted in `converted`."""
    if picture.ndim == 3:
        count(converted, "colour to grey")
        picture = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
    if picture.shape != (IMAGE_SIZE_PX, IMAGE_SIZE_PX):
        count(converted, "resized to 48 x 48")
        size = (IMAGE_SIZE_PX, IMAGE_SIZE_PX)
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    return picture


class FaceCropper:
    """Finds the face a picture is about and cuts it as the live view does: same detector, margin, turn."""

    def __init__(self, detector: FaceDetector | None = None) -> None:
        self._detector = detector or make_detector("yunet")

    def crop(self, picture: Pixels) -> Pixels:
        """(48, 48) uint8 grey: the largest confident face of a grey or BGR `picture`.

        Raises DataError where there is none.
        """
        image: Image = picture
        if picture.ndim == 2:
            image = np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), np.uint8)
        faces = self._confident(image)
        if not len(faces) and max(image.shape[:2]) < TIGHT_BELOW_PX:
            image = _with_room(image)
            faces = self._confident(image)
        if not len(faces):
            raise DataError(f"wanted a face, found none in {picture.shape[1]} x {picture.shape[0]} px")
        widths, heights = (faces.boxes[:, 2:] - faces.boxes[:, :2]).T
        largest = faces.take(np.array([int(np.argmax(widths * heights))]))
        crops = cut_crops(image, largest, FER2013_MARGIN, IMAGE_SIZE_PX, aligned=True)
        return np.asarray(crops[0])

    def _confident(self, image: Image) -> Faces:
        faces = self._detector.detect(image)
        return faces.take(faces.confidence >= CONFIDENT)


def _with_room(image: Image) -> Image:
    """Enlarged to TIGHT_BELOW_PX, with half its size of repeated border on every side."""
    scale = max(1.0, TIGHT_BELOW_PX / max(image.shape[:2]))
    large = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    down, across = large.shape[0] // 2, large.shape[1] // 2
    return np.asarray(cv2.copyMakeBorder(large, down, down, across, across, cv2.BORDER_REPLICATE), np.uint8)


def count(counts: Counts, what: str, n: int = 1) -> None:
    """Adds `n` under `what`."""
    counts[what] = counts.get(what, 0) + n
