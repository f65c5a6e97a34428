"""Recordings that many workers analyse: who has which, and a whole session in one transaction at its end.

A worker claims a recording before it begins. Its session is stored only if the claim is still its own then: a
worker that was believed dead, and is not, keeps nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, Engine, insert, null, select, update
from sqlalchemy.exc import IntegrityError

from db.engine import write_transaction
from db.errors import DatabaseError, database_errors
from db.inserting import insert_rows
from db.persons import add_tracks
from db.rows import frame_row, observation_rows
from db.schema import claim, frame, observation, session
from db.store import EndReason, NewEvent, NewSession
from db.store.new_session import bounded, insert_session
from db.store.notes import write_event
from model.observations import FrameRecord

MOST_TRIES = 2


class ClaimLostError(DatabaseError):
    """Another worker has the recording by now; nothing of this one's is stored."""

    def __init__(self) -> None:
        super().__init__("Another worker has taken this recording over, so nothing of it is stored here.")


@dataclass(frozen=True, slots=True)
class Claim:
    """`mark`: of the recording and how it is looked at; `run`: of the command; `worker`: who has it."""

    mark: str
    run: str
    worker: str


@dataclass(frozen=True, slots=True)
class Taken:
    """`tries`: how often this command has tried the recording, this time included; above MOST_TRIES it is
    left. `session_id`: what this command has made of it already."""

    tries: int
    session_id: int | None = None


def take(engine: Engine, wanted: Claim) -> Taken:
    """Claim the recording, from whoever had it. Raises DatabaseError."""
    with database_errors():
        try:
            return _take(engine, wanted)
        except IntegrityError:  # another was the first to claim it, a moment ago
            return _take(engine, wanted)


def _take(engine: Engine, wanted: Claim) -> Taken:
    this = claim.c.mark == wanted.mark
    with write_transaction(engine) as connection:
        asked = select(claim.c.run, claim.c.tries, claim.c.session_id).where(this).with_for_update()
        found = connection.execute(asked).first()
        if found is None:
            values = {"mark": wanted.mark, "run": wanted.run, "worker": wanted.worker, "tries": 1}
            connection.execute(insert(claim).values(values))
            return Taken(1)
        if found.run == wanted.run and found.session_id is not None:
            return Taken(found.tries, found.session_id)
        tries = found.tries + 1 if found.run == wanted.run else 1
        values = {"run": wanted.run, "worker": wanted.worker, "tries": tries, "session_id": None}
        connection.execute(update(claim).where(this).values(values))
    return Taken(tries)


def sessions_of(engine: Engine, sources: Sequence[str]) -> int | None:
    """A whole session that was made of one of `sources`; None: there is none. Raises DatabaseError."""
    whole = (session.c.source.in_(sources), session.c.end_reason == EndReason.SOURCE_ENDED)
    with database_errors(), engine.connect() as connection:
        found: int | None = connection.execute(select(session.c.id).where(*whole).limit(1)).scalar()
        return found


@dataclass(frozen=True)
class Whole:
    """A recording's session: as it starts, its frames in batches, its events, its length."""

    new: NewSession
    batches: Iterable[Sequence[FrameRecord]]
    events: Sequence[NewEvent]
    end_ms: int


def store_analysed(engine: Engine, held: Claim, whole: Whole) -> int:
    """Store the session of a recording, and in its claim that this is done; returns the session's number.

    One transaction: a worker that is killed in it leaves nothing. Raises ClaimLostError, DatabaseError.
    """
    with database_errors(), write_transaction(engine) as connection:
        own = (claim.c.mark == held.mark, claim.c.run == held.run, claim.c.worker == held.worker)
        if not connection.execute(update(claim).where(*own).values(worker=null())).rowcount:
            raise ClaimLostError
        new, ended_at = whole.new, whole.new.started_at + timedelta(milliseconds=whole.end_ms)
        values = {**vars(new), **bounded(new), "ended_at": ended_at, "end_reason": EndReason.SOURCE_ENDED}
        session_id = insert_session(connection, values)
        totals = {"frames": 0, "faces": 0, "usable": 0, "last_ms": 0}
        for batch in whole.batches:
            _store(connection, session_id, batch, totals)
        connection.execute(update(session).where(session.c.id == session_id).values(totals))
        connection.execute(update(claim).where(claim.c.mark == held.mark).values(session_id=session_id))
        for event in whole.events:
            write_event(connection, session_id, event)
        return session_id


def _store(
    connection: Connection, session_id: int, batch: Sequence[FrameRecord], totals: dict[str, int]
) -> None:
    frames = [frame_row(session_id, record) for record in batch]
    faces = [row for record in batch for row in observation_rows(session_id, record)]
    insert_rows(connection, frame, frames)
    insert_rows(connection, observation, faces)
    add_tracks(connection, session_id, {row[2] for row in faces})
    totals["frames"] += len(frames)
    totals["faces"] += len(faces)
    totals["usable"] += sum(row[4] for row in frames)
    totals["last_ms"] = max(totals["last_ms"], *(record.offset_ms for record in batch))
