"""The charts of the Live page, as plotly's dictionaries in the look of dashboard.charts.look."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dashboard.charts.look import (
    DAY_MS,
    MIX_PX,
    TIMELINE_PX,
    emotion_area,
    mix_pie,
    plain_figure,
    waiting,
    with_markers,
)
from dashboard.palette import BANDS, ENGAGEMENT_LINE, QUIET, faded
from dashboard.running.figures import STEP_MS, LiveFigures
from dashboard.stored.figures import mix, timeline
from dashboard.stored.group_lines import SPREAD_FROM
from db.reports import Bucket, Marker
from model.engagement.concentration import DISENGAGED_BELOW, HIGH_ABOVE, ConcentrationBand

GAUGE_PX, LINE_PX = 170, 190


def mix_figure(buckets: Sequence[Bucket]) -> Any:
    """Donut of the last minute's buckets, or a sentence of the same height."""
    shares = mix(buckets)
    return mix_pie(shares) if len(shares) else waiting("No usable face in this time", MIX_PX)


def timeline_figure(
    buckets: Sequence[Bucket], bucket_ms: int, start_ms: int, end_ms: int, markers: Sequence[Marker] = ()
) -> Any:
    """Stacked scores of the last minutes' buckets, or a sentence of the same height."""
    frame = timeline(buckets, bucket_ms, start_ms, end_ms)
    if not frame["usable"].any():
        return waiting("No usable face yet", TIMELINE_PX)
    return with_markers(emotion_area(frame), markers, start_ms, end_ms)


def gauge(figures: LiveFigures) -> Any:
    """The group's value now on the range of its definition, with the paper's bands where it has them."""
    definition, value = figures.reading.definition, figures.now
    low, high = figures.reading.shown
    shown = None if value is None else round(value, 0 if definition.high > 1 else 2)
    axis = {"range": [low, high], "tickvals": _ticks(figures), "tickfont": {"size": 12}}
    dial = {
        "type": "indicator",
        "mode": "gauge" if value is None else "gauge+number",
        "value": low if shown is None else shown,
        "number": {"suffix": _unit(figures), "font": {"size": 40}} | _sign(figures),
        "gauge": {
            "axis": axis,
            "bar": {"color": ENGAGEMENT_LINE, "thickness": 0.0 if value is None or low < 0 else 0.5},
            "bgcolor": faded(QUIET, 0.12),
            "borderwidth": 0,
            "steps": _steps(figures),
        },
    }
    return plain_figure([dial], GAUGE_PX, left=30, right=30, top=26)


def group_line_figure(figures: LiveFigures) -> Any:
    """The group's mean over the last five minutes and, shaded, the middle half of the people."""
    definition, line = figures.reading.definition, figures.line
    times = [int(at_ms) + DAY_MS for at_ms in figures.time_ms]
    digits = 0 if definition.high > 1 else 2
    low, high = figures.reading.shown
    unit = _unit(figures)
    mean = {
        "type": "scatter",
        "x": times,
        "y": _numbers(line.mean),
        "customdata": line.people.tolist(),
        "mode": "lines",
        "line": {"color": ENGAGEMENT_LINE, "width": 2.5},
        "connectgaps": False,
        "hovertemplate": f"%{{y:.{digits}f}}{unit}, of %{{customdata}}<extra></extra>",
    }
    first = times[0] if times else DAY_MS
    span = [first, max(times[-1] + STEP_MS, first + 60_000)]
    form = "%H:%M:%S" if span[1] - DAY_MS >= 3_600_000 else "%M:%S"
    xaxis = {"type": "date", "tickformat": form, "hoverformat": form, "range": span, "nticks": 6}
    yaxis = {"range": [low, high + (high - low) * 0.01], "tickvals": _ticks(figures), "ticksuffix": unit}
    drawn = plain_figure(
        [*_spread(figures, times), mean],
        LINE_PX,
        left=48,
        hovermode="x",
        xaxis=xaxis,
        yaxis=yaxis,
    )
    return with_markers(drawn, figures.markers, span[0] - DAY_MS, span[1] - DAY_MS)


def _spread(figures: LiveFigures, times: list[int]) -> list[dict[str, Any]]:
    """The middle half, one closed shape for each unbroken stretch."""
    line, shapes = figures.line, []
    known = np.flatnonzero(~np.isnan(line.lower) & (line.people >= SPREAD_FROM))
    for run in np.split(known, np.flatnonzero(np.diff(known) > 1) + 1):
        if len(run) > 1:
            xs = [times[i] for i in run]
            ys = [*line.upper[run].tolist(), *line.lower[run][::-1].tolist()]
            shapes.append(
                {
                    "type": "scatter",
                    "x": [*xs, *xs[::-1]],
                    "y": ys,
                    "fill": "toself",
                    "mode": "lines",
                    "line": {"width": 0},
                    "fillcolor": faded(ENGAGEMENT_LINE, 0.22),
                    "hoverinfo": "skip",
                }
            )
    return shapes


def _ticks(figures: LiveFigures) -> list[float]:
    low, high = figures.reading.shown
    if figures.reading.banded:
        return [0, DISENGAGED_BELOW, HIGH_ABOVE, 100]
    return [low, (low + high) / 2, high]


def _steps(figures: LiveFigures) -> list[dict[str, Any]]:
    if not figures.reading.banded:
        return _from_zero(figures)
    edges = (
        (0, DISENGAGED_BELOW, ConcentrationBand.DISENGAGED),
        (DISENGAGED_BELOW, HIGH_ABOVE, ConcentrationBand.NOMINAL),
        (HIGH_ABOVE, 100, ConcentrationBand.HIGH),
    )
    return [{"range": [low, high], "color": faded(BANDS[band], 0.25)} for low, high, band in edges]


def _from_zero(figures: LiveFigures) -> list[dict[str, Any]]:
    """A dial's bar begins at its lowest value; one that has a zero in the middle begins there."""
    low, high = figures.reading.shown
    if figures.now is None or low >= 0:
        return []
    value = min(max(figures.now, low), high)
    return [{"range": sorted((0.0, value)), "color": ENGAGEMENT_LINE, "thickness": 0.5}]


def _unit(figures: LiveFigures) -> str:
    return " %" if figures.reading.definition.unit and not figures.reading.is_change else ""


def _sign(figures: LiveFigures) -> dict[str, Any]:
    signed = figures.reading.definition.signed or figures.reading.is_change
    digits = 0 if figures.reading.definition.high > 1 else 2
    return {"valueformat": f"{'+' if signed else ''}.{digits}f"}


def _numbers(values: Any) -> list[float | None]:
    return [None if np.isnan(value) else round(float(value), 3) for value in values]
