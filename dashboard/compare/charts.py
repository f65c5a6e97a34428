"""Lines of several sessions, means with intervals, and groups about a marker, for the Compare page."""

from collections.abc import Sequence
from itertools import takewhile
from typing import Any

import numpy as np
import pandas as pd

from dashboard.charts.look import (
    hover,
    instants,
    legend_below,
    named_rows,
    plain_figure,
    plain_text,
    time_axis,
)
from dashboard.compare.bootstrap import Interval
from dashboard.palette import ENGAGEMENT_LINE, QUIET, SERIES, faded
from dashboard.reading import Reading
from dashboard.stored.enough import GAP, pieces
from dashboard.wording import NOTHING
from model.engagement.groups import Doubles

LINES_PX, TREND_PX, MARKER_PX, ROW_PX = 400, 340, 360, 34
LONGEST_NAME = 28
DASHES = ("solid", "dot")
"""The second five lines are dotted, so that ten stay apart without colour, too."""


def comparison_lines(
    table: pd.DataFrame, names: Sequence[str], reading: Reading, share: bool, bridged: int = 0
) -> Any:
    """A line for each column of `table` (`compare_lines.on_one_axis`); up to `bridged` unknown steps are gone
    across, and a lone step is a bar."""
    places = table.index * 100 if share else instants(pd.Series(table.index))
    lines = [
        {
            **_drawn(places.to_numpy(np.float64), table[column].to_numpy(np.float64), bridged),
            "name": plain_text(name),
            "line": {"color": colour(number), "dash": dash(number), "width": 2},
            "hovertemplate": hover(reading),
        }
        for number, (column, name) in enumerate(zip(table.columns, short_names(names), strict=True))
    ]
    xaxis: dict[str, Any] = time_axis(pd.Series(table.index)) if not share else {"ticksuffix": " %"}
    xaxis |= {"title": "Share of each one's length" if share else "Time from each one's start"}
    return plain_figure(
        lines,
        LINES_PX,
        hovermode="x unified",
        xaxis=xaxis,
        yaxis=_value_axis(reading),
        **legend_below(0.24),
    )


def _drawn(places: Doubles, values: Doubles, bridged: int) -> dict[str, Any]:
    width = places[1] - places[0] if len(places) > 1 else 0.0
    steps, ends = pieces(values, bridged)
    shown = {
        "x": places[steps] + ends * width,
        "y": np.where(steps == GAP, np.nan, values[steps].round(3)),
    }
    return {**(shown if len(steps) else {"x": places, "y": values}), "mode": "lines", "connectgaps": False}


def difference_dots(names: Sequence[str], differences: Sequence[Interval], reading: Reading) -> Any:
    """Differences of all but the first of `names` to it, with their intervals, one row each, top to bottom;
    0 is no difference."""
    known = [(place, one) for place, one in enumerate(differences, start=1) if not np.isnan(one.value)]
    spread = [(one.high - one.value, one.value - one.low) for _, one in known]
    short = short_names(names)
    digits = ".1f" if reading.unit else ".2f"
    dots = {
        "x": [round(one.value, 3) for _, one in known],
        "y": list(range(len(known))),
        "text": [plain_text(names[place]) for place, _ in known],
        "mode": "markers",
        "marker": {"size": 11, "color": [colour(place) for place, _ in known]},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [_or_none(up) for up, _ in spread],
            "arrayminus": [_or_none(down) for _, down in spread],
            "color": QUIET,
            "thickness": 2,
        },
        "hovertemplate": f"%{{text}}: %{{x:+{digits}}}<extra></extra>",
    }
    xaxis = {"zeroline": True, "zerolinewidth": 2, "zerolinecolor": QUIET, "rangemode": "tozero"}
    xaxis |= {"title": f"Less the first one ({'points' if reading.unit else 'units of the definition'})"}
    yaxis = named_rows([short[place] for place, _ in known])
    return plain_figure([dots], 90 + ROW_PX * len(known), left=4, xaxis=xaxis, yaxis=yaxis)


