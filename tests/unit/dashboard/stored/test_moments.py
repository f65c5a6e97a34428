"""Falls, rises and long stretches of made-up lines."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboard.palette import KEYS
from dashboard.stored.moments import (
    KEPT,
    Kind,
    Moment,
    below_mean,
    changes,
    led,
    looking_away,
    range_around,
    stretches,
)
from model.emotions import NOT_SURE, Emotion

STEP_MS = 1000


def times(n: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.arange(n, dtype=np.int64) * STEP_MS


def of(kind: Kind, found: list[Moment]) -> list[Moment]:
    return [one for one in found if one.kind is kind]


def test_a_step_down_is_a_fall_at_its_time_and_of_its_size() -> None:
    line = np.concatenate([np.full(300, 60.0), np.full(300, 40.0)])
    [fall] = changes(times(600), line, STEP_MS, 5.0)
    assert fall.kind is Kind.FALL
    assert fall.at_ms == 300_000
    assert fall.amount == pytest.approx(-20)
    assert (fall.start_ms, fall.end_ms) == (270_000, 330_000)


def test_a_line_that_hardly_moves_has_no_moment() -> None:
    line = 60 + np.sin(np.arange(600) / 40)
    assert not changes(times(600), line, STEP_MS, 5.0)


def test_the_largest_come_first_and_do_not_overlap() -> None:
    line = np.repeat([80.0, 60.0, 70.0, 20.0, 50.0, 45.0, 85.0, 30.0], 100)
    found = changes(times(800), line, STEP_MS, 5.0)
    falls = of(Kind.FALL, found)
    assert [round(one.amount or 0) for one in falls] == [-55, -50, -20]
    assert [one.at_ms for one in of(Kind.RISE, found)] == [600_000, 400_000, 200_000]
    places = sorted(one.at_ms for one in falls)
    assert all(later - earlier >= 60_000 for earlier, later in pairwise(places))


def test_a_gap_is_no_fall_and_hides_none() -> None:
    line = np.concatenate([np.full(200, 60.0), np.full(200, np.nan), np.full(200, 20.0)])
    assert not changes(times(600), line, STEP_MS, 5.0), "what happened in a long gap is unknown"
    line = np.concatenate([np.full(300, 60.0), np.full(5, np.nan), np.full(300, 20.0)])
    assert len(of(Kind.FALL, changes(times(605), line, STEP_MS, 5.0))) == 1


@given(
    some.lists(some.floats(0, 100) | some.just(float("nan")), max_size=120), some.sampled_from([1000, 60_000])
)
def test_any_line_gives_moments_inside_itself(values: list[float], step_ms: int) -> None:
    grid = np.arange(len(values), dtype=np.int64) * step_ms
    found = changes(grid, np.array(values, dtype=np.float64), step_ms, 5.0)
    assert len(of(Kind.FALL, found)) <= KEPT and len(of(Kind.RISE, found)) <= KEPT
    for one in found:
        assert 0 <= one.start_ms < one.at_ms < one.end_ms <= len(values) * step_ms
        assert abs(one.amount or 0) >= 5 - 1e-9


def test_the_longest_stretches_of_looking_away_are_named_with_their_person() -> None:
    looking = pd.DataFrame({1: [1.0] * 40, 7: [1.0] * 5 + [0.2] * 20 + [np.nan] * 5 + [0.1] * 10})
    found = stretches(Kind.AWAY, looking_away(looking), times(40), STEP_MS)
    assert [(one.person, one.start_ms, one.length_ms) for one in found] == [
        (7, 5_000, 20_000),
        (7, 30_000, 10_000),
    ]


def test_below_the_mean_is_below_ones_own() -> None:
    values = pd.DataFrame({1: [80.0] * 10 + [60.0] * 10, 2: [20.0] * 20})
    found = stretches(Kind.BELOW, below_mean(values), times(20), STEP_MS)
    assert [(one.person, one.start_ms) for one in found] == [(1, 10_000)]


def test_neutral_and_not_sure_are_no_expression() -> None:
    happy, neutral, unsure = (KEYS.index(key) for key in (Emotion.HAPPY, Emotion.NEUTRAL, NOT_SURE))
    codes = np.array([neutral] * 30 + [unsure] * 30 + [happy] * 5 + [-1] + [happy] * 8, np.int64)
    found = led({None: codes}, times(len(codes)), STEP_MS)
    assert [(one.key, one.length_ms) for one in found] == [("happy", 8_000), ("happy", 5_000)]


def test_the_range_around_a_moment_stays_in_the_session() -> None:
    assert range_around(Moment(Kind.FALL, 5_000, 65_000, 35_000), 80_000) == (0, 80_000)
    assert range_around(Moment(Kind.AWAY, 300_000, 500_000, 300_000), 900_000) == (200_000, 600_000)
