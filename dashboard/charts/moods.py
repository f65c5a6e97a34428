"""How pleasant words were, beside how pleasant faces looked."""

from typing import Any

import pandas as pd

from dashboard.charts.look import legend_below, line_of, plain_figure, time_axis
from dashboard.palette import ENGAGEMENT_LINE, QUIET
from model.engagement.groups import Doubles

MOODS_PX = 220
WORDS_LINE = "#b9770e"
BRIDGED = 2
"""Steps of silence that the words' line goes across."""


def mood_lines(times_ms: pd.Series, words: Doubles, faces: Doubles) -> Any:
    """Two lines of valence, -1..1, over `times_ms`: (t,) of `words` and of `faces`; NaN stays a gap."""
    drawn = [
        {
            **line_of(times_ms, values, bridged=bridged),
            "name": name,
            "line": {"color": colour, "width": 2, **dash},
            "hovertemplate": f"{name} %{{y:+.2f}}<extra></extra>",
        }
        for name, values, colour, bridged, dash in (
            ("Faces", faces, ENGAGEMENT_LINE, 0, {}),
            ("Words", words, WORDS_LINE, BRIDGED, {"dash": "dot"}),
        )
    ]
    ticks = {"tickvals": [-1, 0, 1], "ticktext": ["unpleasant", "neutral", "pleasant"]}
    yaxis = {"range": [-1.02, 1.02], "zeroline": True, "zerolinecolor": QUIET, "automargin": True} | ticks
    axes = {"xaxis": time_axis(times_ms), "yaxis": yaxis}
    return plain_figure(drawn, MOODS_PX, hovermode="x unified", **axes, **legend_below(0.24))