def trend_dots(
    names: Sequence[str], means: Sequence[Interval], fitted: Sequence[float], reading: Reading
) -> Any:
    """Means of a series in order of time with their intervals, and the trend's line."""
    places = list(range(1, len(names) + 1))
    dots = {
        "x": places,
        "y": [_or_none(one.value) for one in means],
        "text": [plain_text(name) for name in names],
        "mode": "markers",
        "marker": {"size": 10, "color": ENGAGEMENT_LINE},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [_or_none(one.high - one.value) for one in means],
            "arrayminus": [_or_none(one.value - one.low) for one in means],
            "color": ENGAGEMENT_LINE,
        },
        "hovertemplate": hover(reading, "%{text}: ", "<extra></extra>"),
    }
    line = {
        "x": places,
        "y": [_or_none(value) for value in fitted],
        "mode": "lines",
        "line": {"color": QUIET, "dash": "dash", "width": 1.5},
        "hoverinfo": "skip",
    }
    xaxis = {"title": "Session of the series", "dtick": max(1, len(names) // 12)}
    return plain_figure([line, dots], TREND_PX, xaxis=xaxis, yaxis=_value_axis(reading, fit=True))


def about_marker(
    table: pd.DataFrame, over: pd.DataFrame, names: Sequence[str], reading: Reading, change: bool
) -> Any:
    """Each group thin, in the colour of its column's number, their mean thick, one standard deviation shaded;
    0 s is the marker."""
    digits, unit = f"{'+' if change else ''}.{reading.digits}f", " points" if change else reading.unit
    seconds = table.index / 1000
    thin = [
        {
            "x": seconds,
            "y": table[column].round(3),
            "name": plain_text(name),
            "mode": "lines",
            "line": {"color": faded(colour(int(column)), 0.7), "dash": dash(int(column)), "width": 1.2},
            "connectgaps": False,
            "hovertemplate": f"%{{y:{digits}}}{unit}",
        }
        for column, name in zip(table.columns, short_names(names), strict=True)
    ]
    band = over[over["sd"].notna()]
    shade = {
        "x": [*(band.index / 1000), *(band.index[::-1] / 1000)],
        "y": [*(band["mean"] + band["sd"]).round(3), *(band["mean"] - band["sd"]).round(3).iloc[::-1]],
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": faded(QUIET, 0.25),
        "hoverinfo": "skip",
        "showlegend": False,
    }
    mean = {
        "x": seconds,
        "y": over["mean"].round(3),
        "name": "Mean of the groups",
        "mode": "lines",
        "line": {"color": QUIET, "width": 4},
        "hovertemplate": f"%{{y:{digits}}}{unit}",
    }
    marker = {"type": "line", "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1, "line": {"color": QUIET}}
    return plain_figure(
        [shade, *thin, mean],
        MARKER_PX,
        hovermode="x unified",
        xaxis={"title": "Seconds from the marker", "zeroline": False},
        yaxis={"ticksuffix": "" if change else unit, "zeroline": change, "zerolinecolor": QUIET},
        shapes=[marker],
        **legend_below(0.26),
    )


def short_names(names: Sequence[str]) -> list[str]:
    """`names` as a legend can hold them: of long ones their beginning and the words in which they differ,
    else both ends; those that are the same then carry their place, from 1."""
    words = [one.split() for one in {one for one in names if len(one) > LONGEST_NAME}]
    first, last = _alike(words), _alike([one[::-1] for one in words])
    short = [one if len(one) <= LONGEST_NAME else _short(one, first, last) for one in names]
    return [f"{place}. {one}" if short.count(one) > 1 else one for place, one in enumerate(short, start=1)]


def _alike(words: Sequence[Sequence[str]]) -> int:
    """How many words they all begin with."""
    return sum(1 for _ in takewhile(lambda at_once: len(set(at_once)) == 1, zip(*words, strict=False)))


def _short(name: str, first: int, last: int) -> str:
    """`name` in LONGEST_NAME letters, where so many of its first and last words are those of others, too."""
    words = name.split()
    before, after = max(0, first - 1), len(words) - last  # "week 5" says more than "5"
    own = " ".join(words[before:after]) if first < after else ""
    room = LONGEST_NAME - len(own) - (2 if last else 1)
    if not own or room < 0:
        half = LONGEST_NAME // 2
        return f"{name[:half]}…{name[half + 1 - LONGEST_NAME :]}"
    head, more = " ".join(words[:before]), "…" if last else ""
    return f"{head[:room].rstrip()}{' ' if len(head) < room else '…'}{own}{more}".strip()


def colour(number: int) -> str:
    return SERIES[number % len(SERIES)]


def dash(number: int) -> str:
    return DASHES[number // len(SERIES) % len(DASHES)]


def plain(value: float, reading: Reading) -> str:
    """A value or a difference without its unit, a digit finer than elsewhere; never "-0.0"."""
    if np.isnan(value):
        return NOTHING
    digits = 1 if reading.definition.unit else 3
    return f"{round(value, digits) + 0.0:.{digits}f}"


def _value_axis(reading: Reading, fit: bool = False) -> dict[str, Any]:
    axis: dict[str, Any] = {"ticksuffix": reading.unit, "zeroline": False}
    low, high = reading.limits
    return axis if fit else axis | {"range": [low, high + (high - low) * 0.01]}


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 3)
