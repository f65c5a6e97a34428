"""How sure a mean over time is: block bootstrap, because neighbouring steps are alike.

A resample draws whole blocks of neighbouring steps, on a circle, so that what is alike stays together:
Politis and Romano (1992), "A circular block-resampling procedure for stationary data". Blocks are as long as
the line itself asks for: Politis and White (2004), "Automatic block-length selection for the dependent
bootstrap", with the correction of Patton, Politis and White (2009). Single steps drawn one by one would
promise an interval several times too narrow.
"""

from dataclasses import dataclass
from math import ceil, log10, nan, sqrt

import numpy as np

from model.engagement.groups import Doubles

RESAMPLES, SEED = 2000, 20261121
"""The seed is fixed, so that one view always says the same."""
LEAST_STEPS, LEAST_BLOCKS = 10, 4
LOW, HIGH = 2.5, 97.5


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with the 95 % interval around it; NaN where too little was measured to say."""

    value: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        return self.low > 0 or self.high < 0


def mean_interval(values: Doubles, seed: int = SEED) -> Interval:
    """Mean of a line (t,), gaps as NaN."""
    known = values[~np.isnan(values)]
    if not len(known):
        return Interval(nan, nan, nan)
    return _interval(float(known.mean()), _means(known, seed))


def difference_interval(ours: Doubles, theirs: Doubles, *, paired: bool = False) -> Interval:
    """Mean of `ours` less that of `theirs`.

    `paired`: the two were measured at the same times (people of one session), so that what moved both is no
    noise; only the steps at which both are known count. Otherwise each is resampled for itself.
    """
    if paired:
        return mean_interval(ours - theirs)
    one, other = ours[~np.isnan(ours)], theirs[~np.isnan(theirs)]
    if not len(one) or not len(other):
        return Interval(nan, nan, nan)
    value = float(one.mean() - other.mean())
    return _interval(value, _means(one, SEED) - _means(other, SEED + 1))


def block_length(values: Doubles) -> int:
    """Steps in one block for the circular bootstrap of the mean of `values` (t,), without gaps."""
    n = len(values)
    longest: int = max(1, min(ceil(3 * sqrt(n)), ceil(n / 3)))
    if n < LEAST_STEPS or not np.ptp(values):
        return 1
    centred = values - values.mean()
    lags = min(ceil(sqrt(n)) + max(5, ceil(log10(n))), n - 1)
    covariance = np.array([centred[lag:] @ centred[: n - lag] / n for lag in range(lags + 1)])
    m = _last_dependent(covariance / covariance[0], n)
    lag = np.arange(-min(2 * m, lags), min(2 * m, lags) + 1)
    flat_top = np.clip(2 * (1 - np.abs(lag) / (2 * m)), 0, 1)
    weighted = flat_top * covariance[np.abs(lag)]
    spectrum = float(weighted.sum())
    slope = float((np.abs(lag) * weighted).sum())
    if not spectrum:
        return 1
    best = (2 * slope**2 / (4 / 3 * spectrum**2)) ** (1 / 3) * n ** (1 / 3)
    return int(max(1, min(longest, ceil(best))))


def _last_dependent(correlation: Doubles, n: int) -> int:
    """The lag after which a run of correlations is no more than noise (Politis and White's rule)."""
    run, limit = max(5, ceil(log10(n))), 2 * sqrt(log10(n) / n)
    small = np.abs(correlation[1:]) < limit
    for lag in range(len(small) - run + 1):
        if small[lag : lag + run].all():
            return max(1, lag)
    large = np.flatnonzero(~small)
    return int(large[-1]) + 1 if len(large) else 1


def _means(known: Doubles, seed: int) -> Doubles:
    """(RESAMPLES,) means of resampled lines; NaN where there are too few steps or blocks."""
    n = len(known)
    if n < LEAST_STEPS:
        return np.full(RESAMPLES, nan)
    block = block_length(known)
    if n < LEAST_BLOCKS * block:
        return np.full(RESAMPLES, nan)  # so few blocks that are alike inside say nothing of others
    sums = np.concatenate([[0.0], np.cumsum(np.concatenate([known, known[: block - 1]]))])
    of_blocks = (sums[block:] - sums[:-block]) / block
    blocks = ceil(n / block)
    starts = np.random.default_rng(seed).integers(0, n, (RESAMPLES, blocks))
    return np.asarray(of_blocks[starts].mean(axis=1))


def _interval(value: float, means: Doubles) -> Interval:
    if np.isnan(means).any():
        return Interval(value, nan, nan)
    low, high = np.percentile(means, [LOW, HIGH])
    return Interval(value, float(low), float(high))
