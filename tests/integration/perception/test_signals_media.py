"""Signals on real people: turns, eyes and covered faces as somebody looking at the pictures sees them."""

from functools import cache
from itertools import pairwise

import cv2
import numpy as np
import pytest

from model.detection import make_detector
from model.faces import Faces, Floats
from model.images import Image
from model.observations import GazeState, Observation, QualityFlag
from model.pipeline import make_pipeline
from model.quality import QualityLimits
from model.signals import SignalReader, signals_of, with_signals
from model.signals.landmarks import Landmarks, upright_deg
from tests.made.eyes import covered, eyes_of, looking_aside, skin
from tests.made.media import MEDIA, SHARED, needs_media, read_frames, read_image
from tests.made.quality import judge

pytestmark = needs_media

LARGEST_JUMP_DEG = 25
TURNS = {
    # Clip, person from the left: frames in which the face is turned to the image's left (-1) or right (+1).
    # Seen frame by frame; left out is where it looks straight ahead (the man from frame 9 on only leans).
    ("female", 0): {range(9): -1, range(10, 19): 1, range(20, 23): -1},
    ("female-and-male", 0): {range(56): -1},
    ("female-and-male", 1): {range(9): 1},
}
LOOKING_HERE = {
    # Picture: which of its faces, from the left, look at the camera with open eyes. 140 px and more.
    "human_person-vlado.jpg": (0,),
    "human_group-2.jpg": (0, 1),
    "human_group-3.jpg": (0, 1, 2, 3),
    "human_group-4.jpg": (0, 1, 2, 3, 4),
    "sample1.jpg": (3,),
    "sample3.jpg": (0, 1, 2),
}
SOFT_LIGHT = SHARED / "cases" / "t08_clear_face_called_covered.mkv"
SHUT_FRAMES = (36, 48, 84, 450)
"""Of the close-up clip: both eyes firmly shut."""


@cache
def turning(clip: str) -> list[tuple[Observation, ...]]:
    """Every frame at 100 ms, detected anew; people from left to right."""
    pipeline = make_pipeline(expressions=False, detect_every_ms=0)
    frames, _ = read_frames(MEDIA / f"intel_head-pose-face-detection-{clip}.gif")
    frames = [frames[0]] * 3 + frames  # numbers are given after 150 ms
    seen = [pipeline.observe(pipeline.process(frame, 100 * i)) for i, frame in enumerate(frames)]
    return [tuple(sorted(found, key=lambda o: o.box[0])) for found in seen[3:]]


@pytest.mark.parametrize(("clip", "person"), TURNS)
def test_the_sign_of_yaw_follows_the_visible_turn(clip: str, person: int) -> None:
    right = []
    for frames, side in TURNS[clip, person].items():
        yaws = [turning(clip)[i][person].signals.yaw_deg for i in frames]
        right += [yaw is not None and yaw * side > 0 for yaw in yaws]
    assert np.mean(right) >= 0.95


@pytest.mark.parametrize(("clip", "people"), [("female", 1), ("female-and-male", 2)])
def test_no_pose_jumps_between_usable_neighbours(clip: str, people: int) -> None:
    assert all(len(found) == people for found in turning(clip))
    for person in range(people):
        track = [found[person] for found in turning(clip)]
        for before, after in pairwise(track):
            if not before.flags and not after.flags:
                for name in ("yaw_deg", "pitch_deg", "roll_deg"):
                    change = getattr(after.signals, name) - getattr(before.signals, name)
                    assert abs(change) <= LARGEST_JUMP_DEG, name


def test_a_head_leaning_on_a_shoulder_shows_its_whole_tilt() -> None:
    woman, man = turning("female-and-male")[40]
    assert woman.signals.roll_deg is not None and -65 < woman.signals.roll_deg < -40
    assert man.signals.roll_deg is not None and -50 < man.signals.roll_deg < -30
    assert QualityFlag.TURNED_AWAY in woman.flags and not man.flags


@cache
def reader() -> SignalReader:
    return SignalReader()


def read(image: Image, box: Floats, roll_deg: float) -> tuple[Faces, Landmarks]:
    found = reader().landmarks(image, box, roll_deg, float((box[2:] - box[:2]).max()))
    assert found is not None
    return with_signals(Faces(box[None], np.ones(1, np.float32)), [found]), found


