"""Changes of expression between seconds: counted, never across a gap, "not sure" among them."""

from math import nan

import pytest

from dashboard.palette import KEYS
from dashboard.stored.transitions import Transitions, transitions
from db.reports import GazeBucket
from model.emotions import EMOTIONS, NOT_SURE, Emotion
from model.observations import GazeState

H, N, S = Emotion.HAPPY, Emotion.NEUTRAL, NOT_SURE


def second(
    at_s: int, key: str, person: int = 1, usable: int = 10, gaze: GazeState = GazeState.LOOKING
) -> GazeBucket:
    """`usable` instants of one second, all led by `key`."""
    leads = tuple(usable if emotion == key else 0 for emotion in EMOTIONS)
    unsure = usable if key == NOT_SURE else 0
    return GazeBucket(
        at_s * 1000, person, gaze, usable, (1 / 7,) * 7, leads, unsure, nan, 0, 0, None, None, None
    )


def of(states: list[str | None], person: int = 1) -> list[GazeBucket]:
    return [second(at_s, key, person) for at_s, key in enumerate(states) if key]


def count(found: Transitions, before: str, after: str) -> int:
    return int(found.counts.to_numpy()[KEYS.index(before), KEYS.index(after)])


def test_changes_and_stays_are_counted_from_second_to_second() -> None:
    found = transitions(of([N, N, H, H, N, S, N]))
    assert (count(found, N, H), count(found, H, N), count(found, N, S), count(found, S, N)) == (1, 1, 1, 1)
    assert (count(found, N, N), count(found, H, H)) == (1, 1)
    assert found.changes == 4
    assert found.seconds[N] == 4


def test_nothing_is_counted_across_a_gap() -> None:
    found = transitions(of([N, N, None, H, H, None, None, H]))
    assert found.changes == 0
    assert found.gaps == 2


def test_one_person_is_not_followed_by_another() -> None:
    found = transitions([*of([N, N], 1), *of([None, None, H, H], 2)])
    assert found.changes == 0 and found.gaps == 0


def test_rates_are_of_the_changes_and_sum_to_one() -> None:
    rates = transitions(of([N, H, N, S, N, H, N])).rates()
    assert rates.loc[N, H] == pytest.approx(2 / 3)
    assert rates.loc[N].sum() == pytest.approx(1)
    assert rates.loc[[N], N].isna().all() and rates.loc[Emotion.FEAR].isna().all()


def test_a_second_with_two_leaders_is_not_sure() -> None:
    both = [second(0, H), second(0, N, gaze=GazeState.AWAY), second(1, H)]
    assert count(transitions(both), S, H) == 1


def test_most_instants_of_a_second_decide() -> None:
    both = [second(0, H, usable=3), second(0, N, usable=7, gaze=GazeState.AWAY), second(1, H)]
    assert count(transitions(both), N, H) == 1


def test_nothing_gives_nothing() -> None:
    found = transitions([])
    assert found.changes == 0 and found.counts.shape == (len(KEYS), len(KEYS))
    assert found.stays_s().isna().all()
