"""Block bootstrap: intervals that hold for lines whose neighbours are alike."""

import numpy as np
import pytest

from dashboard.compare.bootstrap import block_length, difference_interval, mean_interval
from model.engagement.groups import Doubles

LINES = 120


def alike(n: int, rho: float, seed: int) -> Doubles:
    """A line of mean 0 in which each step is `rho` times the last one and something new."""
    noise = np.random.default_rng(seed).normal(size=n + 200)
    line = np.zeros(n + 200)
    for step in range(1, len(line)):
        line[step] = rho * line[step - 1] + noise[step]
    return line[200:]


def test_the_interval_holds_the_mean_where_one_of_single_steps_would_not() -> None:
    lines = [alike(400, 0.6, seed) for seed in range(LINES)]
    held = np.mean([(one := mean_interval(line)).low <= 0 <= one.high for line in lines])
    naive = np.mean([abs(line.mean()) <= 1.96 * line.std() / np.sqrt(len(line)) for line in lines])
    assert held >= 0.85
    assert naive <= 0.75


def test_blocks_are_as_long_as_the_line_asks_for() -> None:
    lengths = [np.mean([block_length(alike(400, rho, seed)) for seed in range(20)]) for rho in (0, 0.5, 0.9)]
    assert lengths[0] < 4 < lengths[1] < lengths[2]


@pytest.mark.parametrize("values", [[5.0] * 50, [1.0], [], [1.0, 2.0] * 3])
def test_constant_and_short_lines_have_a_block(values: list[float]) -> None:
    assert block_length(np.array(values)) == 1


def test_the_same_line_always_gets_the_same_interval() -> None:
    line = alike(200, 0.5, 1)
    assert mean_interval(line) == mean_interval(line.copy())


def test_a_line_that_is_too_short_has_a_mean_and_no_interval() -> None:
    found = mean_interval(np.array([1.0, 3.0]))
    assert found.value == 2 and np.isnan(found.low) and not found.excludes_zero
    assert np.isnan(mean_interval(np.array([np.nan, np.nan])).value)


def test_gaps_do_not_count() -> None:
    line = alike(200, 0.3, 2)
    with_gaps = np.concatenate([line[:100], np.full(50, np.nan), line[100:]])
    assert mean_interval(with_gaps) == mean_interval(line)


def test_what_moves_both_is_no_noise_for_pairs() -> None:
    shared = 20 * alike(400, 0.8, 3)
    one, other = shared + 2 + alike(400, 0.1, 4), shared + alike(400, 0.1, 5)
    paired, apart = difference_interval(one, other, paired=True), difference_interval(one, other)
    assert paired.excludes_zero and paired.value == pytest.approx(2, abs=0.3)
    assert not apart.excludes_zero


def test_a_line_less_itself_is_nothing() -> None:
    line = alike(200, 0.5, 6)
    found = difference_interval(line, line, paired=True)
    assert (found.value, found.low, found.high) == (0, 0, 0)
    assert not found.excludes_zero
