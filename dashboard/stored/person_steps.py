"""Everybody's usable instants by time step, as arrays: what the report's figures of engagement come from.

Every value is computed per person first and then over people, so that whoever is in view more often does not
count more. Nothing is filled in: a step in which a person was not usable is NaN.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dashboard.stored.gazes import Gazes
from db.reports import GazeBucket
from model.emotions import EMOTIONS
from model.engagement import engagement_over
from model.engagement.definitions import Definition
from model.engagement.groups import GAZE_STATES, Doubles, Grouped, Ints
from model.observations import GazeState

LOOKING, UNKNOWN = GAZE_STATES.index(GazeState.LOOKING), GAZE_STATES.index(GazeState.UNKNOWN)


@dataclass(frozen=True, eq=False)
class PersonSteps:
    """n groups of equal step, person and gaze state.

    times_ms: (t,) starts of the steps, a regular grid. people: (p,) numbers, ascending. row, column: (n,)
    where a group lies in a table of t steps and p people.
    """

    times_ms: Ints
    people: Ints
    row: Ints
    column: Ints
    groups: Grouped

    @classmethod
    def of(
        cls, buckets: Gazes | Sequence[GazeBucket], bucket_ms: int, start_ms: int, end_ms: int
    ) -> "PersonSteps":
        """From buckets read by person in steps of `bucket_ms`, on a grid over start_ms <= t < end_ms."""
        first = start_ms // bucket_ms * bucket_ms
        times = np.arange(first, max(end_ms, first), bucket_ms, dtype=np.int64)
        seen = Gazes.of(buckets).between(first, first + len(times) * bucket_ms)
        people, column = np.unique(seen.person, return_inverse=True)
        row = (seen.start_ms - first) // bucket_ms
        return cls(times, people, row, column.astype(np.int64), seen.groups)

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.times_ms), len(self.people)

    @property
    def cell(self) -> Ints:
        """(n,) which cell of the table, row by row."""
        return self.row * len(self.people) + self.column

    def with_moving(self, away_moving: Doubles) -> "PersonSteps":
        """The same with the share (n,) of heads away and moving, which sums cannot tell."""
        return replace(self, groups=replace(self.groups, away_moving=away_moving))

    def usable(self) -> Ints:
        """(t, p) usable instants."""
        return self._summed(self.groups.counts).astype(np.int64)

    def scores(self) -> Doubles:
        """(t, p, 7) mean scores, NaN where a person was not usable or not scored."""
        counts = self.groups.counts
        sums = [self._summed(self.groups.scores[:, index] * counts) for index in range(len(EMOTIONS))]
        return _shares(np.stack(sums, axis=-1), self._summed(counts)[..., None])

    def values(self, definition: Definition, weights: Mapping[str, float]) -> Doubles:
        """(t, p) engagement. Raises EngagementError."""
        found, _ = engagement_over(definition, weights, self.groups, self.cell, self._cells)
        return found.reshape(self.shape)

    def counted(self, definition: Definition, weights: Mapping[str, float]) -> Doubles:
        """(t, p) instants behind each of `values`. Raises EngagementError."""
        return engagement_over(definition, weights, self.groups, self.cell, self._cells)[1].reshape(
            self.shape
        )

    def values_of_people(self, definition: Definition, weights: Mapping[str, float]) -> Doubles:
        """(p,) engagement of each person over all steps."""
        return engagement_over(definition, weights, self.groups, self.column, len(self.people))[0]

    def looking(self) -> Doubles:
        """(t, p) share of the instants with a known gaze that look at the screen; NaN where none is known."""
        return _shares(*(self._summed(counts) for counts in self._gazes()))

    def looking_of_people(self) -> Doubles:
        """(p,) the same over all steps."""
        p = len(self.people)
        looking, known = (np.bincount(self.column, counts, p) for counts in self._gazes())
        return _shares(looking.astype(np.float64), known.astype(np.float64))

    def gaze_known(self) -> float | None:
        """Share of all usable instants whose gaze is known; None without any."""
        total = self.groups.counts.sum()
        return float(self._gazes()[1].sum() / total) if total else None

    def looking_overall(self) -> float | None:
        """Share of the instants with a known gaze that look at the screen; None without any."""
        looking, known = (counts.sum() for counts in self._gazes())
        return float(looking / known) if known else None

    def gaze_shares(self) -> dict[GazeState, float]:
        """Share of all usable instants in each state of gaze, those that occur."""
        counts = np.bincount(self.groups.gaze_state, self.groups.counts, len(GAZE_STATES))
        shares = counts / max(counts.sum(), 1)
        return {state: float(share) for state, share in zip(GAZE_STATES, shares, strict=True) if share}

    def between(self, start_ms: int, end_ms: int) -> "PersonSteps":
        """The steps that start in start_ms <= t < end_ms, of everybody in them or not."""
        inside = (self.times_ms >= start_ms) & (self.times_ms < end_ms)
        place = np.cumsum(inside) - 1
        kept = inside[self.row]
        row, column = place[self.row[kept]].astype(np.int64), self.column[kept]
        return PersonSteps(self.times_ms[inside], self.people, row, column, self.groups.take(kept))

    def _gazes(self) -> tuple[Doubles, Doubles]:
        counts, state = self.groups.counts.astype(np.float64), self.groups.gaze_state
        return counts * (state == LOOKING), counts * (state != UNKNOWN)

    @property
    def _cells(self) -> int:
        return len(self.times_ms) * len(self.people)

    def _summed(self, amounts: NDArray[np.generic]) -> Doubles:
        sums = np.bincount(self.cell, np.asarray(amounts, np.float64), self._cells)
        return sums.astype(np.float64).reshape(self.shape)


def _shares(part: Doubles, whole: Doubles) -> Doubles:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, part / whole, np.nan)
