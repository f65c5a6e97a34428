"""How expressions are drawn: the mix, their scores over time, and what changed of them."""

from typing import Any

import pandas as pd

from dashboard.charts.look import (
    MIX_PX,
    TIMELINE_PX,
    instants,
    legend_below,
    percent_axis,
    plain_figure,
    time_axis,
)
from dashboard.palette import COLOURS, LABELS, QUIET, SCORES
from dashboard.wording import percent
from model.emotions import NOT_SURE


def mix_pie(mix: pd.Series) -> Any:
    """Donut of the shares (0..1) that each expression led, largest first, "not sure" last."""
    shown = mix[mix > 0]
    shown = shown.reindex(sorted(shown.index, key=lambda key: (key == NOT_SURE, -shown[key])))
    pie = {
        "type": "pie",
        "values": shown.to_numpy(),
        "labels": [f"{LABELS[key]}  {percent(shown[key])}" for key in shown.index],
        "marker": {"colors": [COLOURS[key] for key in shown.index], "line": {"width": 1, "color": "white"}},
        "hole": 0.58,
        "sort": False,
        "direction": "clockwise",
        "textinfo": "none",
        "hovertemplate": "%{label} of usable time<extra></extra>",
        "domain": {"x": [0, 0.54]},
    }
    legend = {"x": 0.6, "y": 0.5, "yanchor": "middle", "font": {"size": 14}}
    return plain_figure([pie], MIX_PX, left=4, showlegend=True, legend=legend)


def emotion_area(frame: pd.DataFrame, bridged: int = 0) -> Any:
    """Stacked areas of the mean scores over time; a stretch without a usable face stays empty, but for up to
    `bridged` steps."""
    stack = with_upright_gaps(_bridged(frame, bridged))
    areas = [
        {
            "type": "scatter",
            "x": instants(stack["time_ms"]),
            "y": (stack[name] * 100).round(2),
            "name": LABELS[name],
            "mode": "lines",
            "stackgroup": "scores",
            "line": {"width": 0, "color": COLOURS[name]},
            "fillcolor": COLOURS[name],
            "hovertemplate": "%{y:.0f} %",
        }
        for name in reversed(SCORES)
    ]
    below = legend_below(0.16)
    return plain_figure(
        areas,
        TIMELINE_PX,
        hovermode="x unified",
        xaxis=time_axis(frame["time_ms"]),
        yaxis=percent_axis([0, 25, 50, 75, 100]) | {"title": "Mean score"},
        showlegend=True,
        legend=below["legend"] | {"traceorder": "reversed"},
    )


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
    return plain_figure(
        lines,
        TIMELINE_PX,
        hovermode="x unified",
        xaxis=time_axis(changes["time_ms"]),
        yaxis={"title": "Change in points", "zeroline": True, "zerolinecolor": QUIET},
        **legend_below(0.16),
    )


def _bridged(frame: pd.DataFrame, most: int) -> pd.DataFrame:
    """`frame` without the unknown steps of gaps of `most` steps at most, so that areas go across."""
    unknown = frame[SCORES[0]].isna()
    run = (unknown != unknown.shift()).cumsum()
    length = run.map(run.value_counts())
    inner = (run != run.iloc[0]) & (run != run.iloc[-1]) if len(run) else unknown
    return frame[~(unknown & inner & (length <= most))]


def with_upright_gaps(frame: pd.DataFrame) -> pd.DataFrame:
    """A timeline for stacked areas: zero where nothing is known, from one ms outside each known stretch.

    Without those extra points the areas' edges would slope into the gaps.
    """
    known = frame[SCORES[0]].notna()
    nothing = dict.fromkeys(SCORES, 0.0)
    before = frame[known & ~known.shift(fill_value=False)].assign(**nothing)
    after = frame[known & ~known.shift(-1, fill_value=False)].assign(**nothing)
    edges = [before.assign(time_ms=before["time_ms"] - 1), after.assign(time_ms=after["time_ms"] + 1)]
    return pd.concat([frame[known], frame[~known].assign(**nothing), *edges]).sort_values("time_ms")
