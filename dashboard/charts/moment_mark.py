"""A moment on a chart over time: its stretch, and its value as a dot."""

from typing import Any

from dashboard.charts.look import DAY_MS
from dashboard.palette import ENGAGEMENT_LINE, faded

TOLD_ON = "#0b6f87"
"""White on it is read at 5.7:1, in both themes."""


def mark_moment(figure: Any, stretch_ms: tuple[int, int], at_ms: int, value: float | None, told: str) -> None:
    """Marks `stretch_ms` and, where it is known, the `value` at `at_ms`, with what it is in words."""
    first, last = (edge + DAY_MS for edge in stretch_ms)
    figure.add_shape(
        type="rect",
        x0=first,
        x1=last,
        yref="paper",
        y0=0,
        y1=1,
        layer="below",
        fillcolor=faded(ENGAGEMENT_LINE, 0.22),
        line={"width": 1, "color": ENGAGEMENT_LINE},
    )
    if value is None:
        return
    figure.add_scatter(
        x=[at_ms + DAY_MS],
        y=[value],
        mode="markers",
        marker={"size": 12, "color": TOLD_ON, "line": {"width": 2, "color": "white"}},
        hoverinfo="skip",
        cliponaxis=False,
    )
    label = {"bgcolor": TOLD_ON, "borderpad": 3, "font": {"color": "white", "size": 14}}
    figure.add_annotation(x=at_ms + DAY_MS, y=value, text=told, showarrow=False, yshift=22, **label)
