"""The people of a running session: what each does now, the last minutes of all, and what happened.

`add` runs on the analysis thread, everything else on any.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from dashboard.running.events import EventSink, LiveEvents
from dashboard.running.reading import Highlights, LiveReading
from dashboard.running.recent import RecentRows, RecentSeconds, instants_of
from dashboard.running.track_follower import TrackFollower
from dashboard.wording import person_name
from db.reports import Marker, Roster
from model.behaviour.events import Event
from model.drawing.marks import Mark
from model.emotions import Emotion
from model.observations import USABLE, FrameRecord, GazeState, Observation, QualityFlag

SHOWN_MS = 60_000
"""So long after they were last seen people keep their strip."""

NOBODY_YET = Roster((), {}, frozenset())


GONE_AFTER_MS = 1_500


@dataclass(frozen=True, slots=True)
class Seen:
    """One track as it was last seen."""

    track_id: int
    offset_ms: int
    flags: QualityFlag
    scored: bool
    gaze: GazeState
    eyes_read: bool
    leading: Emotion | None
    speaking: bool


@dataclass(frozen=True)
class PeopleNow:
    """A snapshot. `offset_ms`: the last analysed frame's. `seen`: tracks of the last minute, `recent`: the
    last five. `attentive`: the track that looks at the screen most steadily. `markers`: the host's."""

    offset_ms: int = 0
    seen: tuple[Seen, ...] = ()
    recent: RecentRows = field(default_factory=lambda: RecentRows.of([]))
    early: RecentRows = field(default_factory=lambda: RecentRows.of([]))
    events: tuple[Event, ...] = ()
    attentive: int | None = None
    who: Roster = NOBODY_YET
    reading: LiveReading = field(default_factory=LiveReading)
    markers: tuple[Marker, ...] = ()

    def person(self, seen: Seen) -> int | None:
        """Whose the track is; None when forgotten."""
        return self.who.person_of(seen.track_id, seen.offset_ms)

    @property
    def in_view(self) -> int:
        """People in the last frame, without those left out."""
        here = {self.person(seen) for seen in self.seen if seen.offset_ms == self.offset_ms}
        return len(here - self.who.excluded - {None})


@dataclass(frozen=True)
class Drawing:
    """What to draw of the last frame, as `model.drawing.overlay.draw_faces` takes it."""

    observations: tuple[Observation, ...] = ()
    names: Mapping[int, str] = field(default_factory=dict)
    marks: Mapping[int, Sequence[Mark]] = field(default_factory=dict)


class LivePeople:
    """Follows the people of one session."""

    def __init__(self, events: EventSink, reading: LiveReading | None = None) -> None:
        # Held by the analysis thread for a frame and by pages for a copy; only the event writer's is taken
        # inside it. What `follow`, `highlight` and `mark` bring is replaced whole and may be read without.
        self._lock = threading.Lock()
        self._reading = reading or LiveReading()
        self._highlights = Highlights()
        self._who = NOBODY_YET
        self._markers: tuple[Marker, ...] = ()
        self._recent, self._follower = RecentSeconds(), TrackFollower()
        self._events = LiveEvents(events, self._reading.thresholds)
        self._seen: dict[int, Seen] = {}
        self._now_ms = 0

    @property
    def reading(self) -> LiveReading:
        return self._reading

    def kept(self, record: FrameRecord) -> FrameRecord:
        """The frame without people who were forgotten."""
        who = self._who
        if not any(one.forgotten for one in who.tracklets):
            return record
        known = [o for o in record.observations if who.person_of(o.track_id, record.offset_ms) is not None]
        return replace(record, observations=tuple(known))

    def add(self, record: FrameRecord) -> Drawing:
        """Follow one frame, of `kept`; what to draw of it. Frames come in order of time."""
        with self._lock:
            turning = self._follower.turning_deg_s(record.offset_ms, record.observations)
            self._follower.update(record.offset_ms, record.observations)
            instants = instants_of(record, turning)
            self._recent.add(record, instants)
            self._events.update(record, instants, self._who, self._reading)
            self._note(record)
            return self._drawing(record)

    def follow(self, who: Roster) -> None:
        """Take over who is who. What is kept here of people who were forgotten goes at once."""
        with self._lock:
            before, self._who = self._who, who
            if who.excluded != before.excluded:
                self._events.follow(self._reading)
            if _forgotten(who) == _forgotten(before):
                return
            self._recent.forget(lambda track, at_ms: who.person_of(track, at_ms) is None)
            self._seen = {k: v for k, v in self._seen.items() if who.person_of(k, v.offset_ms) is not None}

    def read_by(self, reading: LiveReading) -> None:
        """Read what is kept, and what comes, in another way."""
        with self._lock:
            if reading != self._reading:
                self._reading = reading
                self._events.follow(reading)

    def highlight(self, highlights: Highlights) -> None:
        """Mark these on the video from the next frame on."""
        self._highlights = highlights

    def mark(self, markers: Sequence[Marker]) -> None:
        """Show these of the host's markers on the timelines."""
        self._markers = tuple(markers)

    def now(self) -> PeopleNow:
        """How things stand."""
        with self._lock:
            who = self._who
            events = tuple(e for e in self._events.events if _is_told(e, who))
            return PeopleNow(
                self._now_ms,
                tuple(self._seen.values()),
                self._recent.rows(),
                self._recent.early(),
                events,
                self._follower.attentive,
                who,
                self._reading,
                self._markers,
            )

    def finish(self) -> None:
        """No frame will come any more: every event ends."""
        with self._lock:
            self._events.finish()

    def _note(self, record: FrameRecord) -> None:
        self._now_ms = record.offset_ms
        for one in record.observations:
            self._seen[one.track_id] = Seen(
                one.track_id,
                record.offset_ms,
                one.flags,
                one.scores is not None,
                one.signals.gaze_state,
                one.signals.eye_open is not None,
                one.leading,
                one.track_id in self._follower.speaks,
            )
        since_ms = record.offset_ms - SHOWN_MS
        for track in [track for track, seen in self._seen.items() if seen.offset_ms < since_ms]:
            del self._seen[track]

    def _drawing(self, record: FrameRecord) -> Drawing:
        who, shown = self._who, []
        names: dict[int, str] = {}
        marks: dict[int, list[Mark]] = {}
        for one in record.observations:
            person = who.person_of(one.track_id, record.offset_ms)
            if person is None:
                continue
            out = person in who.excluded
            hidden = out or self._reading.group_only
            shown.append(replace(one, scores=None, leading=None, flags=USABLE) if hidden else one)
            names[one.track_id] = person_name(who.name_of(person), person)
            marks[one.track_id] = [Mark.LEFT_OUT] if out else [] if hidden else self._marks(one.track_id)
        return Drawing(tuple(shown), names, marks)

    def _marks(self, track_id: int) -> list[Mark]:
        wanted, follower = self._highlights, self._follower
        speaks = wanted.speaking and track_id == follower.speaker
        attends = wanted.attentive and track_id == follower.attentive
        return [Mark.SPEAKING] * speaks + [Mark.ATTENTIVE] * attends


def _forgotten(who: Roster) -> set[tuple[int, int]]:
    return {(one.track_id, one.from_ms) for one in who.tracklets if one.forgotten}


def _is_told(event: Event, who: Roster) -> bool:
    """Of the group, or of somebody who is neither forgotten nor left out."""
    if event.track_id is None:
        return True
    person = who.person_of(event.track_id, event.start_ms)
    return person is not None and person not in who.excluded
