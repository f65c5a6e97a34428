"""A person's own neutral: what a face looks like when nothing happens, and changes from it.

Faces differ at rest, so a score says more as a change. A fixed baseline is the median of the first ten
seconds, which a short smile does not move. A running one is an exponential mean with a time constant of
a minute: it follows light and posture, and with time takes a lasting expression for the person's own.
Both hold for anything measured of one person: the seven scores, or a value of engagement (k = 1).
"""

from collections.abc import Callable
from math import exp
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

Doubles = NDArray[np.float64]

DURATION_MS = 10_000
TIME_CONSTANT_MS = 60_000.0
MIN_USABLE = 30
"""Instants: three seconds at 10 Hz."""


class Baseline(Protocol):
    """The neutral of one person, learnt as time goes by."""

    @property
    def neutral(self) -> Doubles | None:
        """(k,), or None as long as too little was usable."""

    def update(self, offset_ms: int, values: ArrayLike | None) -> Doubles | None:
        """Learn from `values` (k,), None or with a NaN where not usable; return their change from neutral.

        Times come in order. None without usable values or without a neutral yet.
        """


class FixedBaseline:
    """The median of what was usable in the `duration_ms` from the first usable instant on.

    Unknown until they are over; with fewer than `min_usable` usable instants in them, it waits for as many.
    """

    def __init__(self, duration_ms: int = DURATION_MS, min_usable: int = MIN_USABLE) -> None:
        _check(duration_ms, min_usable)
        self._duration_ms, self._min_usable = duration_ms, min_usable
        self._start_ms: int | None = None
        self._learnt: list[Doubles] = []
        self._neutral: Doubles | None = None

    @property
    def neutral(self) -> Doubles | None:
        return self._neutral

    def update(self, offset_ms: int, values: ArrayLike | None) -> Doubles | None:
        usable = _usable(values)
        if usable is None:
            return None
        if self._neutral is None:
            self._learn(offset_ms, usable)
        return None if self._neutral is None else usable - self._neutral

    def _learn(self, offset_ms: int, values: Doubles) -> None:
        if self._start_ms is None:
            self._start_ms = offset_ms
        if offset_ms - self._start_ms >= self._duration_ms and len(self._learnt) >= self._min_usable:
            self._neutral = np.median(self._learnt, axis=0)
            self._learnt = []
        else:
            self._learnt.append(values)


class RunningBaseline:
    """An exponential mean in time of the usable instants, the newest included.

    An instant `time_constant_ms` ago weighs 37 % of one now. The weights are normalised, so that the first
    minutes are a plain mean rather than the first instant.
    """

    def __init__(self, time_constant_ms: float = TIME_CONSTANT_MS, min_usable: int = MIN_USABLE) -> None:
        _check(time_constant_ms, min_usable)
        self._time_constant_ms, self._min_usable = time_constant_ms, min_usable
        self._last_ms = 0
        self._seen = 0
        self._weight = 0.0
        self._sum: Doubles | float = 0.0

    @property
    def neutral(self) -> Doubles | None:
        return np.asarray(self._sum / self._weight) if self._seen >= self._min_usable else None

    def update(self, offset_ms: int, values: ArrayLike | None) -> Doubles | None:
        usable = _usable(values)
        if usable is None:
            return None
        kept = exp(-max(offset_ms - self._last_ms, 0) / self._time_constant_ms) if self._seen else 0.0
        self._sum = self._sum * kept + usable
        self._weight = self._weight * kept + 1
        self._last_ms, self._seen = offset_ms, self._seen + 1
        neutral = self.neutral
        return None if neutral is None else usable - neutral


class Baselines:
    """One baseline for every track, made by `make` when the track is first seen."""

    def __init__(self, make: Callable[[], Baseline] = FixedBaseline) -> None:
        self._make = make
        self._of: dict[int, Baseline] = {}

    def update(self, track_id: int, offset_ms: int, values: ArrayLike | None) -> Doubles | None:
        """As `Baseline.update`, for one track."""
        if track_id not in self._of:
            self._of[track_id] = self._make()
        return self._of[track_id].update(offset_ms, values)

    def forget(self, track_id: int) -> None:
        """Drop what was learnt of a person."""
        self._of.pop(track_id, None)


def fixed_baseline(
    offset_ms: ArrayLike, values: ArrayLike, duration_ms: int = DURATION_MS, min_usable: int = MIN_USABLE
) -> Doubles | None:
    """(k,) neutral of one person from (n,) times and values (n, k), as `FixedBaseline` learns it; or None."""
    times, table, usable = _table(offset_ms, values)
    times, table = times[usable], table[usable]
    if not len(times):
        return None
    later = np.flatnonzero((times - times[0] >= duration_ms) & (np.arange(len(times)) >= min_usable))
    return np.asarray(np.median(table[: later[0]], axis=0)) if len(later) else None


def running_baseline(
    offset_ms: ArrayLike,
    values: ArrayLike,
    time_constant_ms: float = TIME_CONSTANT_MS,
    min_usable: int = MIN_USABLE,
) -> Doubles:
    """(n, k) neutral of one person at every instant, as `RunningBaseline` learns it; NaN while unknown."""
    _check(time_constant_ms, min_usable)
    times, table, usable = _table(offset_ms, values)
    ages = (times - times[0]) / time_constant_ms if len(times) else times
    weighted = np.where(usable[:, None], np.column_stack([np.ones(len(table)), np.nan_to_num(table)]), 0.0)
    sums, carried, carried_at = np.empty_like(weighted), np.zeros(weighted.shape[1]), 0.0
    # exp() of a long session would overflow: sum up in blocks of 20 time constants and carry the rest over.
    block_of = (ages // 20).astype(np.int64)
    for block in np.unique(block_of):
        rows = np.flatnonzero(block_of == block)
        growth = np.exp(ages[rows] - block * 20)[:, None]
        before = carried * np.exp(carried_at - block * 20)
        sums[rows] = (before + np.cumsum(weighted[rows] * growth, axis=0)) / growth
        carried, carried_at = sums[rows[-1]], ages[rows[-1]]
    known = np.cumsum(usable) >= min_usable
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(known[:, None], sums[:, 1:] / sums[:, :1], np.nan)


def change_from(values: ArrayLike, neutral: ArrayLike | None) -> Doubles:
    """`values` (n, k) less `neutral`, (k,) or (n, k); all NaN where there is none."""
    table = np.asarray(values, np.float64)
    return table - (np.nan if neutral is None else np.asarray(neutral, np.float64))


def _table(offset_ms: ArrayLike, values: ArrayLike) -> tuple[Doubles, Doubles, NDArray[np.bool_]]:
    times, table = np.asarray(offset_ms, np.float64), np.asarray(values, np.float64)
    if table.ndim != 2 or times.shape != table.shape[:1]:
        raise ValueError(f"wanted times (n,) and values (n, k), got {times.shape} and {table.shape}")
    return times, table, np.logical_not(np.isnan(table).any(axis=1))


def _usable(values: ArrayLike | None) -> Doubles | None:
    if values is None:
        return None
    row = np.atleast_1d(np.asarray(values, np.float64))
    return None if np.isnan(row).any() else row


def _check(duration_ms: float, min_usable: int) -> None:
    if not duration_ms > 0 or min_usable < 1:
        raise ValueError(
            f"baseline: wanted a time above 0 ms and 1 instant at least, got {duration_ms} and {min_usable}"
        )
