"""Votes over time: one voice a device, the newest counts, and only for a while."""

from hypothesis import given
from hypothesis import strategies as some

from dashboard.charts.votes import vote_area
from dashboard.voting.standing import HOLDS_MS, standing, told_now, voices
from db.rights.ballots import Choice, Vote

CLEAR, LOST, QUESTION = Choice.CLEAR, Choice.LOST, Choice.QUESTION
PRESSES = [Vote(1, 6_000, CLEAR), Vote(2, 7_000, LOST), Vote(1, 21_000, QUESTION)]
ANY_VOTES = some.lists(
    some.builds(Vote, some.integers(1, 4), some.integers(0, 900_000), some.sampled_from(list(Choice))),
    max_size=40,
).map(lambda votes: sorted(votes, key=lambda one: one.offset_ms))


def test_the_newest_press_of_a_voice_takes_the_place_of_the_one_before() -> None:
    found = standing(PRESSES, 0, 30_000)[["time_ms", CLEAR, LOST, QUESTION]].to_numpy().tolist()
    assert found[:3] == [[0, 0, 0, 0], [5_000, 1, 1, 0], [10_000, 1, 1, 0]]
    assert found[4] == [20_000, 0, 1, 1] and voices(PRESSES) == 2
    assert told_now(PRESSES, 22_000) == "0 clear · 1 lost · 1 question"


def test_a_press_counts_no_longer_than_it_can_be_true() -> None:
    found = standing(PRESSES, 0, HOLDS_MS + 60_000).set_index("time_ms")
    assert found.loc[HOLDS_MS + 15_000].sum() == 1 and found.loc[HOLDS_MS + 25_000].sum() == 0
    assert told_now(PRESSES, HOLDS_MS + 30_000) == "0 clear · 0 lost · 0 questions"


@given(ANY_VOTES, some.integers(0, 600_000), some.integers(1, 4_000_000))
def test_no_voice_counts_twice_in_any_range(votes: list[Vote], start_ms: int, length_ms: int) -> None:
    found = standing(votes, start_ms, start_ms + length_ms)
    counts = found[list(Choice)]
    assert counts.to_numpy().min() >= 0 and counts.sum(axis=1).max() <= voices(votes)
    assert len(found) <= 700


def test_the_area_says_how_many_say_what() -> None:
    drawn = vote_area(standing(PRESSES, 0, 30_000))
    assert [area.name for area in drawn.data] == ["Clear", "Lost", "Question"]
    assert max(drawn.data[0].y) == 1
