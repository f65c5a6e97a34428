"""Sharing a session: with a person, or with whoever has a link. Made and taken back by its owner alone."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, insert, select, update

from db.access import Who
from db.engine import write_transaction
from db.errors import SessionNotFoundError, database_errors
from db.reports.sessions import read_rows
from db.rights.audit import REVOKED, SHARED, write_down
from db.rights.schema import account, share
from db.schema import SUBJECT_LENGTH, session
from db.text import one_line

TOKEN_BYTES = 32
USUAL_DAYS, MOST_DAYS = 14, 365


@dataclass(frozen=True, slots=True)
class Share:
    """One that is in force. `subject` None: by a link."""

    id: int
    session_id: int
    subject: str | None
    group_only: bool
    until: datetime
    made_by: str
    made_at: datetime


def digest_of(token: str) -> str:
    """What is stored of a link's token or a code: its SHA-256, in hexadecimal digits."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def share_with(
    engine: Engine, who: Who, session_id: int, name: str, *, group_only: bool, days: int = USUAL_DAYS
) -> None:
    """Let the person with this subject or mail address read a session. Raises SessionNotFoundError where it
    is not `who`'s."""
    subject = one_line(name, SUBJECT_LENGTH)
    with database_errors(), write_transaction(engine) as connection:
        known = select(account.c.subject).where(account.c.subject == subject)
        if "@" in subject and connection.execute(known).first() is None:  # a mail address is in small letters
            subject = subject.lower()
        _add(connection, who, session_id, group_only, days, subject=subject)


def make_link(engine: Engine, who: Who, session_id: int, *, group_only: bool, days: int = USUAL_DAYS) -> str:
    """The token of a new link, of 256 random bits, which is told once and stored nowhere. Raises as
    `share_with`."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with database_errors(), write_transaction(engine) as connection:
        _add(connection, who, session_id, group_only, days, digest=digest_of(token))
    return token


def shares_of(engine: Engine, session_id: int | None = None) -> list[Share]:
    """Those of a session, or all, that are in force now, the newest first. `digest` is never told."""
    columns = [share.c[name] for name in Share.__dataclass_fields__]
    now = datetime.now(UTC)
    query = select(*columns).where(share.c.revoked_at.is_(None), share.c.until > now)
    if session_id is not None:
        query = query.where(share.c.session_id == session_id)
    return [Share(**row._mapping) for row in read_rows(engine, query.order_by(share.c.id.desc()))]


def revoke(engine: Engine, who: Who, share_id: int) -> None:
    """Take a share back, at once. Only its session's owner, whoever it was shared with, and an administrator
    may; of others nothing happens."""
    theirs = share.c.session_id.in_(select(session.c.id).where(session.c.owner == who.subject))
    mine = share.c.subject.in_([name for name in (who.subject, who.mail) if name])
    this = share.c.id == share_id
    with database_errors(), write_transaction(engine) as connection:
        query = select(share.c.session_id).where(this, share.c.revoked_at.is_(None))
        allowed = query if who.is_administrator or who.is_local else query.where(theirs | mine)
        found = connection.execute(allowed.with_for_update()).first()
        if found is not None:
            connection.execute(update(share).where(this).values(revoked_at=datetime.now(UTC)))
            write_down(connection, who.subject or "", REVOKED, found[0])


def session_of_link(engine: Engine, token: str) -> int | None:
    """The session that a link opens now; None for one that is unknown, over or was taken back."""
    now = datetime.now(UTC)
    query = select(share.c.session_id).where(
        share.c.digest == digest_of(token), share.c.revoked_at.is_(None), share.c.until > now
    )
    found = read_rows(engine, query)
    return found[0][0] if found else None


def owner_of(connection: Connection, who: Who, session_id: int) -> str:
    """The subject of `who`, whose session it is. Raises SessionNotFoundError where it is not."""
    found = connection.execute(select(session.c.owner).where(session.c.id == session_id)).first()
    if found is None or who.subject is None or not who.owns(found[0]):
        raise SessionNotFoundError(session_id)
    return who.subject


def _add(connection: Connection, who: Who, session_id: int, group_only: bool, days: int, **whom: str) -> None:
    owner = owner_of(connection, who, session_id)
    now = datetime.now(UTC)
    until = now + timedelta(days=min(max(days, 1), MOST_DAYS))
    values = {"session_id": session_id, "group_only": group_only, "until": until, "made_at": now, **whom}
    connection.execute(insert(share).values(**values, made_by=owner))
    write_down(connection, owner, SHARED, session_id)
