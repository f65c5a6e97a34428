"""What formats are written from: one session, read in bounded memory as often as a format asks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import Engine

from dashboard.export.formats.face_rows import FaceRows, face_rows
from dashboard.export.formats.kept_sums import KeptSums
from dashboard.export.formats.seconds import PersonSums
from dashboard.reading import Reading, stored_reading
from db import reports
from db.reports import Marker, SessionSummary, Utterance
from db.rights.ballots import Vote, votes
from model.behaviour.talk import Heard


@dataclass(frozen=True)
class ExportSource:
    """One session, read by the definition and weights that it keeps.

    `least_people`: how many people a figure must be a mean of. 1 lets single people be told; with more, only
    the group is. Everything read is without those whom the host left out or had forgotten.
    """

    engine: Engine
    session: SessionSummary
    least_people: int = 1
    reading: Reading = field(default_factory=Reading)

    @classmethod
    def of(cls, engine: Engine, session: SessionSummary, least_people: int = 1) -> "ExportSource":
        """With the reading that the session keeps. Raises DatabaseError."""
        reading = stored_reading(reports.session_settings(engine, session.id))[0]
        return cls(engine, session, least_people, reading)

    @property
    def group_only(self) -> bool:
        return self.least_people > 1

    @cached_property
    def heard(self) -> Heard:
        """When a voice was heard and when none was. Raises DatabaseError."""
        return Heard.of(reports.voices(self.engine, self.session.id) if self.session.sound else [])

    def rows(self) -> Iterator[FaceRows]:
        """Every face of every analysed frame. Raises DatabaseError, EngagementError."""
        return face_rows(reports.observation_columns(self.engine, self.session.id), self.reading, self.heard)

    def seconds(self) -> Iterator[PersonSums]:
        """The sums by second and person. The rows are read for them once; then they lie in a file."""
        return self._sums.read(self.rows)

    @cached_property
    def _sums(self) -> KeptSums:
        return KeptSums()

    def read_markers(self) -> list[Marker]:
        """What the host marked. Raises DatabaseError."""
        return reports.markers(self.engine, self.session.id)

    def read_votes(self) -> Sequence[Vote]:
        """What people pressed; nothing of fewer devices than a figure must be a mean of. Raises
        DatabaseError."""
        found = votes(self.engine, self.session.id)
        return found if len({one.voice for one in found}) >= self.least_people else ()

    def read_said(self) -> list[Utterance]:
        """What was said in the session, by its transcript; nothing in files of the group alone. Raises
        DatabaseError."""
        if self.group_only:
            return []
        return reports.utterances(self.engine, self.session.id, end_ms=self.session.duration_ms)

    def check(self) -> None:
        """Raises SessionNotFoundError if the session was deleted meanwhile: what was read is not whole."""
        reports.get_session(self.engine, self.session.id)
