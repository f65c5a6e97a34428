"""Who looks like whom: people who go, come back, change, and are hard to tell apart."""

import numpy as np

from model.tracking import TrackingLimits
from tests.made.tiles import (
    ANNA,
    BERT,
    BLACK,
    CARL,
    DORA,
    FACE,
    FOUR,
    GREEN,
    GRID,
    HEIGHT,
    YELLOW,
    Meeting,
    Sitter,
    seated,
)


def test_one_who_leaves_and_comes_back_within_a_minute_is_known_elsewhere() -> None:
    meeting = Meeting()
    first = meeting.show(seated(FOUR), 2000)
    assert meeting.show(seated(FOUR[1:]), 30_000) == first[1:]
    assert meeting.show(seated([BERT, ANNA, CARL, DORA])) == [first[1], first[0], *first[2:]]


def test_after_its_memory_is_over_a_number_is_not_taken_up_again() -> None:
    meeting = Meeting(TrackingLimits(memory_ms=10_000))
    meeting.show(seated(FOUR), 2000)
    meeting.show(seated(FOUR[1:]), 14_000)
    assert meeting.show(seated([BERT, ANNA, CARL, DORA]))[1] == 5
    assert len(meeting.tracker.remembered) == 0


def test_of_two_who_look_alike_neither_gets_the_others_number() -> None:
    meeting = Meeting()
    first = meeting.show(seated([ANNA, ANNA, CARL, DORA]), 2000)
    found = meeting.show(seated([DORA, CARL, ANNA, ANNA]), 1000)
    assert found[:2] == [first[3], first[2]]
    assert sorted(found[2:]) == [5, 6]


def test_two_who_look_alike_keep_their_numbers_while_they_sit_still() -> None:
    meeting = Meeting()
    first = meeting.show(seated([ANNA, ANNA, CARL, DORA]), 5000)
    assert sorted(first) == [1, 2, 3, 4]
    assert meeting.show(seated([ANNA, ANNA, CARL, DORA]), 5000) == first


def test_a_stranger_in_a_known_place_gets_a_new_number() -> None:
    meeting = Meeting()
    assert meeting.show([(ANNA, (200.0, 150.0))]) == [1]
    assert meeting.show([(CARL, (200.0 + 0.4 * FACE, 150.0))]) == [2]
    assert meeting.show([(ANNA, (200.0, 150.0))]) == [1]


def test_another_virtual_background_does_not_make_another_person() -> None:
    meeting = Meeting()
    assert meeting.show([(ANNA, (200.0, 150.0))]) == [1]
    assert meeting.show([(Sitter(GREEN, ANNA.clothing), (203.0, 150.0))]) == [1]


def test_light_switched_off_for_slides_changes_nobody() -> None:
    meeting = Meeting()
    first = meeting.show(seated(FOUR), 2000)
    assert meeting.show(seated(FOUR), 4000, light=0.35) == first
    assert meeting.show(seated(FOUR), 2000) == first


def test_nobody_is_told_by_a_background_alone() -> None:
    """Where the picture ends below the chin there is no clothing to see: a shared webcam knows nobody."""
    low = (200.0, HEIGHT - 0.6 * FACE)
    meeting = Meeting()
    assert meeting.show([(ANNA, low)]) == [1]
    meeting.show([], 4000)
    assert meeting.show([(ANNA, low)]) == [2]


def test_a_false_alarm_gets_no_number_though_it_looks_like_somebody() -> None:
    meeting = Meeting()
    first = meeting.show(seated(FOUR), 2000)
    meeting.show(seated(FOUR[1:], GRID[1:]), 600)
    alarm = [*seated(FOUR[1:], GRID[1:]), (ANNA, (550.0, 200.0))]
    assert meeting.show(alarm, 200)[-1] == 0
    assert meeting.show(seated(FOUR), 200) == first


def test_someone_in_two_tiles_at_once_has_two_numbers() -> None:
    """A speaker's view shows the speaker twice; nothing tells that from two people."""
    meeting = Meeting()
    first = meeting.show(seated(FOUR), 2000)
    found = meeting.show([*seated(FOUR), (ANNA, (540.0, 170.0))])
    assert found[:4] == first and found[4] == 5


def test_looks_are_learned_slowly() -> None:
    meeting = Meeting()
    meeting.show([(ANNA, (200.0, 150.0))], 6000)
    before = meeting.tracker.tracks[0].look
    meeting.show([(Sitter(YELLOW, BLACK), (200.0, 150.0))], 400)
    after = meeting.tracker.tracks[0].look
    assert before is not None and after is not None
    assert 0 < np.abs(after - before).sum() / 4 < 0.15
