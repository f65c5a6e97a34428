"""What happened around each of the host's markers. Pure: numbers in, numbers out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.reading import Reading
from dashboard.stored.enough import STEADY_SHARE
from dashboard.stored.person_steps import PersonSteps
from db.reports import Marker
from model.engagement import engagement_over
from model.engagement.groups import Doubles

WINDOW_MS, LEAST_MS = 60_000, 10_000
"""How much before and after is looked at, and how much there must be of it to say anything."""


@dataclass(frozen=True, slots=True)
class Side:
    """What was measured in [start_ms, end_ms): the mean over `people` who were usable in it, each once.
    `value` is None where that is not enough to say."""

    start_ms: int
    end_ms: int
    people: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Around:
    """A marker between its sides. `after`: what follows a moment, or the inside of a stretch. `change` is
    the mean change of the `both` people who were usable on both sides; None where too few."""

    marker: Marker
    before: Side
    after: Side
    both: int
    change: float | None


def around(
    markers: Sequence[Marker], steps: PersonSteps, reading: Reading, span: tuple[int, int], least_people: int
) -> list[Around]:
    """Engagement before and after each of `markers`, which are in order of time.

    Each side takes WINDOW_MS, cut where the next or the one before begins or ends and at `span`, in whole
    steps; of a stretch all of its inside. A side of fewer than `least_people`, or shorter than LEAST_MS, says
    nothing. Raises EngagementError.
    """
    edges = sorted({edge for one in markers for edge in (one.offset_ms, one.end_ms) if edge is not None})
    told = []
    for marker in markers:
        before, after = _sides(marker, edges, span)
        values = [_values(steps, reading, side) for side in (before, after)]
        enough = [side[1] - side[0] >= LEAST_MS for side in (before, after)]
        sides = [
            _side(side, value, least_people if full else None)
            for side, value, full in zip((before, after), values, enough, strict=True)
        ]
        changes = (values[1] - values[0])[~np.isnan(values[1] - values[0])]
        change = float(changes.mean()) if len(changes) >= max(1, least_people) and all(enough) else None
        told.append(Around(marker, sides[0], sides[1], len(changes), change))
    return told


def direction(change: float | None, reading: Reading) -> str:
    """A change, as it is told, in a word: up, down or, below STEADY_SHARE of the range, steady."""
    if change is None:
        return "not enough to say"
    low, high = reading.definition.low, reading.definition.high
    if abs(round(change, reading.digits)) < STEADY_SHARE * (high - low):
        return "steady"
    return "up" if change > 0 else "down"


def _sides(
    marker: Marker, edges: Sequence[int], span: tuple[int, int]
) -> tuple[tuple[int, int], tuple[int, int]]:
    begin = max(marker.offset_ms, span[0])
    earlier = max((edge for edge in edges if edge < begin), default=span[0])
    start = max(begin - WINDOW_MS, earlier, span[0])
    if marker.end_ms is not None and marker.end_ms > begin:
        end = min(marker.end_ms, span[1])
    else:
        later = min((edge for edge in edges if edge > begin), default=span[1])
        end = min(begin + WINDOW_MS, later, span[1])
    return (min(start, begin), begin), (begin, max(end, begin))


def _values(steps: PersonSteps, reading: Reading, side: tuple[int, int]) -> Doubles:
    """(p,) each person's engagement over the whole steps in `side`."""
    step_ms = int(steps.times_ms[1] - steps.times_ms[0]) if len(steps.times_ms) > 1 else 0
    inside = (steps.times_ms >= side[0]) & (steps.times_ms + step_ms <= side[1])
    chosen = inside[steps.row] & ~np.isnan(steps.groups.scores).all(axis=1)
    groups, column = steps.groups.take(chosen), steps.column[chosen]
    if not len(column):
        return np.full(len(steps.people), np.nan)
    return engagement_over(reading.definition, reading.weights, groups, column, len(steps.people))[0]


def _side(side: tuple[int, int], values: Doubles, least_people: int | None) -> Side:
    known = values[~np.isnan(values)]
    enough = least_people is not None and len(known) >= max(1, least_people)
    return Side(*side, len(known), float(known.mean()) if enough else None)
