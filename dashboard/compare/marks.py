"""The host's markers on the lines of a comparison.

People of one session share its time and so its markers, which are drawn as on a report. Sessions and ranges
have markers of their own: diamonds on the line, in its colour; hovering names them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from dashboard.charts.look import instants, plain_text, with_markers
from dashboard.compare.charts import colour, dash, short_names
from dashboard.compare.lines import Line
from dashboard.markers.typed import told_time, within
from dashboard.palette import QUIET
from db.reports import Marker

PLACES = 48
"""A line has so many diamonds at most: markers within one such part of the axis share one."""
MOST_TOLD = 4
Noted = Mapping[int, Sequence[Marker]]
"""By session, in order of time."""


def with_marks(
    figure: Any, table: pd.DataFrame, lines: Sequence[Line], noted: Noted, low: float, *, share: bool
) -> Any:
    """`figure` (`compare_charts.comparison_lines` of `table`) after the markers were drawn on it.

    Where a line has a gap a diamond lies at `low`, the least value of the axis.
    """
    names = short_names([line.name for line in lines])
    if lines[0].item.person is None:
        for number, line in enumerate(lines):
            marks = marks_on(table[number], line, noted[line.item.session.id], share=share)
            _add(figure, marks, low, names[number], colour(number), hollow=dash(number) != "solid")
        return figure
    theirs = noted[lines[0].item.session.id]
    if not share:
        return with_markers(figure, theirs, 0, lines[0].length_ms)
    nobodys = pd.Series(np.nan, table.index)
    _add(figure, marks_on(nobodys, lines[0], theirs, share=True), low, "Markers", QUIET)
    return figure


def marks_on(values: pd.Series, line: Line, markers: Sequence[Marker], *, share: bool) -> pd.DataFrame:
    """Diamonds on the drawn `values` of `line`: `at` in the index' unit, `value`, `told`. Of what lies close
    together the first has the place, and all are told."""
    start_ms = line.item.start_ms
    found: dict[int, list[tuple[int, Marker]]] = {}
    for one in within(markers, start_ms, start_ms + line.length_ms + (line.item.end_ms is None)):
        at = max(one.offset_ms - start_ms, 0) / (max(line.length_ms, 1) if share else 1)
        row = max(int(values.index.searchsorted(at, side="right")) - 1, 0)
        found.setdefault(row * PLACES // len(values), []).append((row, one))
    rows = [close[0][0] for close in found.values()]
    told = [_told([one for _, one in close]) for close in found.values()]
    return pd.DataFrame({"at": values.index[rows], "value": values.iloc[rows].to_numpy(), "told": told})


def _told(close: Sequence[Marker]) -> str:
    named = [f"{told_time(one)} {plain_text(one.label)}" for one in close[:MOST_TOLD]]
    more = [f"and {len(close) - MOST_TOLD} more"] if len(close) > MOST_TOLD else []
    return ", ".join([*named, *more])


def _add(
    figure: Any, marks: pd.DataFrame, low: float, name: str, shade: str, *, hollow: bool = False
) -> None:
    if marks.empty:
        return
    on_share = marks["at"].dtype.kind == "f"
    figure.add_scatter(
        x=marks["at"] * 100 if on_share else instants(marks["at"]),
        y=marks["value"].fillna(low).round(3),
        text=marks["told"],
        name=plain_text(name),
        mode="markers",
        cliponaxis=False,
        marker={"symbol": "diamond-open" if hollow else "diamond", "size": 9, "color": shade},
        showlegend=False,
        hovertemplate="%{text}",
    )
