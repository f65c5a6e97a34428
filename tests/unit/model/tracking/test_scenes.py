"""Meetings that move: shaken cameras, re-arranged tiles, people hidden, crossing, joining."""

import numpy as np
import pytest

from model.tracking import Tracker
from tests.made.tiles import (
    ANNA,
    BERT,
    CARL,
    DORA,
    FACE,
    FOUR,
    GRID,
    HEIGHT,
    WIDTH,
    Meeting,
    Sitter,
    faces,
    numbers,
    picture,
    seated,
)


def test_a_camera_that_is_pushed_moves_everybody_and_changes_nobody() -> None:
    tracker = Tracker()
    for i in range(10):
        first = tracker.update(faces(*GRID), i * 100)
    pushed = [(x + 2 * FACE, y - FACE) for x, y in GRID]
    assert numbers(tracker.update(faces(*pushed), 1000), pushed) == numbers(first, GRID)
    back = tracker.update(faces(*GRID), 1100)
    assert numbers(back, GRID) == numbers(first, GRID)


def test_a_shaken_camera_keeps_everybody_for_seconds() -> None:
    tracker, random = Tracker(), np.random.default_rng(3)
    for i in range(60):
        shift = random.uniform(-FACE, FACE, 2) if i > 10 else (0, 0)
        places = [(x + shift[0], y + shift[1]) for x, y in GRID]
        found = numbers(tracker.update(faces(*places), i * 100), places)
        if i == 10:
            first = found
    assert found == first and max(found) == 4


def test_with_pictures_a_push_keeps_a_single_face_too() -> None:
    meeting = Meeting()
    assert meeting.show([(ANNA, (200.0, 150.0))]) == [1]
    assert meeting.show([(ANNA, (200.0 + 1.8 * FACE, 150.0))], 200) == [1]


@pytest.mark.parametrize("order", [(1, 0, 2, 3), (3, 2, 1, 0), (1, 2, 3, 0), (2, 3, 1, 0)])
def test_everybody_keeps_their_number_when_the_tiles_change_places(order: tuple[int, ...]) -> None:
    meeting = Meeting()
    first = meeting.show(seated(FOUR), 2000)
    assert sorted(first) == [1, 2, 3, 4]
    assert meeting.show(seated([FOUR[i] for i in order]), 200) == [first[i] for i in order]


def test_tiles_of_another_size_are_the_same_people() -> None:
    meeting = Meeting()
    first = meeting.show(seated(FOUR), 2000)
    large = [(170.0, 150.0), (480.0, 150.0)]
    assert meeting.show(seated([DORA, BERT], large), 200, face=2 * FACE) == [first[3], first[1]]
    assert meeting.show(seated(FOUR), 400) == first


def test_one_who_joins_gets_a_new_number_though_everybody_moves() -> None:
    meeting = Meeting()
    first = meeting.show(seated(FOUR[:3]), 2000)
    assert meeting.show(seated([DORA, *FOUR[:3]])) == [4, *first]


def test_two_tiles_that_change_places_are_noticed_among_many() -> None:
    random = np.random.default_rng(1)
    places = [(60.0 + 100 * (i % 6), 50.0 + 85 * (i // 6)) for i in range(12)]
    colours = [(int(b), int(g), int(r)) for b, g, r in random.integers(0, 255, (2 * len(places), 3))]
    crowd = [Sitter(*pair) for pair in zip(colours[::2], colours[1::2], strict=True)]
    meeting = Meeting()
    first = meeting.show(seated(crowd, places), 2000, face=18)
    crowd[2], crowd[7] = crowd[7], crowd[2]
    first[2], first[7] = first[7], first[2]
    assert meeting.show(seated(crowd, places), 200, face=18) == first


@pytest.mark.parametrize("hidden_ms", [400, 1000, 2000])
def test_a_hidden_face_comes_back_with_its_number(hidden_ms: int) -> None:
    meeting = Meeting()
    first = meeting.show(seated(FOUR), 2000)
    assert meeting.show(seated(FOUR[1:], GRID[1:]), hidden_ms) == first[1:]
    assert meeting.show(seated(FOUR), 200) == first


def test_one_hidden_while_the_tiles_move_is_found_in_the_new_one() -> None:
    meeting = Meeting()
    first = meeting.show(seated(FOUR), 2000)
    meeting.show(seated(FOUR[1:], GRID[1:]), 600)
    meeting.show(seated([DORA, CARL, BERT]), 1000)
    assert meeting.show(seated([DORA, CARL, BERT, ANNA]), 1000) == first[::-1]


@pytest.mark.parametrize("with_pictures", [True, False])
def test_two_who_cross_keep_their_numbers(with_pictures: bool) -> None:
    """While they overlap, only the nearer one is detected."""
    tracker = Tracker()
    for time_ms in range(0, 4000, 100):
        left, right = (100 + 0.1 * time_ms, 150.0), (440 - 0.1 * time_ms, 162.0)
        shown = [(ANNA, right), (BERT, left)]
        places = [left] if abs(left[0] - right[0]) < 0.6 * FACE else [left, right]
        found = tracker.update(faces(*places), time_ms, picture(shown) if with_pictures else None)
        if time_ms == 1000:
            first = numbers(found, places)
    assert numbers(found, places) == first == [1, 2]


def test_the_same_story_is_told_twice_the_same_way() -> None:
    def story() -> list[list[int]]:
        meeting = Meeting()
        orders = ([0, 1, 2, 3], [3, 1, 0], [2, 0, 1], [1, 0, 3, 2])
        return [meeting.show(seated([FOUR[i] for i in order]), 800) for order in orders]

    assert story() == story()


@pytest.mark.parametrize("step_ms", [33, 100, 500, 1000])
def test_a_new_layout_is_understood_at_any_rate(step_ms: int) -> None:
    tracker = Tracker()
    for time_ms in range(0, 4000, step_ms):
        found = tracker.update(faces(*GRID), time_ms, picture(seated(FOUR)))
    first = numbers(found, GRID)
    found = tracker.update(faces(*GRID), time_ms + step_ms, picture(seated(FOUR[::-1])))
    assert numbers(found, GRID) == first[::-1]


def test_a_frame_of_another_size_keeps_who_is_remembered() -> None:
    meeting = Meeting()
    first = meeting.show(seated(FOUR), 2000)
    meeting.show(seated(FOUR[1:], GRID[1:]), 5000)
    remembered = meeting.tracker.remembered[0].centre.copy()
    meeting.tracker.rescale(2, 2)
    assert np.allclose(meeting.tracker.remembered[0].centre, 2 * remembered)
    places = [(2 * x, 2 * y) for x, y in GRID]
    double = np.repeat(np.repeat(picture(seated(FOUR)), 2, axis=0), 2, axis=1)
    assert double.shape == (2 * HEIGHT, 2 * WIDTH, 3)
    for i in range(3):
        found = meeting.tracker.update(faces(*places, size=2 * FACE), meeting.now_ms + 200 * i, double)
    assert numbers(found, places) == first
