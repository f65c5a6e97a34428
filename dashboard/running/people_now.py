"""How the people of a running session stand at one instant."""

from dataclasses import dataclass, field

from dashboard.running.reading import LiveReading
from dashboard.running.recent import RecentRows
from dashboard.wording import counted
from db.reports import Marker, Roster
from model.behaviour.events import Event
from model.behaviour.talk import Talk
from model.emotions import Emotion
from model.observations import GazeState, QualityFlag

NOBODY_YET = Roster((), {}, frozenset())
GONE_AFTER_MS = 1_500
"""So long, or over one missed analysis, people stay in view after they were last found."""
GONE_AFTER_INTERVALS = 1.5


@dataclass(frozen=True, slots=True)
class Seen:
    """One track as it was last seen. `box`: x0, y0, x1, y1 in px. `eyes_share`: of the last ten
    seconds, in which the eyes were read, 0..1. `away`: from when until when they looked away last, ms; None
    once they have looked back."""

    track_id: int
    offset_ms: int
    box: tuple[float, float, float, float]
    flags: QualityFlag
    usable: bool
    gaze: GazeState
    eyes_read: bool
    eyes_share: float
    away: tuple[int, int] | None
    leading: Emotion | None
    speaking: bool


@dataclass(frozen=True)
class PeopleNow:
    """A snapshot. `offset_ms`: the last analysed frame's. `seen`: tracks of the last minute, `recent`: the
    last five. `attentive`: the track that looks at the screen most steadily. `markers`: the host's.
    `interval_ms`: how far apart the analyses of the last five minutes lie, 0 before the second. `things`: how
    many in the last frame looked like faces and are nobody. `talk`: when in the last five minutes a voice was
    heard and when none was; empty where nobody listens."""

    offset_ms: int = 0
    seen: tuple[Seen, ...] = ()
    recent: RecentRows = field(default_factory=lambda: RecentRows.of([]))
    early: RecentRows = field(default_factory=lambda: RecentRows.of([]))
    events: tuple[Event, ...] = ()
    attentive: int | None = None
    who: Roster = NOBODY_YET
    reading: LiveReading = field(default_factory=LiveReading)
    markers: tuple[Marker, ...] = ()
    interval_ms: float = 0.0
    things: int = 0
    talk: tuple[Talk, ...] = ()

    def person(self, seen: Seen) -> int | None:
        """Whose the track is; None when forgotten."""
        return self.who.person_of(seen.track_id, seen.offset_ms)

    def is_here(self, seen: Seen) -> bool:
        """In view, or only just lost from it."""
        after_ms = max(GONE_AFTER_MS, GONE_AFTER_INTERVALS * self.interval_ms)
        return self.offset_ms - seen.offset_ms <= after_ms

    def away_ms(self, seen: Seen) -> int:
        """For how long they have been gone, or looked away; 0 for whoever is with us."""
        since_ms = seen.offset_ms if seen.away is None else seen.away[0]
        return self.offset_ms - since_ms if seen.away is not None or not self.is_here(seen) else 0

    @property
    def here(self) -> frozenset[int]:
        """The people in view, without those left out."""
        people = {self.person(seen) for seen in self.seen if self.is_here(seen)}
        return frozenset(person for person in people if person is not None) - self.who.excluded

    @property
    def in_view(self) -> int:
        """How many people are in view, held like their strips, so that a face missed once is no absence."""
        return len(self.here)

    @property
    def in_view_told(self) -> str:
        """The same in words, with what looks like a face and is nobody."""
        people = counted(self.in_view, "person in view", "people in view")
        if not self.things:
            return people
        looks = "looks like a face" if self.things == 1 else "look like faces"
        return f"{people}, {counted(self.things, 'thing', 'things')} {looks}"
