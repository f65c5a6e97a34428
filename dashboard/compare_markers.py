"""Several groups brought onto one marker (an advert, a slide shown to all): mean and spread over groups.

Pure: lines and markers in, tables out. A group that saw the marker twice counts once, with the mean of both.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from dashboard.compare_lines import Line
from db.reports import Marker
from model.moments import Doubles

LEAST_GROUPS = 2


def shared_labels(markers: Mapping[int, Sequence[Marker]]) -> list[str]:
    """Labels that at least two sessions carry, the most shared first. `markers` by session."""
    counts = Counter(label for found in markers.values() for label in {one.label for one in found})
    return sorted(
        (label for label, count in counts.items() if count >= LEAST_GROUPS),
        key=lambda one: (-counts[one], one),
    )


def at_markers(
    lines: Sequence[Line],
    markers: Mapping[int, Sequence[Marker]],
    label: str,
    before_ms: int,
    after_ms: int,
) -> pd.DataFrame:
    """(t, g): a column for each line, by place, that carries `label`; the index is ms from the marker, from
    -before_ms on. Values are as measured, NaN where nothing was."""
    step_ms = max((line.step_ms for line in lines), default=1)
    steps_before, steps_after = max(1, before_ms // step_ms), max(1, after_ms // step_ms)
    columns: dict[int, Doubles] = {}
    for place, line in enumerate(lines):
        starts = [one.offset_ms for one in markers.get(line.item.session.id, ()) if one.label == label]
        windows = [_window(line, at_ms, step_ms, steps_before, steps_after) for at_ms in starts]
        if windows:
            columns[place] = _mean(np.stack(windows))
    index = np.arange(-steps_before, steps_after) * step_ms
    return pd.DataFrame(columns, index=index)


def changes_from_before(table: pd.DataFrame) -> pd.DataFrame:
    """Each column less its own mean before the marker."""
    return table - table[table.index < 0].mean()


def over_groups(table: pd.DataFrame) -> pd.DataFrame:
    """By step: `mean` over groups, each once, their standard deviation `sd` (n - 1), and `groups` counted."""
    return pd.DataFrame(
        {"mean": table.mean(axis=1), "sd": table.std(axis=1, ddof=1), "groups": table.notna().sum(axis=1)}
    )


def before_after(table: pd.DataFrame) -> pd.DataFrame:
    """One row a column of `table`: mean `before` and `after` the marker, and the `change`."""
    before, after = table[table.index < 0].mean(), table[table.index >= 0].mean()
    return pd.DataFrame({"before": before, "after": after, "change": after - before})


def _window(line: Line, at_ms: int, step_ms: int, before: int, after: int) -> Doubles:
    """(before + after,) means in steps of `step_ms` counted from the marker."""
    place = np.floor((line.times_ms - (at_ms - line.item.start_ms)) / step_ms).astype(np.int64) + before
    inside = (place >= 0) & (place < before + after) & ~np.isnan(line.values)
    counts = np.bincount(place[inside], minlength=before + after)
    sums = np.bincount(place[inside], line.values[inside], before + after)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def _mean(windows: Doubles) -> Doubles:
    counts = (~np.isnan(windows)).sum(axis=0)
    return np.where(counts > 0, np.nansum(windows, axis=0) / np.maximum(counts, 1), np.nan)
