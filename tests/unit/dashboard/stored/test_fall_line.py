"""The line in which falls are looked for: a slow analysis invents none, and a real one is still told."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboard.stored.fall_line import fall_line
from model.behaviour.events import Thresholds
from model.behaviour.falls import STEP_MS, Fall, falls_of
from model.engagement.groups import Doubles, Ints

LOOKING, EYES_SHUT = 100.0, 0.0
MINUTE_MS = 60_000
RATES_HZ = some.floats(0.2, 0.6)


def looks_at(hz: float, minutes: int) -> Ints:
    """When one person was looked at, in ms."""
    return (np.arange(int(minutes * 60 * hz)) * 1000 / hz).astype(np.int64)


def falls(at_ms: Ints, values: Doubles) -> list[Fall]:
    """Falls of one person's looks (n,)."""
    step = at_ms // STEP_MS
    counts = np.bincount(step)
    with np.errstate(invalid="ignore"):
        means = np.bincount(step, values) / np.where(counts > 0, counts, np.nan)
    times_ms = np.arange(len(counts)) * STEP_MS
    line = fall_line(times_ms, means[:, None], counts[:, None].astype(np.float64))
    return falls_of(times_ms.tolist(), line.tolist(), Thresholds())


@given(RATES_HZ, some.integers(0, 30))
def test_a_blink_that_one_look_met_is_no_fall(hz: float, first: int) -> None:
    at_ms = looks_at(hz, minutes=10)
    values = np.full(len(at_ms), LOOKING)
    values[first :: int(90 * hz)] = EYES_SHUT
    assert falls(at_ms, values) == []


@given(some.floats(0.5, 0.6))
def test_a_minute_away_is_one_fall_at_the_slowest_rate_that_may_be_set(hz: float) -> None:
    at_ms = looks_at(hz, minutes=6)
    values = np.where(at_ms // MINUTE_MS == 3, 30.0, LOOKING)
    [fall] = falls(at_ms, values)
    assert fall.points == pytest.approx(70)
    assert abs(fall.lowest_ms - 3 * MINUTE_MS) <= 20_000


def test_steps_that_were_looked_at_often_stand_for_themselves() -> None:
    values = np.array([[90.0], [80.0], [np.nan], [70.0]])
    line = fall_line(np.arange(4) * STEP_MS, values, np.full((4, 1), 50.0))
    np.testing.assert_array_equal(line, values[:, 0])


def test_what_waits_for_other_looks_waits_half_a_minute() -> None:
    times_ms = np.array([0, 5_000, 60_000])
    line = fall_line(times_ms, np.array([[10.0], [20.0], [90.0]]), np.array([[2.0], [2.0], [7.0]]))
    np.testing.assert_array_equal(line, [np.nan, np.nan, 90.0])
