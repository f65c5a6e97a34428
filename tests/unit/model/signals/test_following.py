"""The detector every so often, meshes in between: the same faces, found again in other places."""

from itertools import pairwise

import cv2
import numpy as np
import pytest

from model.detection import make_detector
from model.faces import Faces
from model.images import Image
from model.signals import SignalReader
from model.signals.following import FaceFollower, overlap
from model.signals.landmarks import upright_deg
from tests.made.media import astronaut, face_frame


class Counting:
    """A real detector that counts how often it looked."""

    name = "yunet"

    def __init__(self) -> None:
        self._detector, self.looked = make_detector("yunet"), 0

    def detect(self, image: Image) -> Faces:
        self.looked += 1
        return self._detector.detect(image)


@pytest.fixture
def detector() -> Counting:
    return Counting()


@pytest.fixture
def follower(detector: Counting) -> FaceFollower:
    return FaceFollower(detector, SignalReader(), detect_every_ms=400)


def moving(i: int) -> Image:
    return face_frame(640, 360, shift=(6.0 * i - 40, 3.0 * i - 20), zoom=1 + 0.02 * i)


def test_a_moving_face_is_followed_without_the_detector(follower: FaceFollower, detector: Counting) -> None:
    always = make_detector("yunet")
    for i in range(8):
        found, wanted = follower.find(moving(i), 100 * i), always.detect(moving(i))
        assert len(found) == 1 and overlap(found.boxes, wanted.boxes)[0, 0] > 0.8
        assert found.points is not None and wanted.points is not None
        assert np.abs(found.points - wanted.points).max() < 0.1 * np.ptp(wanted.boxes[0, 1::2])
        assert found.yaw_deg is not None and np.isfinite(found.yaw_deg).all()
    assert detector.looked == 2


def test_a_head_does_not_seem_to_bow_whenever_the_detector_looks(
    follower: FaceFollower, detector: Counting
) -> None:
    """The face moves by a hair from frame to frame, for the very same picture has the very same answer."""
    pitches, detected = [], []
    for i in range(17):
        found = follower.find(face_frame(640, 360, shift=(0.3 * i, 0.2 * i)), 100 * i)
        assert found.pitch_deg is not None
        pitches.append(float(found.pitch_deg[0]))
        detected.append(detector.looked)
    fresh = [i for i in range(4, 16) if detected[i] > detected[i - 1]]
    bows = [pitches[i] - (pitches[i - 1] + pitches[i + 1]) / 2 for i in fresh]
    assert len(bows) >= 3 and abs(np.mean(bows)) < 1


def test_without_a_pause_or_without_a_reader_the_detector_looks_at_every_frame(detector: Counting) -> None:
    for follower in (FaceFollower(detector, SignalReader()), FaceFollower(detector, None, 400)):
        detector.looked = 0
        for i in range(3):
            follower.find(moving(i), 100 * i)
        assert detector.looked == 3


def test_a_cut_to_another_scene_is_looked_at_at_once(follower: FaceFollower, detector: Counting) -> None:
    follower.find(face_frame(640, 360, shift=(-150, 0)), 0)
    elsewhere = np.full((360, 640, 3), 30, np.uint8)
    elsewhere[:, 320:] = face_frame(320, 360, zoom=0.5)
    found = follower.find(elsewhere, 100)
    assert detector.looked == 2 and len(found) == 1 and found.boxes[0, 0] > 320


def test_a_face_that_leaves_is_gone_at_once(follower: FaceFollower, detector: Counting) -> None:
    frame = np.full((360, 640, 3), 90, np.uint8)
    frame[40:320, 40:320] = face_frame(280, 280)
    assert len(follower.find(frame, 0)) == 1
    assert len(follower.find(np.full_like(frame, 90), 100)) == 0
    assert detector.looked == 2


def test_a_new_face_is_met_at_the_next_detection(follower: FaceFollower) -> None:
    alone = np.hstack([face_frame(320, 360, zoom=0.5), np.full((360, 320, 3), 140, np.uint8)])
    both = np.hstack([face_frame(320, 360, zoom=0.5), face_frame(320, 360, zoom=0.45)])
    counts = [len(follower.find(alone if i < 1 else both, 100 * i)) for i in range(6)]
    assert counts[0] == 1 and counts[-1] == 2
    assert all(later >= earlier for earlier, later in pairwise(counts))


def test_an_empty_room_and_small_faces_are_looked_at_in_every_frame(
    follower: FaceFollower, detector: Counting
) -> None:
    for i in range(3):
        assert len(follower.find(np.full((360, 640, 3), 90, np.uint8), 100 * i)) == 0
    assert detector.looked == 3
    far_away = face_frame(640, 360, zoom=0.1)
    for i in range(3, 6):
        found = follower.find(far_away, 100 * i)
        assert found.yaw_deg is not None and np.isnan(found.yaw_deg).all()
    assert detector.looked == 6


def test_another_frame_size_or_time_running_backwards_means_looking_afresh(
    follower: FaceFollower, detector: Counting
) -> None:
    follower.find(moving(0), 1000)
    follower.find(moving(0), 500)
    assert detector.looked == 2
    assert len(follower.find(face_frame(320, 180), 600)) == 1
    assert detector.looked == 3


def test_the_points_show_a_tilt_that_the_detectors_own_miss() -> None:
    turn = cv2.getRotationMatrix2D((224, 120), -40, 1)
    tilted = np.asarray(cv2.warpAffine(astronaut(), turn, (512, 512)), np.uint8)
    detected = make_detector("yunet").detect(tilted).take(slice(1))
    found = FaceFollower(make_detector("yunet"), SignalReader()).find(tilted, 0).take(slice(1))
    assert found.roll_deg is not None and found.roll_deg[0] == pytest.approx(40, abs=6)
    assert upright_deg(found)[0] == pytest.approx(40, abs=6)
    assert upright_deg(detected)[0] < 30


def test_overlap_is_intersection_over_union() -> None:
    boxes = np.array([[0, 0, 2, 2], [5, 5, 6, 6]], np.float32)
    assert overlap(boxes, boxes[:1] + np.float32(1)) == pytest.approx(np.array([[1 / 7], [0]]))
    assert overlap(boxes, boxes).diagonal() == pytest.approx([1, 1])
