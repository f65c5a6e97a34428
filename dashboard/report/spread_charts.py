"""One person's line beside the group's, distributions and changes of expression, for the Report page."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboard.charts.look import legend_below, named_rows, plain_figure, plain_text
from dashboard.palette import COLOURS, ENGAGEMENT_LINE, KEYS, LABELS, faded
from dashboard.reading import Reading

BOX_WIDTH = 0.55
CELLS, ON_CELL = ("#e4eef1", "#5fa8ba"), "#10151b"
"""Opaque in both themes, and the figures in them at least 4.5:1."""


def transition_map(rates: pd.DataFrame, counts: pd.DataFrame) -> Any:
    """Where a change of expression led, as a matrix: rows from, columns to; the count stands in the cell."""
    used = [key for key in KEYS if counts.loc[key].sum() or counts[key].sum()]
    shown, numbers = rates.loc[used, used] * 100, counts.loc[used, used]
    told = numbers.to_numpy()
    text = [
        ["" if row == column or not count else f"{count:,}" for column, count in enumerate(counted)]
        for row, counted in enumerate(told.tolist())
    ]
    cells = {
        "type": "heatmap",
        "x": [LABELS[key] for key in used],
        "y": [LABELS[key] for key in used],
        "z": shown.round(1).to_numpy(),
        "text": text,
        "texttemplate": "%{text}",
        "zmin": 0,
        "zmax": 100,
        "textfont": {"color": ON_CELL},
        "colorscale": [[0.0, CELLS[0]], [1.0, CELLS[1]]],
        "colorbar": {"thickness": 10, "ticksuffix": " %", "nticks": 3, "outlinewidth": 0},
        "hoverongaps": False,
        "xgap": 2,
        "ygap": 2,
        "hovertemplate": "From %{y} to %{x}: %{text} times, %{z:.0f} % of the changes from it<extra></extra>",
    }
    yaxis = {"automargin": True, "autorange": "reversed", "title": "From", "showgrid": False}
    xaxis = {"side": "top", "title": "To", "showgrid": False}
    return plain_figure([cells], 130 + 40 * len(used), left=4, top=60, xaxis=xaxis, yaxis=yaxis)


def value_boxes(rows: Sequence[tuple[str, pd.Series]], reading: Reading) -> Any:
    """One box a row (name, five numbers: p5, p25, median, p75, p95), top to bottom."""
    boxes = [
        {
            "type": "box",
            "orientation": "h",
            "y": [place],
            "name": plain_text(name),
            "width": BOX_WIDTH,
            "lowerfence": [five["p5"]],
            "q1": [five["p25"]],
            "median": [five["median"]],
            "q3": [five["p75"]],
            "upperfence": [five["p95"]],
            "line": {"color": ENGAGEMENT_LINE, "width": 1.5},
            "fillcolor": faded(ENGAGEMENT_LINE, 0.25),
        }
        for place, (name, five) in enumerate(rows)
    ]
    low, high = reading.limits
    xaxis = {"ticksuffix": reading.unit, "range": [low, high], "zeroline": False}
    yaxis = named_rows([name for name, _ in rows])
    return plain_figure(boxes, 70 + 34 * len(rows), left=4, xaxis=xaxis, yaxis=yaxis)


def mix_bars(mixes: pd.DataFrame) -> Any:
    """Stacked bars: by row of `mixes` the share (0..1) that each of KEYS led, top to bottom."""
    names = [str(name) for name in mixes.index]
    bars = [
        {
            "type": "bar",
            "orientation": "h",
            "x": (mixes[key] * 100).round(1),
            "y": list(range(len(names))),
            "name": LABELS[key],
            "text": [plain_text(name) for name in names],
            "textposition": "none",
            "marker": {"color": COLOURS[key]},
            "hovertemplate": f"%{{text}}: {LABELS[key]} %{{x:.0f}} %<extra></extra>",
        }
        for key in KEYS
        if mixes[key].any()
    ]
    xaxis = {"ticksuffix": " %", "range": [0, 100]}
    height = 120 + 34 * len(mixes)
    return plain_figure(
        bars,
        height,
        left=4,
        barmode="stack",
        bargap=0.3,
        xaxis=xaxis,
        yaxis=named_rows(names),
        **legend_below(0.12),
    )


def talk_bars(names: Sequence[str], shares: Sequence[float]) -> Any:
    """Each one's share (0..1) of the talking seen, largest first."""
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [round(share * 100, 1) for share in shares],
        "y": list(range(len(names))),
        "text": [plain_text(name) for name in names],
        "textposition": "none",
        "marker": {"color": ENGAGEMENT_LINE},
        "hovertemplate": "%{text}: %{x:.0f} % of the talking seen<extra></extra>",
    }
    height, xaxis = 60 + 30 * len(names), {"ticksuffix": " %"}
    return plain_figure([bars], height, left=4, bargap=0.35, xaxis=xaxis, yaxis=named_rows(names))
