"""Usable instants by time step, person and gaze state: rows of a database as arrays, no object for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from db.reports import GAZE_KEYS, SUM_NAMES, GazeBucket
from model.emotions import EMOTIONS
from model.engagement.groups import GAZE_STATES, Doubles, Grouped, Ints

_N = len(EMOTIONS)


@dataclass(frozen=True, eq=False)
class Gazes:
    """n groups of equal step, person and gaze state.

    start_ms: (n,) where each one's step begins. person: (n,). led: (n, 8) usable instants that each
    expression led, then "not sure". groups: what the definitions read; who moved the head is not in it.
    """

    start_ms: Ints
    person: Ints
    led: Doubles
    groups: Grouped

    @classmethod
    def from_rows(cls, rows: Sequence[Sequence[Any]]) -> "Gazes":
        """From what db.reports.gaze_rows reads by person."""
        table = np.array(rows, np.float64).reshape(-1, GAZE_KEYS + len(SUM_NAMES))
        start_ms, person, state = (column.astype(np.int64) for column in table[:, :GAZE_KEYS].T)
        usable, *sums = table[:, GAZE_KEYS:].T
        scores, leads = np.stack(sums[:_N], axis=-1), sums[_N : 2 * _N]
        negative, posed, frontal, facing = sums[2 * _N : 2 * _N + 4]
        led = np.stack([*leads, usable - np.sum(leads, axis=0)], axis=-1)
        known = np.where(posed > 0, posed, np.nan)
        return cls(
            start_ms,
            person,
            led,
            Grouped(
                counts=usable.astype(np.int64),
                scores=scores / usable[:, None],
                gaze_state=state,
                leads=led / usable[:, None],
                strongest_negative=negative / usable,
                posed=posed.astype(np.int64),
                share_frontal=frontal / known,
                facing=facing / known,
            ),
        )

    @classmethod
    def of(cls, buckets: "Gazes | Sequence[GazeBucket]") -> "Gazes":
        """From buckets by person; what is in columns already stays as it is."""
        if isinstance(buckets, Gazes):
            return buckets
        usable = np.array([b.usable for b in buckets], np.int64)
        led = np.array([(*b.leads, b.not_sure) for b in buckets], np.float64).reshape(-1, _N + 1)
        groups = Grouped(
            counts=usable,
            scores=np.array([b.scores for b in buckets], np.float64).reshape(-1, _N),
            gaze_state=np.array([GAZE_STATES.index(b.gaze) for b in buckets], np.int64),
            leads=led / np.maximum(usable, 1)[:, None],
            strongest_negative=np.array([b.strongest_negative for b in buckets], np.float64),
            posed=np.array([b.posed for b in buckets], np.int64),
            share_frontal=np.array([b.share_frontal for b in buckets], np.float64),
            facing=np.array([b.facing for b in buckets], np.float64),
        )
        start_ms = np.array([b.start_ms for b in buckets], np.int64)
        return cls(start_ms, np.array([b.person for b in buckets], np.int64), led, groups)

    def __len__(self) -> int:
        return len(self.start_ms)

    @property
    def leads(self) -> tuple[int, ...]:
        """Usable instants that each of EMOTIONS led."""
        return tuple(self.led[:, :_N].sum(axis=0).astype(int).tolist())

    @property
    def not_sure(self) -> int:
        """Usable instants that none led."""
        return int(self.led[:, _N].sum())

    @property
    def first_ms(self) -> int:
        """Where the first step begins; 0 without any."""
        return int(self.start_ms.min()) if len(self) else 0

    @property
    def end_ms(self) -> int:
        """Just behind the beginning of the last step; 0 without any."""
        return int(self.start_ms.max()) + 1 if len(self) else 0

    def between(self, start_ms: int, end_ms: int) -> "Gazes":
        """The steps that begin in start_ms <= t < end_ms."""
        chosen = (self.start_ms >= start_ms) & (self.start_ms < end_ms)
        if chosen.all():
            return self
        return Gazes(self.start_ms[chosen], self.person[chosen], self.led[chosen], self.groups.take(chosen))
