"""Signals of a face: head pose, eyes, gaze, mouth; each known from how the face was made."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.faces import Faces, Floats
from model.images import Image
from model.observations import GAZE_ON_SCREEN_FROM, NO_SIGNALS, GazeState, Signals
from model.signals import SignalReader, gaze_score, mouth_opening, signals_of, with_signals
from model.signals.eyes import eye_weights
from model.signals.head_pose import mesh_pose_deg
from model.signals.landmarks import Landmarks
from tests.made.eyes import covered, looking_aside, skin
from tests.made.media import astronaut, upscaled

FACE = np.array([176, 62, 270, 182], np.float32)
DARK = (25, 22, 20)


@cache
def reader() -> SignalReader:
    return SignalReader()


def read(image: Image, box: Floats = FACE) -> tuple[Faces, Landmarks | None]:
    side_px = float((box[2:] - box[:2]).max())
    found = reader().landmarks(image, box, 0, side_px)
    return with_signals(Faces(box[None], np.ones(1, np.float32)), [found]), found


@cache
def portrait() -> Landmarks:
    """Twice as large, so that there is something to paint on."""
    found = read(upscaled(astronaut(), 2), FACE * 2)[1]
    assert found is not None
    return found


def signals(image: Image, box: Floats = FACE) -> Signals:
    return signals_of(read(image, box)[0], 0)


def painted(image: Image) -> tuple[Signals, float]:
    faces, _ = read(image, FACE * 2)
    assert faces.eyes_hidden is not None
    return signals_of(faces, 0), float(faces.eyes_hidden[0])


def rotated(mesh: Floats, yaw_deg: float, pitch_deg: float, roll_deg: float) -> Floats:
    """The mesh of a head turned further: first pitch, then yaw, then roll."""
    yaw, pitch, roll = np.radians([yaw_deg, pitch_deg, roll_deg])
    up = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
    aside = np.array([[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]])
    tilt = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    return np.asarray((mesh - mesh.mean(axis=0)) @ (tilt @ aside @ up).T, np.float32)


def frontal() -> Floats:
    yaw, pitch, roll = mesh_pose_deg(portrait().mesh)
    undone = rotated(rotated(portrait().mesh, 0, 0, -roll), -yaw, 0, 0)
    return rotated(undone, 0, -pitch, 0)


@settings(deadline=None)
@given(st.floats(-80, 80), st.floats(-70, 70), st.floats(-170, 170))
def test_a_head_turned_in_space_has_the_angles_it_was_turned_by(
    yaw: float, pitch: float, roll: float
) -> None:
    assert mesh_pose_deg(frontal()) == pytest.approx((0, 0, 0), abs=0.01)
    assert mesh_pose_deg(rotated(frontal(), yaw, pitch, roll)) == pytest.approx((yaw, pitch, roll), abs=0.1)


def test_signs_are_those_of_the_image() -> None:
    nose, chin = 1, 152
    to_the_right, up = rotated(frontal(), 30, 0, 0), rotated(frontal(), 0, 30, 0)
    assert to_the_right[nose, 0] > frontal()[nose, 0] + 5
    assert up[nose, 1] < frontal()[nose, 1] - 5
    clockwise = rotated(frontal(), 0, 0, 30)
    assert clockwise[chin, 0] < frontal()[chin, 0] - 5


def test_an_open_mouth_moves_no_yaw_and_no_roll() -> None:
    mesh = frontal()
    mesh[[152, 175, 199, 17, 14, 87, 317], 1] += 30
    yaw, _, roll = mesh_pose_deg(mesh)
    assert (yaw, roll) == pytest.approx((0, 0), abs=0.01)
    assert mouth_opening(Landmarks(mesh, 9)) > mouth_opening(Landmarks(frontal(), 9)) + 0.2


def test_a_smiling_portrait_looks_at_the_camera_with_open_eyes() -> None:
    seen = signals(astronaut())
    assert seen.gaze_state is GazeState.LOOKING
    for angle in (seen.yaw_deg, seen.pitch_deg, seen.roll_deg):
        assert angle is not None and abs(angle) < 12
    assert seen.eye_open is not None and seen.eye_open > 0.35
    assert seen.mouth_open is not None and seen.mouth_open < 0.3


def test_the_mirror_image_turns_and_tilts_the_other_way() -> None:
    box = np.array([512 - 270, 62, 512 - 176, 182], np.float32)
    seen, mirrored = signals(astronaut()), signals(np.ascontiguousarray(astronaut()[:, ::-1]), box)
    assert seen.yaw_deg is not None and mirrored.yaw_deg == pytest.approx(-seen.yaw_deg, abs=3)
    assert seen.roll_deg is not None and mirrored.roll_deg == pytest.approx(-seen.roll_deg, abs=3)


@pytest.mark.parametrize("share", [-0.25, 0.25])
def test_irises_in_the_corner_of_the_eyes_look_off_the_screen(share: float) -> None:
    seen, _ = painted(looking_aside(upscaled(astronaut(), 2), portrait(), share))
    assert seen.gaze_state is GazeState.AWAY


def test_sunglasses_hide_both_eyes_and_leave_gaze_to_the_head() -> None:
    seen, hidden = painted(covered(upscaled(astronaut(), 2), portrait(), DARK, 0, 1))
    assert hidden == 1 and seen.eye_open is None
    assert seen.yaw_deg is not None and seen.pitch_deg is not None
    assert seen.gaze == pytest.approx(gaze_score(seen.yaw_deg, seen.pitch_deg), abs=1e-6)


@pytest.mark.parametrize("eye", [0, 1])
def test_a_hand_before_one_eye_hides_half_and_the_other_is_read(eye: int) -> None:
    image = upscaled(astronaut(), 2)
    blue, green, red = (int(level) for level in skin(image, portrait()))
    seen, hidden = painted(covered(image, portrait(), (blue, green, red), eye))
    assert hidden == pytest.approx(0.5, abs=0.05)
    assert seen.eye_open is not None and seen.eye_open > 0.3


def test_nothing_is_hidden_in_plain_view() -> None:
    assert painted(upscaled(astronaut(), 2))[1] == 0


def test_a_face_under_64_px_has_a_pose_and_a_mouth_but_no_eyes() -> None:
    seen = signals(upscaled(astronaut(), 0.5), FACE / np.float32(2))
    assert seen.eye_open is None and seen.gaze is not None and seen.mouth_open is not None
    assert seen.yaw_deg == pytest.approx(signals(astronaut()).yaw_deg or 0, abs=4)


def test_a_face_of_12_px_has_no_signals() -> None:
    assert signals(upscaled(astronaut(), 0.1), FACE / np.float32(10)) == NO_SIGNALS


def test_where_no_face_is_nothing_is_measured() -> None:
    faces, _ = read(np.full((300, 300, 3), 90, np.uint8))
    assert signals_of(faces, 0) == NO_SIGNALS
    assert faces.mesh_presence is not None and faces.mesh_presence[0] < 0.5


def test_faces_that_were_not_read_have_no_signals() -> None:
    assert signals_of(Faces(FACE[None], np.ones(1, np.float32)), 0) == NO_SIGNALS


def test_gaze_falls_from_straight_ahead_to_45_degrees_off() -> None:
    scores = [gaze_score(yaw, 0) for yaw in (0, 10, 22, 23, 45, 80)]
    assert scores == sorted(scores, reverse=True) and scores[0] == 1 and scores[-2:] == [0, 0]
    assert scores[2] >= GAZE_ON_SCREEN_FROM > scores[3]
    assert gaze_score(-30, 0) == gaze_score(30, 0) < gaze_score(0, 30)


@given(st.floats(-90, 90))
def test_both_eyes_count_ahead_and_the_nearer_one_aside(yaw_deg: float) -> None:
    left, right = eye_weights(yaw_deg)
    assert left + right == pytest.approx(1)
    assert (left >= right) if yaw_deg > 0 else (right >= left)
    assert (left, right) == (eye_weights(-yaw_deg)[::-1] if yaw_deg else (0.5, 0.5))
