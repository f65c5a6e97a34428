"""A person's own neutral: what a face looks like when nothing happens, and changes from it.

Faces differ at rest, so a score says more as a change. A fixed baseline is the median of the first ten
seconds, which a short smile does not move. A running one is an exponential mean with a time constant of
a minute: it follows light and posture, and with time takes a lasting expression for the person's own.
Both hold for anything measured of one person: the seven scores, or a value of engagement (k = 1).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Doubles = NDArray[np.float64]

DURATION_MS = 10_000
TIME_CONSTANT_MS = 60_000.0
MIN_USABLE = 30
"""Instants: three seconds at 10 Hz."""


def fixed_baseline(
    offset_ms: ArrayLike, values: ArrayLike, duration_ms: int = DURATION_MS, min_usable: int = MIN_USABLE
) -> Doubles | None:
    """(k,) neutral of one person: the median of what was usable early on; None where that was too little.

    offset_ms: (n,) times in order; values: (n, k), a row with a NaN is not usable. It is learnt in the
    `duration_ms` from the first usable instant on, and until there are `min_usable`. Raises ValueError for
    other shapes, a time that is not above 0 or less than one instant.
    """
    _check(duration_ms, min_usable)
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
    """(n, k) neutral of one person at every instant: an exponential mean in time of what was usable so far,
    the instant itself included; NaN before the `min_usable`-th usable instant.

    offset_ms, values and errors as for `fixed_baseline`. What was seen `time_constant_ms` ago weighs 37 % of
    what is seen now. The weights are normalised: the first minutes are a plain mean, not the first instant.
    """
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


def _check(duration_ms: float, min_usable: int) -> None:
    if not duration_ms > 0 or min_usable < 1:
        raise ValueError(
            f"baseline: wanted a time above 0 ms and 1 instant at least, got {duration_ms} and {min_usable}"
        )
