"""Perception on real people: pictures with known counts, clips with known stories."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from model.detection import make_detector
from model.faces import Faces
from model.observations import Observation
from model.pipeline import make_pipeline
from model.tracking import Tracker
from tests.made.media import MEDIA, needs_media, read_frames, read_image

pytestmark = needs_media

ANALYSIS_HZ = 10
TWO_HEADS = "intel_head-pose-face-detection-female-and-male.gif"


def faces_over_time(clip: str) -> Iterator[tuple[Faces, int]]:
    """YuNet's faces in every frame of a clip, and the frame's time in ms."""
    detector = make_detector("yunet")
    frames, rate_hz = read_frames(MEDIA / clip)
    for i, frame in enumerate(frames):
        yield detector.detect(frame), round(i * 1000 / rate_hz)


@cache
def watched(clip: str) -> list[tuple[Observation, ...]]:
    """The whole pipeline over a clip at the analysis rate."""
    pipeline = make_pipeline()
    frames, rate_hz = read_frames(MEDIA / clip)
    step = max(1, round(rate_hz / ANALYSIS_HZ))
    return [
        pipeline.observe(pipeline.process(frame, round(i * step * 1000 / rate_hz)))
        for i, frame in enumerate(frames[::step])
    ]


@pytest.mark.parametrize(
    ("picture", "people", "tolerance"),
    [
        ("human_group-1.jpg", 15, 1),
        ("human_group-2.jpg", 3, 0),
        ("human_group-3.jpg", 4, 0),
        ("human_group-4.jpg", 5, 0),
        ("t1.jpg", 6, 0),
        ("human_person-lexi.jpg", 1, 0),
        ("human_person-linda.jpg", 1, 0),
        ("human_person-vlado.jpg", 1, 0),
        ("pyfeat_free-mountain-vector-01.jpg", 0, 0),
    ],
)
def test_as_many_faces_are_found_as_there_are_people(picture: str, people: int, tolerance: int) -> None:
    assert abs(len(make_detector("yunet").detect(read_image(MEDIA / picture))) - people) <= tolerance


def test_the_four_people_of_the_classroom_are_found_in_every_frame() -> None:
    found = [len(faces) for faces, _ in faces_over_time("intel_classroom.gif")]
    assert np.mean(found) >= 3.9


@pytest.mark.parametrize(
    ("clip", "people"),
    [
        (TWO_HEADS, 2),
        ("intel_head-pose-face-detection-female.gif", 1),
        ("intel_face-demographics-walking.gif", 2),
        ("intel_classroom.gif", 4),
        ("pyfeat_single_face.mp4", 1),
    ],
)
@pytest.mark.parametrize("every", [1, 2])
def test_each_person_has_one_number_from_beginning_to_end(clip: str, people: int, every: int) -> None:
    tracker, seen = Tracker(), Counter[int]()
    timeline = list(faces_over_time(clip))[::every]
    for faces, offset_ms in timeline:
        found = tracker.update(faces, offset_ms)
        assert found.track_id is not None
        seen.update(found.track_id.tolist())
    assert sorted(seen) == list(range(1, people + 1))
    assert min(seen.values()) >= 0.8 * len(timeline)


def test_turning_heads_do_not_change_places() -> None:
    tracker = Tracker()
    side: dict[int, bool] = {}
    for faces, offset_ms in faces_over_time(TWO_HEADS):
        found = tracker.update(faces, offset_ms)
        assert found.track_id is not None
        for number, box in zip(found.track_id.tolist(), found.boxes, strict=True):
            assert side.setdefault(number, box[0] < 240) == (box[0] < 240)


def test_numbers_survive_two_seconds_in_which_nobody_is_seen() -> None:
    tracker, numbers = Tracker(), []
    for faces, offset_ms in faces_over_time(TWO_HEADS):
        hidden = 1000 <= offset_ms < 3000
        found = tracker.update(Faces.none() if hidden else faces, offset_ms)
        assert found.track_id is not None
        numbers.append(sorted(found.track_id.tolist()))
    assert numbers[-1] == [1, 2]


def shares(clip: str) -> dict[str, float]:
    """How much of the usable time each expression, or not sure, led."""
    usable = [o for frame in watched(clip) for o in frame if o.usable]
    led = Counter(str(o.leading or "not_sure") for o in usable)
    return {name: count / len(usable) for name, count in led.items()}


def test_strong_expressions_are_not_always_neutral() -> None:
    found = shares("pyfeat_WolfgangLanger_Pexels.mp4")
    assert found.get("neutral", 0) < 0.3
    assert found.get("happy", 0) > 0.3
    assert found.get("sad", 0) + found.get("fear", 0) + found.get("angry", 0) > 0.1


def test_a_face_that_begins_to_smile_turns_from_neutral_to_happy() -> None:
    leading = [str(frame[0].leading) for frame in watched("pyfeat_single_face.mp4") if frame]
    assert leading[0] == "neutral" and leading[-1] == "happy"


def test_a_smiling_group_is_mostly_happy() -> None:
    pipeline, image = make_pipeline(), read_image(MEDIA / "human_group-1.jpg")
    for offset_ms in (0, 100, 200):
        seen = pipeline.observe(pipeline.process(image, offset_ms))
    assert sum(o.leading == "happy" for o in seen) >= 8


def test_most_of_a_webcam_clip_is_usable_and_tiny_faces_say_why_not() -> None:
    webcam = [o for frame in watched("pyfeat_single_face.mp4") for o in frame]
    assert np.mean([o.usable for o in webcam]) > 0.95
    classroom = [o for frame in watched("intel_classroom.gif") for o in frame]
    reasons = {name for o in classroom for name in o.flags.names()}
    assert "small" in reasons and reasons <= {"small", "occluded", "low_confidence"}


def test_the_leading_expression_does_not_flicker() -> None:
    frames = watched("pyfeat_WolfgangLanger_Pexels.mp4")
    leading = [frame[0].leading for frame in frames if frame]
    changes = sum(a != b for a, b in pairwise(leading))
    assert changes < len(leading) / 10
