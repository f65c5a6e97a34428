"""DataFrames and numbers to figures: the only plotly import.

Every figure has a fixed height and a transparent background, so that pages neither jump nor break in the
dark, and draws SVG traces only. What is drawn has at most `analytics.CHART_POINTS` steps, so that no line
sends more than 2,000 points. Time is milliseconds from
the session's start on a date axis, which gives round mm:ss ticks. Titles belong to the page, where they wrap
on a phone. Pages show a sentence instead of a chart where there is nothing to draw; only the live figures,
which must not make the page jump, say so themselves.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.charts.marker_lines import lines_and_labels
from dashboard.palette import COLOURS, ENGAGEMENT_LINE, LABELS, QUIET, SCORES, faded
from dashboard.stored.figures import with_upright_gaps
from dashboard.wording import percent
from db.reports import Marker
from model.emotions import NOT_SURE

CONFIG: Mapping[str, Any] = {"displayModeBar": False}
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
CLEAR = "rgba(0,0,0,0)"
MIX_PX, TIMELINE_PX, COVERAGE_PX, PERSON_PX = 300, 380, 220, 84
PAPER = {"xref": "paper", "yref": "paper"}


def mix_pie(mix: pd.Series) -> go.Figure:
    """Donut of the shares (0..1) that each expression led, largest first, "not sure" last."""
    shown = mix[mix > 0]
    shown = shown.reindex(sorted(shown.index, key=lambda key: (key == NOT_SURE, -shown[key])))
    figure = go.Figure(
        go.Pie(
            values=shown.to_numpy(),
            labels=[f"{LABELS[key]}  {percent(shown[key])}" for key in shown.index],
            marker={"colors": [COLOURS[key] for key in shown.index], "line": {"width": 1, "color": "white"}},
            hole=0.58,
            sort=False,
            direction="clockwise",
            textinfo="none",
            hovertemplate="%{label} of usable time<extra></extra>",
            domain={"x": [0, 0.54]},
        )
    )
    legend = {"x": 0.6, "y": 0.5, "yanchor": "middle", "font": {"size": 14}}
    return _laid_out(figure, MIX_PX, left=4, showlegend=True, legend=legend)


def emotion_area(frame: pd.DataFrame) -> go.Figure:
    """Stacked areas of the mean scores over time; a stretch without a usable face stays empty."""
    figure = go.Figure()
    stack = with_upright_gaps(frame)
    for name in reversed(SCORES):
        figure.add_scatter(
            x=_instants(stack),
            y=(stack[name] * 100).round(2),
            name=LABELS[name],
            mode="lines",
            stackgroup="scores",
            line={"width": 0, "color": COLOURS[name]},
            fillcolor=COLOURS[name],
            hovertemplate="%{y:.0f} %",
        )
    _percent_axis(figure, [0, 25, 50, 75, 100], "Mean score")
    _time_axis(figure, frame)
    legend = _legend_below(0.16) | {"traceorder": "reversed"}
    return _laid_out(figure, TIMELINE_PX, hovermode="x unified", showlegend=True, legend=legend)


def coverage_lines(coverage: pd.DataFrame) -> go.Figure:
    """Over time: share of the frames with a face, as an area, and share of those faces that were usable."""
    found = {"width": 0, "color": faded(QUIET, 0.5)}
    usable = {"width": 2, "color": ENGAGEMENT_LINE}
    figure = go.Figure()
    for column, name, line, fill in (
        ("with_face", "Frames with a face", found, "tozeroy"),
        ("usable_faces", "Faces that were usable", usable, "none"),
    ):
        figure.add_scatter(
            x=_instants(coverage),
            y=(coverage[column] * 100).round(1),
            name=name,
            mode="lines",
            line=line,
            fill=fill,
            fillcolor=faded(QUIET, 0.25),
            hovertemplate="%{y:.0f} %",
        )
    _percent_axis(figure, [0, 50, 100])
    _time_axis(figure, coverage)
    return _laid_out(figure, COVERAGE_PX, hovermode="x unified", showlegend=True, legend=_legend_below(0.24))


def person_lines(
    people: Sequence[tuple[str, pd.DataFrame]],
    group: pd.DataFrame,
    limits: tuple[float, float] = (0, 100),
    unit: str = " %",
) -> go.Figure:
    """One strip of engagement for each of `people` (name, timeline) over the group's line in grey."""
    figure = make_subplots(len(people), 1, shared_xaxes=True, vertical_spacing=0.24 / len(people))
    quiet = {"color": faded(QUIET, 0.7), "width": 1}
    for row, (name, frame) in enumerate(people, start=1):
        figure.add_trace(_engagement_trace(group, "", unit).update(line=quiet, hoverinfo="skip"), row, 1)
        figure.add_trace(_engagement_trace(frame, name, unit), row, 1)
        strip = f"y{row} domain" if row > 1 else "y domain"
        _say(figure, f"<b>{plain_text(name)}</b>", 0, 1, yref=strip, xanchor="left", yanchor="bottom")
    low, high = limits
    figure.update_yaxes(
        range=[low, high + (high - low) * 0.02],
        tickvals=[low, (low + high) / 2, high],
        ticktext=[f"{tick:g}{unit}" for tick in (low, (low + high) / 2, high)],
    )
    _time_axis(figure, group)
    return _laid_out(figure, PERSON_PX * len(people) + 80, left=60, top=24, hovermode="x")


