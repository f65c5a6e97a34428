"""Falls, rises and long stretches of made-up lines."""

from dataclasses import replace

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as some

from dashboard.palette import KEYS
from dashboard.stored.moments import (
    Kind,
    Moment,
    below_mean,
    changes,
    extremes,
    led,
    looking_away,
    stretches,
)
from model.behaviour.events import Thresholds
from model.behaviour.falls import STEP_MS as FALL_STEP_MS
from model.emotions import NOT_SURE, Emotion

STEP_MS = 1000


def times(n: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.arange(n, dtype=np.int64) * STEP_MS


def of(kind: Kind, found: list[Moment]) -> list[Moment]:
    return [one for one in found if one.kind is kind]


def steps(n: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.arange(n, dtype=np.int64) * FALL_STEP_MS


def test_a_fall_goes_from_the_last_peak_to_the_lowest_step_and_a_rise_is_the_same_upside_down() -> None:
    line = np.concatenate([np.full(20, 60.0), [50.0], np.full(20, 40.0)])
    [fall] = changes(steps(41), line, Thresholds())
    assert (fall.kind, fall.start_ms, fall.at_ms, fall.end_ms) == (Kind.FALL, 95_000, 105_000, 110_000)
    assert (fall.points, fall.stretch) == (20, (105_000, 110_000))
    [rise] = changes(steps(41), 100 - line, Thresholds())
    assert replace(rise, kind=Kind.FALL) == fall


def test_a_line_that_hardly_moves_has_no_moment() -> None:
    assert not changes(steps(600), 60 + np.sin(np.arange(600) / 40), Thresholds())


def test_the_largest_come_first() -> None:
    line = np.repeat([80.0, 60.0, 70.0, 20.0, 50.0, 45.0, 85.0, 30.0], 20)
    falls = of(Kind.FALL, changes(steps(160), line, Thresholds()))
    assert [one.points for one in falls] == [55, 50, 20]


def test_a_long_gap_is_no_fall() -> None:
    line = np.concatenate([np.full(20, 60.0), np.full(20, np.nan), np.full(20, 20.0)])
    assert not changes(steps(60), line, Thresholds()), "what happened in a long gap is unknown"


def test_the_lowest_and_the_highest_step_are_moments_and_a_flat_line_has_none() -> None:
    low, high = extremes(steps(4), np.array([50.0, np.nan, 20.0, 70.0]))
    assert (low.kind, low.start_ms, high.kind, high.start_ms) == (Kind.LOWEST, 10_000, Kind.HIGHEST, 15_000)
    assert not extremes(steps(3), np.full(3, 50.0)) and not extremes(steps(2), np.full(2, np.nan))


@given(some.lists(some.floats(0, 100) | some.just(float("nan")), max_size=120))
def test_any_line_gives_moments_inside_itself(values: list[float]) -> None:
    found = changes(steps(len(values)), np.array(values, dtype=np.float64), Thresholds())
    for one in found:
        assert 0 <= one.start_ms < one.at_ms < one.end_ms <= len(values) * FALL_STEP_MS
        assert (one.points or 0) >= Thresholds().fall_points - 1e-9


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
