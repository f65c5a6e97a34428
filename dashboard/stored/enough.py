"""What may be drawn and printed of what was measured: steps no finer than the analysis was, gaps that only
its rate made, and when there is too little to say. Pure; a running session and a stored one ask the same.
"""

from collections.abc import Sequence

import numpy as np

from model.engagement.groups import Doubles, Ints

STEP_INTERVALS = 2.5
"""Analyses that a step of a chart holds at least: a step of one would be a coin thrown."""
BRIDGED_INTERVALS = 3.0
"""So many intervals without a value belong to the rate of the analysis; longer is a gap."""
PAUSE_MS = 15_000
"""Two analyses further apart than this are an interruption, not a slow analysis."""
HELD_SHARE = 0.75
"""Of the time: intervals are no longer than the one that is told, but for this rest."""
LEAST_USABLE_MS, LEAST_USABLE_SHARE = 30_000, 0.1
STEADY_SHARE = 0.05
"""Of a range: a smaller difference is told as none."""
TOO_LITTLE = "Too little to say"
GAP = -1
"""In `pieces`: nothing is drawn between what stands before and after."""


def interval_ms_of(times_ms: Ints) -> float:
    """How far apart analyses lie (ms), from their instants (n,) in order; 0 without any two.

    Of the time, not of the analyses: ten quick seconds do not outweigh a slow minute.
    """
    return _held(np.diff(np.asarray(times_ms, np.float64)))


def step_ms_for(interval_ms: float, steps_ms: Sequence[int]) -> int:
    """The shortest of `steps_ms` (ascending) that holds STEP_INTERVALS analyses; the longest if none does."""
    return next((step for step in steps_ms if step >= STEP_INTERVALS * interval_ms), steps_ms[-1])


def bridged_steps(interval_ms: float, step_ms: int) -> int:
    """How many unknown steps in a row a line goes across."""
    return int(BRIDGED_INTERVALS * interval_ms // step_ms)


def pieces(values: Doubles, bridged: int = 0) -> tuple[Ints, Ints]:
    """How a line of `values` (t,), NaN where unknown, is drawn: (k,) steps in order, GAP where the line is
    broken, and (k,) 1 where a point stands for its step's end, else 0.

    Up to `bridged` unknown steps are gone across; a lone one has two points, so that it is drawn as a bar.
    """
    known = np.flatnonzero(~np.isnan(np.asarray(values, np.float64)))
    steps: list[int] = []
    ends: list[int] = []
    for run in np.split(known, np.flatnonzero(np.diff(known) > bridged + 1) + 1):
        if not len(run):
            continue
        lone = len(run) == 1
        steps += [GAP] * bool(steps) + run.tolist() + run.tolist() * lone
        ends += [0] * bool(ends) + [0] * len(run) + [1] * lone
    return np.array(steps, np.int64), np.array(ends, np.int64)


def too_little(usable_ms: float, span_ms: float) -> bool:
    """Whether `usable_ms` of `span_ms` are too few for a figure to be printed as one."""
    return bool(usable_ms < max(LEAST_USABLE_MS, LEAST_USABLE_SHARE * span_ms))


def _held(intervals: Doubles) -> float:
    """The interval that HELD_SHARE of the time does not exceed, interruptions left out."""
    held = np.sort(intervals[(intervals > 0) & (intervals <= PAUSE_MS)])
    if not len(held):
        return 0.0
    time = np.cumsum(held)
    return float(held[np.searchsorted(time, HELD_SHARE * time[-1])])
