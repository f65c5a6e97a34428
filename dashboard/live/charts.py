"""The charts of the Live page, as plotly's dictionaries in the look of dashboard.charts.look."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dashboard.charts.expressions import emotion_area, mix_pie
from dashboard.charts.lines import BAND_EDGES, middle_half, value_ticks
from dashboard.charts.look import MIX_PX, TIMELINE_PX, line_of, plain_figure, span_axis, waiting, with_markers
from dashboard.palette import BANDS, ENGAGEMENT_LINE, QUIET, faded
from dashboard.running.figures import LiveFigures
from dashboard.stored.figures import mix, timeline
from dashboard.stored.group_lines import SPREAD_FROM
from db.reports import Bucket, Marker

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
    reading, value = figures.reading, figures.now
    low, high = reading.shown
    shown = None if value is None else round(value, reading.digits)
    axis = {"range": [low, high], "tickvals": value_ticks(reading, reading.shown), "tickfont": {"size": 12}}
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
    reading, line = figures.reading, figures.line
    low, high = reading.shown
    unit = _unit(figures)
    mean = {
        **line_of(figures.time_ms, line.mean, figures.bridged, line.people),
        "line": {"color": ENGAGEMENT_LINE, "width": 2.5},
        "hovertemplate": f"%{{y:.{reading.digits}f}}{unit}, of %{{customdata}}<extra></extra>",
    }
    start_ms = int(figures.time_ms[0])
    end_ms = max(int(figures.time_ms[-1]) + figures.step_ms, start_ms + 60_000)
    ticks = value_ticks(reading, reading.shown)
    upper = np.where(line.people >= SPREAD_FROM, line.upper, np.nan)
    drawn = plain_figure(
        [*middle_half(figures.time_ms, line.lower, upper), mean],
        LINE_PX,
        left=48,
        hovermode="x",
        xaxis=span_axis(start_ms, end_ms, ticks=6),
        yaxis={"range": [low, high + (high - low) * 0.01], "tickvals": ticks, "ticksuffix": unit},
    )
    return with_markers(drawn, figures.markers, start_ms, end_ms)


def _steps(figures: LiveFigures) -> list[dict[str, Any]]:
    if not figures.reading.banded:
        return _from_zero(figures)
    return [{"range": [low, high], "color": faded(BANDS[band], 0.25)} for low, high, band in BAND_EDGES[::-1]]


def _from_zero(figures: LiveFigures) -> list[dict[str, Any]]:
    """A dial's bar begins at its lowest value; one that has a zero in the middle begins there."""
    low, high = figures.reading.shown
    if figures.now is None or low >= 0:
        return []
    value = min(max(figures.now, low), high)
    return [{"range": sorted((0.0, value)), "color": ENGAGEMENT_LINE, "thickness": 0.5}]


def _unit(figures: LiveFigures) -> str:
    return "" if figures.reading.is_change else figures.reading.unit


def _sign(figures: LiveFigures) -> dict[str, Any]:
    signed = figures.reading.definition.signed or figures.reading.is_change
    return {"valueformat": f"{'+' if signed else ''}.{figures.reading.digits}f"}
