"""Engagement by any published definition, computed when read. Nobody measures engagement itself.

A value is a weighted sum of the shares of evidence.py; a weight of the gaze state multiplies it. The
positive weights count by their ratios, so that edited ones keep the definition's range.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.engagement.definitions import GAZE, Definition
from model.engagement.groups import GAZE_STATES, Doubles, Grouped, Ints, Moments
from model.engagement.weights import checked_weights
from model.errors import EngagementError

LOWER_QUARTILE, UPPER_QUARTILE = 25.0, 75.0
LAST_PART = 0.25


@dataclass(frozen=True, eq=False)
class Terms:
    """The parts of n values: values and weights (n, k), labels (k,), counted (n,) instants behind each row.

    A value is the sum of values x weights of its row, in the definition's unit; a row that counts no
    instant has none.
    """

    labels: tuple[str, ...]
    values: Doubles
    weights: Doubles
    counted: Doubles

    def total(self) -> Doubles:
        """(n,) the values; NaN where nothing counts."""
        sums = (np.nan_to_num(self.values) * self.weights).sum(axis=1)
        return np.where(self.counted > 0, sums, np.nan)


def terms(definition: Definition, weights: Mapping[str, float] | None, moments: Moments | Grouped) -> Terms:
    """What `engagement` adds up. Raises EngagementError for weights or columns it cannot use."""
    groups = moments.grouped() if isinstance(moments, Moments) else moments
    checked = checked_weights(definition, definition.weights if weights is None else weights)
    summed = {name: weight for name, weight in checked.items() if not name.startswith(GAZE)}
    values, counted = definition.evidence(groups)
    row = np.array(list(summed.values()))
    unit = row if definition.signed else definition.high * row / row.max()
    return Terms(tuple(summed), values, _gaze_factor(checked, groups)[:, None] * unit, counted)


def engagement(
    definition: Definition, weights: Mapping[str, float] | None, moments: Moments | Grouped
) -> Doubles:
    """(n,) values in the definition's unit, NaN where nothing counts; `weights` None: the published ones.

    The value of a group is the mean of its instants, exactly. Raises EngagementError for weights that
    cannot be used or a column that was not read.
    """
    return terms(definition, weights, moments).total()


def engagement_over(
    definition: Definition,
    weights: Mapping[str, float] | None,
    groups: Moments | Grouped,
    row_of: ArrayLike,
    rows: int,
) -> tuple[Doubles, Doubles]:
    """Groups merged into `rows` rows, `row_of` (n,) saying which: (values (rows,), instants counted (rows,)).

    Every instant counts once, whatever group it lies in; a row without one is NaN.
    """
    parts = terms(definition, weights, groups)
    index = np.asarray(row_of, np.int64)
    if index.shape != parts.counted.shape:
        raise EngagementError(f"row_of: wanted shape {parts.counted.shape}, got {index.shape}")
    counted = np.bincount(index, parts.counted, rows).astype(np.float64)
    sums = np.bincount(index, np.nan_to_num(parts.total()) * parts.counted, rows)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(counted > 0, sums / counted, np.nan), counted


@dataclass(frozen=True, eq=False)
class GroupLine:
    """The line of a group in time, (t,) each: mean over people, every person once; the quartiles around it;
    people counted. All but `people` NaN where too few people are usable."""

    mean: Doubles
    lower: Doubles
    upper: Doubles
    people: NDArray[np.int64]


def group_line(values: ArrayLike, least_people: int = 1) -> GroupLine:
    """The group's line from `values` (t, people), NaN where a person is not usable.

    The spread is that of the middle half of the people (25th to 75th percentile), which one extreme face does
    not move. Raises EngagementError for other shapes or `least_people` below 1.
    """
    table = np.asarray(values, np.float64)
    if table.ndim != 2 or least_people < 1:
        raise EngagementError(
            f"wanted values (t, people) and 1 person at least, got {table.shape} and {least_people}"
        )
    people = np.count_nonzero(~np.isnan(table), axis=1)
    enough = people >= least_people
    lines = np.full((3, len(table)), np.nan)
    if enough.any():
        shown = table[enough]
        lines[0, enough] = np.nanmean(shown, axis=1)
        for line, percent in enumerate((LOWER_QUARTILE, UPPER_QUARTILE), start=1):
            lines[line, enough] = _percentiles(np.sort(shown, axis=1), people[enough], percent)
    return GroupLine(lines[0], lines[1], lines[2], people.astype(np.int64))


def _percentiles(ordered: Doubles, known: Ints, percent: float) -> Doubles:
    """(n,) percentile of the first `known` (n,) values of each row, linear between neighbours.

    NumPy's nanpercentile takes a call for every row.
    """
    rows, at = np.arange(len(ordered)), (known - 1) * (percent / 100)
    below = np.floor(at).astype(np.int64)
    low, high = ordered[rows, below], ordered[rows, np.minimum(below + 1, known - 1)]
    return np.asarray(low + (high - low) * (at - below))


def peak_and_end(values: ArrayLike, last_part: float = LAST_PART) -> float:
    """One figure for a line (t,): the mean of its maximum and of the mean of its last part (Realeyes).

    NaN values do not count; NaN if there is nothing else.
    """
    line = np.asarray(values, np.float64)
    end = line[len(line) - max(round(len(line) * last_part), 1) :]
    if np.isnan(end).all():
        return float("nan")
    return float((np.nanmax(line) + np.nanmean(end)) / 2)


def in_percent(definition: Definition, values: ArrayLike) -> Doubles:
    """`values` (...,) as percent of the definition's range: one threshold fits all definitions."""
    share = (np.asarray(values, np.float64) - definition.low) / (definition.high - definition.low)
    return np.asarray(100 * share)


def _gaze_factor(weights: Mapping[str, float], groups: Grouped) -> Doubles:
    """(n,) weight of each group's gaze state as a share of the largest; 1 where gaze has no weight."""
    if not any(name.startswith(GAZE) for name in weights):
        return np.ones(len(groups))
    by_code = np.array([weights[GAZE + state] for state in GAZE_STATES])
    return np.asarray((by_code / by_code.max())[groups.gaze_state])
