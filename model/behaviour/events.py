"""What happened: a fall of the group's line, one person away or asleep, nods, laughter together.

`find_events` reads a whole session, `EventWatch` in event_watch.py a running one; both find the same.
Short interruptions neither end an event nor begin another, so that a wavering value is told once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.behaviour.falls import STEP_MS, Fall, falls_of
from model.behaviour.gestures import GestureKind, head_gestures
from model.engagement.groups import GAZE_STATES, Doubles, Ints, Mask
from model.errors import EngagementError
from model.observations import GazeState

INSTANT_MS = 500
"""An instant tells of so long at most: two smiles a second apart are no `laughter_ms` of laughter."""


class EventKind(StrEnum):
    GROUP_FALL = "group_fall"
    AWAY = "away"
    EYES_CLOSED = "eyes_closed"
    NOD = "nod"
    LAUGHTER = "laughter"


@dataclass(frozen=True, slots=True)
class Event:
    """`value` by kind: GROUP_FALL points of 100; AWAY, EYES_CLOSED seconds; NOD half cycles; LAUGHTER the
    largest share of people, 0..1. `track_id` None: the group. `end_ms` None: not over yet."""

    start_ms: int
    end_ms: int | None
    kind: EventKind
    track_id: int | None
    value: float


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When something is an event; every one may be edited. Raises EngagementError for one out of range."""

    fall_points: float = 15.0
    """Points of 100 that the group's line, in steps of `falls.STEP_MS`, falls within `fall_within_ms`."""
    fall_within_ms: float = 15_000
    fall_again_ms: float = 30_000
    """From the lowest point of one fall to the next that is told."""
    away_ms: float = 15_000
    eyes_closed_ms: float = 3_000
    laughter_share: float = 0.5
    """Of the usable people, happy at once."""
    laughter_people: float = 2
    laughter_happy: float = 0.5
    """Score of happy from which a person counts, 0..1."""
    laughter_ms: float = 1_000
    bridge_ms: float = 1_000
    """An interruption so short is none; longer than the distance of two samples."""

    def __post_init__(self) -> None:
        for name in (field.name for field in fields(self)):
            value = getattr(self, name)
            most = 1.0 if name in ("laughter_share", "laughter_happy") else float("inf")
            number = isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
            if not number or not 0 < value <= most:
                wanted = "in 0..1 and above 0" if most == 1 else "above 0"
                raise EngagementError(f"threshold {name}: wanted a number {wanted}, got {value!r}")


def checked_thresholds(given: Mapping[str, Any]) -> Thresholds:
    """`given` over the defaults. Raises EngagementError for an unknown name or a value out of range."""
    known = [field.name for field in fields(Thresholds)]
    unknown = [name for name in given if name not in known]
    if unknown:
        raise EngagementError(f"unknown thresholds {', '.join(unknown)}: wanted some of {', '.join(known)}")
    return Thresholds(**given)


@dataclass(frozen=True, eq=False)
class SessionSeries:
    """t instants, in order, of p people.

    offset_ms: (t,). track_id: (p,). gaze_state: (t, p) codes of `moments.GAZE_STATES`, UNKNOWN where not
    seen or not usable. happy: (t, p) score, yaw_deg, pitch_deg: (t, p); NaN where unknown. group: (t,) the
    group's line in percent of its range (`engagement.in_percent`), NaN where too few people are usable.

    Raises EngagementError naming the field, the wanted and the given shape.
    """

    offset_ms: Ints
    track_id: Ints
    gaze_state: Ints
    happy: Doubles
    yaw_deg: Doubles
    pitch_deg: Doubles
    line_ms: Ints
    group: Doubles

    def __post_init__(self) -> None:
        t, p = len(self.offset_ms), len(self.track_id)
        for name in ("gaze_state", "happy", "yaw_deg", "pitch_deg"):
            if getattr(self, name).shape != (t, p):
                raise EngagementError(f"{name}: wanted shape {(t, p)}, got {getattr(self, name).shape}")
        if self.group.shape != self.line_ms.shape:
            raise EngagementError(f"group: wanted shape {self.line_ms.shape}, got {self.group.shape}")
        if np.any(np.diff(self.offset_ms) <= 0):
            raise EngagementError("offset_ms: wanted times that increase")


