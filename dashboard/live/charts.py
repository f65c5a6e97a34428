"""The charts of the Live page, as plotly's dictionaries in the look of dashboard.charts.look."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dashboard.charts.expressions import emotion_area, mix_pie
from dashboard.charts.lines import PERSON_LINE as PIN
from dashboard.charts.lines import middle_half, value_ticks
from dashboard.charts.look import (
    DAY_MS,
    MIX_PX,
    TIMELINE_PX,
    line_of,
    plain_figure,
    plain_text,
    span_axis,
    waiting,
    with_markers,
)
from dashboard.charts.talk_band import with_talk
from dashboard.palette import ENGAGEMENT_LINE
from dashboard.running.figures import LiveFigures
from dashboard.running.notes import Happened
from dashboard.stored.figures import mix, timeline
from dashboard.stored.group_lines import SPREAD_FROM
from db.reports import Bucket, Marker
from model.behaviour.events import EventKind
from model.behaviour.talk import Talk

LINE_PX = 150
PINS = {
    EventKind.GROUP_FALL: "triangle-down",
    EventKind.AWAY: "diamond",
    EventKind.EYES_CLOSED: "line-ew-open",
    EventKind.NOD: "circle",
    EventKind.LAUGHTER: "star",
}


def mix_figure(buckets: Sequence[Bucket]) -> Any:
    """Donut of the last minute's buckets, or a sentence of the same height."""
    shares = mix(buckets)
    return mix_pie(shares) if len(shares) else waiting("No usable face in this time", MIX_PX)


def timeline_figure(
    buckets: Sequence[Bucket],
    bucket_ms: int,
    start_ms: int,
    end_ms: int,
    markers: Sequence[Marker] = (),
    *,
    bridged: int = 0,
) -> Any:
    """Stacked scores of the last minutes' buckets, or a sentence of the same height."""
    frame = timeline(buckets, bucket_ms, start_ms, end_ms)
    if not frame["usable"].any():
        return waiting("No usable face yet", TIMELINE_PX)
    return with_markers(emotion_area(frame, bridged), markers, start_ms, end_ms)


def group_line_figure(figures: LiveFigures, notes: Sequence[Happened] = (), talk: Sequence[Talk] = ()) -> Any:
    """The group's mean over the last five minutes, shaded the middle half of the people, `notes` pinned on it
    and `talk` below."""
    reading, line = figures.reading, figures.line
    low, high = reading.shown
    unit = _unit(figures)
    mean = {
        **line_of(figures.time_ms, line.mean, figures.bridged, line.people),
        "line": {"color": ENGAGEMENT_LINE, "width": 2.5},
        "hovertemplate": f"%{{y:.{reading.digits}f}}{unit}, of %{{customdata}}<extra></extra>",
    }
    start_ms = int(figures.time_ms[0])
    end_ms = max(int(figures.time_ms[-1]) + figures.step_ms, start_ms + 60_000)
    ticks = value_ticks(reading, reading.shown)
    upper = np.where(line.people >= SPREAD_FROM, line.upper, np.nan)
    drawn = plain_figure(
        [*middle_half(figures.time_ms, line.lower, upper), mean, *_pins(figures, notes, start_ms)],
        LINE_PX,
        left=48,
        hovermode="x",
        xaxis=span_axis(start_ms, end_ms, ticks=6),
        yaxis={"range": [low, high + (high - low) * 0.01], "tickvals": ticks, "ticksuffix": unit},
    )
    return with_talk(with_markers(drawn, figures.markers, start_ms, end_ms), talk, start_ms, end_ms)


def _pins(figures: LiveFigures, notes: Sequence[Happened], start_ms: int) -> list[dict[str, Any]]:
    """What happened, as marks on the line; at its foot where the line has a gap."""
    shown = [note for note in notes if note.at_ms >= start_ms]
    if not shown:
        return []
    mean, low = figures.line.mean, figures.reading.shown[0]
    steps = [min((note.at_ms - start_ms) // figures.step_ms, len(mean) - 1) for note in shown]
    marks = {
        "type": "scatter",
        "mode": "markers",
        "x": [note.at_ms + DAY_MS for note in shown],
        "y": [low if np.isnan(mean[step]) else round(float(mean[step]), 3) for step in steps],
        "text": [plain_text(note.sentence) for note in shown],
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": False,
        "marker": {
            "symbol": [PINS[note.kind] for note in shown],
            "size": 11,
            "color": PIN,
            "line": {"width": 1.5, "color": PIN},
        },
    }
    return [marks]


def _unit(figures: LiveFigures) -> str:
    return "" if figures.reading.is_change else figures.reading.unit
