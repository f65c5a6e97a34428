"""The group's line in which falls are looked for, while a session runs and afterwards. Pure."""

from bisect import insort
from math import ceil, nan

import numpy as np

from model.behaviour.falls import STEP_MS
from model.engagement.groups import Doubles, Ints, Mask

LEAST_SHARE = 0.25
"""Of the people usually usable: with fewer the line would be theirs, not the group's."""


LEAST_LOOKS = 7
"""Usable instants, over all people, behind a value: of so many no single one, not even a blink, makes a fall
of the 15 points that are told. A slow analysis has fewer in a step; these wait for the next ones."""
WAIT_MS = 30_000


class GroupSteps:
    """The group's value step by step: the mean over its people, everybody once. With fewer than
    `least_people`, or than a quarter of the usual number so far, there is none; steps of fewer than
    LEAST_LOOKS are told as one with the last of them."""

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._waiting: list[tuple[int, float, float]] = []

    def begin_anew(self) -> None:
        """What waits is no measure any more."""
        self._waiting.clear()

    def value(self, start_ms: int, of_people: Doubles, looks: float, least_people: int = 1) -> float:
        """The value of the next step, which starts at `start_ms`, from everybody's (p,), NaN for whoever was
        not usable. `looks`: usable instants behind them."""
        known = of_people[~np.isnan(of_people)]
        if not len(known):
            return nan
        insort(self._numbers, len(known))
        usual = self._numbers[len(self._numbers) // 2]
        if len(known) < max(least_people, ceil(LEAST_SHARE * usual)):
            return nan
        return self._together(start_ms, float(known.mean()), looks)

    def _together(self, start_ms: int, value: float, looks: float) -> float:
        self._waiting = [one for one in self._waiting if start_ms - one[0] <= WAIT_MS]
        self._waiting.append((start_ms, value, looks))
        if sum(one[2] for one in self._waiting) < LEAST_LOOKS:
            return nan
        _, values, weights = zip(*self._waiting, strict=True)
        self._waiting.clear()
        return float(np.average(values, weights=weights))


def fall_line(times_ms: Ints, values: Doubles, looks: Doubles, least_people: int = 1) -> Doubles:
    """(t,) the group's line from everybody's values (t, p), of so many `looks` (t, p), in steps of STEP_MS
    that start at `times_ms` (t,)."""
    steps = GroupSteps()
    counted = np.where(np.isnan(values), 0, looks).sum(axis=1)
    rows = zip(times_ms.tolist(), values, counted.tolist(), strict=True)
    return np.array([steps.value(at_ms, row, count, least_people) for at_ms, row, count in rows], np.float64)


def is_whole(start_ms: Ints, end_ms: float) -> Mask:
    """(t,) whether the steps that start at `start_ms` count in a session that ends at `end_ms`: half of each
    at least, for a glance in the last moment is no fall."""
    return end_ms - np.asarray(start_ms) >= STEP_MS / 2


def step_starts(times_ms: Ints) -> Ints:
    """(t,) starts of the steps that `times_ms` (t,) lie in."""
    return times_ms // STEP_MS * STEP_MS
