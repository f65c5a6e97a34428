"""DataFrames and numbers to figures: the only plotly import.

Every figure has a fixed height and a transparent background, so that pages neither jump nor break in the
dark, draws SVG traces only, and sends at most `analytics.MAX_POINTS` points a line. Time is milliseconds from
the session's start on a date axis, which gives round mm:ss ticks. Titles belong to the page, where they wrap
on a phone. Pages show a sentence instead of a chart where there is nothing to draw; only the live figures,
which must not make the page jump, say so themselves.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from dashboard.analytics import SCORES, mix, timeline, with_upright_gaps
from dashboard.palette import BAND_LABELS, BANDS, COLOURS, ENGAGEMENT_LINE, LABELS, QUIET, faded
from dashboard.wording import percent
from db.reports import Bucket
from model.emotions import NOT_SURE
from model.engagement import BAND_HIGH, BAND_LOW

CONFIG: Mapping[str, Any] = {"displayModeBar": False}
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
CLEAR = "rgba(0,0,0,0)"
MIX_PX, TIMELINE_PX, ENGAGEMENT_PX, PERSON_PX, GAUGE_PX = 300, 380, 300, 84, 210


def mix_pie(mix: pd.Series) -> go.Figure:
    """Donut of the shares (0..1) that each expression led, largest first, "not sure" last."""
    shown = mix[mix > 0].sort_values(ascending=False)
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
    return _laid_out(figure, MIX_PX, showlegend=True, legend=legend, margin=_margin(left=4))


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
            line={"width": 0.5, "color": COLOURS[name]},
            fillcolor=COLOURS[name],
            hovertemplate="%{y:.0f} %",
        )
    figure.update_yaxes(range=[0, 100], ticksuffix=" %", title="Mean score", nticks=6)
    _time_axis(figure, frame)
    legend = {"orientation": "h", "y": -0.16, "x": 0, "traceorder": "reversed", "itemclick": False}
    return _laid_out(
        figure, TIMELINE_PX, hovermode="x unified", showlegend=True, legend=legend, margin=_margin(left=58)
    )


def engagement_line(frame: pd.DataFrame) -> go.Figure:
    """Engagement (percent) over time on its three shaded bands; a gap stays a gap."""
    figure = go.Figure(_engagement_trace(frame))
    _band_shading(figure)
    figure.update_yaxes(
        range=[0, 101], ticksuffix=" %", title="Engagement", tickvals=[0, BAND_LOW, BAND_HIGH, 100]
    )
    _time_axis(figure, frame)
    return _laid_out(figure, ENGAGEMENT_PX, hovermode="x", margin=_margin(left=58))


def coverage_lines(coverage: pd.DataFrame, frame: pd.DataFrame) -> go.Figure:
    """Over time: share of the frames with a face, as an area, and share of those faces that were usable."""
    figure = go.Figure()
    figure.add_scatter(
        x=_instants(coverage),
        y=(coverage["with_face"] * 100).round(1),
        name="Frames with a face",
        mode="lines",
        line={"width": 0, "color": faded(QUIET, 0.5)},
        fill="tozeroy",
        fillcolor=faded(QUIET, 0.25),
        hovertemplate="%{y:.0f} %",
    )
    figure.add_scatter(
        x=_instants(frame),
        y=(frame["usable"] / frame["faces"].where(frame["faces"] > 0) * 100).round(1),
        name="Faces that were usable",
        mode="lines",
        line={"width": 2, "color": ENGAGEMENT_LINE},
        hovertemplate="%{y:.0f} %",
    )
    figure.update_yaxes(range=[0, 101], ticksuffix=" %", tickvals=[0, 50, 100])
    _time_axis(figure, frame)
    legend = {"orientation": "h", "y": -0.22, "x": 0, "itemclick": False}
    return _laid_out(
        figure, 220, hovermode="x unified", showlegend=True, legend=legend, margin=_margin(left=58)
    )


def person_lines(timelines: Sequence[tuple[str, pd.DataFrame]], group: pd.DataFrame) -> go.Figure:
    """One strip of engagement for each person, by name, over the group's line in grey."""
    figure = make_subplots(
        rows=len(timelines), cols=1, shared_xaxes=True, vertical_spacing=0.24 / len(timelines)
    )
    for row, (name, frame) in enumerate(timelines, start=1):
        figure.add_trace(_group_trace(group), row=row, col=1)
        figure.add_trace(_engagement_trace(frame, name), row=row, col=1)
        axis = "" if row == 1 else str(row)
        figure.add_annotation(
            text=f"<b>{_plain(name)}</b>",
            x=0,
            xref="paper",
            xanchor="left",
            y=1,
            yref=f"y{axis} domain",
            yanchor="bottom",
            showarrow=False,
        )
    figure.update_yaxes(range=[0, 101], tickvals=[0, BAND_HIGH, 100], ticksuffix=" %")
    _time_axis(figure, group)
    height = PERSON_PX * len(timelines) + 80
    return _laid_out(figure, height, hovermode="x", margin=_margin(left=58, top=24))


