"""Nobody's first look is lost, and what was seen once only is nobody."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dashboard.files.frames import TimedImage
from dashboard.recordings.first_looks import HELD_AT_MOST, FirstLooks, Looked
from model.faces import Faces
from model.observations import FrameRecord, Observation
from model.tracking import Tracker

PICTURE = np.zeros((4, 4, 3), np.uint8)


def faces_at(places: list[int]) -> Faces:
    boxes = [[300 * place, 50, 300 * place + 100, 150] for place in places]
    return Faces(np.array(boxes, np.float32).reshape(-1, 4), np.ones(len(places), np.float32))


def told(frames: list[list[int]], step_ms: int = 200) -> list[list[tuple[int, int]]]:
    """Of each frame the number and place of everybody, once through; `frames`: places of the faces."""
    tracker = Tracker(tentative=True)
    looks = FirstLooks(tracker)
    out: list[Looked] = []
    for number, places in enumerate(frames):
        offset_ms = number * step_ms
        found = tracker.update(faces_at(places), offset_ms)
        assert found.track_id is not None
        rows = zip(found.track_id.tolist(), found.boxes.tolist(), strict=True)
        seen = tuple(Observation(one, tuple(box), 1.0) for one, box in rows)
        record = FrameRecord(number, offset_ms, seen)
        out += looks.add(Looked(TimedImage(PICTURE, offset_ms, 0.0), record))
    out += looks.finish()
    assert [one.record.frame for one in out] == list(range(len(frames)))
    return [[(o.track_id, round(o.box[0] / 300)) for o in one.record.observations] for one in out]


def test_the_first_look_has_the_number_that_the_second_gave() -> None:
    assert told([[0], [0], [0, 2], [0, 2]]) == [[(1, 0)], [(1, 0)], [(1, 0), (2, 2)], [(1, 0), (2, 2)]]


def test_what_was_seen_once_is_nobody() -> None:
    assert told([[0], [0, 2], [0], [0], [0]]) == [[(1, 0)]] * 5


def test_who_comes_with_the_last_look_is_not_known_yet() -> None:
    assert told([[0], [0], [0, 2]]) == [[(1, 0)]] * 3


def test_a_clip_too_short_to_meet_anybody_has_its_people_from_left_to_right() -> None:
    assert told([[2, 0, 1]]) == [[(3, 2), (1, 0), (2, 1)]]
    assert told([[0, 1]] * 4, step_ms=33) == [[(1, 0), (2, 1)]] * 4
    assert told([[0, 1], [1], [1]], step_ms=33)[2] == [(2, 1)]


def test_at_many_looks_a_second_all_before_the_number_are_kept() -> None:
    assert told([[0]] * 20, step_ms=33) == [[(1, 0)]] * 20


@given(
    st.lists(st.lists(st.integers(0, 3), unique=True, max_size=4), min_size=1, max_size=40),
    st.integers(20, 2000),
)
def test_frames_leave_in_order_each_once_with_numbers_alone(frames: list[list[int]], step_ms: int) -> None:
    out = told(frames, step_ms)
    numbers = {number for frame in out for number, _ in frame}
    assert all(number > 0 for number in numbers)
    assert all(
        {place for _, place in frame} <= set(places) for frame, places in zip(out, frames, strict=True)
    )


def test_no_more_than_a_few_frames_are_held() -> None:
    tracker = Tracker(tentative=True)
    tracker.limits = tracker.limits.__class__(birth_ms=10**9)
    looks = FirstLooks(tracker)
    for number in range(100):
        found = tracker.update(faces_at([0]), number * 100)
        seen = (Observation(int(found.track_id[0]), (0, 0, 9, 9), 1.0),)  # type: ignore[index]
        list(looks.add(Looked(TimedImage(PICTURE, number, 0.0), FrameRecord(number, number * 100, seen))))
        assert len(looks._held) <= HELD_AT_MOST
