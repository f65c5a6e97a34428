"""The lines over time of the Report page, as plotly's dictionaries in the look of dashboard.charts.look."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from dashboard.charts.look import DAY_MS, HOUR_MS, plain_figure
from dashboard.palette import BAND_LABELS, BANDS, COLOURS, ENGAGEMENT_LINE, LABELS, QUIET, SCORES, faded
from dashboard.reading import Reading
from model.engagement.concentration import DISENGAGED_BELOW, HIGH_ABOVE, ConcentrationBand

LINE_PX, LOOKING_PX, CHANGES_PX = 320, 170, 380
BAND_EDGES = (
    (HIGH_ABOVE, 100, ConcentrationBand.HIGH),
    (DISENGAGED_BELOW, HIGH_ABOVE, ConcentrationBand.NOMINAL),
    (0, DISENGAGED_BELOW, ConcentrationBand.DISENGAGED),
)
PERCENT_AXIS = {"range": [0, 101], "tickvals": [0, 50, 100], "ticktext": ["0 %", "50 %", "100 %"]}


def group_line(timeline: pd.DataFrame, reading: Reading, falls: Sequence[tuple[int, int]] = ()) -> Any:
    """The group's mean, the middle half of the people around it, and `falls` (start and end, ms) shaded.

    A gap stays a gap. Hovering says how many people were counted.
    """
    times = instants(timeline["time_ms"])
    form, unit = _form(reading), _unit(reading)
    mean = {
        "x": times,
        "y": timeline["engagement"],
        "customdata": np.stack([timeline["counted"], timeline["lower"], timeline["upper"]], axis=-1),
        **_line_mode(timeline["engagement"]),
        "line": {"color": ENGAGEMENT_LINE, "width": 2.5},
        "connectgaps": False,
        "hovertemplate": f"%{{y:{form}}}{unit}, of %{{customdata[0]}} people<extra></extra>",
    }
    return plain_figure(
        [*_spread(timeline), mean],
        LINE_PX,
        hovermode="x",
        xaxis=time_axis(timeline["time_ms"]),
        yaxis=_value_axis(reading),
        shapes=[*_bands(reading), *(_stretch(start, end) for start, end in falls)],
        annotations=_band_names(reading),
    )


def looking_line(timeline: pd.DataFrame) -> Any:
    """Share of the people's gaze that was on the screen, over time."""
    line = {
        "x": instants(timeline["time_ms"]),
        "y": timeline["looking"] * 100,
        "customdata": timeline["looked"],
        **_line_mode(timeline["looking"]),
        "line": {"color": ENGAGEMENT_LINE, "width": 2},
        "connectgaps": False,
        "hovertemplate": "%{y:.0f} % looking, of %{customdata} people<extra></extra>",
    }
    axes = {"xaxis": time_axis(timeline["time_ms"]), "yaxis": PERCENT_AXIS}
    return plain_figure([line], LOOKING_PX, hovermode="x", **axes)


def change_lines(changes: pd.DataFrame) -> Any:
    """Mean changes of the seven scores from everybody's own neutral, in points of 100."""
    lines = [
        {
            "x": instants(changes["time_ms"]),
            "y": (changes[name] * 100).round(1),
            "name": LABELS[name],
            "mode": "lines",
            "line": {"color": COLOURS[name], "width": 2},
            "connectgaps": False,
            "hovertemplate": "%{y:+.0f} points",
        }
        for name in SCORES
    ]
    legend = {"orientation": "h", "y": -0.16, "x": 0, "itemclick": False, "itemdoubleclick": False}
    yaxis = {"title": "Change in points", "zeroline": True, "zerolinecolor": QUIET}
    return plain_figure(
        lines,
        CHANGES_PX,
        hovermode="x unified",
        showlegend=True,
        legend=legend,
        xaxis=time_axis(changes["time_ms"]),
        yaxis=yaxis,
    )


