"""The charts of the Model page, as plotly's dictionaries in the look of dashboard.charts.look."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.charts.look import plain_figure
from dashboard.palette import COLOURS, ENGAGEMENT_LINE, LABELS, QUIET, SCORES, SERIES, faded

NAMES = [LABELS[name] for name in SCORES]
CONFUSION_PX, CLASSES_PX, RELIABILITY_PX, CURVES_PX, SCORES_PX = 440, 320, 340, 300, 220
BAR_PX = 34
SHADES = {"light": ("#eaf3f6", "#0e7490"), "dark": ("#17242c", "#1b86a0")}
PERCENT_TICKS = {"tickvals": [0, 25, 50, 75, 100], "ticktext": ["0 %", "25 %", "50 %", "75 %", "100 %"]}


def class_bars(recall: pd.Series, interval: pd.DataFrame | None = None) -> Any:
    """One bar for each expression in its colour: the share (0..1) of its images that were named right.

    `interval` has the 95 % interval's low and high (0..1) for each expression.
    """
    shares = (recall.reindex(SCORES) * 100).iloc[::-1]
    bars: dict[str, Any] = {
        "type": "bar",
        "orientation": "h",
        "x": shares.tolist(),
        "y": [f"{LABELS[str(name)]}  <b>{share:.0f} %</b>" for name, share in shares.items()],
        "marker": {"color": [COLOURS[str(name)] for name in shares.index]},
        "hovertemplate": "%{y}<extra></extra>",
    }
    if interval is not None:
        limits = (interval.reindex(SCORES) * 100).iloc[::-1]
        bars["error_x"] = _interval(shares, limits["low"], limits["high"], QUIET)
    xaxis = {"range": [0, 102], "title": "Named right"} | PERCENT_TICKS
    yaxis = {"automargin": True, "ticksuffix": "  "}
    return plain_figure([bars], CLASSES_PX, left=4, bargap=0.35, xaxis=xaxis, yaxis=yaxis)


def score_bars(scores: Sequence[float]) -> Any:
    """The seven scores (0..1) of one face, in the order of EMOTIONS."""
    ordered = [(name, score * 100) for name, score in zip(SCORES, scores, strict=True)][::-1]
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [score for _, score in ordered],
        "y": [f"{LABELS[name]}  <b>{score:.0f} %</b>" for name, score in ordered],
        "marker": {"color": [COLOURS[name] for name, _ in ordered]},
        "hovertemplate": "%{y}<extra></extra>",
    }
    xaxis = {"range": [0, 101], "showticklabels": False, "tickvals": [0, 50, 100]}
    yaxis = {"automargin": True, "ticksuffix": "  "}
    return plain_figure([bars], SCORES_PX, left=4, top=2, bargap=0.3, xaxis=xaxis, yaxis=yaxis)


def confusion_heatmap(confusion: NDArray[np.int64], dark: bool = False, counts: bool = False) -> Any:
    """Confusion matrix (7, 7), counts, true class by row, shaded by percent of each row.

    The cells say that percentage, or with `counts` the number of images.

    Plotly chooses the colour of the numbers by their cell's, so these are opaque and follow the theme.
    """
    low, high = SHADES["dark" if dark else "light"]
    cells = {
        "type": "heatmap",
        "z": confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1) * 100,
        "x": NAMES,
        "y": NAMES,
        "customdata": confusion,
        "zmin": 0,
        "zmax": 100,
        "colorscale": [[0, low], [1, high]],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "texttemplate": "%{customdata:,}" if counts else "%{z:.0f}",
        "hovertemplate": "%{y} named %{x}: %{z:.1f} % (%{customdata} images)<extra></extra>",
    }
    xaxis = {"title": "Named", "tickangle": -45, "automargin": True, "showgrid": False}
    yaxis = {"title": "Label", "autorange": "reversed", "automargin": True, "showgrid": False}
    return plain_figure([cells], CONFUSION_PX, left=4, xaxis=xaxis, yaxis=yaxis)


def reliability_line(bins: pd.DataFrame) -> Any:
    """Share named right against the score given, from `bins` (score, accuracy, n)."""
    perfect = {
        "type": "scatter",
        "x": [0, 100],
        "y": [0, 100],
        "mode": "lines",
        "name": "Perfect",
        "line": {"color": QUIET, "dash": "dot", "width": 1.5},
        "hoverinfo": "skip",
    }
    measured = {
        "type": "scatter",
        "x": (bins["score"] * 100).tolist(),
        "y": (bins["accuracy"] * 100).tolist(),
        "customdata": bins["n"].tolist(),
        "mode": "lines+markers",
        "name": "This model",
        "line": {"color": ENGAGEMENT_LINE, "width": 2},
        "marker": {"size": 7},
        "hovertemplate": "Score %{x:.0f} %: right in %{y:.0f} % of %{customdata} images<extra></extra>",
    }
    xaxis = {"range": [0, 102], "title": "Score of the named expression"} | PERCENT_TICKS
    yaxis = {"range": [0, 102], "title": "Named right"} | PERCENT_TICKS
    legend = {"x": 0.02, "y": 0.98, "yanchor": "top"}
    return plain_figure(
        [perfect, measured], RELIABILITY_PX, left=56, showlegend=True, legend=legend, xaxis=xaxis, yaxis=yaxis
    )


def curve_lines(curves: pd.DataFrame, figure: str) -> Any:
    """`figure` ("loss" or "accuracy") over the epochs, for training and validation images."""
    share = figure == "accuracy"
    lines = [
        {
            "type": "scatter",
            "x": curves["epoch"].tolist(),
            "y": (curves[column] * (100 if share else 1)).tolist(),
            "mode": "lines",
            "name": name,
            "line": line,
            "hovertemplate": "%{y:.1f} %" if share else "%{y:.3f}",
        }
        for column, name, line in (
            (figure, "Training", {"color": QUIET, "width": 2, "dash": "dot"}),
            (f"val_{figure}", "Validation", {"color": ENGAGEMENT_LINE, "width": 2}),
        )
    ]
    yaxis = {"title": "Named right", "ticksuffix": " %"} if share else {"title": "Cross-entropy"}
    above = {"orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom"}
    layout = {"xaxis": {"title": "Epoch"}, "yaxis": yaxis, "legend": above, "hovermode": "x unified"}
    return plain_figure(lines, CURVES_PX, left=56, top=26, showlegend=True, **layout)


def condition_bars(conditions: pd.DataFrame, clean: float) -> Any:
    """Accuracy under each condition, hardest at the bottom, with its interval; a line at `clean` (0..1)."""
    table = conditions.sort_values("accuracy")
    shares = table["accuracy"] * 100
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": shares.tolist(),
        "y": [f"{name}  <b>{share:.0f} %</b>" for name, share in zip(table["name"], shares, strict=True)],
        "customdata": (table["difference"] * 100).tolist(),
        "marker": {"color": faded(ENGAGEMENT_LINE, 0.5)},
        "error_x": _interval(shares, table["low"] * 100, table["high"] * 100, ENGAGEMENT_LINE),
        "hovertemplate": "%{y}, %{customdata:+.1f} points<extra></extra>",
    }
    mark = {"type": "line", "x0": clean * 100, "x1": clean * 100, "yref": "paper", "y0": 0, "y1": 1}
    note = {"x": clean * 100, "yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False}
    return plain_figure(
        [bars],
        BAR_PX * len(table) + 90,
        left=4,
        top=26,
        bargap=0.35,
        shapes=[mark | {"line": {"color": QUIET, "dash": "dot", "width": 1.5}}],
        annotations=[note | {"text": f"Clean {clean * 100:.0f} %"}],
        xaxis={"range": [0, 102], "title": "Named right"} | PERCENT_TICKS,
        yaxis={"automargin": True, "ticksuffix": "  "},
    )


def coverage_lines(curves: pd.DataFrame) -> Any:
    """Accuracy among the surest faces over their share of all, a line for each set of `curves` (set,
    coverage, accuracy; shares 0..1)."""
    lines = [
        {
            "type": "scatter",
            "x": (points["coverage"] * 100).tolist(),
            "y": (points["accuracy"] * 100).tolist(),
            "mode": "lines",
            "name": str(name),
            "line": {"color": SERIES[number % len(SERIES)], "width": 2},
            "hovertemplate": "surest %{x:.0f} %: right in %{y:.0f} %",
        }
        for number, (name, points) in enumerate(curves.groupby("set", sort=False))
    ]
    xaxis = {"range": [0, 102], "title": "Share of faces that are named"} | PERCENT_TICKS
    yaxis = {"range": [0, 102], "title": "Named right"} | PERCENT_TICKS
    legend = {"x": 0.02, "y": 0.02, "yanchor": "bottom"}
    return plain_figure(
        lines, RELIABILITY_PX, left=56, showlegend=True, legend=legend, xaxis=xaxis, yaxis=yaxis
    )


def cleaning_bars(classes: pd.DataFrame) -> Any:
    """Images of each expression kept, and in grey those dropped, from `classes` (before, after)."""
    table = classes.iloc[::-1]
    names = [LABELS[str(name)] for name in table.index]
    kept, dropped = table["after"], table["before"] - table["after"]
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "x": counts.tolist(),
            "y": names,
            "name": name,
            "marker": {"color": colour},
            "hovertemplate": "%{y}: %{x:,} " + name.lower() + "<extra></extra>",
        }
        for name, counts, colour in (("Kept", kept, ENGAGEMENT_LINE), ("Dropped", dropped, QUIET))
    ]
    layout = {"xaxis": {"title": "Images"}, "yaxis": {"automargin": True, "ticksuffix": "  "}}
    legend = {"x": 0.98, "xanchor": "right", "y": 0.04, "yanchor": "bottom", "traceorder": "normal"}
    return plain_figure(
        traces, CLASSES_PX, left=4, barmode="stack", bargap=0.35, showlegend=True, legend=legend, **layout
    )


def _interval(shares: pd.Series, low: pd.Series, high: pd.Series, colour: str) -> dict[str, Any]:
    """Error bars from `low` to `high`, which need not lie evenly around `shares`; percent."""
    reach = {"array": (high - shares).tolist(), "arrayminus": (shares - low).tolist()}
    return reach | {"type": "data", "symmetric": False, "color": colour, "thickness": 2, "width": 4}
