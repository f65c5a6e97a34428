"""From which expression to which: changes between neighbouring seconds of one and the same person.

Pure. A second's state is what led most of its usable instants, "not sure" on a tie. A second without a usable
face is a gap and breaks the chain: what happened in it is unknown, so no change is counted across it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.palette import KEYS
from dashboard.stored.gazes import Gazes
from dashboard.stored.moments import leading_codes
from dashboard.stored.person_steps import PersonSteps
from db.reports import GazeBucket
from model.engagement.groups import Ints

SECOND_MS = 1000


@dataclass(frozen=True, eq=False)
class Transitions:
    """`counts` (8 x 8, rows from, columns to, in the order of KEYS; the diagonal counts staying), `seconds`
    by state, and how often a chain broke at a gap."""

    counts: pd.DataFrame
    seconds: pd.Series
    gaps: int

    @property
    def changes(self) -> int:
        """How many changes there were."""
        return int(self.counts.to_numpy().sum() - np.trace(self.counts.to_numpy()))

    def rates(self) -> pd.DataFrame:
        """Share (0..1) of the changes from a state that went to each other; NaN where there were none."""
        away = self.counts.where(~np.eye(len(KEYS), dtype=bool)).astype("float64")
        return away.div(away.sum(axis=1).replace(0, np.nan), axis=0)

    def stays_s(self) -> pd.Series:
        """Mean length in seconds of staying in a state until a change was seen; NaN if none was."""
        left = self.counts.sum(axis=1) - np.diag(self.counts.to_numpy())
        return self.seconds / left.replace(0, np.nan)


def transitions(buckets: Gazes | Sequence[GazeBucket]) -> Transitions:
    """From what was read by person in steps of SECOND_MS."""
    gazes = Gazes.of(buckets)
    codes = leading_codes(PersonSteps.of(gazes, SECOND_MS, gazes.first_ms, gazes.end_ms))
    before, after = codes[:-1], codes[1:]
    linked = (before >= 0) & (after >= 0)
    table = np.zeros((len(KEYS), len(KEYS)), np.int64)
    np.add.at(table, (before[linked], after[linked]), 1)
    seen = np.bincount(codes[codes >= 0], minlength=len(KEYS))
    counts = pd.DataFrame(table, index=list(KEYS), columns=list(KEYS))
    return Transitions(counts, pd.Series(seen, index=list(KEYS)), _gaps(codes))


def _gaps(codes: Ints) -> int:
    """Gaps with something known before and after them."""
    breaks = 0
    for column in codes.T:
        known = np.flatnonzero(column >= 0)
        breaks += int(np.count_nonzero(np.diff(known) > 1))
    return breaks
