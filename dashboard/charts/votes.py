"""What people pressed themselves, over time."""

from typing import Any

import pandas as pd

from dashboard.charts.look import instants, legend_below, plain_figure, time_axis
from dashboard.palette import VOTE_LABELS, VOTES, faded

VOTES_PX = 190


def vote_area(standing: pd.DataFrame, height: int = VOTES_PX) -> Any:
    """Voices stacked by what they say, from `stored.votes.standing`."""
    most = max(int(standing[list(VOTES)].sum(axis=1).max()), 4)
    areas = [
        {
            "type": "scatter",
            "x": instants(standing["time_ms"]),
            "y": standing[choice],
            "name": VOTE_LABELS[choice],
            "mode": "lines",
            "stackgroup": "votes",
            "line": {"width": 1.5, "color": colour, "shape": "hv"},
            "fillcolor": faded(colour, 0.35),
            "hovertemplate": "%{y}",
        }
        for choice, colour in VOTES.items()
    ]
    yaxis = {"range": [0, most + 0.5], "dtick": max(1, most // 4), "title": "Voices"}
    axes = {"xaxis": time_axis(standing["time_ms"]), "yaxis": yaxis}
    below = legend_below(0.3)
    below["legend"] |= {"traceorder": "normal"}
    return plain_figure(areas, height, hovermode="x unified", **axes, **below)
