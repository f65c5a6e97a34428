"""Finding faces: one protocol, one registry, one convention of what a box encloses."""

from collections.abc import Callable

from model.detection.detector import FaceDetector
from model.detection.haar import HaarDetector
from model.detection.large_faces import LargeFaceDetector
from model.detection.yunet import YuNetDetector
from model.errors import DetectorError

__all__ = ["DETECTORS", "FaceDetector", "make_detector"]

DETECTORS: dict[str, Callable[[], FaceDetector]] = {
    "yunet": lambda: LargeFaceDetector(YuNetDetector()),
    "haar": HaarDetector,
}


def make_detector(name: str) -> FaceDetector:
    """A new detector. Raises DetectorError for an unknown name or a missing or changed network file."""
    if name not in DETECTORS:
        raise DetectorError(f"detector: wanted one of {', '.join(DETECTORS)}, got {name!r}")
    return DETECTORS[name]()
