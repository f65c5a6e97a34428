"""A series of sessions (a weekly class): which belong together, and whether their means rise or fall.

Pure. The slope is Theil and Sen's: the median of the slopes between all pairs, which one odd session cannot
turn; its interval is Sen's (1968), "Estimates of the regression coefficient based on Kendall's tau".
"""

from collections.abc import Mapping, Sequence
from math import nan, sqrt

import numpy as np

from dashboard.compare.bootstrap import Interval
from dashboard.stored.series import series_of
from db.reports import SessionSummary
from model.engagement.groups import Doubles

LEAST_SESSIONS = 2
LEAST_FOR_SLOPE = 5
"""Of four sessions the interval goes from the smallest slope to the largest, which without any trend leaves
out 0 in one of twelve."""
NORMAL_95 = 1.96


def series_among(sessions: Sequence[SessionSummary]) -> Mapping[str, list[SessionSummary]]:
    """Series of two sessions and more, the longest first, each in order of time; demos apart."""
    found: dict[tuple[bool, str], list[SessionSummary]] = {}
    for session in sorted(sessions, key=lambda one: (one.started_at, one.id)):
        if key := series_of(session):
            found.setdefault((session.is_demo, key), []).append(session)
    # Real sessions before made-up ones; a name that both have stays with the real one.
    ranked = sorted(found.items(), key=lambda pair: (pair[0][0], -len(pair[1]), pair[0][1]))
    long: dict[str, list[SessionSummary]] = {}
    for (_, key), members in ranked:
        if len(members) >= LEAST_SESSIONS:
            long.setdefault(key, members)
    return long


def slope(places: Doubles, means: Doubles) -> Interval:
    """Change of `means` (n,) for each step of `places` (n,), with Sen's 95 % interval.

    NaN with fewer than two known means; no interval with fewer than LEAST_FOR_SLOPE.
    """
    known = ~np.isnan(means)
    x, y = places[known], means[known]
    first, second = np.triu_indices(len(x), 1)
    apart = x[second] != x[first]
    slopes = np.sort((y[second] - y[first])[apart] / (x[second] - x[first])[apart])
    if not len(slopes):
        return Interval(nan, nan, nan)
    value, n = float(np.median(slopes)), len(x)
    if n < LEAST_FOR_SLOPE:
        return Interval(value, nan, nan)
    reach = NORMAL_95 * sqrt(n * (n - 1) * (2 * n + 5) / 18)
    low = max(int((len(slopes) - reach) / 2), 0)
    high = min(int((len(slopes) + reach) / 2), len(slopes) - 1)
    return Interval(value, float(slopes[low]), float(slopes[high]))
