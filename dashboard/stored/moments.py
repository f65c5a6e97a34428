"""The moments of a session worth looking at: where a line falls and rises most, and what lasted longest.

Pure: tables in, moments out. Nothing is bridged: a gap ends a stretch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.palette import KEYS
from dashboard.stored.person_steps import PersonSteps
from model.behaviour.falls import STEP_MS, Fall, Limits, falls_of
from model.emotions import NOT_SURE, Emotion
from model.engagement.groups import Doubles, Ints

LOOKING_FROM = 0.5
LEAST_STRETCH_STEPS = 2
KEPT = 3

Held = NDArray[np.bool_]
Codes = NDArray[np.int64]
"""(t,) by step: whether something held; which of KEYS led."""


class Kind(StrEnum):
    """What makes a moment one."""

    LOWEST = "lowest"
    HIGHEST = "highest"
    FALL = "fall"
    RISE = "rise"
    AWAY = "away"
    LED = "led"
    BELOW = "below"
    ANY = "at"


@dataclass(frozen=True, slots=True)
class Moment:
    """From `start_ms` up to `end_ms`; `person` None: the group. `at_ms`: the start of the lowest or highest
    step, else of the moment. `points`: how far a line fell or rose, of 100. `key`: the expression that led,
    for LED."""

    kind: Kind
    start_ms: int
    end_ms: int
    at_ms: int
    person: int | None = None
    points: float | None = None
    key: str | None = None

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms

    @property
    def stretch(self) -> tuple[int, int]:
        """What to explain of it: the lowest or highest step, else all of it."""
        stepped = self.kind in (Kind.FALL, Kind.RISE)
        return (self.at_ms, self.at_ms + STEP_MS) if stepped else (self.start_ms, self.end_ms)

    @property
    def name(self) -> str:
        """What an address calls it: fall-520, away-40-2."""
        whose = "" if self.person is None else f"-{self.person}"
        return f"{self.kind}-{self.start_ms // 1000}{whose}"


def changes(times_ms: Ints, percent: Doubles, limits: Limits, person: int | None = None) -> list[Moment]:
    """Every fall and rise of a line (t,) in steps of STEP_MS, in percent of its range; the largest first.

    By the rule of the running session: a rise is a fall of the line upside down.
    """
    found = [
        _change(kind, fall, person)
        for kind, line in ((Kind.FALL, percent), (Kind.RISE, 100 - percent))
        for fall in falls_of(times_ms.tolist(), line.tolist(), limits)
    ]
    return sorted(found, key=lambda one: (-(one.points or 0), one.start_ms))


def extremes(times_ms: Ints, values: Doubles) -> list[Moment]:
    """The lowest and the highest step of a line (t,); none of a line that is unknown or flat."""
    known = values[~np.isnan(values)]
    if not len(known) or known.min() == known.max():
        return []
    places = ((Kind.LOWEST, int(np.nanargmin(values))), (Kind.HIGHEST, int(np.nanargmax(values))))
    starts = [(kind, int(times_ms[place])) for kind, place in places]
    return [Moment(kind, at_ms, at_ms + STEP_MS, at_ms) for kind, at_ms in starts]


def _change(kind: Kind, fall: Fall, person: int | None) -> Moment:
    end_ms = fall.lowest_ms + STEP_MS
    return Moment(kind, fall.peak_ms, end_ms, fall.lowest_ms, person, fall.points)


def stretches(kind: Kind, table: Mapping[int | None, Held], times_ms: Ints, step_ms: int) -> list[Moment]:
    """The KEPT longest unbroken runs of True over everybody in `table` ((t,) by person), longest first."""
    found = []
    for person, held in table.items():
        for start, end in _runs(held):
            if end - start >= LEAST_STRETCH_STEPS:
                first = int(times_ms[start])
                found.append(Moment(kind, first, int(times_ms[end - 1]) + step_ms, first, person))
    return _longest(found)


def led(leads: Mapping[int | None, Codes], times_ms: Ints, step_ms: int) -> list[Moment]:
    """The longest runs in which one expression led; neutral, "not sure" and gaps (-1) are no expression."""
    found: list[Moment] = []
    for person, codes in leads.items():
        for code, key in enumerate(KEYS):
            if key not in (Emotion.NEUTRAL, NOT_SURE):
                runs = [run for run in _runs(codes == code) if run[1] - run[0] >= LEAST_STRETCH_STEPS]
                for start, end in runs:
                    first, last = int(times_ms[start]), int(times_ms[end - 1]) + step_ms
                    found.append(Moment(Kind.LED, first, last, first, person, key=key))
    return _longest(found)


def leading_codes(steps: PersonSteps) -> Codes:
    """(t, p) place in KEYS of what led most of a person's instants in a step, "not sure" on a tie; -1 in a
    gap."""
    counts = np.zeros((steps.shape[0] * steps.shape[1], len(KEYS)))
    np.add.at(counts, steps.cell, lead_counts(steps))
    return _leaders(counts).reshape(steps.shape)


def group_codes(steps: PersonSteps, shown: Held) -> Codes:
    """(t,) the same of everybody's instants together; -1 where not `shown` (t,)."""
    counts = np.zeros((steps.shape[0], len(KEYS)))
    np.add.at(counts, steps.row, lead_counts(steps))
    return np.where(shown, _leaders(counts), -1)


def lead_counts(steps: PersonSteps) -> Doubles:
    """(n, 8) instants of each group that each of KEYS led; none where nothing was scored."""
    leads = steps.groups.leads
    if leads is None:
        return np.zeros((len(steps.row), len(KEYS)))
    return np.nan_to_num(leads) * steps.groups.counts[:, None]


def below_mean(values: pd.DataFrame) -> dict[int | None, Held]:
    """By person: the steps at which a column lies below that person's own mean."""
    return {int(str(one)): (values[one] < values[one].mean()).to_numpy() for one in values.columns}


def looking_away(looking: pd.DataFrame) -> dict[int | None, Held]:
    """By person: the steps at which less than half of the measured gaze was on the screen."""
    return {int(str(one)): (looking[one] < LOOKING_FROM).to_numpy() for one in looking.columns}


def _leaders(counts: Doubles) -> Codes:
    most = counts.max(axis=-1)
    tied = (counts == most[..., None]).sum(axis=-1) > 1
    leader = np.where(tied, KEYS.index(NOT_SURE), counts.argmax(axis=-1))
    return np.where(most > 0, leader, -1).astype(np.int64)


def _runs(held: Held) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], held, [False]]).astype(np.int8)))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def _longest(found: Sequence[Moment]) -> list[Moment]:
    return sorted(found, key=lambda one: (-one.length_ms, one.start_ms))[:KEPT]
