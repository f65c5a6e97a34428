"""A moment on a chart over time: its stretch, and its value as a dot."""

from typing import Any

from dashboard.charts.look import DAY_MS
from dashboard.palette import ENGAGEMENT_LINE, faded


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
    if value is not None:
        figure.add_scatter(
            x=[at_ms + DAY_MS],
            y=[value],
            mode="markers+text",
            text=[told],
            textposition="top center",
            marker={"size": 11, "color": ENGAGEMENT_LINE, "line": {"width": 2, "color": "white"}},
            hoverinfo="skip",
            cliponaxis=False,
        )
