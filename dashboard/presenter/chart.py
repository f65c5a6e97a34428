"""The presenter's line: one thick line of the last minutes, with few and large figures beside it."""

from typing import Any

from dashboard.charts.look import line_of, plain_figure, span_axis, with_markers
from dashboard.palette import ENGAGEMENT_LINE
from dashboard.presenter.figures import PresenterFigures
from dashboard.running.figures import SPAN_MS

LINE_PX = 330


def presenter_line(figures: PresenterFigures, colour: str | None = None) -> Any:
    """The smoothed line over the last five minutes; `colour` for high contrast, where text is white."""
    assert figures.live is not None, "a session that counts presence only has no line"
    reading = figures.live.reading
    low, high = reading.shown
    last = int(figures.time_ms[-1]) + figures.live.step_ms
    start_ms = max(0, last - SPAN_MS)
    end_ms = max(last, start_ms + SPAN_MS)
    line = {
        **line_of(figures.time_ms, figures.line, figures.live.bridged),
        "line": {"color": colour or ENGAGEMENT_LINE, "width": 6, "shape": "spline", "smoothing": 0.6},
    }
    font = {"size": 18} | ({"color": "#ffffff"} if colour else {})
    unit = "" if reading.is_change else reading.unit
    ticks = {"tickfont": font, "showgrid": False, "zeroline": False}
    drawn = plain_figure(
        [line],
        LINE_PX,
        left=84,
        font=font,
        xaxis=ticks | span_axis(start_ms, end_ms, ticks=4),
        yaxis=ticks
        | {"range": [low, high * 1.02], "tickvals": [low, (low + high) / 2, high], "ticksuffix": unit},
    )
    return with_markers(drawn, figures.live.markers, start_ms, end_ms)