def waiting(sentence: str, height: int) -> go.Figure:
    """A figure without axes that says why it shows nothing."""
    figure = go.Figure()
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    _say(figure, sentence, 0.5, 0.5)
    return _laid_out(figure, height)


def plain_figure(traces: Sequence[dict[str, Any]], height: int, **layout: Any) -> go.Figure:
    """A figure of this look from traces given as plotly's dictionaries; `layout` too, and `left` in px."""
    return _laid_out(go.Figure(list(traces)), height, **layout)


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


def _engagement_trace(frame: pd.DataFrame, name: str, unit: str) -> go.Scatter:
    known = frame["engagement"].notna()
    lone = known & ~known.shift(fill_value=False) & ~known.shift(-1, fill_value=False)
    form = ".0f" if unit else ".2f"
    return go.Scatter(
        x=_instants(frame),
        y=frame["engagement"].round(1 if unit else 3),
        name=name,
        mode="lines+markers" if lone.any() else "lines",
        marker={"size": lone * 5, "opacity": 1} if lone.any() else None,
        line={"color": ENGAGEMENT_LINE, "width": 2},
        connectgaps=False,
        hovertemplate=f"{plain_text(name)} %{{y:{form}}}{unit}<extra></extra>",
    )


def _percent_axis(figure: go.Figure, ticks: Sequence[float], title: str | None = None) -> None:
    figure.update_yaxes(
        range=[0, 101], tickvals=ticks, ticktext=[f"{tick:.0f} %" for tick in ticks], title=title
    )


def _time_axis(figure: go.Figure, frame: pd.DataFrame) -> None:
    times = _instants(frame)
    first, last = int(times.iloc[0]), int(times.iloc[-1])
    last += int(times.iloc[1]) - first if len(times) > 1 else 1_000
    form = "%H:%M:%S" if last - DAY_MS >= HOUR_MS else "%M:%S"
    figure.update_xaxes(type="date", tickformat=form, hoverformat=form, range=[first, last], nticks=8)


def _instants(frame: pd.DataFrame) -> pd.Series:
    """Milliseconds for a date axis. A day is added, because plotly takes a number below 10,000 for a year."""
    return frame["time_ms"] + DAY_MS


def _legend_below(distance: float) -> dict[str, Any]:
    return {"orientation": "h", "y": -distance, "x": 0, "itemclick": False, "itemdoubleclick": False}


def plain_text(text: str) -> str:
    """Names are typed by people; plotly would read tags and %{...} in them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("%{", "% {")


def _say(figure: go.Figure, sentence: str, x: float, y: float, **place: Any) -> None:
    figure.add_annotation(**{"text": sentence, "x": x, "y": y, "showarrow": False} | PAPER | place)


def _laid_out(
    figure: go.Figure, height: int, *, left: int = 52, top: int = 8, right: int = 22, **layout: Any
) -> go.Figure:
    margin = {"l": left, "r": right, "t": top, "b": 8}
    common = {"paper_bgcolor": CLEAR, "plot_bgcolor": CLEAR, "dragmode": False, "showlegend": False}
    figure.update_layout(**common | {"height": height, "margin": margin, "uirevision": "kept"} | layout)
    figure.update_xaxes(fixedrange=True)
    figure.update_yaxes(fixedrange=True)
    return figure