def engagement_gauge(value: float | None) -> go.Figure:
    """Engagement now, percent, on its three bands; None: a gauge at rest that says why."""
    steps = zip([0, BAND_LOW, BAND_HIGH], [BAND_LOW, BAND_HIGH, 100], ["low", "nominal", "high"], strict=True)
    figure = go.Figure(
        go.Indicator(
            mode="gauge" if value is None else "gauge+number",
            value=0 if value is None else round(value),
            number={"suffix": " %", "font": {"size": 40}},
            gauge={
                "axis": {"range": [0, 100], "tickvals": [0, BAND_LOW, BAND_HIGH, 100]},
                "bar": {"color": ENGAGEMENT_LINE, "thickness": 0.0 if value is None else 0.55},
                "bgcolor": CLEAR,
                "borderwidth": 0,
                "steps": [{"range": [a, b], "color": faded(BANDS[band], 0.25)} for a, b, band in steps],
            },
        )
    )
    if value is None:
        _say(figure, "No usable face now", y=0.12)
    return _laid_out(figure, GAUGE_PX, margin={"l": 24, "r": 24, "t": 28, "b": 8})


def mix_figure(buckets: Sequence[Bucket]) -> go.Figure:
    """Donut of the last minute's buckets, or a sentence of the same height."""
    shares = mix(buckets)
    return mix_pie(shares) if len(shares) else _waiting("No usable face in this time", MIX_PX)


def timeline_figure(buckets: Sequence[Bucket], bucket_ms: int, start_ms: int, end_ms: int) -> go.Figure:
    """Stacked scores of the last minutes' buckets, or a sentence of the same height."""
    frame = timeline(buckets, bucket_ms, start_ms, end_ms)
    return emotion_area(frame) if frame["usable"].any() else _waiting("No usable face yet", TIMELINE_PX)


def confusion_heatmap(confusion: NDArray[np.int64]) -> go.Figure:
    """Confusion matrix (7, 7), counts, true class by row, shaded and written as share of each true class."""
    names = [LABELS[name] for name in SCORES]
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1) * 100
    figure = go.Figure(
        go.Heatmap(
            z=shares,
            x=names,
            y=names,
            customdata=confusion,
            zmin=0,
            zmax=100,
            colorscale=[[0, faded(ENGAGEMENT_LINE, 0.06)], [1, ENGAGEMENT_LINE]],
            showscale=False,
            xgap=2,
            ygap=2,
            texttemplate="%{z:.0f}",
            hovertemplate="%{y} seen as %{x}: %{z:.1f} % (%{customdata} images)<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed", title="True", automargin=True, showgrid=False)
    figure.update_xaxes(title="Predicted", side="bottom", tickangle=-45, automargin=True, showgrid=False)
    return _laid_out(figure, 440, margin=_margin(left=4))


def class_bars(values: Mapping[str, float], unit: str) -> go.Figure:
    """One horizontal bar for each expression, 0..1, in its colour, with its value written at the end."""
    names = list(reversed(SCORES))
    shares = [values[name] * 100 for name in names]
    figure = go.Figure(
        go.Bar(
            x=shares,
            y=[LABELS[name] for name in names],
            orientation="h",
            marker={"color": [COLOURS[name] for name in names]},
            text=[f"{share:.0f} %" for share in shares],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.1f} %<extra></extra>",
        )
    )
    figure.update_xaxes(range=[0, 112], tickvals=[0, 25, 50, 75, 100], ticksuffix=" %", title=unit)
    figure.update_yaxes(automargin=True, ticksuffix="  ")
    return _laid_out(figure, 320, margin=_margin(left=4), bargap=0.35)


def _engagement_trace(frame: pd.DataFrame, name: str = "Engagement") -> go.Scatter:
    return go.Scatter(
        x=_instants(frame),
        y=frame["engagement"].round(1),
        name=name,
        mode="lines",
        line={"color": ENGAGEMENT_LINE, "width": 2},
        connectgaps=False,
        hovertemplate=_plain(name) + " %{y:.0f} %<extra></extra>",
        showlegend=False,
    )


def _group_trace(group: pd.DataFrame) -> go.Scatter:
    return go.Scatter(
        x=_instants(group),
        y=group["engagement"].round(1),
        mode="lines",
        line={"color": faded(QUIET, 0.7), "width": 1},
        hoverinfo="skip",
        showlegend=False,
    )


def _band_shading(figure: go.Figure) -> None:
    for low, high, band in ((BAND_HIGH, 101, "high"), (BAND_LOW, BAND_HIGH, "nominal"), (0, BAND_LOW, "low")):
        figure.add_hrect(
            y0=low,
            y1=high,
            fillcolor=faded(BANDS[band], 0.1),
            line_width=0,
            layer="below",
            annotation={"text": BAND_LABELS[band], "font": {"size": 12}, "opacity": 0.75},
            annotation_position="top left",
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


def _margin(left: int = 8, top: int = 8) -> dict[str, int]:
    return {"l": left, "r": 12, "t": top, "b": 8}


def _plain(text: str) -> str:
    """Names are typed by people; plotly would read tags and %{...} in them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("%{", "% {")


def _say(figure: go.Figure, sentence: str, y: float = 0.5) -> None:
    figure.add_annotation(text=sentence, x=0.5, y=y, xref="paper", yref="paper", showarrow=False)


def _waiting(sentence: str, height: int) -> go.Figure:
    figure = go.Figure()
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    _say(figure, sentence)
    return _laid_out(figure, height)


def _laid_out(figure: go.Figure, height: int, **layout: Any) -> go.Figure:
    common = {"paper_bgcolor": CLEAR, "plot_bgcolor": CLEAR, "dragmode": False, "showlegend": False}
    figure.update_layout(**{**common, "height": height, "uirevision": "kept", **layout})
    figure.update_xaxes(fixedrange=True)
    figure.update_yaxes(fixedrange=True)
    return figure
