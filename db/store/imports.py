"""Storing a whole session at once that was taken out before: all of it, or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, update

from db.engine import write_transaction
from db.errors import database_errors
from db.inserting import insert_rows
from db.persons import FIRST_SPLIT
from db.schema import (
    FOREVER_MS,
    NOTE_LENGTH,
    TITLE_LENGTH,
    WORD_LENGTH,
    frame,
    observation,
    participant,
    session,
    tracklet,
)
from db.store import IMPORTED
from db.store.new_session import UNTITLED, NewSession, insert_session
from db.text import note, one_line

Row = tuple[Any, ...]
Batch = tuple[Sequence[Row], Sequence[Row]]
"""Rows of `frame` and of `observation`, both without their first column, the session's number."""


@dataclass(frozen=True)
class Cast:
    """Who is who. `pieces`: for each track the times (ms) from which it is somebody's, in order, and whose.
    `names`: what the host called people, by number."""

    pieces: Mapping[int, Sequence[tuple[int, int]]]
    names: Mapping[int, str]


def store_imported(
    engine: Engine,
    new: NewSession,
    batches: Iterable[Batch],
    cast: Cast,
    *,
    ended_at: datetime,
    reading: str | None = None,
) -> int:
    """Store a session that has ended; returns its number. `reading`: name of the definition it is read by.

    One transaction: whatever `batches` raises, and a crash, leave nothing behind. Raises DatabaseError when a
    row is refused, DatabaseUnavailableError when nothing can be written now.
    """
    with database_errors(), write_transaction(engine) as connection:
        values = {**vars(new), **_bounded(new), "ended_at": ended_at, "end_reason": IMPORTED}
        session_id = insert_session(connection, values | {"engagement": reading})
        totals = _store_rows(connection, session_id, batches)
        connection.execute(update(session).where(session.c.id == session_id).values(**totals))
        insert_rows(connection, tracklet, [(session_id, *row) for row in _tracklets(cast)])
        named = [
            (session_id, person, one_line(name, WORD_LENGTH), False) for person, name in cast.names.items()
        ]
        insert_rows(connection, participant, named)
        return session_id


def _bounded(new: NewSession) -> dict[str, str | None]:
    words = ("kind", "purpose", "region", "source", "model_name", "detector")
    return {
        **{name: one_line(getattr(new, name), WORD_LENGTH) for name in words},
        "title": one_line(new.title, TITLE_LENGTH) or UNTITLED,
        "ground": None if new.ground is None else one_line(new.ground, WORD_LENGTH),
        "consent_text": None if new.consent_text is None else note(new.consent_text, NOTE_LENGTH),
    }


def _store_rows(connection: Connection, session_id: int, batches: Iterable[Batch]) -> dict[str, int]:
    totals = {"frames": 0, "faces": 0, "usable": 0, "last_ms": 0}
    for frames, observations in batches:
        insert_rows(connection, frame, [(session_id, *row) for row in frames])
        insert_rows(connection, observation, [(session_id, *row) for row in observations])
        totals["frames"] += len(frames)
        totals["faces"] += len(observations)
        totals["usable"] += sum(row[3] for row in frames)
        totals["last_ms"] = max([totals["last_ms"], *(row[1] for row in frames)])
    return totals


def _tracklets(cast: Cast) -> Iterable[Row]:
    """Rows of `tracklet` without the session: the first piece of a track goes by the track's number when it
    is given back to itself, a later one by its person's if that is free, else by a number of its own."""
    used = {*cast.pieces, *(person for pieces in cast.pieces.values() for _, person in pieces)}
    taken = set(cast.pieces)
    for track_id, pieces in cast.pieces.items():
        for place, (from_ms, person) in enumerate(pieces):
            own = track_id
            if place:
                own = person if person not in taken else max(FIRST_SPLIT, max(used) + 1)
                taken.add(own)
                used.add(own)
            until_ms = pieces[place + 1][0] if place + 1 < len(pieces) else FOREVER_MS
            yield (track_id, from_ms if place else 0, until_ms, person, own, False)
