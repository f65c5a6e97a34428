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
from model.emotions import NOT_SURE, Emotion
from model.engagement.groups import Doubles, Ints

WINDOW_MS, WINDOW_SHARE = 30_000, 0.125
"""A change compares so much before with so much after, and at most so much of the whole line; in any case one
step, which is longer in sessions of over five hours."""
SMALLEST_CHANGE = 0.05
"""Of a definition's range; smaller changes are not worth a name."""
LOOKING_FROM = 0.5
LEAST_STRETCH_STEPS = 2
KEPT = 3
MARGIN_MS = 30_000

Held = NDArray[np.bool_]
Codes = NDArray[np.int64]
"""(t,) by step: whether something held; which of KEYS led."""


class Kind(StrEnum):
    """What makes a moment one."""

    FALL = "fall"
    RISE = "rise"
    AWAY = "away"
    LED = "led"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Moment:
    """From `start_ms` up to `end_ms`; `person` None: the group. `amount`: the change of the line from mean
    to mean, for falls and rises, about `at_ms`. `key`: the expression that led, for LED."""

    kind: Kind
    start_ms: int
    end_ms: int
    at_ms: int
    person: int | None = None
    amount: float | None = None
    key: str | None = None

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms


def changes(
    times_ms: Ints, values: Doubles, step_ms: int, smallest: float, person: int | None = None
) -> list[Moment]:
    """The largest falls and rises of a line (t,), at most KEPT of each, none inside another.

    The mean of up to WINDOW_MS, or one step, after an instant less that before it; at least half of both must
    be known.
    """
    n = len(values)
    window = max(1, min(WINDOW_MS // step_ms, round(n * WINDOW_SHARE)))
    if n < 2 * window or n < 2:
        return []
    means = _window_means(values, window)  # of values[i : i + window]
    differences = means[window:] - means[:-window]
    moments: list[Moment] = []
    for kind, signed in ((Kind.FALL, -differences), (Kind.RISE, differences)):
        for place in _peaks(signed, 2 * window, smallest):
            at = int(times_ms[place + window])
            end_ms = min(at + window * step_ms, int(times_ms[-1]) + step_ms)
            amount = float(differences[place])
            moments.append(Moment(kind, int(times_ms[place]), end_ms, at, person, amount))
    return moments


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


def range_around(moment: Moment, duration_ms: int) -> tuple[int, int]:
    """What to show to see a moment in its place: itself and as much again, half on either side."""
    margin = max(MARGIN_MS, moment.length_ms // 2)
    return max(0, moment.start_ms - margin), min(duration_ms, moment.end_ms + margin)


def _leaders(counts: Doubles) -> Codes:
    most = counts.max(axis=-1)
    tied = (counts == most[..., None]).sum(axis=-1) > 1
    leader = np.where(tied, KEYS.index(NOT_SURE), counts.argmax(axis=-1))
    return np.where(most > 0, leader, -1).astype(np.int64)


def _window_means(values: Doubles, window: int) -> Doubles:
    """(n - window + 1,) means of each window; NaN where less than half of it is known."""
    known = ~np.isnan(values)
    sums = np.concatenate([[0.0], np.cumsum(np.where(known, values, 0.0))])
    counts = np.concatenate([[0], np.cumsum(known)])
    inside = counts[window:] - counts[:-window]
    means = (sums[window:] - sums[:-window]) / np.maximum(inside, 1)
    return np.where(inside * 2 >= window, means, np.nan)


def _peaks(signed: Doubles, apart: int, smallest: float) -> list[int]:
    left = np.where(np.isnan(signed), -np.inf, signed)
    places: list[int] = []
    while len(places) < KEPT and len(left) and (best := int(left.argmax())) >= 0 and left[best] >= smallest:
        places.append(best)
        left[max(0, best - apart) : best + apart + 1] = -np.inf
    return places


def _runs(held: Held) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], held, [False]]).astype(np.int8)))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def _longest(found: Sequence[Moment]) -> list[Moment]:
    return sorted(found, key=lambda one: (-one.length_ms, one.start_ms))[:KEPT]
