"""Who is who on real people: clips with known stories, and a small made-up meeting of real faces."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from model.detection import make_detector
from model.faces import Faces
from model.images import Image
from model.tracking import Tracker
from tests.bench.moving_grid import make_meeting
from tests.bench.tracking import follow, follow_clip
from tests.made.media import MEDIA, needs_media, read_frames

pytestmark = needs_media

TWO_HEADS = "intel_head-pose-face-detection-female-and-male.gif"
WALKING = "intel_face-demographics-walking.gif"


@cache
def watched(clip: str) -> list[tuple[int, Image, Faces]]:
    """Time in ms, frame and YuNet's faces."""
    detector = make_detector("yunet")
    frames, rate_hz = read_frames(MEDIA / clip)
    return [(round(i * 1000 / rate_hz), frame, detector.detect(frame)) for i, frame in enumerate(frames)]


def left_to_right(tracked: Faces) -> list[int]:
    assert tracked.track_id is not None
    return [int(number) for number in tracked.track_id[np.argsort(tracked.boxes[:, 0])]]


@pytest.mark.parametrize(("clip", "people"), [(TWO_HEADS, 2), (WALKING, 2), ("intel_classroom.gif", 4)])
def test_nobody_is_ever_taken_for_another(clip: str, people: int) -> None:
    found = follow_clip(clip)
    assert (found["numbers_given"], found["switches"]) == (people, 0)


def test_two_heads_that_change_places_in_the_picture_keep_their_numbers() -> None:
    """The mirrored picture is the other layout: everybody jumps to the other side."""
    tracker, order = Tracker(), []
    for time_ms, frame, faces in watched(TWO_HEADS):
        late = time_ms > 2000
        boxes = faces.boxes.copy()
        if late:
            boxes[:, [0, 2]] = frame.shape[1] - boxes[:, [2, 0]]
        shown = np.ascontiguousarray(frame[:, ::-1]) if late else frame
        order.append(left_to_right(tracker.update(Faces(boxes, faces.confidence), time_ms, shown)))
    assert order[20] == [1, 2]
    assert order[-1] == [2, 1]
    assert max(number for row in order for number in row) == 2


def test_a_shaken_picture_keeps_its_numbers() -> None:
    random, tracker = np.random.default_rng(2), Tracker()
    for time_ms, frame, faces in watched(TWO_HEADS):
        x, y = random.integers(-60, 60, 2).tolist() if time_ms > 1000 else (0, 0)
        shown = np.roll(frame, (y, x), axis=(0, 1))
        shaken = faces.boxes + np.array([x, y, x, y], np.float32)
        tracked = tracker.update(Faces(shaken, faces.confidence), time_ms, shown)
    assert left_to_right(tracked) == [1, 2]


@cache
def small_meeting() -> dict[str, Any]:
    return follow(make_meeting(8, 15_000, rooms=10, clothes=10, seed=4))


def test_a_meeting_that_re_arranges_itself_keeps_its_numbers() -> None:
    found = small_meeting()
    assert found["idf1"] >= 0.95
    assert (found["identity_switches"], found["borrowed_share"]) == (0, 0)
    assert found["numbers_given"] == 10


def test_places_alone_would_not_have_done() -> None:
    assert small_meeting()["times_by_place"] > 1.5