def time_axis(times_ms: pd.Series) -> dict[str, Any]:
    """An axis over `times_ms`, regular, in mm:ss or h:mm:ss."""
    first, last = int(times_ms.iloc[0]), int(times_ms.iloc[-1])
    last += int(times_ms.iloc[1]) - first if len(times_ms) > 1 else 1_000
    form = "%H:%M:%S" if last >= HOUR_MS else "%M:%S"
    span = [first + DAY_MS, last + DAY_MS]
    return {"type": "date", "tickformat": form, "hoverformat": form, "range": span, "nticks": 8}


def instants(times_ms: pd.Series) -> pd.Series:
    """Milliseconds for a date axis."""
    return times_ms + DAY_MS


def _spread(timeline: pd.DataFrame) -> list[dict[str, Any]]:
    """The middle half of the people: one closed shape for each unbroken stretch, so that gaps stay empty."""
    known = np.flatnonzero(timeline["upper"].notna())
    shapes = []
    for run in np.split(known, np.flatnonzero(np.diff(known) > 1) + 1):
        if len(run) > 1:
            part = timeline.iloc[run]
            times = instants(part["time_ms"]).tolist()
            shapes.append(
                {
                    "x": [*times, *times[::-1]],
                    "y": [*part["upper"].round(2), *part["lower"].round(2).iloc[::-1]],
                    "mode": "lines",
                    "line": {"width": 0},
                    "fill": "toself",
                    "fillcolor": faded(ENGAGEMENT_LINE, 0.2),
                    "hoverinfo": "skip",
                }
            )
    return shapes


def _line_mode(values: pd.Series) -> dict[str, Any]:
    """Lines, with a dot where a single known value stands between gaps."""
    known = values.notna()
    lone = known & ~known.shift(fill_value=False) & ~known.shift(-1, fill_value=False)
    return (
        {"mode": "lines+markers", "marker": {"size": lone * 5, "opacity": 1}}
        if lone.any()
        else {"mode": "lines"}
    )


def _value_axis(reading: Reading) -> dict[str, Any]:
    low, high = reading.limits
    if reading.is_change:
        return {"ticksuffix": _unit(reading), "zeroline": True, "zerolinecolor": QUIET, "tickformat": "+"}
    ticks = [0, DISENGAGED_BELOW, HIGH_ABOVE, 100] if reading.banded else [low, (low + high) / 2, high]
    texts = [f"{tick:g}{_unit(reading)}" for tick in ticks]
    return {"range": [low, high + (high - low) * 0.01], "tickvals": ticks, "ticktext": texts}


def _bands(reading: Reading) -> list[dict[str, Any]]:
    if not reading.banded:
        return []
    across = {"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "layer": "below", "line": {"width": 0}}
    return [
        across | {"y0": low, "y1": high, "fillcolor": faded(BANDS[b], 0.1)} for low, high, b in BAND_EDGES
    ]


def _band_names(reading: Reading) -> list[dict[str, Any]]:
    if not reading.banded:
        return []
    place = {
        "xref": "paper",
        "x": 0.004,
        "xanchor": "left",
        "showarrow": False,
        "font": {"size": 12},
    }
    return [
        place | {"text": BAND_LABELS[band], "y": (high if high == 100 else low) + (-6 if high == 100 else 6)}
        for low, high, band in BAND_EDGES
    ]


def _stretch(start_ms: int, end_ms: int) -> dict[str, Any]:
    times = {"x0": start_ms + DAY_MS, "x1": end_ms + DAY_MS, "yref": "paper", "y0": 0, "y1": 1}
    return {
        "type": "rect",
        "layer": "below",
        "line": {"width": 0},
        "fillcolor": faded("#b9770e", 0.16),
        **times,
    }


def _form(reading: Reading) -> str:
    return (
        f"{'+' if reading.is_change or reading.definition.signed else ''}{'.0f' if _unit(reading) else '.2f'}"
    )


def _unit(reading: Reading) -> str:
    return " %" if reading.definition.unit else ""
