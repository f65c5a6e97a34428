"""Why a face does not count: one real face made dark, blurred, small, bright."""

import cv2
import numpy as np
import pytest

from model.detection import make_detector
from model.faces import Faces
from model.images import Image
from model.observations import READABLE, USABLE, QualityFlag
from model.quality import QualityLimits, readable, sharpness
from tests.made.media import astronaut, upscaled
from tests.made.quality import judge

LIMITS = QualityLimits()
FACE = (176.0, 62.0, 270.0, 182.0)


def flags(image: Image, box: tuple[float, float, float, float] = FACE, **more: object) -> QualityFlag:
    faces = Faces(np.array([box], np.float32), np.array([more.get("confidence", 0.9)], np.float32))
    return judge(image, faces, LIMITS).quality[0]


def brightened(gain: float) -> Image:
    return np.asarray(np.clip(astronaut() * float(gain), 0, 255), np.uint8)


def blurred(sigma_px: float) -> Image:
    return np.asarray(cv2.GaussianBlur(astronaut(), (0, 0), sigma_px), np.uint8)


def test_a_clear_face_counts() -> None:
    assert flags(astronaut()) == USABLE


def test_a_face_in_the_dark_is_dark_and_nothing_else() -> None:
    assert flags(brightened(0.12)) == QualityFlag.DARK


def test_a_dim_room_is_still_good_enough() -> None:
    assert flags(brightened(0.4)) == USABLE


def test_a_face_washed_out_by_light_is_overexposed() -> None:
    assert QualityFlag.OVEREXPOSED in flags(brightened(4))


@pytest.mark.parametrize(("sigma_px", "counts"), [(1.5, True), (6, False), (12, False)])
def test_a_blur_counts_when_the_network_would_see_it(sigma_px: float, counts: bool) -> None:
    assert (QualityFlag.BLURRED not in flags(blurred(sigma_px))) is counts


@pytest.mark.parametrize(("side_px", "small"), [(12, True), (20, True), (30, False), (60, False)])
def test_a_face_of_few_pixels_is_small(side_px: int, small: bool) -> None:
    factor = side_px / 120
    box = tuple(edge * factor for edge in FACE)
    found = flags(upscaled(astronaut(), factor), (box[0], box[1], box[2], box[3]))
    assert (QualityFlag.SMALL in found) is small


def test_what_the_detector_hardly_believes_does_not_count() -> None:
    assert flags(astronaut(), confidence=0.65) == QualityFlag.LOW_CONFIDENCE


def test_a_small_face_that_was_enlarged_shows_as_blurred() -> None:
    tiny = upscaled(astronaut(), 0.08)
    large = np.asarray(cv2.resize(tiny, (512, 512), interpolation=cv2.INTER_LINEAR), np.uint8)
    assert QualityFlag.BLURRED in flags(large)


def test_a_face_half_out_of_the_picture_is_cut_off_and_one_near_the_edge_is_not() -> None:
    detector, image = make_detector("yunet"), astronaut()
    for first_row, wanted in ((60, False), (112, True)):
        cut = np.ascontiguousarray(image[first_row:])
        faces = judge(cut, detector.detect(cut), LIMITS)
        assert any(QualityFlag.CUT_OFF in found for found in faces.quality) is wanted


def test_without_points_a_box_on_the_edge_is_cut_off() -> None:
    assert QualityFlag.CUT_OFF in flags(astronaut(), (0, 62, 94, 182))


def test_sharpness_falls_with_blur_and_not_with_contrast() -> None:
    crops = np.random.default_rng(0).integers(0, 255, (1, 48, 48)).astype(np.uint8)
    crops[0] = cv2.GaussianBlur(crops[0], (0, 0), 1)
    pale = (crops * 0.5 + 60).astype(np.uint8)
    soft = np.asarray(cv2.GaussianBlur(crops[0], (0, 0), 1.5), np.uint8)[None]
    assert sharpness(pale)[0] == pytest.approx(sharpness(crops)[0], rel=0.1)
    assert sharpness(soft)[0] < sharpness(crops)[0] / 3


def test_a_blank_crop_has_no_sharpness_and_no_error() -> None:
    assert sharpness(np.full((1, 48, 48), 7, np.uint8)).tolist() == [0]


def test_no_face_gives_no_flags() -> None:
    assert judge(astronaut(), Faces.none(), LIMITS).quality == []


def measured(**fields: float) -> QualityFlag:
    """The astronaut's face with these signals, whatever they really are."""
    faces = Faces(np.array([FACE], np.float32), np.array([0.9], np.float32))
    faces = faces.having(**{name: np.array([value], np.float32) for name, value in fields.items()})
    return judge(astronaut(), faces, LIMITS).quality[0]


