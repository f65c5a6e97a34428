"""Blinks: short dips of the eye opening below the person's own level.

A blink keeps the lids low for 100-200 ms. At 10 Hz most blinks are caught by one sample and the shortest
missed; at 5 Hz about every second one is missed. A rate is therefore a lower bound, and rates taken at
different analysis rates cannot be compared.
"""

from math import exp, isnan

import numpy as np
from numpy.typing import ArrayLike, NDArray

CLOSED_BELOW = 0.7
OPEN_ABOVE = 0.85
"""Shares of the person's own level; between them the lids keep their state."""
LONGEST_BLINK_MS = 500
"""Longer, and the eyes are closed."""
RISE_MS, FALL_MS = 500, 20_000
"""Time constants of the level: eyes open wider at once, a narrower look is learnt slowly."""
GAP_MS = 1_000
LEAST_OBSERVED_MS = 20_000


class BlinkCounter:
    """Blinks of one track as they happen."""

    def __init__(self) -> None:
        self._level = float("nan")
        self._last_ms: int | None = None
        self._closed_since_ms: int | None = None

    def update(self, offset_ms: int, eye_open: float | None) -> bool:
        """Whether a blink ended with this sample. None or NaN: not measured, skipped, as are samples that do
        not come in order of time."""
        if eye_open is None or isnan(eye_open) or (self._last_ms is not None and offset_ms <= self._last_ms):
            return False
        passed_ms = 0 if self._last_ms is None else offset_ms - self._last_ms
        self._last_ms = offset_ms
        self._learn(eye_open, passed_ms)
        return self._blinked(offset_ms, eye_open, passed_ms)

    def _learn(self, eye_open: float, passed_ms: int) -> None:
        if isnan(self._level):
            self._level = eye_open
        constant_ms = RISE_MS if eye_open > self._level else FALL_MS
        self._level += (eye_open - self._level) * (1 - exp(-min(passed_ms, GAP_MS) / constant_ms))

    def _blinked(self, offset_ms: int, eye_open: float, passed_ms: int) -> bool:
        if passed_ms > GAP_MS:
            self._closed_since_ms = None
        if self._closed_since_ms is None:
            if eye_open < CLOSED_BELOW * self._level:
                self._closed_since_ms = offset_ms
            return False
        if eye_open < OPEN_ABOVE * self._level:
            return False
        closed_ms = offset_ms - self._closed_since_ms
        self._closed_since_ms = None
        return closed_ms <= LONGEST_BLINK_MS


def blink_times_ms(offset_ms: ArrayLike, eye_open: ArrayLike) -> NDArray[np.int64]:
    """Ends of the blinks of one track, from (n,) times and eye openings, NaN where unknown."""
    counter = BlinkCounter()
    samples = zip(np.asarray(offset_ms).tolist(), np.asarray(eye_open, np.float64).tolist(), strict=True)
    return np.array([at_ms for at_ms, opened in samples if counter.update(int(at_ms), opened)], np.int64)


def blink_rate_per_min(offset_ms: ArrayLike, eye_open: ArrayLike) -> float | None:
    """Blinks a minute of one track over all that was observed; None below 20 s of it."""
    times, known = np.asarray(offset_ms, np.int64), ~np.isnan(np.asarray(eye_open, np.float64))
    gaps_ms = np.diff(times[known])
    observed_ms = int(gaps_ms[gaps_ms <= GAP_MS].sum())
    if observed_ms < LEAST_OBSERVED_MS:
        return None
    return len(blink_times_ms(offset_ms, eye_open)) * 60_000 / observed_ms
