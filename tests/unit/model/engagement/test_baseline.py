"""A person's own neutral is learnt from enough usable instants."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.engagement.baseline import change_from, fixed_baseline, running_baseline


@st.composite
def series(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """A face now and then usable, unevenly sampled, sometimes gone for long."""
    rng, n = np.random.default_rng(draw(st.integers(0, 2**32))), draw(st.integers(1, 300))
    gaps = rng.integers(1, 200, n) + np.where(rng.random(n) < 0.01, 400_000, 0)
    values = rng.normal(0, 1, (n, 2))
    values[rng.random(n) < draw(st.sampled_from([0.0, 0.3, 0.9]))] = np.nan
    return np.cumsum(gaps), values


def test_a_steady_face_does_not_change() -> None:
    times, values = np.arange(0, 20_000, 100), np.tile([0.2, 0.8], (200, 1))
    np.testing.assert_allclose(change_from(values, fixed_baseline(times, values)), 0, atol=1e-12)
    running = change_from(values, running_baseline(times, values))
    assert np.isnan(running[:29]).all()
    np.testing.assert_allclose(running[29:], 0, atol=1e-12)


def test_without_enough_usable_instants_there_is_no_neutral() -> None:
    times = np.arange(0, 60_000, 100)
    values = np.where(times % 6_000 == 0, 0.5, np.nan)[:, None]
    assert fixed_baseline(times, values) is None
    assert np.isnan(running_baseline(times, values)).all()


def test_an_instant_half_of_which_is_unknown_is_not_usable() -> None:
    times, values = np.arange(0, 20_000, 100), np.tile([0.2, 0.8], (200, 1))
    values[::2, 1], values[::2, 0] = np.nan, 0.9
    assert fixed_baseline(times, values) == pytest.approx([0.2, 0.8])
    assert running_baseline(times, values)[-1] == pytest.approx([0.2, 0.8])


def test_the_fixed_neutral_is_not_moved_by_a_smile_within_the_first_ten_seconds_nor_by_what_comes() -> None:
    times = np.arange(0, 30_000, 100)
    values = np.where((times > 4_000) & (times < 7_000) | (times > 10_000), 0.9, 0.1)[:, None]
    assert fixed_baseline(times, values) == pytest.approx([0.1])
    assert fixed_baseline(times[:100], values[:100]) is None


def test_the_fixed_neutral_waits_for_the_face_and_for_enough_of_it() -> None:
    times = np.arange(0, 60_000, 100)
    values = np.full((600, 1), np.nan)
    values[200:] = 0.3
    assert fixed_baseline(times[:300], values[:300]) is None
    assert fixed_baseline(times, values) == pytest.approx([0.3])
    seldom = np.where(np.arange(600) % 10 == 0, 0.3, np.nan)[:, None]
    assert fixed_baseline(times, seldom, min_usable=60) is None
    assert fixed_baseline(times, seldom, min_usable=59) == pytest.approx([0.3])


@settings(max_examples=40)
@given(series(), st.integers(1, 30))
def test_the_fixed_neutral_is_the_median_from_the_first_usable_instant_on(
    given_: tuple[np.ndarray, np.ndarray], least: int
) -> None:
    learnt: list[tuple[int, np.ndarray]] = []
    over = False
    for at_ms, row in zip(given_[0].tolist(), given_[1], strict=True):
        if over or np.isnan(row).any():
            continue
        over = bool(learnt) and at_ms - learnt[0][0] >= 10_000 and len(learnt) >= least
        if not over:
            learnt.append((at_ms, row))
    found = fixed_baseline(*given_, min_usable=least)
    assert (found is not None) == over
    if found is not None:
        np.testing.assert_allclose(found, np.median([row for _, row in learnt], axis=0))


def test_the_running_neutral_follows_to_63_percent_within_its_time_constant() -> None:
    times = np.arange(0, 1_060_000, 100)
    values = np.where(times < 1_000_000, 0.0, 1.0)[:, None]
    assert running_baseline(times, values)[-1] == pytest.approx(1 - np.exp(-1), abs=0.001)


def test_the_running_neutral_begins_as_a_plain_mean() -> None:
    times = np.arange(0, 3_100, 100)
    values = np.linspace(0, 1, len(times))[:, None]
    assert running_baseline(times, values, time_constant_ms=1e9)[-1] == pytest.approx(0.5)


@settings(max_examples=40)
@given(series(), st.integers(1, 30), st.sampled_from([300.0, 5_000.0, 60_000.0]))
def test_the_running_neutral_is_a_mean_that_weighs_by_age_whatever_the_gaps(
    given_: tuple[np.ndarray, np.ndarray], least: int, constant_ms: float
) -> None:
    times, values = given_
    usable = ~np.isnan(values).any(axis=1)
    found = running_baseline(times, values, constant_ms, least)
    for at in range(len(times)):
        past = np.flatnonzero(usable[: at + 1])
        if len(past) < least:
            assert np.isnan(found[at]).all()
        elif usable[at]:
            weights = np.exp((times[past] - times[at]) / constant_ms)
            wanted = np.average(values[past], axis=0, weights=weights)
            np.testing.assert_allclose(found[at], wanted, atol=1e-9)


def test_a_long_session_stays_finite() -> None:
    times = np.arange(0, 8 * 3_600_000, 5_000)
    neutral = running_baseline(times, np.ones((len(times), 1)), time_constant_ms=1_000)
    np.testing.assert_allclose(neutral[29:], 1)


def test_without_a_neutral_no_change_is_known() -> None:
    assert np.isnan(change_from(np.ones((3, 7)), None)).all()
    assert change_from([[0.5], [0.7]], [0.5]) == pytest.approx(np.array([[0.0], [0.2]]))
    assert fixed_baseline([], np.empty((0, 7))) is None
    assert running_baseline([], np.empty((0, 7))).shape == (0, 7)


@pytest.mark.parametrize(("duration_ms", "least"), [(0, 5), (-1, 5), (1_000, 0)])
def test_what_cannot_be_learnt_from_is_refused(duration_ms: int, least: int) -> None:
    for learn in (fixed_baseline, running_baseline):
        with pytest.raises(ValueError, match="baseline: wanted"):
            learn([0, 1], np.ones((2, 7)), duration_ms, least)
        with pytest.raises(ValueError, match="wanted times"):
            learn([0, 1], np.ones((3, 7)))
