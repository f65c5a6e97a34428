"""Events of a running session, each told once, as it becomes one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from model.behaviour.events import INSTANT_MS, Event, EventKind, Thresholds, fall_event, in_order
from model.behaviour.falls import FallWatch
from model.behaviour.gestures import GestureKind, HeadGestures
from model.emotions import EMOTIONS, Emotion
from model.observations import GazeState, Observation

FORGET_MS = 10_000
"""After so long unseen, a track has neither a run nor a gesture that could go on."""
KEPT_EVENTS = 1_000

Key = tuple[EventKind, int | None]


@dataclass(frozen=True, slots=True)
class PersonNow:
    """One person at an instant: gaze state, score of happy, head angles; None where unknown or not usable."""

    track_id: int
    gaze_state: GazeState = GazeState.UNKNOWN
    happy: float | None = None
    yaw_deg: float | None = None
    pitch_deg: float | None = None


def person_now(observation: Observation) -> PersonNow:
    """What the watch asks of an observation: what counts of it."""
    signals, scores = observation.counted, observation.scores if observation.usable else None
    happy = None if scores is None else scores[EMOTIONS.index(Emotion.HAPPY)]
    return PersonNow(observation.track_id, signals.gaze_state, happy, signals.yaw_deg, signals.pitch_deg)


@dataclass(slots=True)
class _Run:
    """Instants at which something held, none further from the next than `bridge_ms`. `seen_ms`: how long it
    was seen to hold, without interruptions."""

    start_ms: int
    last_ms: int
    value: float
    seen_ms: int = 0


class EventWatch:
    """Watches one session. Not safe for threads: the owner locks.

    `update` for every analysed frame and `step` for every step of the group's line, in order of time;
    `finish` at the end. `events` holds all of them, the latest KEPT_EVENTS, ends and values growing as they
    go on; then they equal those of `find_events`.
    """

    def __init__(self, thresholds: Thresholds | None = None) -> None:
        self.thresholds = thresholds or Thresholds()
        self._falls = FallWatch(self.thresholds)
        self._heads: dict[int, tuple[HeadGestures, int]] = {}
        self._runs: dict[Key, _Run] = {}
        self._open: dict[Key, Event] = {}
        self._over: list[Event] = []
        self._last_ms: int | None = None
        self._before_ms: int | None = None

    @property
    def events(self) -> tuple[Event, ...]:
        """By start; those under way without an end."""
        return in_order([*self._over, *(replace(event, end_ms=None) for event in self._open.values())])

    def follow(self, thresholds: Thresholds) -> None:
        """Go on under other thresholds, with a line of the group that begins anew."""
        self.thresholds = thresholds
        self._falls.follow(thresholds)

    def step(self, start_ms: int, group: float) -> tuple[Event, ...]:
        """The fall that began to count with a step of `falls.STEP_MS` that is over. `group`: the group's line
        in percent of its range, NaN where too few are usable. Steps come in order of time."""
        fall = self._falls.update(start_ms, group)
        new = self._tell((EventKind.GROUP_FALL, None), None if fall is None else fall_event(fall))
        return () if new is None else (new,)

    def update(self, offset_ms: int, people: Sequence[PersonNow]) -> tuple[Event, ...]:
        """The events that began to count with this instant, each exactly once.

        `people`: those seen. An instant that does not come after the last one is passed over.
        """
        if self._last_ms is not None and offset_ms <= self._last_ms:
            return ()
        self._before_ms, self._last_ms = self._last_ms, offset_ms
        new = [self._laughter(offset_ms, people)]
        for person in people:
            new.extend(self._gaze(offset_ms, person))
        new.extend(self._nods(offset_ms, people))
        self._end_runs(offset_ms)
        return in_order([event for event in new if event is not None])

    def take_back(self, track_id: int, since_ms: int) -> None:
        """Forget what was told of a track since then."""
        self._over = [e for e in self._over if e.track_id != track_id or e.start_ms < since_ms]
        for key in [
            key for key, e in self._open.items() if e.track_id == track_id and e.start_ms >= since_ms
        ]:
            del self._open[key]
        self._runs = {key: run for key, run in self._runs.items() if key[1] != track_id}

    def finish(self) -> tuple[Event, ...]:
        """Everything ends; all events."""
        self._over.extend(self._open.values())
        self._open.clear()
        self._runs.clear()
        return self.events

    def _tell(self, key: Key, event: Event | None) -> Event | None:
        """Follow what is under way for `key`; the event if it is new."""
        known = self._open.get(key)
        if known is not None and (event is None or event.start_ms != known.start_ms):
            self._over = [*self._over[1 - KEPT_EVENTS :], self._open.pop(key)]
        if event is None:
            return None
        self._open[key] = event
        return replace(event, end_ms=None) if known is None or known.start_ms != event.start_ms else None

    def _gaze(self, offset_ms: int, person: PersonNow) -> list[Event | None]:
        limits = self.thresholds
        return [
            self._run((kind, person.track_id), offset_ms, least_ms)
            for kind, state, least_ms in (
                (EventKind.AWAY, GazeState.AWAY, limits.away_ms),
                (EventKind.EYES_CLOSED, GazeState.CLOSED, limits.eyes_closed_ms),
            )
            if person.gaze_state is state
        ]

    def _laughter(self, offset_ms: int, people: Sequence[PersonNow]) -> Event | None:
        limits = self.thresholds
        known = [person.happy for person in people if person.happy is not None]
        share = sum(happy >= limits.laughter_happy for happy in known) / max(len(known), 1)
        if len(known) < limits.laughter_people or share < limits.laughter_share:
            return None
        return self._run((EventKind.LAUGHTER, None), offset_ms, limits.laughter_ms, share)

    def _run(self, key: Key, offset_ms: int, least_ms: float, share: float | None = None) -> Event | None:
        """Carry on the run of `key`, which holds now; without a share its value is its length in s, with one
        its interruptions do not count towards `least_ms`."""
        run = self._runs.get(key)
        if run is None or offset_ms - run.last_ms > self.thresholds.bridge_ms:
            self._tell(key, None)
            run = self._runs[key] = _Run(offset_ms, offset_ms, 0.0)
        if run.last_ms == self._before_ms:
            run.seen_ms += min(offset_ms - run.last_ms, INSTANT_MS)
        run.last_ms = offset_ms
        length_ms = offset_ms - run.start_ms
        run.value = length_ms / 1000 if share is None else max(run.value, share)
        if (length_ms if share is None else run.seen_ms) < least_ms:
            return None
        return self._tell(key, Event(run.start_ms, offset_ms, *key, run.value))

    def _end_runs(self, offset_ms: int) -> None:
        bridge_ms = self.thresholds.bridge_ms
        for key in [key for key, run in self._runs.items() if offset_ms - run.last_ms > bridge_ms]:
            del self._runs[key]
            self._tell(key, None)

    def _nods(self, offset_ms: int, people: Sequence[PersonNow]) -> list[Event | None]:
        seen = {person.track_id: person for person in people}
        new = []
        for track_id in [*seen, *(track_id for track_id in self._heads if track_id not in seen)]:
            person = seen.get(track_id, PersonNow(track_id))
            head, seen_ms = self._heads.get(track_id, (HeadGestures(), offset_ms))
            gesture = head.update(offset_ms, person.yaw_deg, person.pitch_deg)
            nod = None
            if gesture is not None and gesture.kind is GestureKind.NOD:
                nod = Event(gesture.start_ms, gesture.end_ms, EventKind.NOD, track_id, gesture.swings)
            new.append(self._tell((EventKind.NOD, track_id), nod))
            self._heads[track_id] = head, offset_ms if track_id in seen else seen_ms
        self._heads = {k: v for k, v in self._heads.items() if offset_ms - v[1] <= FORGET_MS}
        return new
