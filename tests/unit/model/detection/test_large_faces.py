"""Faces larger than the frame, and what the second look must not add."""

import numpy as np
import pytest

from model.detection import make_detector
from model.detection.large_faces import FEW, LargeFaceDetector
from model.detection.yunet import YuNetDetector
from model.faces import Faces
from model.images import Image
from tests.made.media import face_frame, face_grid


class Counting:
    """YuNet that remembers the sizes it was shown."""

    name = "yunet"

    def __init__(self) -> None:
        self._yunet, self.shown = YuNetDetector(), [(0, 0)][:0]

    def detect(self, image: Image) -> Faces:
        self.shown.append(image.shape[:2])
        return self._yunet.detect(image)


def found_alone_and_twice(zoom: float) -> tuple[int, int]:
    """How many of nine places of a face are found by the first look, and by both."""
    alone, twice = YuNetDetector(), make_detector("yunet")
    shifts = [(x, y) for x in (-120, 0, 120) for y in (-80, 0, 80)]
    frames = [face_frame(640, 360, zoom=zoom, shift=shift) for shift in shifts]
    return tuple(sum(large(one.detect(frame)) for frame in frames) for one in (alone, twice))  # type: ignore[return-value]


def large(faces: Faces) -> bool:
    return bool((faces.boxes[:, 3] - faces.boxes[:, 1]).max(initial=0) > 160)


def test_a_face_larger_than_the_frame_is_found_more_often() -> None:
    alone, twice = found_alone_and_twice(5.0)
    assert twice >= alone + 2


def test_a_face_of_usual_size_costs_one_look_and_so_does_a_crowd() -> None:
    for frame in (face_frame(640, 360), face_grid(2, 3, 640, 360)):
        detector = Counting()
        LargeFaceDetector(detector).detect(frame)
        assert len(detector.shown) == 1


def test_the_second_look_is_a_third_of_the_first_at_most() -> None:
    detector = Counting()
    LargeFaceDetector(detector).detect(np.full((360, 640, 3), 90, np.uint8))
    first, second = (height * width for height, width in detector.shown)
    assert second <= first / 3 and FEW >= 1


@pytest.mark.parametrize(("height", "width"), [(24, 24), (33, 700), (1200, 90)])
def test_a_frame_of_any_shape_is_looked_at_twice(height: int, width: int) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (height, width, 3)).astype(np.uint8)
    assert len(make_detector("yunet").detect(noise)) == 0
