"""What was done with sessions, and by whom; never a figure. Kept for 180 days."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, delete, select

from db.engine import write_transaction
from db.errors import database_errors
from db.reports.sessions import read_rows
from db.rights.schema import audit

KEPT_DAYS = 180
KEPT, VISIT = timedelta(days=KEPT_DAYS), timedelta(minutes=10)
SIGNED_IN, SIGNED_OUT = "signed in", "signed out"
OPENED, EXPORTED, DELETED, FORGOT = "opened", "exported", "deleted", "forgot somebody"
SHARED, REVOKED, CODE = "shared", "took back a share", "made a code for a participant"
SAW_OWN, TOOK_OWN, ERASED_OWN = "saw their own data", "took their own data", "erased their own data"
A_LINK, A_PARTICIPANT = "somebody with a link", "a participant"
"""How those are called who have no account."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done; `who`: a subject, or a word for somebody without."""

    at: datetime
    who: str
    what: str
    session_id: int | None


def write_down(connection: Connection, who: str, what: str, session_id: int | None = None) -> None:
    """Add an entry inside the caller's transaction."""
    connection.execute(audit.insert().values(at=datetime.now(UTC), who=who, what=what, session_id=session_id))


def note(engine: Engine, who: str, what: str, session_id: int | None = None) -> None:
    """Add an entry. Raises DatabaseError."""
    with database_errors(), write_transaction(engine) as connection:
        write_down(connection, who, what, session_id)


def note_visit(engine: Engine, who: str, what: str, session_id: int) -> None:
    """Add an entry unless the same was done within VISIT: pages are drawn often. Raises DatabaseError."""
    since = datetime.now(UTC) - VISIT
    same = (audit.c.session_id == session_id, audit.c.who == who, audit.c.what == what, audit.c.at > since)
    if not read_rows(engine, select(audit.c.id).where(*same).limit(1)):
        note(engine, who, what, session_id)


def entries(engine: Engine, session_id: int | None = None, limit: int = 500) -> list[Entry]:
    """The newest entries first, of one session or of all."""
    query = select(audit.c.at, audit.c.who, audit.c.what, audit.c.session_id)
    query = query.where(audit.c.at > datetime.now(UTC) - KEPT)
    if session_id is not None:
        query = query.where(audit.c.session_id == session_id)
    rows = read_rows(engine, query.order_by(audit.c.id.desc()).limit(limit))
    return [Entry(*row) for row in rows]


def forget_old(connection: Connection, now: datetime) -> None:
    """Delete what is older than KEPT, inside the caller's transaction."""
    connection.execute(delete(audit).where(audit.c.at < now - KEPT))