@cache
def looking_here() -> list[tuple[Image, Floats, float]]:
    """Surroundings, box and tilt of every face of LOOKING_HERE."""
    faces = []
    for picture, chosen in LOOKING_HERE.items():
        image = read_image(MEDIA / picture)
        detected = make_detector("yunet").detect(image)
        detected = detected.take(np.argsort(detected.boxes[:, 0]))
        for i in chosen:
            box = detected.boxes[i]
            side_px = (box[2:] - box[:2]).max()
            assert side_px >= 140
            x0, y0 = np.maximum((box[:2] + box[2:]) / 2 - 1.1 * side_px, 0).astype(int)
            x1, y1 = ((box[:2] + box[2:]) / 2 + 1.1 * side_px).astype(int)
            cut = np.ascontiguousarray(image[y0:y1, x0:x1])
            faces.append((cut, box - np.array([x0, y0, x0, y0], np.float32), float(upright_deg(detected)[i])))
    return faces


def shut_eyes() -> list[tuple[Image, Landmarks]]:
    frames, _ = read_frames(MEDIA / "pyfeat_WolfgangLanger_Pexels.mp4")
    shut = []
    for frame in (frames[i] for i in SHUT_FRAMES):
        faces = make_detector("yunet").detect(frame)
        shut.append((frame, read(frame, faces.boxes[0], 0)[1]))
    return shut


def test_gaze_and_eyes_of_made_up_cases() -> None:
    """Each face as it is, its irises moved a quarter of the eye's width, and with somebody's shut eyes."""
    right: list[bool] = []
    donors = shut_eyes()
    for i, (image, box, roll_deg) in enumerate(looking_here()):
        found = read(image, box, roll_deg)[1]
        cases = {
            GazeState.LOOKING: [image],
            GazeState.AWAY: [looking_aside(image, found, share) for share in (-0.25, 0.25)],
            GazeState.CLOSED: [eyes_of(*donors[i % len(donors)], image, found)],
        }
        for wanted, images in cases.items():
            states = [signals_of(read(case, box, roll_deg)[0], 0).gaze_state for case in images]
            right += [state is wanted for state in states]
    assert len(right) == 64 and np.mean(right) >= 0.9


def test_a_covered_eye_is_flagged_and_an_open_one_is_not() -> None:
    flagged, clear = [], []
    for image, box, roll_deg in looking_here():
        faces, found = read(image, box, roll_deg)
        blue, green, red = (int(level) for level in skin(image, found))
        clear.append(occluded(image, faces))
        for eyes, colour in (((0, 1), (25, 22, 20)), ((0,), (blue, green, red)), ((1,), (20, 30, 40))):
            made = covered(image, found, colour, *eyes)
            flagged.append(occluded(made, read(made, box, roll_deg)[0]))
    assert np.mean(flagged) >= 0.95 and np.mean(clear) <= 0.1


def occluded(image: Image, faces: Faces) -> bool:
    return QualityFlag.OCCLUDED in judge(image, faces, QualityLimits()).quality[0]


def test_a_head_upside_down_is_flagged_and_nothing_is_scored() -> None:
    image = np.asarray(cv2.rotate(read_image(MEDIA / "human_person-vlado.jpg"), cv2.ROTATE_180), np.uint8)
    pipeline = make_pipeline()
    seen = [pipeline.observe(pipeline.process(image, 100 * i)) for i in range(4)][-1]
    assert seen
    for face in seen:
        assert QualityFlag.TURNED_AWAY in face.flags and face.scores is None
        assert face.signals.roll_deg is not None and abs(face.signals.roll_deg) > 150


def test_a_profile_is_turned_away_and_not_covered() -> None:
    image = read_image(MEDIA / "sample2.jpg")
    pipeline = make_pipeline()
    seen = [pipeline.observe(pipeline.process(image, 100 * i)) for i in range(4)][-1]
    profile, *_ = sorted(seen, key=lambda face: face.box[0])
    assert QualityFlag.TURNED_AWAY in profile.flags and QualityFlag.OCCLUDED not in profile.flags


@pytest.mark.skipif(not SOFT_LIGHT.is_file(), reason="the clip is not beside the project")
def test_a_clear_face_in_soft_light_is_never_covered() -> None:
    frames, rate_hz = read_frames(SOFT_LIGHT)
    pipeline = make_pipeline(expressions=False)
    step = round(rate_hz / 5)
    told = [pipeline.process(frame, 200 * i).quality for i, frame in enumerate(frames[::step])]
    assert sum(len(found) for found in told) >= 10
    assert all(QualityFlag.OCCLUDED not in flags for found in told for flags in found)


def test_a_hand_before_the_mouth_covers_it() -> None:
    """Looked at one by one: frames of the close-up clip with a hand before the mouth, and without."""
    frames, rate_hz = read_frames(MEDIA / "pyfeat_WolfgangLanger_Pexels.mp4")
    pipeline, covered = make_pipeline(expressions=False), []
    for i, frame in enumerate(frames[:: round(rate_hz / 5)]):
        for flags in pipeline.process(frame, 200 * i).quality:
            covered.append(QualityFlag.OCCLUDED in flags)
    assert 5 <= sum(covered) <= 10
