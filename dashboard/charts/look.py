"""The look of every chart, said once; the only plotly import.

Charts are made of plotly's own dictionaries. Every figure has a fixed height and a transparent background, so
that pages neither jump nor break in the dark, and draws SVG traces only. What is drawn has at most
`CHART_POINTS` steps (dashboard/stored/figures.py), so that no line sends more than 2,000 points. Time is
milliseconds from the session's start on a date axis, which gives round mm:ss ticks. Titles belong to the
page, where they wrap on a phone. Pages show a sentence instead of a chart where there is nothing to draw;
only the live figures, which must not make the page jump, say so themselves.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.charts.marker_lines import lines_and_labels
from dashboard.reading import Reading
from dashboard.stored.enough import GAP, pieces
from db.reports import Marker

CONFIG: Mapping[str, Any] = {"displayModeBar": False}
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
CLEAR = "rgba(0,0,0,0)"
MIX_PX, TIMELINE_PX = 300, 380
FIXED = {"fixedrange": True}
PAPER = {"xref": "paper", "yref": "paper"}


def plain_figure(traces: Sequence[Mapping[str, Any]], height: int, **layout: Any) -> go.Figure:
    """A figure of this look from traces given as plotly's dictionaries; `layout` too, and `left` in px."""
    whole = _layout(height, **layout)
    # At once: `update_layout` takes three times as long, and the live page draws a figure every second.
    return go.Figure(list(traces), whole | {axis: FIXED | whole.get(axis, {}) for axis in ("xaxis", "yaxis")})


def strips(rows: Sequence[Sequence[Mapping[str, Any]]], height: int, **layout: Any) -> go.Figure:
    """Plots of one width over one axis of time, top to bottom; each of `rows` holds the traces of one."""
    figure = make_subplots(len(rows), 1, shared_xaxes=True, vertical_spacing=0.24 / len(rows))
    for row, traces in enumerate(rows, start=1):
        figure.add_traces(list(traces), rows=row, cols=1)
    figure.update_layout(_layout(height, **layout))
    figure.update_xaxes(FIXED)
    figure.update_yaxes(FIXED)
    return figure


def waiting(sentence: str, height: int) -> go.Figure:
    """A figure without axes that says why it shows nothing."""
    hidden = {"visible": False}
    figure = plain_figure([], height, xaxis=hidden, yaxis=hidden)
    say(figure, sentence, 0.5, 0.5)
    return figure


def named_rows(names: Sequence[str]) -> dict[str, Any]:
    """An axis of rows at 0, 1, ... from the top, with what each is called: two of one name stay two."""
    places = list(range(len(names)))
    rows = {"tickvals": places, "ticktext": [plain_text(name) for name in names]}
    return rows | {
        "range": [len(names) - 0.5, -0.5],
        "automargin": True,
        "ticksuffix": "  ",
        "showgrid": False,
        "zeroline": False,
    }


def time_axis(times_ms: pd.Series) -> dict[str, Any]:
    """An axis over `times_ms`, regular, in mm:ss or h:mm:ss."""
    first, last = int(times_ms.iloc[0]), int(times_ms.iloc[-1])
    last += int(times_ms.iloc[1]) - first if len(times_ms) > 1 else 1_000
    return span_axis(first, last)


def span_axis(start_ms: int, end_ms: int, ticks: int = 0) -> dict[str, Any]:
    """An axis over start_ms..end_ms, with at most `ticks` ticks; 0: as many as its width has room for."""
    form = "%H:%M:%S" if end_ms >= HOUR_MS else "%M:%S"
    span = [start_ms + DAY_MS, end_ms + DAY_MS]
    return {"type": "date", "tickformat": form, "hoverformat": form, "range": span, "nticks": ticks}


def instants(times_ms: pd.Series) -> pd.Series:
    """Milliseconds for a date axis. A day is added, because plotly takes a number below 10,000 for a year."""
    return times_ms + DAY_MS


def percent_axis(ticks: Sequence[float] = (0, 50, 100)) -> dict[str, Any]:
    """An axis of 0..100 %."""
    return {"range": [0, 101], "tickvals": list(ticks), "ticktext": [f"{tick:.0f} %" for tick in ticks]}


def legend_below(distance: float) -> dict[str, Any]:
    """What has a legend has it below, at `distance` in heights of the plot; a press on it hides nothing."""
    place = {"orientation": "h", "y": -distance, "x": 0, "itemclick": False, "itemdoubleclick": False}
    return {"showlegend": True, "legend": place}


def line_of(
    times_ms: Any, values: Any, bridged: int = 0, told: Any = None, digits: int = 3
) -> dict[str, Any]:
    """A line of `values` (t,) at `times_ms` (t,), a regular grid: up to `bridged` unknown steps are gone
    across, longer gaps stay empty, and a lone step is a bar as long as it lasts. `told` (t, ...): what
    hovering says beside a value."""
    times, numbers = np.asarray(times_ms, np.int64), np.asarray(values, np.float64)
    step_ms = int(times[1] - times[0]) if len(times) > 1 else 1_000
    steps, ends = pieces(numbers, bridged)
    drawn = len(steps) > 0
    line = {
        "type": "scatter",
        "mode": "lines",
        "connectgaps": False,
        "x": times[steps] + ends * step_ms + DAY_MS if drawn else times + DAY_MS,
        "y": np.where(steps == GAP, np.nan, numbers[steps].round(digits)) if drawn else numbers,
    }
    return line if told is None or not drawn else line | {"customdata": np.asarray(told)[steps]}


def hover(reading: Reading, before: str = "", after: str = "", sign: str = "", axis: str = "y") -> str:
    """What is said of a value under the pointer: in the reading's digits and unit, between two texts."""
    return f"{before}%{{{axis}:{sign}.{reading.digits}f}}{reading.unit}{after}"


def with_markers(figure: go.Figure, markers: Sequence[Marker], start_ms: int, end_ms: int) -> go.Figure:
    """`figure`, whose time axis shows start_ms..end_ms, after the host's markers were drawn on it."""
    shapes, labels = lines_and_labels(markers, start_ms, end_ms, DAY_MS, plain_text)
    for shape in shapes:
        figure.add_shape(shape)
    for label in labels:
        figure.add_annotation(label)
    if labels:
        figure.update_layout(margin={"t": max(24, figure.layout.margin.t or 0)})
    return figure


def plain_text(text: str) -> str:
    """Names are typed by people; plotly would read tags and %{...} in them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("%{", "% {")


def stretch(start_ms: int, end_ms: int, colour: str, high: float = 1) -> dict[str, Any]:
    """A shape over start_ms..end_ms of an axis of time, from the plot's foot to the share `high` of it."""
    place = {"x0": start_ms + DAY_MS, "x1": end_ms + DAY_MS, "yref": "paper", "y0": 0, "y1": high}
    return {"type": "rect", "fillcolor": colour, "line": {"width": 0}} | place


def say(figure: go.Figure, sentence: str, x: float, y: float, **place: Any) -> None:
    """Writes on a figure; x and y are shares of the paper unless `place` says otherwise."""
    figure.add_annotation(**{"text": sentence, "x": x, "y": y, "showarrow": False} | PAPER | place)


def _layout(height: int, *, left: int = 52, top: int = 8, right: int = 22, **layout: Any) -> dict[str, Any]:
    margin = {"l": left, "r": right, "t": top, "b": 8}
    common = {"paper_bgcolor": CLEAR, "plot_bgcolor": CLEAR, "dragmode": False, "showlegend": False}
    return common | {"height": height, "margin": margin, "uirevision": "kept"} | layout
