"""One worker of a cluster: one recording after the other, in a process of its own as everywhere.

It knows no Ray: `dashboard.cluster.run` makes an actor of it, one for each core.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from dashboard.cluster.places import at_hand, name_of
from dashboard.errors import DashboardError, RecordingError
from dashboard.recordings.messages import Done, Look, Opened, Part, Refused, Task
from dashboard.recordings.order import Source, made_at
from dashboard.recordings.process import AnalysisProcess, ProcessEndedError
from dashboard.recordings.sessions import PHOTO_SOURCE, SOURCE, Spool, Statement, fingerprint, new_session
from dashboard.recordings.status import State
from db.engine import open_database
from db.errors import DatabaseError
from db.store.analysed import MOST_TRIES, Claim, Whole, sessions_of, store_analysed, take
from model.errors import ModelError

BEFORE = "Analysed before with the same settings: nothing was done again."
POISON = (
    f"Whoever analysed this file ended in the middle of it, {MOST_TRIES} times; it is left. Save it anew and "
    "try again."
)


@dataclass(frozen=True, slots=True)
class FarOrder:
    """What is to be done with every recording. `run`: names the command; `again`: also what was analysed."""

    database_url: str
    run: str
    look: Look
    statement: Statement
    from_file: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one recording; the fields are those of FileStatus."""

    state: State
    notes: tuple[str, ...] = ()
    session_id: int | None = None
    photo: bool = False
    frames: int = 0
    end_ms: int = 0
    spent_s: float = 0.0


class Analyst:
    """Analyses recordings in turn; `progress` may be asked from another thread."""

    def __init__(self, order: FarOrder, name: str) -> None:
        self._order, self._name = order, name
        self._process: AnalysisProcess | None = None
        self._engine: Engine | None = None
        self._done = 0.0

    def progress(self) -> float:
        """How much of the recording in hand is analysed, 0..1."""
        return self._done

    def analyse(self, place: str) -> Outcome:
        """One recording, whatever it is; what is wrong with it is in the outcome."""
        self._done = 0.0
        try:
            with at_hand(place) as path, self._database() as engine:
                mark = fingerprint(path, self._order.look)
                try:
                    return self._analyse(place, path, mark, engine)
                except ProcessEndedError:  # the file's doing, or somebody killed it
                    return self._analyse(place, path, mark, engine)
        except (DashboardError, DatabaseError, ModelError, OSError) as error:
            return Outcome(State.FAILED, (str(error) or type(error).__name__,))

    def close(self) -> None:
        """End the process that it keeps; whoever kills an analyst ends it, too."""
        if self._process is not None:
            self._process.close()

    @contextmanager
    def _database(self) -> Iterator[Engine]:
        """Looked after once; connected for one recording only: a thousand workers would hold a thousand."""
        if self._engine is None:
            self._engine = open_database(self._order.database_url)
        try:
            yield self._engine
        finally:
            self._engine.dispose()

    def _analyse(self, place: str, path: Path, mark: str, engine: Engine) -> Outcome:
        if not self._order.again:
            known = sessions_of(engine, [f"{word} {mark}" for word in (SOURCE, PHOTO_SOURCE)])
            if known is not None:
                return Outcome(State.SKIPPED, (BEFORE,), known)
        one = hashlib.sha256(f"{mark} {place}".encode()).hexdigest()[:32]
        claim = Claim(one, self._order.run, self._name)
        taken = take(engine, claim)
        if taken.session_id is not None:  # by a worker that ended before it could tell
            return Outcome(State.DONE, (), taken.session_id)
        if taken.tries > MOST_TRIES:
            return Outcome(State.FAILED, (POISON,))
        engine.dispose()  # no connection is held while the recording is looked at
        spool = Spool()
        try:
            opened, done, began_at = self._follow(path, spool)
            started_at = made_at(path, opened.made_at) if self._order.from_file else began_at
            title, order = Source(path, name_of(place)).title, self._order
            new = new_session(
                title, order.look, order.statement, photo=opened.photo, mark=mark, started_at=started_at
            )
            session_id = store_analysed(engine, claim, Whole(new, spool.batches(), done.events, done.end_ms))
            frames, photo = spool.frames, opened.photo
        finally:
            spool.close()
        return Outcome(State.DONE, done.notes, session_id, photo, frames, done.end_ms, done.spent_s)

    def _follow(self, path: Path, spool: Spool) -> tuple[Opened, Done, datetime]:
        """What was found is in the spool then. Raises RecordingError, ProcessEndedError."""
        opened, began_at = Opened(photo=False), datetime.now(UTC)
        for message in self._living().analyse(Task(path, self._order.look)):
            match message:
                case Opened():
                    opened = message
                case Part():
                    spool.add(message.records)
                    self._done = message.done
                case Refused():
                    raise RecordingError(message.sentence)
                case Done():
                    return opened, message, began_at
        raise RecordingError("The analysis of this file ended unexpectedly. Save it anew and try again.")

    def _living(self) -> AnalysisProcess:
        if self._process is None or not self._process.alive:
            self._process = AnalysisProcess()
        return self._process
