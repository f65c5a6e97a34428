"""The promise both detectors keep, and what each refuses."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.detection import DETECTORS, FaceDetector, make_detector
from model.detection.frame_scale import (
    LARGEST_AREA_PX,
    detection_scale,
    faces_in_frame,
    reduced,
)
from model.detection.haar import HaarDetector
from model.detection.yunet import YuNetDetector, network_path
from model.errors import DetectorError, InvalidImageError
from tests.made.media import FACE_CENTRE_PX, astronaut, face_frame, face_grid, upscaled


@pytest.fixture(scope="module", params=sorted(DETECTORS))
def detector(request: pytest.FixtureRequest) -> FaceDetector:
    return make_detector(request.param)


def inside(box: Any, x: float, y: float) -> bool:
    return bool(box[0] < x < box[2] and box[1] < y < box[3])


def test_it_is_named_as_in_the_registry(detector: FaceDetector) -> None:
    assert type(make_detector(detector.name)) is type(detector)


def test_one_face_gives_one_box_around_it(detector: FaceDetector) -> None:
    faces = detector.detect(astronaut())
    assert len(faces) == 1 and inside(faces.boxes[0], *FACE_CENTRE_PX)
    assert 0.7 < faces.confidence[0] <= 1
    assert faces.boxes.dtype == np.float32 and faces.confidence.dtype == np.float32


@pytest.mark.parametrize("size", [(320, 240), (640, 360), (360, 640), (1280, 720), (3840, 2160)])
def test_boxes_are_in_the_frames_own_pixels_at_any_size(
    detector: FaceDetector, size: tuple[int, int]
) -> None:
    frame = face_frame(*size, shift=(0.1 * size[0], 0))
    faces = detector.detect(frame)
    assert len(faces) >= 1 and inside(faces.boxes[0], 0.6 * size[0], 0.5 * size[1])
    assert 0.3 < (faces.boxes[0, 3] - faces.boxes[0, 1]) / size[1] < 0.75


def test_the_frame_size_may_change_from_frame_to_frame(detector: FaceDetector) -> None:
    for width, height in [(640, 480), (320, 240), (1280, 720), (640, 480)]:
        assert len(detector.detect(face_frame(width, height))) == 1


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (400, 1), (9, 9), (20, 2000)])
def test_frames_too_small_for_a_face_give_none(detector: FaceDetector, shape: tuple[int, int]) -> None:
    assert len(detector.detect(np.full((*shape, 3), 90, np.uint8))) == 0


def test_a_picture_of_nothing_gives_none(detector: FaceDetector) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (480, 640, 3)).astype(np.uint8)
    for image in (np.zeros((480, 640, 3), np.uint8), noise):
        faces = detector.detect(image)
        assert len(faces) == 0 and faces.boxes.shape == (0, 4)


@pytest.mark.parametrize(
    "wrong",
    [np.zeros((480, 640), np.uint8), np.zeros((480, 640, 3), np.float32), np.zeros((3, 480, 640), np.uint8)],
)
def test_what_is_no_bgr_image_is_refused(detector: FaceDetector, wrong: Any) -> None:
    with pytest.raises(InvalidImageError, match="wanted an"):
        detector.detect(wrong)


def test_the_image_is_left_as_it_was(detector: FaceDetector) -> None:
    image = astronaut()
    image.flags.writeable = False
    detector.detect(image)
    np.testing.assert_array_equal(image, astronaut())


def test_both_mean_the_same_by_a_box() -> None:
    boxes = [make_detector(name).detect(astronaut()).boxes[0] for name in ("yunet", "haar")]
    sides = [(box[2:] - box[:2]).max() for box in boxes]
    assert sides[0] / sides[1] == pytest.approx(1, abs=0.15)
    assert np.abs((boxes[0][:2] + boxes[0][2:] - boxes[1][:2] - boxes[1][2:]) / 2).max() < 0.1 * sides[0]


def test_yunet_gives_eyes_nose_and_mouth_the_images_left_eye_first() -> None:
    points = make_detector("yunet").detect(astronaut()).points
    assert points is not None
    left_eye, right_eye, nose, left_mouth, right_mouth = points[0]
    assert left_eye[0] < nose[0] < right_eye[0] and left_mouth[0] < right_mouth[0]
    assert left_eye[1] < nose[1] < left_mouth[1]


def test_yunet_finds_all_of_a_meeting() -> None:
    detector = make_detector("yunet")
    assert len(detector.detect(face_grid(5, 5, 1280, 720))) == 25
    assert len(detector.detect(face_grid(7, 7, 1920, 1080))) == 49


def test_yunet_finds_the_smallest_face_that_counts() -> None:
    detector, frame = make_detector("yunet"), np.full((720, 1280, 3), 120, np.uint8)
    small = upscaled(astronaut(), 26 / 120)
    frame[300 : 300 + small.shape[0], 600 : 600 + small.shape[1]] = small
    assert len(detector.detect(frame)) == 1


def test_an_unknown_detector_is_refused_by_name() -> None:
    with pytest.raises(DetectorError, match="wanted one of yunet, haar, got 'mtcnn'"):
        make_detector("mtcnn")


def test_a_missing_or_changed_network_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DetectorError, match="cannot read its network file"):
        YuNetDetector(tmp_path / "absent.onnx")
    cut_short = tmp_path / "short.onnx"
    cut_short.write_bytes(network_path().read_bytes()[:1000])
    with pytest.raises(DetectorError, match="wanted sha256 8f2383e4"):
        YuNetDetector(cut_short)


def test_a_missing_or_broken_cascade_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "cascade.xml"
    broken.write_text("<opencv_storage></opencv_storage>")
    for path in (tmp_path / "absent.xml", broken):
        with pytest.raises(DetectorError, match="Haar: cannot read the cascade"):
            HaarDetector(path)


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_the_detectors_never_look_at_more_than_their_largest_area(height: int, width: int) -> None:
    scale = detection_scale(height, width)
    assert 0 < scale <= 1
    assert height * width * scale**2 <= LARGEST_AREA_PX * 1.001


@pytest.mark.parametrize(
    ("size", "wanted"),
    [((320, 240), 1), ((480, 270), 1), ((640, 360), 0.75), ((1280, 720), 0.75), ((3840, 2160), 0.25)],
)
def test_small_frames_are_seen_whole_and_4k_at_a_quarter(size: tuple[int, int], wanted: float) -> None:
    assert detection_scale(size[1], size[0]) == pytest.approx(wanted)


def test_the_factors_of_a_reduced_frame_are_exact() -> None:
    small, (across, down) = reduced(np.zeros((721, 1283, 3), np.uint8))
    assert (small.shape[1] / 1283, small.shape[0] / 721) == (across, down)


box_lists = st.lists(st.tuples(*[st.floats(-3000, 3000)] * 4), max_size=8)


@given(box_lists, st.integers(1, 900), st.integers(1, 900))
def test_boxes_end_up_inside_the_frame_or_not_at_all(
    corners: list[tuple[float, ...]], width: int, height: int
) -> None:
    boxes = np.array(corners, np.float32).reshape(-1, 4)
    confidence = np.linspace(0.5, 1, len(boxes)).astype(np.float32)
    frame = np.broadcast_to(np.uint8(0), (height, width, 3))
    faces = faces_in_frame(boxes, confidence, None, (0.5, 0.5), frame)
    assert (faces.boxes >= 0).all()
    assert (faces.boxes[:, ::2] <= width).all() and (faces.boxes[:, 1::2] <= height).all()
    assert (np.diff(faces.confidence) <= 0).all()
