"""A participant's own way to what is kept of them: a code that is used once, and dies of five wrong tries."""

import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, delete, select, update

from db.access import Who
from db.engine import write_transaction
from db.errors import database_errors
from db.rights.audit import A_PARTICIPANT, CODE, SAW_OWN, write_down
from db.rights.schema import own_code
from db.rights.shares import digest_of, owner_of

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without those that are read for another."""
LENGTH = 8
HOLDS_MIN = 15
HOLDS = timedelta(minutes=HOLDS_MIN)
MOST_TRIES = 5


def make_code(engine: Engine, who: Who, session_id: int, person: int) -> str:
    """A new code for a person of a session; an older one of theirs is void, and wrong tries are forgotten.
    Raises SessionNotFoundError where the session is not `who`'s."""
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    with database_errors(), write_transaction(engine) as connection:
        owner = owner_of(connection, who, session_id)
        this = (own_code.c.session_id == session_id, own_code.c.person == person)
        connection.execute(delete(own_code).where(*this))
        values = {"digest": _digest(session_id, code), "until": datetime.now(UTC) + HOLDS, "tries": 0}
        connection.execute(own_code.insert().values(session_id=session_id, person=person, **values))
        write_down(connection, owner, CODE, session_id)
    return code


def redeem(engine: Engine, session_id: int, typed: str) -> int | None:
    """The person whose code was typed, which is used up by that; None, and one try less for every code of the
    session, for a wrong one. Raises DatabaseError."""
    digest = _digest(session_id, "".join(typed.upper().split()).replace("-", ""))
    alive = (
        own_code.c.session_id == session_id,
        own_code.c.until > datetime.now(UTC),
        own_code.c.used_at.is_(None),
        own_code.c.tries < MOST_TRIES,
    )
    with database_errors(), write_transaction(engine) as connection:
        columns = (own_code.c.person, own_code.c.digest)
        rows = connection.execute(select(*columns).where(*alive).with_for_update()).all()
        found = next((row.person for row in rows if secrets.compare_digest(row.digest, digest)), None)
        if found is None:
            tries = own_code.c.tries + 1
            connection.execute(
                update(own_code).where(own_code.c.session_id == session_id).values(tries=tries)
            )
            return None
        used = {"used_at": datetime.now(UTC)}
        connection.execute(update(own_code).where(*alive, own_code.c.person == found).values(used))
        write_down(connection, A_PARTICIPANT, SAW_OWN, session_id)
        return int(found)


def _digest(session_id: int, code: str) -> str:
    return digest_of(f"{session_id} {code}")
