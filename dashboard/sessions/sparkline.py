"""A line as wide as a word: gaps stay gaps.

An SVG inside of an image's address, because Streamlit takes SVG elements out of what it is given.
"""

from base64 import b64encode
from collections.abc import Sequence
from html import escape

from dashboard.palette import ENGAGEMENT_LINE

WIDTH_PX, HEIGHT_PX, EDGE_PX = 120, 28, 2


def sparkline(values: Sequence[float | None], low: float, high: float, alt: str) -> str:
    """`values` from left to right on the range low..high; `alt` for those who cannot see it."""
    step = (WIDTH_PX - 2 * EDGE_PX) / max(1, len(values) - 1)
    scale = (HEIGHT_PX - 2 * EDGE_PX) / (high - low)
    runs: list[list[str]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
            continue
        y = HEIGHT_PX - EDGE_PX - (min(max(value, low), high) - low) * scale
        runs[-1].append(f"{EDGE_PX + place * step:.1f},{y:.1f}")
    lines = "".join(
        f'<polyline points="{" ".join(run if len(run) > 1 else run * 2)}"/>' for run in runs if run
    )
    style = f'fill="none" stroke="{ENGAGEMENT_LINE}" stroke-width="2" stroke-linecap="round"'
    size = f'width="{WIDTH_PX}" height="{HEIGHT_PX}" viewBox="0 0 {WIDTH_PX} {HEIGHT_PX}"'
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>{lines}</svg>'
    address = f"data:image/svg+xml;base64,{b64encode(drawn.encode()).decode()}"
    return f'<img src="{address}" width="{WIDTH_PX}" height="{HEIGHT_PX}" alt="{escape(alt)}">'
