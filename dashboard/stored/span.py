"""A stretch of a session as reports read it: its time steps, frames, people and events."""

from dataclasses import dataclass
from math import nan

from sqlalchemy import Engine

from dashboard.reading import Reading
from dashboard.stored.gazes import Gazes
from dashboard.stored.instants import read_moving_shares
from dashboard.stored.person_steps import PersonSteps
from db import reports
from db.reports import FrameBucket, GazeBucket, LookingBucket, ParticipantSummary, StoredEvent
from model.behaviour.talk import Heard
from model.emotions import EMOTIONS

FINE_MS = 5_000
"""Steps as long as this, or shorter, are short enough for the minutes around markers."""


@dataclass(frozen=True, slots=True)
class Span:
    """One session from `start_ms` up to, but without, `end_ms`."""

    engine: Engine
    session_id: int
    start_ms: int
    end_ms: int

    def read_key(self) -> str:
        """What is in it, as text: changes with its rows and with who is who. Raises DatabaseError."""
        who, session = (
            reports.roster(self.engine, self.session_id),
            reports.get_session(self.engine, self.session_id),
        )
        return (
            f"{self.session_id} {self.start_ms} {self.end_ms} {session.faces} {who.tracklets} {who.excluded}"
        )

    def gazes(self, bucket_ms: int, least_people: int = 0) -> Gazes:
        rows = reports.gaze_rows(
            self.engine,
            self.session_id,
            bucket_ms,
            self.start_ms,
            self.end_ms,
            by_person=True,
            least_people=least_people,
        )
        return Gazes.from_rows(rows)

    def presence(self, bucket_ms: int) -> Gazes:
        """Where everybody looked in a session that scored nothing: by the mean gaze of each second."""
        session_id, start_ms, end_ms = self.session_id, self.start_ms, self.end_ms
        seconds = reports.looking_buckets(self.engine, session_id, bucket_ms, start_ms, end_ms)
        return Gazes.of([_looked(one) for one in seconds])

    def frames(self, bucket_ms: int) -> list[FrameBucket]:
        start_ms, end_ms = self.start_ms, self.end_ms
        return reports.frame_buckets(
            self.engine, self.session_id, bucket_ms, start_ms=start_ms, end_ms=end_ms
        )

    def people(self) -> list[ParticipantSummary]:
        return reports.participants(self.engine, self.session_id, start_ms=self.start_ms, end_ms=self.end_ms)

    def heard(self) -> Heard:
        """When a voice was heard and when none was; nothing of a session without sound."""
        return Heard.of(reports.voices(self.engine, self.session_id, self.start_ms, self.end_ms))

    def events(self) -> list[StoredEvent]:
        return reports.events(self.engine, self.session_id, start_ms=self.start_ms, end_ms=self.end_ms)


def _looked(seen: LookingBucket) -> GazeBucket:
    """One person's unflagged instants without scores."""
    return GazeBucket(
        start_ms=seen.start_ms,
        person=seen.person,
        gaze=seen.gaze,
        usable=seen.unflagged,
        scores=(nan,) * len(EMOTIONS),
        leads=(0,) * len(EMOTIONS),
        not_sure=0,
        strongest_negative=nan,
        posed=0,
        frontal=0,
        facing=None,
        yaw_deg=None,
        pitch_deg=None,
    )


def steps_of(span: Span, reading: Reading, gazes: Gazes, bucket_ms: int) -> PersonSteps:
    """What `reading` needs of the gazes of `span`, which may be one frame longer."""
    # A step of its own for a frame at the very end, and none if there is no such frame.
    steps = PersonSteps.of(gazes, bucket_ms, span.start_ms, max(span.end_ms - 1, gazes.end_ms))
    if "away_moving" not in reading.definition.needs:
        return steps
    stretch = span.session_id, span.start_ms, span.end_ms
    return steps.with_moving(read_moving_shares(span.engine, stretch, steps, bucket_ms))


def read_steps(span: Span, reading: Reading, step_ms: int, least_people: int) -> PersonSteps:
    """`span` in steps of `step_ms`. `least_people`: instants with fewer usable ones do not count; 0: all do.
    Raises db.errors.DatabaseError."""
    return steps_of(span, reading, span.gazes(step_ms, least_people), step_ms)
