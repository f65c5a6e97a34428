"""The tracker's states, walked with invented boxes: birth, plateau, inertia, death."""

import numpy as np
import pytest
from numpy.typing import NDArray

from model.faces import Faces
from model.tracking import Tracker, TrackingLimits

SIZE = 40.0


def faces(*places: tuple[float, float], size: float = SIZE) -> Faces:
    """Faces centred at `places`, all of one size."""
    centres = np.array(places, np.float32).reshape(-1, 2)
    return Faces(np.hstack([centres - size / 2, centres + size / 2]), np.full(len(centres), 0.9, np.float32))


def numbers(found: Faces) -> list[int]:
    assert found.track_id is not None
    return [int(number) for number in found.track_id]


def walk(tracker: Tracker, frames: list[Faces], start_ms: int = 0, step_ms: int = 100) -> list[list[int]]:
    return [numbers(tracker.update(seen, start_ms + i * step_ms)) for i, seen in enumerate(frames)]


def test_a_face_gets_its_number_after_it_was_seen_for_a_while() -> None:
    assert walk(Tracker(), [faces((50, 50))] * 4) == [[], [], [1], [1]]


def test_a_false_alarm_of_one_frame_never_gets_a_number() -> None:
    tracker = Tracker()
    walk(tracker, [faces((50, 50))] + [faces()] * 6)
    assert tracker.tracks == []
    assert walk(tracker, [faces((50, 50))] * 3, start_ms=700)[-1] == [1]


def test_with_no_waiting_time_a_face_is_numbered_at_once() -> None:
    tracker = Tracker(TrackingLimits(birth_ms=0, birth_hits=1))
    assert walk(tracker, [faces((50, 50))]) == [[1]]


def test_a_face_seen_again_keeps_its_number() -> None:
    assert set(map(tuple, walk(Tracker(), [faces((50 + i, 50)) for i in range(50)])[2:])) == {(1,)}


def test_a_face_hidden_for_two_seconds_keeps_its_number() -> None:
    frames = [faces((50, 50))] * 5 + [faces()] * 20 + [faces((58, 50))]
    assert walk(Tracker(), frames)[-1] == [1]


def test_a_face_gone_for_longer_than_its_death_comes_back_as_someone_new() -> None:
    tracker = Tracker()
    walk(tracker, [faces((50, 50))] * 5)
    walk(tracker, [faces()], start_ms=3100)
    assert tracker.tracks == []
    assert walk(tracker, [faces((50, 50))] * 3, start_ms=3200)[-1] == [2]


def test_numbers_start_at_one_from_left_to_right_and_are_never_given_twice() -> None:
    tracker, given = Tracker(), []
    for visit in range(6):
        seen = walk(tracker, [faces((300, 50), (50, 50))] * 3, start_ms=visit * 10_000)[-1]
        given.append(seen)
    assert given == [[2, 1], [4, 3], [6, 5], [8, 7], [10, 9], [12, 11]]


@pytest.mark.parametrize("rate_hz", [4, 10, 30, 60])
def test_the_frame_rate_does_not_matter(rate_hz: int) -> None:
    tracker, seen = Tracker(), []
    for i in range(5 * rate_hz):
        time_ms = round(i * 1000 / rate_hz)
        hidden = 1000 <= time_ms < 2800
        found = tracker.update(faces() if hidden else faces((50 + time_ms * 0.02, 50)), time_ms)
        seen.append((time_ms, numbers(found)))
    assert all(ids == [1] for time_ms, ids in seen if 500 <= time_ms < 1000 or time_ms >= 2800)
    assert all(ids == [] for time_ms, ids in seen if time_ms < 150)


def test_the_order_in_which_the_detector_lists_faces_does_not_matter() -> None:
    frames = [faces((50, 50), (150, 50)) if i % 2 else faces((150, 50), (50, 50)) for i in range(12)]
    listed = walk(Tracker(), frames)
    assert listed[-1] == [1, 2] and listed[-2] == [2, 1]


def crossing(times_ms: range) -> list[tuple[int, Faces]]:
    """Two faces pass each other at 100 px/s; while they overlap, the detector sees only the nearer one."""
    frames = []
    for time_ms in times_ms:
        left, right = (100 + time_ms * 0.1, 100.0), (400 - time_ms * 0.1, 112.0)
        frames.append((time_ms, faces(left) if abs(left[0] - right[0]) < SIZE * 0.6 else faces(left, right)))
    return frames


@pytest.mark.parametrize("step_ms", [33, 100])
def test_two_faces_that_cross_keep_their_numbers(step_ms: int) -> None:
    tracker = Tracker()
    found = [tracker.update(seen, time_ms) for time_ms, seen in crossing(range(0, 3000, step_ms))]
    by_number = dict(zip(numbers(found[-1]), found[-1].boxes[:, 0].tolist(), strict=True))
    assert sorted(by_number) == [1, 2]
    assert by_number[1] > by_number[2]


def test_a_face_far_away_is_someone_else() -> None:
    frames = [faces((50, 50))] * 5 + [faces((50 + 2.5 * SIZE, 50))] * 4
    assert walk(Tracker(), frames)[-1] == [2]


def test_a_face_of_quite_another_size_is_someone_else() -> None:
    frames = [faces((50, 50))] * 5 + [faces((50, 50), size=2.5 * SIZE)] * 4
    assert walk(Tracker(), frames)[-1] == [2]


def test_a_newcomer_does_not_take_a_number_from_its_neighbour() -> None:
    tracker = Tracker()
    walk(tracker, [faces((50, 50))] * 5)
    frames = [faces((56, 50), (80, 50))] * 5
    assert walk(tracker, frames, start_ms=500)[-1] == [1, 2]


def test_the_same_places_in_another_frame_size_keep_their_numbers() -> None:
    tracker = Tracker()
    walk(tracker, [faces((50, 50), (200, 90))] * 5)
    tracker.rescale(2, 2)
    assert walk(tracker, [faces((100, 100), (400, 180), size=2 * SIZE)], start_ms=500) == [[1, 2]]


def test_time_that_stands_still_or_runs_back_harms_nothing() -> None:
    tracker = Tracker()
    walk(tracker, [faces((50, 50))] * 5)
    assert numbers(tracker.update(faces((51, 50)), 400)) == [1]
    assert numbers(tracker.update(faces((52, 50)), 100)) == [1]
    assert np.isfinite(tracker.tracks[0].velocity_px_ms).all()


def test_a_whole_meeting_keeps_its_numbers() -> None:
    random = np.random.default_rng(0)
    places = [(100 + 120 * (i % 7), 80 + 100 * (i // 7)) for i in range(49)]
    tracker = Tracker()
    for frame in range(100):
        order = random.permutation(49)
        moved = [tuple(np.array(places[i]) + random.normal(0, 2, 2)) for i in order]
        there = random.random(49) > 0.2
        found = tracker.update(faces(*[m for m, t in zip(moved, there, strict=True) if t]), frame * 100)
        if frame == 20:
            known = {track.track_id: track.centre for track in tracker.tracks}
    assert len(found) > 30 and max(numbers(found)) == 49
    assert all(np.linalg.norm(place - known[number]) < 20 for number, place in where(found).items())


def where(found: Faces) -> dict[int, NDArray[np.float32]]:
    centres = (found.boxes[:, :2] + found.boxes[:, 2:]) / 2
    return dict(zip(numbers(found), centres, strict=True))
