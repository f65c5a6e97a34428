"""What happens in a running session: watched at every analysed frame, stored when it begins and ends."""

from dataclasses import replace
from typing import Protocol

from dashboard.running.group_line import GroupLine, Step
from dashboard.running.reading import LiveReading
from db.reports import Roster
from db.store import NewEvent
from model.behaviour.event_watch import EventWatch, person_now
from model.behaviour.events import Event, Thresholds
from model.engagement.groups import Grouped
from model.observations import FrameRecord

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
        self._group, self._reading = GroupLine(), LiveReading(thresholds=thresholds)
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
        self._group.begin_anew()

    def update(self, record: FrameRecord, instants: Grouped, who: Roster, reading: LiveReading) -> None:
        """Watch one frame; `instants` are its observations."""
        counted, self._reading = _people(record, who), reading
        step = self._group.add(record.offset_ms, instants, counted, reading)
        seen = [person_now(one) for one in record.observations]
        people = [
            now if person is not None else replace(now, happy=None)
            for now, person in zip(seen, counted, strict=True)
        ]
        begun = [*self._step(step), *self._watch.update(record.offset_ms, people)]
        self._store(begun)
        self._under_way |= {_key(event): event for event in begun}
        if self._under_way and record.offset_ms - self._looked_ms >= LOOK_EVERY_MS:
            self._looked_ms = record.offset_ms
            self._store_ended()

    def take_back(self, track_id: int, since_ms: int) -> None:
        """Whose track that is was a picture: what was told of it since is neither shown nor stored again."""
        self._watch.take_back(track_id, since_ms)
        gone = [key for key in self._under_way if key[2] == track_id and key[0] >= since_ms]
        for key in gone:
            del self._under_way[key]

    def finish(self) -> None:
        """Everything ends now."""
        begun = [*self._step(self._group.finish(self._reading))]
        self._store(begun)
        self._under_way |= {_key(event): event for event in begun}
        self._watch.finish()
        self._store_ended()

    def _store_ended(self) -> None:
        ended = [e for e in self._watch.events if e.end_ms is not None and _key(e) in self._under_way]
        self._store(ended)
        for event in ended:
            del self._under_way[_key(event)]

    def _store(self, events: list[Event]) -> None:
        if events:
            self._sink.submit([NewEvent(e.start_ms, e.kind, e.end_ms, e.track_id, e.value) for e in events])

    def _step(self, step: Step | None) -> tuple[Event, ...]:
        return () if step is None else self._watch.step(*step)


def _people(record: FrameRecord, who: Roster) -> list[int | None]:
    """Whose each face of the frame is; None for those left out."""
    people = [who.person_of(one.track_id, record.offset_ms) for one in record.observations]
    return [None if person in who.excluded else person for person in people]


def _key(event: Event) -> Key:
    return event.start_ms, str(event.kind), event.track_id
