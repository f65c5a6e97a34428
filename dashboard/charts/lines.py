"""Lines over time, in the look of look.py: the group's, each person's, who looks, what could be measured."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from dashboard.charts.look import (
    DAY_MS,
    hover,
    instants,
    legend_below,
    line_of,
    percent_axis,
    plain_figure,
    plain_text,
    say,
    stretch,
    strips,
    time_axis,
)
from dashboard.palette import BAND_LABELS, BANDS, ENGAGEMENT_LINE, QUIET, faded
from dashboard.reading import Reading
from model.engagement.concentration import DISENGAGED_BELOW, HIGH_ABOVE, ConcentrationBand
from model.engagement.groups import Doubles

LINE_PX, LOOKING_PX, COVERAGE_PX, PERSON_PX = 320, 170, 220, 84
PERSON_LINE = "#b9770e"
BAND_EDGES = (
    (HIGH_ABOVE, 100, ConcentrationBand.HIGH),
    (DISENGAGED_BELOW, HIGH_ABOVE, ConcentrationBand.NOMINAL),
    (0, DISENGAGED_BELOW, ConcentrationBand.DISENGAGED),
)


def group_line(
    timeline: pd.DataFrame, reading: Reading, falls: Sequence[tuple[int, int]] = (), *, bridged: int = 0
) -> Any:
    """The group's mean, the middle half of the people around it, and `falls` (start and end, ms) shaded.

    Up to `bridged` unknown steps are gone across, a longer gap stays one. Hovering says how many people were
    counted.
    """
    sign = "+" if reading.is_change or reading.definition.signed else ""
    mean = {
        **line_of(timeline["time_ms"], timeline["engagement"], bridged, timeline[["counted"]]),
        "line": {"color": ENGAGEMENT_LINE, "width": 2.5},
        "hovertemplate": hover(reading, after=", of %{customdata[0]} people<extra></extra>", sign=sign),
    }
    edges = (timeline[name].to_numpy(np.float64) for name in ("lower", "upper"))
    return plain_figure(
        [*middle_half(timeline["time_ms"].to_numpy(np.int64), *edges), mean],
        LINE_PX,
        hovermode="x",
        xaxis=time_axis(timeline["time_ms"]),
        yaxis=_value_axis(reading),
        shapes=[*_bands(reading), *(_stretch(start, end) for start, end in falls)],
        annotations=_band_names(reading),
    )


def add_person(figure: Any, values: pd.Series, name: str, reading: Reading, bridged: int = 0) -> None:
    """Adds one person's `values`, by time in ms, to a figure over time of the same reading."""
    shown = plain_text(name)
    line = line_of(values.index, values, bridged) | {
        "name": shown,
        "line": {"color": PERSON_LINE, "width": 1.8, "dash": "dot"},
        "hovertemplate": hover(reading, f"{shown} ", "<extra></extra>"),
    }
    figure.add_trace(line)


def looking_line(timeline: pd.DataFrame, bridged: int = 0) -> Any:
    """Share of the people's gaze that was on the screen, over time."""
    line = {
        **line_of(timeline["time_ms"], timeline["looking"] * 100, bridged, timeline["looked"]),
        "line": {"color": ENGAGEMENT_LINE, "width": 2},
        "hovertemplate": "%{y:.0f} % looking, of %{customdata} people<extra></extra>",
    }
    axes = {"xaxis": time_axis(timeline["time_ms"]), "yaxis": percent_axis()}
    return plain_figure([line], LOOKING_PX, hovermode="x", **axes)


