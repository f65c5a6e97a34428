"""OpenCV's frontal-face cascade (Viola and Jones, CVPR 2001): for comparison with YuNet."""

from pathlib import Path

import cv2
import numpy as np

from model.detection.frame_scale import faces_in_frame, reduced
from model.errors import DetectorError
from model.faces import Faces, Floats
from model.images import Image, checked_image

CASCADE = "haarcascade_frontalface_default.xml"

SMALLEST_PX = 24
STEP = 1.1
MIN_NEIGHBOURS = 5
MIN_CONFIDENCE = 0.3

BOX_GROWTH = 1.06
"""YuNet's longer side over Haar's side on the same faces: 1.03 on FER2013, 1.08 on photographs
(`python -m training.crop_geometry`). Centres agree within 1 %. So a crop margin means one thing."""

EVEN_WEIGHT, WEIGHT_SPREAD = 3.0, 1.5
"""The cascade's last-stage weight is unbounded: found things that were no faces lay below 3, faces
mostly above 4.5. A logistic curve through these turns it into 0..1."""


class HaarDetector:
    """Upright frontal faces, no points. About ten times slower than YuNet and misses turned heads.

    Raises DetectorError when this OpenCV has no cascades (OpenCV 5) or lacks the file.
    """

    name = "haar"

    def __init__(self, cascade: Path | None = None) -> None:
        path = cascade or cascade_path()
        self._cascade = cv2.CascadeClassifier()
        if not _loaded(self._cascade, path):
            raise DetectorError(
                f"Haar: cannot read the cascade {path}; run pip install 'opencv-python-headless>=4.13,<5'"
            )

    def detect(self, image: Image) -> Faces:
        """Faces of an (H, W, 3) uint8 BGR image. Raises InvalidImageError."""
        image = checked_image(image)
        small, scale = reduced(image)
        rectangles, _, weights = self._cascade.detectMultiScale3(
            cv2.cvtColor(small, cv2.COLOR_BGR2GRAY),
            scaleFactor=STEP,
            minNeighbors=MIN_NEIGHBOURS,
            minSize=(SMALLEST_PX, SMALLEST_PX),
            outputRejectLevels=True,
        )
        boxes = _grown(np.asarray(rectangles, np.float32).reshape(-1, 4))
        confidence = _confidence(np.asarray(weights, np.float32).reshape(-1))
        kept = confidence >= MIN_CONFIDENCE
        return faces_in_frame(boxes[kept], confidence[kept], None, scale, image)


def cascade_path() -> Path:
    """Where this OpenCV keeps its cascade. Raises DetectorError where it has none."""
    if not hasattr(cv2, "CascadeClassifier"):
        raise DetectorError(
            f"Haar: OpenCV {cv2.__version__} has no cascades; "
            "choose the detector yunet or run pip install 'opencv-python-headless>=4.13,<5'"
        )
    return Path(cv2.__file__).parent / "data" / CASCADE


def _loaded(cascade: cv2.CascadeClassifier, path: Path) -> bool:
    try:
        return path.is_file() and cascade.load(str(path))
    except (cv2.error, SystemError):  # a file that is XML but no cascade raises either
        return False


def _grown(rectangles: Floats) -> Floats:
    """xywh as the cascade gives them -> xyxy in the program's convention."""
    centre = rectangles[:, :2] + rectangles[:, 2:] / 2
    half = rectangles[:, 2:] * (BOX_GROWTH / 2)
    return np.hstack([centre - half, centre + half])


def _confidence(weights: Floats) -> Floats:
    result: Floats = (1 / (1 + np.exp(-(weights - EVEN_WEIGHT) / WEIGHT_SPREAD))).astype(np.float32)
    return result
