"""What may be drawn and printed of what was measured: steps, gaps, lone stretches, and too little to say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts.look import DAY_MS, line_of
from dashboard.stored.enough import (
    GAP,
    bridged_steps,
    interval_ms_of,
    pieces,
    step_ms_for,
    too_little,
)

STEPS_MS = (1_000, 2_000, 5_000, 10_000)
NAN = float("nan")


@pytest.mark.parametrize(
    ("hz", "step_ms"), [(10, 1_000), (2.5, 1_000), (2, 2_000), (0.5, 5_000), (0.01, 10_000)]
)
def test_a_step_holds_at_least_two_and_a_half_analyses(hz: float, step_ms: int) -> None:
    assert step_ms_for(1000 / hz, STEPS_MS) == step_ms


def test_the_interval_is_that_of_the_time_and_not_of_the_analyses() -> None:
    quick, slow = np.arange(0, 10_000, 100), np.arange(10_000, 70_000, 2_000)
    assert interval_ms_of(np.concatenate([quick, slow])) == 2_000


def test_an_interruption_is_no_slow_analysis() -> None:
    assert interval_ms_of(np.array([0, 100, 200, 300, 60_300, 60_400])) == 100
    assert interval_ms_of(np.array([5])) == interval_ms_of(np.array([], np.int64)) == 0


def test_a_line_goes_across_three_intervals_and_no_further() -> None:
    assert bridged_steps(100, 2_000) == 0, "a missing step of a quick analysis is an absence"
    assert bridged_steps(2_000, 5_000) == 1
    values = np.array([1.0, NAN, 2.0, NAN, NAN, 3.0, 4.0])
    steps, ends = pieces(values, 1)
    assert steps.tolist() == [0, 2, GAP, 5, 6] and not ends.any()


def test_a_lone_stretch_is_drawn_as_a_bar_as_long_as_its_step() -> None:
    drawn = line_of(np.arange(4) * 2_000, np.array([NAN, 7.0, NAN, NAN]))
    assert drawn["x"].tolist() == [2_000 + DAY_MS, 4_000 + DAY_MS] and drawn["y"].tolist() == [7, 7]


@given(st.lists(st.one_of(st.just(NAN), st.floats(0, 100)), max_size=30), st.integers(0, 3))
def test_every_known_step_is_drawn_in_order_and_no_unknown_one(values: list[float], bridged: int) -> None:
    steps, ends = pieces(np.array(values, np.float64), bridged)
    known = np.flatnonzero(~np.isnan(np.array(values, np.float64))).tolist()
    assert sorted(set(steps[steps != GAP].tolist())) == known
    assert len(ends) == len(steps) and (np.diff(steps[steps != GAP]) >= 0).all()
    for piece in np.split(steps, np.flatnonzero(steps == GAP)):
        assert np.count_nonzero(piece != GAP) >= 2 or not known


@pytest.mark.parametrize(
    ("usable_s", "span_s", "little"), [(29, 29, True), (30, 30, False), (30, 300, False), (59, 600, True)]
)
def test_under_thirty_seconds_or_a_tenth_of_the_time_there_is_too_little_to_say(
    usable_s: int, span_s: int, little: bool
) -> None:
    assert too_little(usable_s * 1000, span_s * 1000) is little