def people_line(people: pd.DataFrame) -> Any:
    """How many `people` were in view, over `time_ms`."""
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": instants(people["time_ms"]),
        "y": people["people"],
        "line": {"color": ENGAGEMENT_LINE, "width": 2, "shape": "hv"},
        "fill": "tozeroy",
        "fillcolor": faded(ENGAGEMENT_LINE, 0.15),
        "hovertemplate": "%{y} in view<extra></extra>",
    }
    most = max(int(people["people"].max()), 1)
    yaxis = {"range": [0, most + 0.5], "dtick": max(1, most // 4)}
    return plain_figure([line], LOOKING_PX, hovermode="x", xaxis=time_axis(people["time_ms"]), yaxis=yaxis)


def coverage_lines(coverage: pd.DataFrame) -> Any:
    """Over time: share of the frames with a face, as an area, and share of those faces that were usable."""
    found = {"width": 0, "color": faded(QUIET, 0.5)}
    usable = {"width": 2, "color": ENGAGEMENT_LINE}
    shares = [
        {
            "type": "scatter",
            "x": instants(coverage["time_ms"]),
            "y": (coverage[column] * 100).round(1),
            "name": name,
            "mode": "lines",
            "line": line,
            "fill": fill,
            "fillcolor": faded(QUIET, 0.25),
            "hovertemplate": "%{y:.0f} %",
        }
        for column, name, line, fill in (
            ("with_face", "Frames with a face", found, "tozeroy"),
            ("usable_faces", "Faces that were usable", usable, "none"),
        )
    ]
    axes = {"xaxis": time_axis(coverage["time_ms"]), "yaxis": percent_axis()}
    return plain_figure(shares, COVERAGE_PX, hovermode="x unified", **axes, **legend_below(0.24))


def person_lines(
    people: Sequence[tuple[str, pd.DataFrame]],
    group: pd.DataFrame,
    limits: tuple[float, float] = (0, 100),
    unit: str = " %",
    bridged: int = 0,
) -> Any:
    """One strip of engagement for each of `people` (name, timeline) over the group's line in grey."""
    quiet = _strip_line(group, "", unit, bridged) | {
        "line": {"color": faded(QUIET, 0.7), "width": 1},
        "hoverinfo": "skip",
    }
    rows = [[quiet, _strip_line(frame, name, unit, bridged)] for name, frame in people]
    figure = strips(rows, PERSON_PX * len(people) + 80, left=60, top=24, hovermode="x")
    for row, (name, _) in enumerate(people, start=1):
        strip = f"y{row} domain" if row > 1 else "y domain"
        say(figure, f"<b>{plain_text(name)}</b>", 0, 1, yref=strip, xanchor="left", yanchor="bottom")
    low, high = limits
    ticks = [low, (low + high) / 2, high]
    figure.update_yaxes(
        range=[low, high + (high - low) * 0.02],
        tickvals=ticks,
        ticktext=[f"{tick:g}{unit}" for tick in ticks],
    )
    figure.update_xaxes(time_axis(group["time_ms"]))
    return figure


def middle_half(times_ms: Any, lower: Doubles, upper: Doubles) -> list[dict[str, Any]]:
    """The middle half of the people, from `lower` to `upper` (n,) at `times_ms` (n,): one closed shape for
    each unbroken stretch in which both are known, so that gaps stay empty."""
    known = np.flatnonzero(~np.isnan(upper))
    shapes = []
    for run in np.split(known, np.flatnonzero(np.diff(known) > 1) + 1):
        if len(run) > 1:
            times = [int(at_ms) + DAY_MS for at_ms in times_ms[run]]
            shapes.append(
                {
                    "type": "scatter",
                    "x": [*times, *times[::-1]],
                    "y": [*upper[run].round(2).tolist(), *lower[run].round(2)[::-1].tolist()],
                    "mode": "lines",
                    "line": {"width": 0},
                    "fill": "toself",
                    "fillcolor": faded(ENGAGEMENT_LINE, 0.2),
                    "hoverinfo": "skip",
                }
            )
    return shapes


def value_ticks(reading: Reading, limits: tuple[float, float]) -> list[float]:
    """Where an axis of values is labelled: the paper's bands where there are some, else ends and middle."""
    low, high = limits
    return [0, DISENGAGED_BELOW, HIGH_ABOVE, 100] if reading.banded else [low, (low + high) / 2, high]


def _strip_line(frame: pd.DataFrame, name: str, unit: str, bridged: int) -> dict[str, Any]:
    form = ".0f" if unit else ".2f"
    return {
        **line_of(frame["time_ms"], frame["engagement"], bridged, digits=1 if unit else 3),
        "name": name,
        "line": {"color": ENGAGEMENT_LINE, "width": 2},
        "hovertemplate": f"{plain_text(name)} %{{y:{form}}}{unit}<extra></extra>",
    }


def _value_axis(reading: Reading) -> dict[str, Any]:
    low, high = reading.limits
    if reading.is_change:
        return {"ticksuffix": reading.unit, "zeroline": True, "zerolinecolor": QUIET, "tickformat": "+"}
    ticks = value_ticks(reading, reading.limits)
    texts = [f"{tick:g}{reading.unit}" for tick in ticks]
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
    # Beside the axis, where no line goes.
    place = {
        "xref": "paper",
        "x": 0,
        "xanchor": "right",
        "xshift": -8,
        "showarrow": False,
        "font": {"size": 12},
    }
    return [place | {"text": BAND_LABELS[band], "y": (low + high) / 2} for low, high, band in BAND_EDGES]


def _stretch(start_ms: int, end_ms: int) -> dict[str, Any]:
    return stretch(start_ms, end_ms, faded(PERSON_LINE, 0.16)) | {"layer": "below"}