def find_events(series: SessionSeries, thresholds: Thresholds | None = None) -> tuple[Event, ...]:
    """Every event of a session, by start.

    Raises EngagementError where the instants lie further apart than `bridge_ms`: nothing would last.
    """
    limits = thresholds or Thresholds()
    step_ms = np.median(np.diff(series.offset_ms)) if len(series.offset_ms) > 1 else 0
    if step_ms > limits.bridge_ms:
        raise EngagementError(
            f"instants {step_ms:.0f} ms apart: wanted bridge_ms ({limits.bridge_ms:.0f}) or less; "
            "read the session in shorter steps or raise bridge_ms"
        )
    falls = falls_of(series.line_ms.tolist(), series.group.tolist(), limits)
    found = [*map(fall_event, falls), *_laughter(series, limits)]
    for column, track_id in enumerate(series.track_id.tolist()):
        found.extend(_of_person(series, column, track_id, limits))
    return in_order(found)


def in_order(events: list[Event]) -> tuple[Event, ...]:
    """By start, kind and person."""
    return tuple(sorted(events, key=lambda e: (e.start_ms, e.kind, -1 if e.track_id is None else e.track_id)))


def fall_event(fall: Fall) -> Event:
    """A fall of the group's line as an event, up to the end of its lowest step."""
    return Event(fall.peak_ms, fall.lowest_ms + STEP_MS, EventKind.GROUP_FALL, None, fall.points)


def _laughter(series: SessionSeries, limits: Thresholds) -> Iterator[Event]:
    known = np.count_nonzero(~np.isnan(series.happy), axis=1)
    happy = np.count_nonzero(series.happy >= limits.laughter_happy, axis=1)
    share = happy / np.maximum(known, 1)
    together = (known >= limits.laughter_people) & (share >= limits.laughter_share)
    for rows in _runs(series.offset_ms, together, limits.laughter_ms, limits.bridge_ms):
        lasts_ms = np.minimum(np.diff(series.offset_ms[rows]), INSTANT_MS)
        if lasts_ms[np.diff(rows) == 1].sum() < limits.laughter_ms:
            continue
        start_ms, end_ms = int(series.offset_ms[rows[0]]), int(series.offset_ms[rows[-1]])
        yield Event(start_ms, end_ms, EventKind.LAUGHTER, None, float(share[rows].max()))


def _of_person(series: SessionSeries, column: int, track_id: int, limits: Thresholds) -> Iterator[Event]:
    codes = series.gaze_state[:, column]
    for kind, state, least_ms in (
        (EventKind.AWAY, GazeState.AWAY, limits.away_ms),
        (EventKind.EYES_CLOSED, GazeState.CLOSED, limits.eyes_closed_ms),
    ):
        for rows in _runs(series.offset_ms, codes == GAZE_STATES.index(state), least_ms, limits.bridge_ms):
            start_ms, end_ms = int(series.offset_ms[rows[0]]), int(series.offset_ms[rows[-1]])
            yield Event(start_ms, end_ms, kind, track_id, (end_ms - start_ms) / 1000)
    for nod in head_gestures(series.offset_ms, series.yaw_deg[:, column], series.pitch_deg[:, column]):
        if nod.kind is GestureKind.NOD:
            yield Event(nod.start_ms, nod.end_ms, EventKind.NOD, track_id, nod.swings)


def _runs(times: Ints, holds: Mask, least_ms: float, bridge_ms: float) -> Iterator[NDArray[np.intp]]:
    """Rows where `holds`, in runs without a gap longer than `bridge_ms` that last `least_ms`."""
    rows = np.flatnonzero(holds)
    for run in np.split(rows, np.flatnonzero(np.diff(times[rows]) > bridge_ms) + 1):
        if len(run) and times[run[-1]] - times[run[0]] >= least_ms:
            yield run
