"""What happens in a running session: watched at every analysed frame, stored when it begins and ends."""

from collections import deque
from dataclasses import replace
from math import isnan, nan
from typing import Protocol

import numpy as np

from dashboard.running.reading import LiveReading
from db.reports import Roster
from db.store import NewEvent
from model.behaviour.event_watch import EventWatch, person_now
from model.behaviour.events import Event, Thresholds
from model.engagement import engagement, in_percent
from model.engagement.groups import Grouped
from model.observations import FrameRecord

GROUP_MEAN_MS = 5_000
"""The group's line is a mean over so long: one glance aside is no fall of the group."""
LOOK_EVERY_MS = 1_000

Key = tuple[int, str, int | None]


class EventSink(Protocol):
    """Where events go; must not wait."""

    def submit(self, events: list[NewEvent]) -> None: ...


class LiveEvents:
    """Events of one session. Not safe for threads: the owner locks."""

    def __init__(self, sink: EventSink, thresholds: Thresholds) -> None:
        self._sink = sink
        self._watch = EventWatch(thresholds)
        self._group: deque[tuple[int, float]] = deque()
        self._under_way: dict[Key, Event] = {}
        self._looked_ms = 0

    @property
    def events(self) -> tuple[Event, ...]:
        """By start; those under way without an end."""
        return self._watch.events

    def follow(self, reading: LiveReading) -> None:
        """Go on under other thresholds, with a line that begins anew: another definition, or other people in
        the group, are no fall."""
        self._watch.follow(reading.thresholds)
        self._group.clear()

    def update(self, record: FrameRecord, instants: Grouped, who: Roster, reading: LiveReading) -> None:
        """Watch one frame; `instants` are its observations."""
        counted = _people(record, who)
        group = self._group_mean(record.offset_ms, instants, counted, reading)
        seen = [person_now(one) for one in record.observations]
        people = [
            now if person is not None else replace(now, happy=None)
            for now, person in zip(seen, counted, strict=True)
        ]
        begun = self._watch.update(record.offset_ms, people, group)
        self._store(begun)
        self._under_way |= {_key(event): event for event in begun}
        if self._under_way and record.offset_ms - self._looked_ms >= LOOK_EVERY_MS:
            self._looked_ms = record.offset_ms
            self._store_ended()

    def finish(self) -> None:
        """Everything ends now."""
        self._watch.finish()
        self._store_ended()

    def _store_ended(self) -> None:
        ended = [e for e in self._watch.events if e.end_ms is not None and _key(e) in self._under_way]
        self._store(ended)
        for event in ended:
            del self._under_way[_key(event)]

    def _store(self, events: tuple[Event, ...] | list[Event]) -> None:
        if events:
            self._sink.submit([NewEvent(e.start_ms, e.kind, e.end_ms, e.track_id, e.value) for e in events])

    def _group_mean(
        self, offset_ms: int, instants: Grouped, counted: list[int | None], reading: LiveReading
    ) -> float:
        """The group's line of the last seconds, percent of its range; NaN where too few are usable now."""
        now = _group_now(instants, counted, reading)
        while self._group and self._group[0][0] <= offset_ms - GROUP_MEAN_MS:
            self._group.popleft()
        if isnan(now):
            return nan
        self._group.append((offset_ms, now))
        return float(np.mean([value for _, value in self._group]))


def _people(record: FrameRecord, who: Roster) -> list[int | None]:
    """Whose each face of the frame is; None for those left out."""
    people = [who.person_of(one.track_id, record.offset_ms) for one in record.observations]
    return [None if person in who.excluded else person for person in people]


def _group_now(instants: Grouped, counted: list[int | None], reading: LiveReading) -> float:
    """Mean over the people, every person once."""
    if not counted:
        return nan
    values = in_percent(reading.definition, engagement(reading.definition, reading.weights, instants))
    by_person: dict[int, list[float]] = {}
    for person, value in zip(counted, values.tolist(), strict=True):
        if person is not None and not isnan(value):
            by_person.setdefault(person, []).append(value)
    if len(by_person) < reading.least_people:
        return nan
    return float(np.mean([np.mean(values) for values in by_person.values()]))


def _key(event: Event) -> Key:
    return event.start_ms, str(event.kind), event.track_id
