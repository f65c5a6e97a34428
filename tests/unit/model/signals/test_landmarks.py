"""Points of a face: whatever its tilt they lie on it, and a broken network file is said."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.detection import make_detector
from model.errors import LandmarkError
from model.faces import Faces, Floats
from model.images import Image
from model.signals.head_pose import mesh_pose_deg
from model.signals.landmark_networks import IrisNetwork, MeshNetwork, network_path
from model.signals.landmarks import LandmarkFinder, image_to_crop, upright_deg
from tests.made.media import astronaut

FACE = np.array([176, 62, 270, 182], np.float32)
CENTRE = (224.0, 120.0)


@pytest.fixture(scope="module")
def finder() -> LandmarkFinder:
    return LandmarkFinder()


def turned(image: Image, clockwise_deg: float) -> Image:
    """About the face, so that its box stays where it is."""
    turn = cv2.getRotationMatrix2D(CENTRE, -clockwise_deg, 1)
    return np.asarray(cv2.warpAffine(image, turn, image.shape[1::-1]), np.uint8)


def turned_points(points: Floats, clockwise_deg: float) -> Floats:
    turn = cv2.getRotationMatrix2D(CENTRE, -clockwise_deg, 1)
    return np.asarray(points @ turn[:, :2].T + turn[:, 2], np.float32)


def test_the_points_of_a_face_lie_where_the_detector_sees_them(finder: LandmarkFinder) -> None:
    seen = make_detector("yunet").detect(astronaut()).points
    found = finder.find(astronaut(), FACE, 0)
    assert seen is not None and found.presence > 0.99 and found.mesh.shape == (468, 3)
    assert np.linalg.norm(found.five_points - seen[0], axis=1).max() < 8
    assert np.all(found.square[2:] - found.square[:2] > 90)


def test_what_is_learned_of_a_mesh_later_costs_its_geometry_no_second_time(finder: LandmarkFinder) -> None:
    found = finder.find(astronaut(), FACE, 0.0)
    square = found.square
    seen = found.having(hidden=(True, False, False))
    assert seen.square is square and seen.hidden[0]
    assert finder.with_eyes(astronaut(), seen).square is square


@pytest.mark.parametrize("roll_deg", [-150, -100, -60, -30, 12, 45, 90, 135, 180])
def test_a_tilted_head_gets_the_same_points_whatever_tilt_was_thought(
    finder: LandmarkFinder, roll_deg: float
) -> None:
    upright = finder.find(astronaut(), FACE, 0).five_points
    thought_deg = roll_deg - 35 if abs(roll_deg) < 180 else 0
    found = finder.find(turned(astronaut(), roll_deg), FACE, thought_deg)
    off_deg = (found.roll_deg - roll_deg + 180) % 360 - 180
    assert abs(off_deg) < 5
    assert np.linalg.norm(found.five_points - turned_points(upright, roll_deg), axis=1).max() < 7


def test_a_head_at_the_threshold_is_not_fitted_once_in_one_frame_and_twice_in_the_next(
    finder: LandmarkFinder,
) -> None:
    """Turned by a hair more and less than what asks for a second fit."""
    first = finder.find(astronaut(), FACE, 0)
    tilts_deg = np.arange(4, 14, 0.1).tolist()
    enough = next(deg for deg in tilts_deg if finder.find(turned(astronaut(), deg), FACE, 0).refitted)
    fits, yaws, last = [], [], first
    for deg in (enough, enough - 0.1, enough + 0.1, enough - 0.1, enough - 1):
        last = finder.find(turned(astronaut(), deg), FACE, 0, last.refitted)
        fits.append(last.refitted)
        yaws.append(mesh_pose_deg(last.mesh)[0])
    assert not first.refitted and fits == [True] * 5
    assert np.ptp(yaws) < 1
    assert not finder.find(turned(astronaut(), enough - 4), FACE, 0, last.refitted).refitted


def test_a_wall_is_no_face(finder: LandmarkFinder) -> None:
    wall = np.random.default_rng(0).integers(100, 140, (200, 200, 3)).astype(np.uint8)
    assert finder.find(wall, np.array([50, 50, 150, 150], np.float32), 0).presence < 0.5


def test_irises_lie_in_the_eyes_and_the_right_one_is_not_mirrored(finder: LandmarkFinder) -> None:
    found = finder.with_eyes(astronaut(), finder.find(astronaut(), FACE, 0))
    assert found.eyes is not None
    for eye, middle in zip(found.eyes, found.five_points[:2], strict=True):
        assert eye.contour.shape == (71, 2) and eye.iris.shape == (5, 2)
        assert np.linalg.norm(eye.iris[0] - middle) < 4
    left, right = found.eyes
    assert left.contour[0, 0] < left.contour[8, 0] and right.contour[0, 0] > right.contour[8, 0]


def test_a_face_beyond_the_edge_harms_nothing(finder: LandmarkFinder) -> None:
    image = np.ascontiguousarray(astronaut()[:, 224:])
    found = finder.with_eyes(image, finder.find(image, FACE - np.array([224, 0, 224, 0], np.float32), 0))
    assert np.isfinite(found.mesh).all()


@given(
    st.floats(-50, 50), st.floats(1, 400), st.floats(-180, 180), st.floats(-300, 300), st.floats(-300, 300)
)
def test_a_crop_is_centred_scaled_and_turned_back(
    centre: float, side_px: float, turn_deg: float, x: float, y: float
) -> None:
    to_crop = image_to_crop((centre, -centre), side_px, turn_deg, 64)
    middle = to_crop[:, :2] @ (np.array([centre, -centre]) - 0.5) + to_crop[:, 2]
    assert middle == pytest.approx([31.5, 31.5], abs=1e-6)
    turn = np.radians(turn_deg)
    along = np.array([np.cos(turn), np.sin(turn)]) * x + np.array([-np.sin(turn), np.cos(turn)]) * y
    assert to_crop[:, :2] @ along == pytest.approx(np.array([x, y]) * 64 / side_px, abs=1e-3)


def test_five_points_tell_a_tilt_even_in_profile() -> None:
    upright = np.array([[-30, 0], [30, 0], [0, 30], [-20, 60], [20, 60]], np.float32)
    profile = upright * np.array([0.02, 1], np.float32)
    for points in (upright, profile):
        faces = Faces(np.array([[0, 0, 9, 9]], np.float32), np.ones(1, np.float32), points[None])
        assert upright_deg(faces)[0] == pytest.approx(0, abs=1e-3)
    without = Faces(np.array([[0, 0, 9, 9]], np.float32), np.ones(1, np.float32))
    assert upright_deg(without).tolist() == [0]


def test_a_missing_or_changed_network_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(LandmarkError, match="cannot read"):
        MeshNetwork(tmp_path / "face_landmark.tflite")
    changed = tmp_path / "iris_landmark.tflite"
    changed.write_bytes(network_path("iris_landmark.tflite").read_bytes()[:-1] + b"x")
    with pytest.raises(LandmarkError, match="wanted sha256 d1744d2a09c2"):
        IrisNetwork(changed)
