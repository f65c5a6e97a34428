"""People x time, and the plane of valence and arousal, for the Report page."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from dashboard.charts.look import instants, plain_figure, plain_text, time_axis
from dashboard.palette import COLOURS, LABELS, QUIET, SCORES, faded
from dashboard.wording import clock
from model.emotions import EMOTIONS
from model.engagement.affect import Circumplex, arousal, valence

PLANE_PX, ROW_PX, LONGEST_NAME = 460, 17, 18
LOW_TO_HIGH = [[0.0, "#b9770e"], [0.5, "#8b93a1"], [1.0, "#0e8aa8"]]
EARLY_TO_LATE = [[0.0, "#b9770e"], [1.0, "#0e8aa8"]]


def heat_map(table: pd.DataFrame, names: Mapping[int, str], limits: tuple[float, float], unit: str) -> Any:
    """People x time: one row a person, top to bottom in the order of the columns; unknown stays empty."""
    rows = [plain_text(_short(names.get(int(str(one)), f"P{one}"))) for one in table.columns]
    digits = ".0f" if unit else ".2f"
    cells = {
        "type": "heatmap",
        "x": instants(pd.Series(table.index)),
        "y": list(range(len(rows))),  # two people may have one name
        "z": table.to_numpy().T.round(3),
        "text": [[row] * len(table) for row in rows],
        "zmin": limits[0],
        "zmax": limits[1],
        "colorscale": LOW_TO_HIGH,
        "colorbar": {"thickness": 10, "ticksuffix": unit, "nticks": 3, "outlinewidth": 0, "x": 1.01},
        "hoverongaps": False,
        "ygap": 2 if len(rows) <= 25 else 1,
        "hovertemplate": f"%{{text}}, %{{x}}: %{{z:{digits}}}{unit}<extra></extra>",
    }
    yaxis: dict[str, Any] = {"tickvals": list(range(len(rows))), "ticktext": rows, "showgrid": False}
    yaxis |= {"range": [len(rows) - 0.5, -0.5], "automargin": True, "zeroline": False}
    yaxis["tickfont"] = {"size": 13 if len(rows) <= 12 else 11}
    height = 70 + len(rows) * max(ROW_PX, min(40, 240 // len(rows)))
    return plain_figure(
        [cells], height, left=4, right=8, xaxis=time_axis(pd.Series(table.index)), yaxis=yaxis
    )


def circumplex(timeline: pd.DataFrame, table: Circumplex) -> Any:
    """The group's way through valence and arousal, early to late, with the expressions' own points."""
    known = timeline[timeline[SCORES[0]].notna()]
    scores = known[SCORES].to_numpy(dtype=np.float64)
    minutes = known["time_ms"] / 60_000
    bar = {"thickness": 10, "nticks": 4, "outlinewidth": 0, "title": {"text": "Minute"}}
    way = {
        "x": valence(scores, table).round(3),
        "y": arousal(scores, table).round(3),
        "text": [clock(at_ms / 1000) for at_ms in known["time_ms"]],
        "mode": "lines+markers",
        "line": {"color": faded(QUIET, 0.35), "width": 1},
        "marker": {"size": 6, "color": minutes, "colorscale": EARLY_TO_LATE, "colorbar": bar},
        "hovertemplate": "%{text}: valence %{x:.2f}, arousal %{y:.2f}<extra></extra>",
    }
    points = {
        "x": [table[emotion][0] for emotion in EMOTIONS],
        "y": [table[emotion][1] for emotion in EMOTIONS],
        "text": [LABELS[emotion] for emotion in EMOTIONS],
        "mode": "markers+text",
        "textposition": "top center",
        "marker": {"size": 11, "symbol": "diamond", "color": [COLOURS[emotion] for emotion in EMOTIONS]},
        "hovertemplate": "%{text}: valence %{x:.2f}, arousal %{y:.2f}<extra></extra>",
    }
    axis = {
        "range": [-1.05, 1.05],
        "tickvals": [-1, 0, 1],
        "zeroline": True,
        "zerolinecolor": faded(QUIET, 0.6),
    }
    xaxis = axis | {"title": "Unpleasant to pleasant (valence)"}
    yaxis = axis | {"title": "Calm to excited (arousal)"}
    return plain_figure([way, points], PLANE_PX, xaxis=xaxis, yaxis=yaxis)


def _short(name: str) -> str:
    """Without the middle of a long one: two of one name differ at the end, by their numbers."""
    half = LONGEST_NAME // 2
    return name if len(name) <= LONGEST_NAME else f"{name[:half]}…{name[half + 1 - LONGEST_NAME :]}"
