"""From the usual value to that of a moment, one bar a step."""

from typing import Any

from dashboard.charts.look import named_rows, plain_figure
from dashboard.palette import COLOURS, ENGAGEMENT_LINE, QUIET
from dashboard.reading import Reading
from dashboard.stored.answer import Answer
from dashboard.stored.bridge import Bridge, Part
from dashboard.stored.told import change_told, part_name

ROW_PX, AROUND_PX, MOST_PARTS = 34, 40, 5
GAZE_COLOUR, REST = "#b9770e", "everything else"


def waterfall(answer: Answer, found: Bridge, here: str) -> Any:
    """Bars from "Usual" through the parts, the longest first, each from where the last ended, to `here`."""
    parts = shown_parts(found)
    reading = answer.report.reading
    names = ["Usual", *(_name(part) for part in parts), here]
    texts = [reading.told(found.usual), *(change_told(answer, part) for part in parts)]
    starts = _starts(found, parts)
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(names))),
        "base": [reading.definition.low, *starts, reading.definition.low],
        "x": [
            found.usual - reading.definition.low,
            *(part.change for part in parts),
            found.value - reading.definition.low,
        ],
        "text": [*texts, reading.told(found.value)],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": names,
        "hovertemplate": "%{customdata}: %{text}<extra></extra>",
        "marker": {"color": [QUIET, *(_colour(part) for part in parts), ENGAGEMENT_LINE]},
    }
    height = AROUND_PX + ROW_PX * len(names)
    return plain_figure(
        [bars], height, left=4, right=48, bargap=0.35, xaxis=_axis(reading), yaxis=named_rows(names)
    )


def shown_parts(found: Bridge) -> list[Part]:
    """The longest, and what the others come to together: they add up to the change."""
    kept, others = list(found.parts[:MOST_PARTS]), found.parts[MOST_PARTS:]
    rest = sum(part.change for part in others)
    return [*kept, Part(REST, rest, False)] if others else kept


def _starts(found: Bridge, parts: list[Part]) -> list[float]:
    at, starts = found.usual, []
    for part in parts:
        starts.append(at)
        at += part.change
    return starts


def _name(part: Part) -> str:
    return REST.capitalize() if part.key == REST else part_name(part)


def _colour(part: Part) -> str:
    return GAZE_COLOUR if part.is_gaze else COLOURS.get(part.key, QUIET)


def _axis(reading: Reading) -> dict[str, Any]:
    low, high = reading.definition.low, reading.definition.high
    ticks = [low, (low + high) / 2, high]
    texts = [f"{tick:g}{reading.unit}" for tick in ticks]
    return {"range": [low, high], "tickvals": ticks, "ticktext": texts, "zeroline": False}
