"""How the host's markers lie on a timeline: lines, bands and names that do not cover each other.

Plotly's dictionaries; `charts.with_markers` puts them on a figure.
"""

from collections.abc import Callable, Sequence
from typing import Any

from dashboard.palette import QUIET, faded
from dashboard.wording import clock
from db.reports import Marker

PLOT_PX, LETTER_PX, GAP_PX = 520, 7, 8
"""Names are laid out for a plot of this width, and shortened where they would touch; a phone's is half as
wide, so there the letters still stand apart."""
LINE = {"color": QUIET, "width": 1.5, "dash": "dot"}
Drawn = dict[str, Any]


def lines_and_labels(
    markers: Sequence[Marker], start_ms: int, end_ms: int, zero_ms: int, plain: Callable[[str], str]
) -> tuple[list[Drawn], list[Drawn]]:
    """A dotted line for each moment, a band for each stretch, and their names above; those outside of
    start_ms..end_ms are left out. `zero_ms`: the axis' value of the session's start; `plain`: makes typed
    text safe. The whole text is told by hovering over a name."""
    seen = [one for one in markers if one.offset_ms <= end_ms and (one.end_ms or one.offset_ms) >= start_ms]
    seen = [one for one in seen if start_ms <= one.offset_ms or one.end_ms]
    seen = sorted(seen, key=lambda one: (one.offset_ms, one.id))
    begins = [max(one.offset_ms, start_ms) for one in seen]
    shown = _names(seen, begins, max(end_ms - start_ms, 1))
    shapes = [_shape(one, begin, end_ms, zero_ms) for one, begin in zip(seen, begins, strict=True)]
    labels = [
        _label(one, plain(name), begin + zero_ms, plain)
        for one, begin, name in zip(seen, begins, shown, strict=True)
        if name
    ]
    return shapes, labels


def _names(seen: Sequence[Marker], begins: Sequence[int], span_ms: int) -> list[str]:
    """What stands above each: its whole name where the next is far enough, its first letter, or nothing."""
    at_px = [begin * PLOT_PX / span_ms for begin in begins]
    names, free_from = [], float("-inf")
    for index, one in enumerate(seen):
        left = at_px[index]
        room = (at_px[index + 1] if index + 1 < len(seen) else PLOT_PX + 2 * GAP_PX) - left - GAP_PX
        whole = len(one.label) * LETTER_PX
        name = one.label if whole <= room else one.label[:1]
        if left < free_from:
            name = ""
        else:
            free_from = left + len(name) * LETTER_PX + 2
        names.append(name)
    return names


def _shape(one: Marker, begin: int, end_ms: int, zero_ms: int) -> Drawn:
    place = {"xref": "x", "yref": "paper", "y0": 0, "y1": 1, "x0": begin + zero_ms}
    if one.end_ms is None:
        return place | {"type": "line", "x1": begin + zero_ms, "line": LINE}
    end = min(one.end_ms, end_ms) + zero_ms
    fill = faded(QUIET, 0.16)
    return place | {"type": "rect", "x1": end, "fillcolor": fill, "line": LINE | {"width": 1}}


def _label(one: Marker, name: str, at: int, plain: Callable[[str], str]) -> Drawn:
    return {
        "text": name,
        "hovertext": _whole(one, plain),
        "x": at,
        "xref": "x",
        "xanchor": "left",
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 12},
        "borderpad": 1,
    }


def _whole(one: Marker, plain: Callable[[str], str]) -> str:
    until = "" if one.end_ms is None else f" to {clock(one.end_ms / 1000)}"
    note = f"<br>{plain(one.note)}".replace("\n", "<br>") if one.note else ""
    return f"<b>{plain(one.label)}</b> {clock(one.offset_ms / 1000)}{until}{note}"
