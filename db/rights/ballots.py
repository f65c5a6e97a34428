"""Votes of people without accounts: whoever has a session's code presses clear, lost or question.

A voice is a device in one session. Nothing of it is kept but a digest that tells it from others there, so
that voices of two sessions cannot be laid beside each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Engine, func, insert, select

from db.engine import write_transaction
from db.errors import database_errors
from db.reports.sessions import read_rows
from db.rights.schema import ballot, vote
from db.rights.shares import digest_of
from db.schema import session

PACE_MS = 1_000
"""So long a voice waits for its next press."""
MOST_VOICES, MOST_VOTES, MOST_A_SECOND = 2_000, 50_000, 50
"""In a session: a device that forgets who it was has a new voice with every press."""


class Choice(StrEnum):
    CLEAR = "clear"
    LOST = "lost"
    QUESTION = "question"


class Answer(StrEnum):
    """What became of a press."""

    COUNTED = "counted"
    TOO_QUICK = "too quick"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Ballot:
    """`title`: the session's, None where its host keeps it. `closed`: nothing is counted now."""

    session_id: int
    code: str
    title: str | None
    closed: bool


@dataclass(frozen=True, slots=True)
class Vote:
    """`voice`: a number that stands for a device, 1 for the first that was heard."""

    voice: int
    offset_ms: int
    choice: Choice


def ballot_of(engine: Engine, session_id: int) -> Ballot | None:
    """Of a session; None where there never was one."""
    return _one(engine, ballot.c.session_id == session_id)


def ballot_by(engine: Engine, code: str) -> Ballot | None:
    """Whose code it is; None for one that opens nothing."""
    return _one(engine, ballot.c.code == code)


def cast(engine: Engine, code: str, device: str, choice: Choice, now: datetime) -> Answer:
    """Count a press of the device that calls itself `device`, at `now` (aware). Raises DatabaseError."""
    with database_errors(), write_transaction(engine) as connection:
        asked = select(session.c.id, session.c.started_at)
        asked = asked.join(ballot, ballot.c.session_id == session.c.id)
        asked = asked.where(ballot.c.code == code, ~ballot.c.closed, session.c.ended_at.is_(None))
        # One press after the other: else a voice that presses twice at once were counted twice.
        found = connection.execute(asked.with_for_update(of=ballot)).first()
        if found is None:
            return Answer.CLOSED
        offset_ms = max(0, round((now - found.started_at).total_seconds() * 1000))
        voice = digest_of(f"{code} {device}")
        if _is_too_much(connection, found.id, voice, offset_ms):
            return Answer.TOO_QUICK
        values = {"session_id": found.id, "voice": voice, "offset_ms": offset_ms, "choice": choice.value}
        connection.execute(insert(vote).values(values))
        return Answer.COUNTED


def votes(engine: Engine, session_id: int, since_ms: int = 0) -> Sequence[Vote]:
    """Every press of a session from `since_ms` on, in order of time."""
    query = select(vote.c.voice, vote.c.offset_ms, vote.c.choice).where(
        vote.c.session_id == session_id, vote.c.offset_ms >= since_ms
    )
    rows = read_rows(engine, query.order_by(vote.c.offset_ms, vote.c.voice))
    numbers: dict[str, int] = {}
    return [
        Vote(numbers.setdefault(row.voice, len(numbers) + 1), row.offset_ms, Choice(row.choice))
        for row in rows
    ]


def _is_too_much(connection: Connection, session_id: int, voice: str, offset_ms: int) -> bool:
    here = vote.c.session_id == session_id
    last_ms = connection.scalar(select(func.max(vote.c.offset_ms)).where(here, vote.c.voice == voice))
    if last_ms is not None and offset_ms - last_ms < PACE_MS:
        return True
    lately = connection.scalar(
        select(func.count()).select_from(vote).where(here, vote.c.offset_ms > offset_ms - 1_000)
    )
    every = connection.scalar(select(func.count()).select_from(vote).where(here))
    if (lately or 0) >= MOST_A_SECOND or (every or 0) >= MOST_VOTES:
        return True
    heard = connection.scalar(select(func.count(vote.c.voice.distinct())).where(here))
    return last_ms is None and (heard or 0) >= MOST_VOICES


def _one(engine: Engine, which: ColumnElement[bool]) -> Ballot | None:
    columns = (ballot.c.session_id, ballot.c.code, ballot.c.titled, ballot.c.closed)
    query = select(*columns, session.c.title, session.c.ended_at).join(
        session, session.c.id == ballot.c.session_id
    )
    rows = read_rows(engine, query.where(which))
    if not rows:
        return None
    row = rows[0]
    closed = row.closed or row.ended_at is not None
    return Ballot(row.session_id, row.code, row.title if row.titled else None, closed)
