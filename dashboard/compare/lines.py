"""The lines of a comparison: read one by one, brought onto one axis, told apart by figures."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sqlalchemy import Engine

from dashboard.compare.address import Item
from dashboard.compare.bootstrap import Interval, difference_interval, mean_interval
from dashboard.reading import Reading
from dashboard.stored.enough import too_little
from dashboard.stored.report import View, read_report
from model.engagement.groups import Doubles, Ints

UNKNOWN = Interval(np.nan, np.nan, np.nan)
SHARES = 200
"""Steps of the axis that shows the share of each one's length."""
SMOOTH_OVER = 60
"""The drawn lines are means over a sixtieth of the axis; figures come from what was measured."""


@dataclass(frozen=True, eq=False)
class Line:
    """One side over time: `times_ms` (t,) from its own start, a regular grid of `step_ms`; `values` (t,) in
    the definition's unit, NaN in gaps. `looking`, `lead`: over all of it; None where unknown. `bridged`: so
    many unknown steps belong to the rate of the analysis. `little`: too few are known for figures."""

    item: Item
    times_ms: Ints
    values: Doubles
    step_ms: int
    length_ms: int
    looking: float | None
    lead: str | None
    bridged: int = 0
    little: bool = False

    @property
    def name(self) -> str:
        return self.item.name


@dataclass(frozen=True, slots=True)
class Compared:
    """One row of the table. `less_first`: its mean less the first one's; None for the first. `little`: too
    little was measured for figures, and there are none."""

    name: str
    mean: Interval
    less_first: Interval | None
    looking: float | None
    lead: str | None
    measured_ms: int
    little: bool = False


def read_line(engine: Engine, item: Item, reading: Reading, min_group_size: int, group_only: bool) -> Line:
    """Reads one side, unsmoothed. Raises db.errors.DatabaseError, also when the session is gone."""
    view = View(item.start_ms, item.end_ms, 0, group_only, reading)
    report = read_report(engine, item.session, view, min_group_size)
    times = report.timeline["time_ms"].to_numpy(dtype=np.int64)
    first = int(times[0]) if len(times) else 0
    looking, lead = report.headline.looking, report.headline.leading
    values = report.timeline["engagement"].to_numpy(dtype=np.float64)
    if item.person is not None:
        values = _of_person(report.engagement_of, item.person, len(times))
        own = report.people[report.people["person"] == item.person]
        looking = float(own["looking"].iloc[0]) if len(own) else None
        shares = own.iloc[0] if len(own) else None
        lead = None if shares is None or pd.isna(shares["leading"]) else str(shares["leading"])
    if not report.large_enough:
        values, looking, lead = np.full(len(times), np.nan), None, None
    end_ms = item.session.duration_ms if item.end_ms is None else item.end_ms
    step_ms = report.bucket_ms
    length_ms = end_ms - item.start_ms
    little = too_little(_measured_ms(values, step_ms), length_ms)
    if little:
        looking, lead = None, None
    return Line(item, times - first, values, step_ms, length_ms, looking, lead, report.bridged, little)


def _of_person(table: pd.DataFrame, person: int, steps: int) -> Doubles:
    return table[person].to_numpy(dtype=np.float64) if person in table else np.full(steps, np.nan)


def on_one_axis(lines: Sequence[Line], share: bool) -> pd.DataFrame:
    """(t, k): each line a column, by place; the index is ms from each one's start, or with `share` the share
    (0..1) of each one's length. Steps are means over what lies in them."""
    if share:
        # No more parts than the shortest has steps, else every other one would be empty.
        parts = max(1, min(SHARES, *(line.length_ms // line.step_ms for line in lines)))
        columns = [
            _binned(line.times_ms / max(line.length_ms, 1) * parts, line.values, parts) for line in lines
        ]
        return pd.DataFrame(np.column_stack(columns), index=np.arange(parts) / parts)
    step_ms = max(line.step_ms for line in lines)
    steps = max(-(-max(line.length_ms, 1) // step_ms) for line in lines)
    columns = [_binned(line.times_ms / step_ms, line.values, steps) for line in lines]
    return pd.DataFrame(np.column_stack(columns), index=np.arange(steps) * step_ms)


def smoothed(table: pd.DataFrame) -> pd.DataFrame:
    """For drawing: a centred mean over a part of the axis; gaps stay gaps."""
    window = max(1, len(table) // SMOOTH_OVER)
    return table.rolling(window, center=True, min_periods=1).mean().where(table.notna())


def compared(lines: Sequence[Line]) -> list[Compared]:
    """One row for each line, differences to the first; people of one session are taken as pairs in time."""
    first = lines[0]
    rows = []
    for line in lines:
        less = None
        if line is not first:
            paired = line.item.person is not None and len(line.values) == len(first.values)
            less = difference_interval(line.values, first.values, paired=paired)
            if line.little or first.little:
                less = UNKNOWN
        mean = UNKNOWN if line.little else mean_interval(line.values)
        measured_ms = _measured_ms(line.values, line.step_ms)
        rows.append(Compared(line.name, mean, less, line.looking, line.lead, measured_ms, line.little))
    return rows


def _measured_ms(values: Doubles, step_ms: int) -> int:
    return int(np.count_nonzero(~np.isnan(values))) * step_ms


def largest(rows: Sequence[Compared]) -> Compared | None:
    """The row that differs most from the first, among those whose interval leaves out 0."""
    sure = [row for row in rows if row.less_first is not None and row.less_first.excludes_zero]
    return max(sure, key=lambda row: abs(row.less_first.value if row.less_first else 0), default=None)


def _binned(place: Doubles, values: Doubles, bins: int) -> Doubles:
    """(bins,) means of `values` by the whole part of `place`; NaN where there is none."""
    known = ~np.isnan(values)
    index = np.minimum(place[known].astype(np.int64), bins - 1)
    sums, counts = np.bincount(index, values[known], bins), np.bincount(index, minlength=bins)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
