"""A person's own neutral is learnt from enough usable instants, live as afterwards."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.baseline import (
    Baseline,
    Baselines,
    FixedBaseline,
    RunningBaseline,
    change_from,
    fixed_baseline,
    running_baseline,
)

EVERY = pytest.mark.parametrize("make", [FixedBaseline, RunningBaseline])


def learnt(baseline: Baseline, times: np.ndarray, values: np.ndarray) -> np.ndarray:
    """(n, k) changes as they come live, NaN for None."""
    nothing = np.full(values.shape[1], np.nan)
    changes = [baseline.update(int(t), row) for t, row in zip(times, values, strict=True)]
    return np.array([nothing if change is None else change for change in changes]).reshape(values.shape)


@st.composite
def series(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """A face now and then usable, unevenly sampled, sometimes gone for long."""
    rng, n = np.random.default_rng(draw(st.integers(0, 2**32))), draw(st.integers(1, 300))
    gaps = rng.integers(1, 200, n) + np.where(rng.random(n) < 0.01, 400_000, 0)
    values = rng.normal(0, 1, (n, 2))
    values[rng.random(n) < draw(st.sampled_from([0.0, 0.3, 0.9]))] = np.nan
    return np.cumsum(gaps), values


@EVERY
def test_a_steady_face_does_not_change(make: type[Baseline]) -> None:
    times, values = np.arange(0, 20_000, 100), np.tile([0.2, 0.8], (200, 1))
    changes = learnt(make(), times, values)
    assert np.isnan(changes[0]).all()
    np.testing.assert_allclose(changes[-50:], 0, atol=1e-12)


@EVERY
def test_without_enough_usable_instants_there_is_no_neutral(make: type[Baseline]) -> None:
    baseline = make()
    for t in range(0, 60_000, 100):
        assert baseline.update(t, [0.5] if t % 6000 == 0 else [np.nan]) is None
        assert baseline.update(t + 50, None) is None
    assert baseline.neutral is None


def test_the_fixed_neutral_is_not_moved_by_a_smile_within_the_first_ten_seconds_nor_by_what_comes() -> None:
    times = np.arange(0, 30_000, 100)
    values = np.where((times > 4_000) & (times < 7_000) | (times > 10_000), 0.9, 0.1)[:, None]
    changes = learnt(FixedBaseline(), times, values)
    assert np.isnan(changes[:100]).all()
    np.testing.assert_allclose(changes[101:], 0.8)


def test_the_fixed_neutral_waits_for_the_face_and_for_enough_of_it() -> None:
    times = np.arange(0, 60_000, 100)
    values = np.full((600, 1), np.nan)
    values[200:] = 0.3
    assert fixed_baseline(times[:300], values[:300]) is None
    assert fixed_baseline(times, values) == pytest.approx([0.3])
    seldom = np.where(np.arange(600) % 10 == 0, 0.3, np.nan)[:, None]
    assert fixed_baseline(times, seldom, min_usable=60) is None
    assert fixed_baseline(times, seldom, min_usable=59) == pytest.approx([0.3])


def test_the_running_neutral_follows_to_63_percent_within_its_time_constant() -> None:
    times = np.arange(0, 1_060_000, 100)
    values = np.where(times < 1_000_000, 0.0, 1.0)[:, None]
    assert running_baseline(times, values)[-1] == pytest.approx(1 - np.exp(-1), abs=0.001)


def test_the_running_neutral_begins_as_a_plain_mean() -> None:
    times = np.arange(0, 3_100, 100)
    values = np.linspace(0, 1, len(times))[:, None]
    assert running_baseline(times, values, time_constant_ms=1e9)[-1] == pytest.approx(0.5)


@settings(max_examples=40)
@given(series(), st.integers(1, 30))
def test_live_and_afterwards_the_fixed_neutral_is_the_same(
    given_: tuple[np.ndarray, np.ndarray], least: int
) -> None:
    times, values = given_
    live = FixedBaseline(min_usable=least)
    learnt(live, times, values)
    offline = fixed_baseline(times, values, min_usable=least)
    assert (live.neutral is None) == (offline is None)
    if live.neutral is not None and offline is not None:
        np.testing.assert_array_equal(live.neutral, offline)


@settings(max_examples=40)
@given(series(), st.integers(1, 30), st.sampled_from([300.0, 5_000.0, 60_000.0]))
def test_live_and_afterwards_the_changes_from_the_running_neutral_are_the_same(
    given_: tuple[np.ndarray, np.ndarray], least: int, constant_ms: float
) -> None:
    times, values = given_
    live = learnt(RunningBaseline(constant_ms, least), times, values)
    offline = change_from(values, running_baseline(times, values, constant_ms, least))
    np.testing.assert_allclose(live, offline, atol=1e-9)


def test_a_long_session_stays_finite() -> None:
    times = np.arange(0, 8 * 3_600_000, 5_000)
    neutral = running_baseline(times, np.ones((len(times), 1)), time_constant_ms=1_000)
    np.testing.assert_allclose(neutral[29:], 1)


def test_without_a_neutral_no_change_is_known() -> None:
    assert np.isnan(change_from(np.ones((3, 7)), None)).all()
    assert change_from([[0.5], [0.7]], [0.5]) == pytest.approx(np.array([[0.0], [0.2]]))
    assert fixed_baseline([], np.empty((0, 7))) is None
    assert running_baseline([], np.empty((0, 7))).shape == (0, 7)


def test_everybody_has_a_neutral_of_their_own_and_can_be_forgotten() -> None:
    people = Baselines(lambda: RunningBaseline(min_usable=1))
    people.update(1, 0, [0.2])
    people.update(2, 0, [0.9])
    assert people.update(1, 100, [0.2]) == pytest.approx([0.0])
    people.forget(1)
    assert people.update(1, 200, [0.7]) == pytest.approx([0.0])
    assert people.update(2, 200, [0.9]) == pytest.approx([0.0])


def test_what_cannot_be_learnt_from_is_refused() -> None:
    for duration_ms, least in ((0, 5), (1_000, 0), (float("nan"), 5)):
        with pytest.raises(ValueError, match="baseline: wanted"):
            RunningBaseline(duration_ms, least)
    with pytest.raises(ValueError, match="wanted times"):
        fixed_baseline([0, 1], np.ones((3, 7)))
