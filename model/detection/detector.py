"""What every detector is asked, and what a box encloses."""

from typing import Protocol

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
