"""Where a line falls: told once, from its last peak to its lowest point, live as afterwards."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isnan
from typing import Protocol

STEP_MS = 5_000
"""A line in which falls are looked for has one value for so long: a glance aside is no fall, and reports read
such steps back from sums."""
STOOD_MS = 10_000
"""A line falls only after it has stood so long: before, smoothing and people are only just starting."""


class Limits(Protocol):
    """When a fall is one; `model.behaviour.events.Thresholds` has them."""

    @property
    def fall_points(self) -> float: ...
    @property
    def fall_within_ms(self) -> float: ...
    @property
    def fall_again_ms(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Fall:
    """From the `peak` of the step that starts at `peak_ms` to the `lowest` of that at `lowest_ms`."""

    peak_ms: int
    lowest_ms: int
    peak: float
    lowest: float

    @property
    def points(self) -> float:
        return self.peak - self.lowest


class FallWatch:
    """Falls of one line in steps of STEP_MS.

    The line must have been there for STOOD_MS before, and again when it was missing for more than
    `fall_within_ms`. A fall is over when the line has recovered half of `fall_points`, or not sunk for
    `fall_within_ms`.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._recent: deque[tuple[int, float]] = deque()
        self._fall: Fall | None = None
        self._stood_ms = 0.0
        self._last_ms = self._quiet_until_ms = -float("inf")

    def follow(self, limits: Limits) -> None:
        """Begin anew under other limits: what the line was before is no measure any more."""
        self._limits = limits
        self._recent.clear()
        self._fall, self._last_ms = None, -float("inf")

    def update(self, step_ms: int, value: float) -> Fall | None:
        """The fall under way after the step that starts at `step_ms`; NaN values are passed over."""
        if isnan(value):
            return self._fall
        self._stand(step_ms)
        if self._stood_ms < STOOD_MS:
            return None
        self._recent.append((step_ms, value))
        while self._recent[0][0] < step_ms - self._within_ms:
            self._recent.popleft()
        if self._fall is not None:
            self._fall = self._followed(self._fall, step_ms, value)
        elif step_ms >= self._quiet_until_ms:
            self._fall = self._begun(step_ms, value)
        return self._fall

    @property
    def _within_ms(self) -> float:
        return max(self._limits.fall_within_ms, STEP_MS)

    def _stand(self, step_ms: int) -> None:
        """Count how long the line has been there."""
        gap_ms, self._last_ms = step_ms - self._last_ms, step_ms
        self._stood_ms += min(gap_ms, STEP_MS)
        if gap_ms > self._within_ms:
            self._stood_ms = 0.0
            self._end()

    def _begun(self, at_ms: int, value: float) -> Fall | None:
        peak, peak_ms = max((value, start_ms) for start_ms, value in self._recent)
        fall = Fall(peak_ms, at_ms, peak, value)
        return fall if fall.points >= self._limits.fall_points else None

    def _followed(self, fall: Fall, at_ms: int, value: float) -> Fall | None:
        if value < fall.lowest:
            return replace(fall, lowest_ms=at_ms, lowest=value)
        recovered = value - fall.lowest >= self._limits.fall_points / 2
        if not recovered and at_ms - fall.lowest_ms <= self._within_ms:
            return fall
        self._end()
        return None

    def _end(self) -> None:
        if self._fall is not None:
            lowest_ms, self._fall = self._fall.lowest_ms, None
            self._recent = deque(sample for sample in self._recent if sample[0] >= lowest_ms)
            self._quiet_until_ms = lowest_ms + self._limits.fall_again_ms


def falls_of(times_ms: Sequence[int], line: Sequence[float], limits: Limits) -> list[Fall]:
    """Every fall of a whole `line`, NaN where unknown, in steps that start at `times_ms`, which increase."""
    watch, found = FallWatch(limits), {}
    for at_ms, value in zip(times_ms, line, strict=True):
        fall = watch.update(at_ms, value)
        if fall is not None:
            found[fall.peak_ms] = fall
    return list(found.values())
