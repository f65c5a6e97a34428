"""The host's markers: which keys set them, how times are typed, and what happened around each.

Pure: numbers in, numbers out.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from dashboard.errors import DashboardError
from dashboard.markers.desk import Press
from dashboard.reading import Reading
from dashboard.stored.person_steps import PersonSteps
from dashboard.wording import clock
from db.reports import Marker
from model.engagement import engagement_over
from model.engagement.groups import Doubles

LABELS: Mapping[str, str] = {"t": "Topic", "q": "Question", "b": "Break", "p": "Poll"}
"""One key each; with Shift it begins or ends a stretch."""
OWN_KEY = "m"
LONGEST_LABEL, LONGEST_NOTE = 64, 500
LATE_AT_MOST_MS = 120_000
"""A press told later than this is not believed its own time."""

WINDOW_MS, LEAST_MS = 60_000, 10_000
"""How much before and after is looked at, and how much there must be of it to say anything."""
STEADY_SHARE = 0.05
"""Of a definition's range: a smaller change is not called one."""

TIME = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})", re.ASCII)


class MarkerTypedError(DashboardError):
    """What was typed cannot be a marker. Says what was wanted, what came and what to do."""


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


def parse_time(typed: str, longest_ms: int) -> int:
    """02:05 or 1:02:05 as milliseconds. Raises MarkerTypedError, also past `longest_ms`."""
    found = TIME.fullmatch(typed.strip())
    if not found or int(found[3]) > 59 or (found[1] and int(found[2]) > 59):
        raise MarkerTypedError(f"Wanted a time like 02:05 or 1:02:05, got {typed.strip()!r}.")
    at_ms = (int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])) * 1000
    if at_ms > longest_ms:
        raise MarkerTypedError(
            f"{clock(at_ms / 1000)} lies after the session's end at {clock(longest_ms / 1000)}. "
            "Type an earlier time."
        )
    return at_ms


def told_time(marker: Marker) -> str:
    """02:05, or 02:05 to 03:10."""
    begin = clock(marker.offset_ms / 1000)
    return begin if marker.end_ms is None else f"{begin} to {clock(marker.end_ms / 1000)}"


def within(markers: Sequence[Marker], start_ms: int, end_ms: int) -> list[Marker]:
    """The moments in [start_ms, end_ms), and the stretches that reach into it."""
    return [
        one
        for one in markers
        if one.offset_ms < end_ms and (one.offset_ms >= start_ms or (one.end_ms or 0) > start_ms)
    ]


def presses_of(told: object, labels: Mapping[str, str], now_ms: int) -> list[Press]:
    """What the browser says was pressed; what it cannot have meant is left out.

    A moment that lies ahead of `now_ms`, or long behind it, becomes `now_ms`.
    """
    found = []
    for one in told if isinstance(told, list) else []:
        if not isinstance(one, dict):
            continue
        number, key, at_ms = one.get("id"), one.get("key"), one.get("at_ms")
        if not isinstance(number, str) or not isinstance(key, str) or key not in labels:
            continue
        known = isinstance(at_ms, int | float) and isfinite(at_ms) and 0 <= now_ms - at_ms <= LATE_AT_MOST_MS
        offset_ms = max(0, round(at_ms)) if known and at_ms is not None else now_ms
        found.append(Press(number[:40], labels[key], offset_ms, one.get("stretch") is True))
    return found


def around(
    markers: Sequence[Marker], steps: PersonSteps, reading: Reading, span: tuple[int, int], least: int
) -> list[Around]:
    """Engagement before and after each of `markers`, which are in order of time.

    Each side takes WINDOW_MS, cut where the next or the one before begins or ends and at `span`, in whole
    steps; of a stretch all of its inside. A side of fewer than `least` people, or shorter than LEAST_MS, says
    nothing. Raises EngagementError.
    """
    edges = sorted({edge for one in markers for edge in (one.offset_ms, one.end_ms) if edge is not None})
    told = []
    for marker in markers:
        before, after = _sides(marker, edges, span)
        values = [_values(steps, reading, side) for side in (before, after)]
        enough = [side[1] - side[0] >= LEAST_MS for side in (before, after)]
        sides = [
            _side(side, value, least if full else None)
            for side, value, full in zip((before, after), values, enough, strict=True)
        ]
        changes = (values[1] - values[0])[~np.isnan(values[1] - values[0])]
        change = float(changes.mean()) if len(changes) >= max(1, least) and all(enough) else None
        told.append(Around(marker, sides[0], sides[1], len(changes), change))
    return told


def direction(change: float | None, reading: Reading) -> str:
    """A change, as it is told, in a word: up, down or, below STEADY_SHARE of the range, steady."""
    if change is None:
        return "not enough to say"
    low, high = reading.definition.low, reading.definition.high
    if abs(round(change, 0 if reading.definition.unit else 2)) < STEADY_SHARE * (high - low):
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


def _side(side: tuple[int, int], values: Doubles, least: int | None) -> Side:
    known = values[~np.isnan(values)]
    enough = least is not None and len(known) >= max(1, least)
    return Side(*side, len(known), float(known.mean()) if enough else None)
