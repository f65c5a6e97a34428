"""The charts of the Model page, as plotly's dictionaries in the look of dashboard.charts."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.analytics import SCORES
from dashboard.charts import plain_figure
from dashboard.palette import COLOURS, ENGAGEMENT_LINE, LABELS, QUIET

NAMES = [LABELS[name] for name in SCORES]
CONFUSION_PX, CLASSES_PX, RELIABILITY_PX = 440, 320, 340
SHADES = {"light": ("#eaf3f6", "#0e7490"), "dark": ("#17242c", "#1b86a0")}
PERCENT_TICKS = {"tickvals": [0, 25, 50, 75, 100], "ticktext": ["0 %", "25 %", "50 %", "75 %", "100 %"]}


def class_bars(recall: pd.Series) -> Any:
    """One bar for each expression in its colour: the share (0..1) of its images that were named right."""
    shares = (recall.reindex(SCORES) * 100).iloc[::-1]
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": shares.tolist(),
        "y": NAMES[::-1],
        "marker": {"color": [COLOURS[str(name)] for name in shares.index]},
        "text": [f"{share:.0f} %" for share in shares],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertemplate": "%{y}: %{x:.1f} %<extra></extra>",
    }
    xaxis = {"range": [0, 112], "title": "Named right"} | PERCENT_TICKS
    yaxis = {"automargin": True, "ticksuffix": "  "}
    return plain_figure([bars], CLASSES_PX, left=4, bargap=0.35, xaxis=xaxis, yaxis=yaxis)


def confusion_heatmap(confusion: NDArray[np.int64], dark: bool = False) -> Any:
    """Confusion matrix (7, 7), counts, true class by row, shaded and written as percent of each row.

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
        "texttemplate": "%{z:.0f}",
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
