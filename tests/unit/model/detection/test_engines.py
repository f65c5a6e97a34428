"""Both of YuNet's engines give the same faces, and one takes the other's place."""

import sys
from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.detection.onnx_file import read_graph
from model.detection.yunet import OpenCVEngine, YuNetDetector, fastest_engine, network_path
from model.detection.yunet_litert import KEPT_SIZES, LiteRTEngine, litert_yunet
from model.detection.yunet_rows import candidates
from model.images import Image, resized
from tests.made.media import MEDIA, astronaut, face_frame, face_grid, needs_media, read_frames, read_image

ONNX = network_path().read_bytes()
SAME_PX, SAME_SCORE = 0.02, 1e-4
LITERT, OPENCV = YuNetDetector(engine=LiteRTEngine), YuNetDetector(engine=OpenCVEngine)


def assert_same_faces(image: Image) -> int:
    """How many both engines found at the same places."""
    one, other = LITERT.detect(image), OPENCV.detect(image)
    assert len(one) == len(other)
    np.testing.assert_allclose(one.boxes, other.boxes, atol=SAME_PX)
    np.testing.assert_allclose(one.confidence, other.confidence, atol=SAME_SCORE)
    assert one.points is not None and other.points is not None
    np.testing.assert_allclose(one.points, other.points, atol=SAME_PX)
    return len(one)


@settings(max_examples=25, deadline=None)
@given(st.integers(20, 900), st.integers(20, 900), st.integers(0, 99))
def test_both_find_the_same_faces_at_any_size(width: int, height: int, seed: int) -> None:
    shift = np.random.default_rng(seed).uniform(-0.2, 0.2, 2) * (width, height)
    assert_same_faces(face_frame(width, height, shift=(float(shift[0]), float(shift[1]))))


@pytest.mark.parametrize("size", [(64, 64), (65, 97), (480, 270), (640, 360), (1280, 720), (3840, 2160)])
def test_both_find_the_same_faces_at_usual_sizes(size: tuple[int, int]) -> None:
    assert_same_faces(face_frame(*size))


def test_both_find_the_same_meeting() -> None:
    assert assert_same_faces(face_grid(5, 5, 1280, 720)) == 25
    assert assert_same_faces(face_grid(7, 7, 1920, 1080)) == 49


@needs_media
def test_both_find_the_same_people() -> None:
    found = [assert_same_faces(read_image(path)) for path in sorted(MEDIA.glob("*.jpg"))]
    for clip in sorted([*MEDIA.glob("*.gif"), *MEDIA.glob("*.mp4")]):
        found += [assert_same_faces(frame) for frame in read_frames(clip, 60)[0][::15]]
    assert sum(found) > 80


def test_a_size_seen_before_gives_the_same_after_others() -> None:
    sizes = [(320, 256), (256, 320), (640, 480), (320, 256), (480, 480), (640, 480)]
    assert len(set(sizes)) > KEPT_SIZES
    for size in sizes:
        assert assert_same_faces(resized(astronaut(), size, cv2.INTER_AREA)) == 1


def test_what_was_in_a_larger_picture_does_not_show_in_a_smaller_one() -> None:
    for image in (astronaut(), np.zeros((480, 640, 3), np.uint8), astronaut()[:200]):
        assert_same_faces(image)


@given(st.floats(0, 1), st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_cells_are_left_out_early_only_where_they_cannot_be_confident(limit: float, seed: int) -> None:
    values = np.random.default_rng(seed).normal(0, 3, (3, 4, 5, 16)).astype(np.float32)
    scores = np.sqrt(np.prod(1 / (1 + np.exp(-values[..., :2])), axis=-1))
    rows = candidates(list(values), limit)
    assert len(rows) == np.count_nonzero(scores >= limit)


def test_the_program_uses_the_faster_one() -> None:
    assert YuNetDetector().engine == "litert"


@pytest.fixture()
def without_schema(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A LiteRT that brings no schema."""
    for name in ("model.detection.yunet_litert", "model.detection.litert_file"):
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "ai_edge_litert.schema_py_generated", None)
    monkeypatch.delattr("ai_edge_litert.schema_py_generated", raising=False)
    yield


@pytest.mark.usefixtures("without_schema")
def test_opencv_takes_over_where_litert_cannot(caplog: pytest.LogCaptureFixture) -> None:
    detector = YuNetDetector()
    assert detector.engine == "opencv" and len(detector.detect(astronaut())) == 1
    assert "YuNet runs on OpenCV" in caplog.text


def test_opencv_takes_over_where_the_network_cannot_be_translated() -> None:
    assert isinstance(fastest_engine(ONNX, 0.6), LiteRTEngine)
    renamed = ONNX.replace(b"MaxPool", b"AvgPool")
    with pytest.raises(ValueError, match="not YuNet's network"):
        litert_yunet(renamed)


@given(st.integers(0, len(ONNX) - 1))
@settings(max_examples=60, deadline=None)
def test_an_onnx_file_cut_short_is_refused_in_words(length: int) -> None:
    with pytest.raises(ValueError, match="not an ONNX file"):
        read_graph(ONNX[:length])


@given(st.binary(max_size=200))
def test_what_is_no_onnx_file_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(ValueError, match="not an ONNX file"):
        read_graph(content)


def test_every_convolution_of_the_onnx_file_comes_with_its_weights() -> None:
    graph = read_graph(ONNX)
    convolutions = [node for node in graph.nodes if node.operator == "Conv"]
    assert [node.numbers["strides"] for node in convolutions] == [(2, 2)] + [(1, 1)] * (len(convolutions) - 1)
    for node in convolutions:
        kernels, bias = (graph.weights[name] for name in node.inputs[1:])
        assert kernels.ndim == 4 and bias.shape == kernels.shape[:1] and np.isfinite(kernels).all()
    assert len(convolutions) == 53
