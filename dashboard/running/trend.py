"""Where a line goes: its last minute against the one before. Pure."""

from enum import StrEnum

import numpy as np

from dashboard.stored.enough import STEADY_SHARE
from model.engagement.groups import Doubles

MINUTE_MS = 60_000
LEAST_KNOWN_SHARE = 0.5
"""Of a minute, before it is compared."""


class Trend(StrEnum):
    RISING = "Rising"
    STEADY = "Steady"
    FALLING = "Falling"
    UNKNOWN = "Too early to say"


def trend_of(line: Doubles, span: float, step_ms: int) -> Trend:
    """The last minute's mean against that of the minute before, of a line in steps of `step_ms`; a difference
    below STEADY_SHARE of `span`, the range, is steady. Unknown while either has too few known steps."""
    steps = MINUTE_MS // step_ms
    last, before = (part[~np.isnan(part)] for part in (line[-steps:], line[-2 * steps : -steps]))
    if min(len(last), len(before)) < LEAST_KNOWN_SHARE * steps:
        return Trend.UNKNOWN
    change = float(last.mean() - before.mean())
    if abs(change) < STEADY_SHARE * span:
        return Trend.STEADY
    return Trend.RISING if change > 0 else Trend.FALLING
