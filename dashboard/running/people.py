"""The people of a running session: what each does now, the last minutes of all, and what happened.

`add` runs on the analysis thread, everything else on any.
"""

import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import exp

import numpy as np

from dashboard.running.events import EventSink, LiveEvents
from dashboard.running.people_now import NOBODY_YET, PeopleNow, Seen
from dashboard.running.reading import Highlights, LiveReading
from dashboard.running.recent import RecentSeconds, instants_of
from dashboard.running.track_follower import TrackFollower
from dashboard.stored.enough import PAUSE_MS, interval_ms_of
from dashboard.wording import person_name
from db.reports import Marker, Roster
from model.behaviour.events import Event
from model.behaviour.talk import Heard
from model.drawing.marks import Mark
from model.observations import USABLE, FrameRecord, GazeState, Observation

SHOWN_MS = 60_000
"""So long after they were last seen people keep their strip."""
INTERVALS_OVER_MS = 300_000
BACK_AFTER_MS = 2_000
"""A shorter glance back does not end looking away."""
NOBODY = "nobody"
"""What a thing is called that looks like a face."""
NAMELESS = "in view"
"""What stands on every face in a group-only view."""
EYES_SETTLE_MS = 10_000
"""Whether somebody's eyes are read is told as a mean over so long, so that no word flickers."""


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
        self._analysed_ms: deque[int] = deque()
        self._heard: deque[tuple[int, bool]] = deque()
        self._now_ms = self._things = 0

    @property
    def reading(self) -> LiveReading:
        return self._reading

    @property
    def forgotten(self) -> frozenset[int]:
        """Tracks of which nothing shall be known, all of them or a part."""
        return frozenset(one.track_id for one in self._who.tracklets if one.forgotten)

    def kept(self, record: FrameRecord) -> FrameRecord:
        """The frame without people who were forgotten."""
        who = self._who
        if not any(one.forgotten for one in who.tracklets):
            return record
        known = [o for o in record.observations if who.person_of(o.track_id, record.offset_ms) is not None]
        return replace(record, observations=tuple(known))

    def add(self, record: FrameRecord, things: Sequence[Observation] = ()) -> Drawing:
        """Follow one frame, of `kept`; what to draw of it, and of `things` in it that only look like faces.
        Frames come in order of time."""
        with self._lock:
            for track_id, since_ms in record.taken_back:
                self._take_back(track_id, since_ms)
            self._things = len(things)
            turning = self._follower.turning_deg_s(record.offset_ms, record.observations)
            self._follower.update(record.offset_ms, record.observations, record.voice)
            instants = instants_of(record, turning)
            self._recent.add(record, instants)
            self._events.update(record, instants, self._who, self._reading)
            self._note(record)
            return self._drawing(record, things)

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
                interval_ms_of(np.array(self._analysed_ms, np.int64)),
                self._things,
                Heard.of(list(self._heard)).stretches(),
            )

    def finish(self) -> None:
        """No frame will come any more: every event ends."""
        with self._lock:
            self._events.finish()

    def _take_back(self, track_id: int, since_ms: int) -> None:
        """It turned out to be a picture."""
        self._recent.forget(lambda track, second_ms: track == track_id and second_ms + 1000 > since_ms)
        self._events.take_back(track_id, since_ms)
        self._seen.pop(track_id, None)

    def _note(self, record: FrameRecord) -> None:
        self._now_ms = record.offset_ms
        self._analysed_ms.append(record.offset_ms)
        while self._analysed_ms[0] < record.offset_ms - INTERVALS_OVER_MS:
            self._analysed_ms.popleft()
        if record.voice is not None:
            self._heard.append((record.offset_ms, record.voice))
        while self._heard and self._heard[0][0] < record.offset_ms - INTERVALS_OVER_MS:
            self._heard.popleft()
        for one in record.observations:
            self._seen[one.track_id] = Seen(
                one.track_id,
                record.offset_ms,
                one.box,
                one.flags,
                one.usable,
                one.signals.gaze_state,
                one.signals.eye_open is not None,
                self._eyes_share(record.offset_ms, one),
                self._away(record.offset_ms, one),
                one.leading,
                one.track_id in self._follower.speaks,
            )
        since_ms = record.offset_ms - SHOWN_MS
        for track in [track for track, seen in self._seen.items() if seen.offset_ms < since_ms]:
            del self._seen[track]

    def _eyes_share(self, offset_ms: int, one: Observation) -> float:
        read, before = float(one.signals.eye_open is not None), self._seen.get(one.track_id)
        if before is None:
            return read
        kept = exp(-(offset_ms - before.offset_ms) / EYES_SETTLE_MS)
        return kept * before.eyes_share + (1 - kept) * read

    def _away(self, offset_ms: int, one: Observation) -> tuple[int, int] | None:
        before = self._seen.get(one.track_id)
        known = before.away if before is not None else None
        if known is not None and offset_ms - known[1] > max(BACK_AFTER_MS, self._last_interval_ms()):
            known = None
        if one.signals.gaze_state is not GazeState.AWAY:
            return known
        return (offset_ms if known is None else known[0], offset_ms)

    def _last_interval_ms(self) -> int:
        """Since the look before this one: what was away at both was seen nowhere else between. 0 where that
        was an interruption."""
        if len(self._analysed_ms) < 2:
            return 0
        interval_ms = self._analysed_ms[-1] - self._analysed_ms[-2]
        return interval_ms if interval_ms <= PAUSE_MS else 0

    def _drawing(self, record: FrameRecord, things: Sequence[Observation]) -> Drawing:
        who, shown = self._who, [*things]
        names = {one.track_id: NOBODY for one in things}
        marks: dict[int, list[Mark]] = {}
        for one in record.observations:
            person = who.person_of(one.track_id, record.offset_ms)
            if person is None:
                continue
            out = person in who.excluded
            hidden = out or self._reading.group_only
            shown.append(replace(one, scores=None, leading=None, flags=USABLE) if hidden else one)
            nameless = self._reading.group_only
            names[one.track_id] = NAMELESS if nameless else person_name(who.name_of(person), person)
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
