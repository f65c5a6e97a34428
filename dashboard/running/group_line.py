"""The group's line of a running session, step by step, as `stored/fall_line.py` reads it of a stored one."""

from collections.abc import Sequence

import numpy as np

from dashboard.running.reading import LiveReading
from dashboard.stored.fall_line import GroupSteps, is_whole
from model.behaviour.falls import STEP_MS
from model.engagement import engagement, in_percent
from model.engagement.groups import Doubles, Grouped, Ints

Step = tuple[int, float]
"""Its start in ms, and the group's value in percent of the range; NaN where too few were usable."""
LEFT_OUT = -1


class GroupLine:
    """Collects what everybody's instants are worth until their step is over. Not safe for threads."""

    def __init__(self) -> None:
        self._steps = GroupSteps()
        self._start_ms = self._last_ms = 0
        self._people: list[int] = []
        self._values: list[float] = []

    def begin_anew(self) -> None:
        """Another definition, or other people: what was collected is no measure any more."""
        self._people, self._values = [], []
        self._steps.begin_anew()

    def add(
        self, offset_ms: int, instants: Grouped, whose: Sequence[int | None], reading: LiveReading
    ) -> Step | None:
        """Count one frame; the step that it shows to be over. `whose`: None for those left out."""
        start_ms = offset_ms // STEP_MS * STEP_MS
        over = self._over(reading) if start_ms > self._start_ms else None
        self._start_ms, self._last_ms = start_ms, offset_ms
        if len(instants):
            values = engagement(reading.definition, reading.weights, instants)
            self._values += in_percent(reading.definition, values).tolist()
            self._people += [LEFT_OUT if person is None else person for person in whose]
        return over

    def finish(self, reading: LiveReading) -> Step | None:
        """The last step, if there was enough of it to count."""
        return self._over(reading) if is_whole(np.array(self._start_ms), self._last_ms) else None

    def _over(self, reading: LiveReading) -> Step:
        people, values = np.array(self._people, np.int64), np.array(self._values, np.float64)
        self._people, self._values = [], []
        counted = ~np.isnan(values) & (people != LEFT_OUT)
        of_people = _means(people[counted], values[counted])
        looks = float(np.count_nonzero(counted))
        return self._start_ms, self._steps.value(self._start_ms, of_people, looks, reading.least_people)


def _means(people: Ints, values: Doubles) -> Doubles:
    """(p,) the mean of each one's values (n,)."""
    _, whose = np.unique(people, return_inverse=True)
    return np.asarray(np.bincount(whose, values) / np.bincount(whose), np.float64)
