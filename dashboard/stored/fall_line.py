"""The group's line in which falls are looked for, while a session runs and afterwards. Pure."""

from bisect import insort
from math import ceil, nan

import numpy as np

from model.behaviour.falls import STEP_MS
from model.engagement.groups import Doubles, Ints, Mask

LEAST_SHARE = 0.25
"""Of the people usually usable: with fewer the line would be theirs, not the group's."""


class GroupSteps:
    """The group's value step by step: the mean over its people, everybody once. With fewer than
    `least_people`, or than a quarter of the usual number so far, there is none."""

    def __init__(self) -> None:
        self._numbers: list[int] = []

    def value(self, of_people: Doubles, least_people: int = 1) -> float:
        """The value of the next step, from everybody's (p,), NaN for whoever was not usable."""
        known = of_people[~np.isnan(of_people)]
        if not len(known):
            return nan
        insort(self._numbers, len(known))
        usual = self._numbers[len(self._numbers) // 2]
        enough = len(known) >= max(least_people, ceil(LEAST_SHARE * usual))
        return float(known.mean()) if enough else nan


def fall_line(values: Doubles, least_people: int = 1) -> Doubles:
    """(t,) the group's line from everybody's values (t, p) in steps of STEP_MS."""
    steps = GroupSteps()
    return np.array([steps.value(row, least_people) for row in values], np.float64)


def is_whole(start_ms: Ints, end_ms: float) -> Mask:
    """(t,) whether the steps that start at `start_ms` count in a session that ends at `end_ms`: half of each
    at least, for a glance in the last moment is no fall."""
    return end_ms - np.asarray(start_ms) >= STEP_MS / 2


def step_starts(times_ms: Ints) -> Ints:
    """(t,) starts of the steps that `times_ms` (t,) lie in."""
    return times_ms // STEP_MS * STEP_MS