@pytest.mark.parametrize(
    ("angle", "within", "beyond"),
    [("yaw_deg", 33, 37), ("yaw_deg", -33, -37), ("pitch_deg", 38, 42), ("roll_deg", -43, 180)],
)
def test_a_head_turned_too_far_is_turned_away(angle: str, within: float, beyond: float) -> None:
    assert measured(**{angle: within}) == USABLE
    assert measured(**{angle: beyond}) == QualityFlag.TURNED_AWAY


def test_a_covered_eye_or_mouth_is_occluded() -> None:
    assert measured(eyes_hidden=0.5) == QualityFlag.OCCLUDED
    assert measured(mouth_hidden=1) == QualityFlag.OCCLUDED
    assert measured(eyes_hidden=0.1, mouth_hidden=0, mesh_presence=0.99) == USABLE


def test_a_mesh_that_does_not_fit_is_unclear_unless_something_covers_the_face() -> None:
    assert measured(mesh_presence=0.5) == QualityFlag.LOW_CONFIDENCE
    assert measured(mesh_presence=0.5, mouth_hidden=1) == QualityFlag.OCCLUDED


def test_the_far_half_of_a_profile_is_not_covered() -> None:
    assert measured(yaw_deg=60, eyes_hidden=1, mouth_hidden=1) == QualityFlag.TURNED_AWAY


@pytest.mark.parametrize(
    ("nose_px", "wanted"), [(235, QualityFlag.LOW_CONFIDENCE), (270, QualityFlag.TURNED_AWAY)]
)
def test_without_a_mesh_the_nose_tells_a_profile(nose_px: int, wanted: QualityFlag) -> None:
    points = np.array([[[205, 110], [245, 110], [nose_px, 130], [210, 155], [240, 155]]], np.float32)
    faces = Faces(np.array([FACE], np.float32), np.array([0.9], np.float32), points)
    faces = faces.having(
        mesh_presence=np.array([0.2], np.float32), eyes_hidden=np.ones(1, np.float32) * (nose_px > 250)
    )
    assert judge(astronaut(), faces, LIMITS).quality == [wanted]


def test_what_was_not_measured_is_no_reason() -> None:
    nan = float("nan")
    assert measured(yaw_deg=nan, pitch_deg=nan, roll_deg=nan, eyes_hidden=nan, mesh_presence=nan) == USABLE


def test_of_two_overlapping_faces_the_one_behind_is_occluded() -> None:
    boxes = np.array([FACE, (230, 70, 300, 165), (400, 300, 470, 395)], np.float32)
    faces = judge(astronaut(), Faces(boxes, np.full(3, 0.9, np.float32)), LIMITS)
    assert [QualityFlag.OCCLUDED in found for found in faces.quality] == [False, True, False]


def seen(flags: QualityFlag, *, yaw_deg: float = 0.0, presence: float = 1.0) -> bool:
    """Whether a face of those flags shows enough to be scored."""
    faces = Faces(
        np.array([FACE], np.float32),
        np.array([0.9], np.float32),
        flags=np.array([int(flags)], np.int64),
        yaw_deg=np.array([yaw_deg], np.float32),
        mesh_presence=np.array([presence], np.float32),
    )
    return bool(readable(faces, (512, 512), LIMITS)[0])


@pytest.mark.parametrize("flag", list(QualityFlag))
def test_a_face_that_is_turned_cut_or_covered_is_read_and_no_other_flagged_one(flag: QualityFlag) -> None:
    assert seen(USABLE)
    assert seen(flag) is (flag in READABLE)
    assert not seen(flag | QualityFlag.BLURRED)


@pytest.mark.parametrize(("outside", "read"), [(0, True), (1, True), (2, False)])
def test_a_cut_face_is_read_while_one_feature_at_most_is_cut_off(outside: int, read: bool) -> None:
    points = np.full((1, 5, 2), 100.0, np.float32)
    points[0, :outside, 0] = -3
    flags = np.array([int(QualityFlag.CUT_OFF)], np.int64)
    faces = Faces(np.array([FACE], np.float32), np.array([0.9], np.float32), points=points, flags=flags)
    assert bool(readable(faces, (512, 512), LIMITS)[0]) is read


def test_a_covered_mouth_is_not_read_past() -> None:
    flags = np.array([int(QualityFlag.OCCLUDED)], np.int64)
    faces = Faces(np.array([FACE], np.float32), np.array([0.9], np.float32), flags=flags)
    for hidden, read in ((0.9, False), (0.1, True), (np.nan, True)):
        masked = faces.having(mouth_hidden=np.array([hidden], np.float32))
        assert bool(readable(masked, (512, 512), LIMITS)[0]) is read


def test_a_profile_and_a_face_that_no_mesh_fits_are_not_read() -> None:
    assert seen(QualityFlag.TURNED_AWAY, yaw_deg=-42)
    assert not seen(QualityFlag.TURNED_AWAY, yaw_deg=-60)
    assert not seen(QualityFlag.OCCLUDED, presence=LIMITS.min_presence / 2)
