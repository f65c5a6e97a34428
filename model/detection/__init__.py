"""Finding faces: one protocol, one registry, one convention of what a box encloses."""

from collections.abc import Callable
from typing import Protocol

from model.detection.haar import HaarDetector
from model.detection.yunet import YuNetDetector
from model.errors import DetectorError
from model.faces import Faces
from model.images import Image


class FaceDetector(Protocol):
    """Finds the faces of one image. Not thread-safe: one detector for one stream of frames."""

    @property
    def name(self) -> str:
        """Its key in DETECTORS, stored with every session."""

    def detect(self, image: Image) -> Faces:
        """Faces of an (H, W, 3) uint8 BGR image of any size, boxes in that image's px.

        A box reaches from the hair line to the chin and from ear to ear. `points` is set where the
        detector has them. Raises InvalidImageError.
        """


DETECTORS: dict[str, Callable[[], FaceDetector]] = {"yunet": YuNetDetector, "haar": HaarDetector}


def make_detector(name: str) -> FaceDetector:
    """A new detector. Raises DetectorError for an unknown name or a missing or changed network file."""
    if name not in DETECTORS:
        raise DetectorError(f"detector: wanted one of {', '.join(DETECTORS)}, got {name!r}")
    return DETECTORS[name]()
