"""The servers that share this database: they say that they are alive by the database's clock, not their own.

A server whose last beat is older than `db.beats.DEAD_AFTER_S` is gone, and its sessions with it.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Engine, and_, delete, func, insert, null, select, update

from db.beats import alive
from db.columns import now_of_database, since_seconds
from db.engine import write_transaction
from db.errors import database_errors
from db.schema import server, session
from db.store import EndReason

FORGOTTEN_AFTER_S = 86_400


@dataclass(frozen=True, slots=True)
class ServerNow:
    """A server that is alive. `address`: where it alone is reached, if it has said so. `room`: so many more
    sessions it can take by what it measured; None while it does not know."""

    id: str
    address: str | None
    sessions: int
    room: int | None


def beat(engine: Engine, now: ServerNow, held: Collection[int] = ()) -> None:
    """Say that the server is alive, and that the sessions `held` run on it: one that was taken for dead,
    while the database was away, has them back. Raises DatabaseError."""
    told = {"address": now.address, "sessions": now.sessions, "room": now.room, "beat_at": now_of_database()}
    with database_errors(), write_transaction(engine) as connection:
        if not connection.execute(update(server).where(server.c.id == now.id).values(told)).rowcount:
            connection.execute(insert(server).values(id=now.id, **told))
            connection.execute(delete(server).where(server.c.beat_at < since_seconds(FORGOTTEN_AFTER_S)))
        if held:
            taken = (session.c.id.in_(held), session.c.end_reason == EndReason.INTERRUPTED)
            connection.execute(update(session).where(*taken).values(ended_at=null(), end_reason=null()))


def leave(engine: Engine, server_id: str) -> None:
    """The server ends by itself. Raises DatabaseError."""
    with database_errors(), write_transaction(engine) as connection:
        connection.execute(delete(server).where(server.c.id == server_id))


def servers(engine: Engine) -> list[ServerNow]:
    """Those that are alive, the one with most room first. Raises DatabaseError."""
    columns = (server.c.id, server.c.address, server.c.sessions, server.c.room)
    order = (func.coalesce(server.c.room, 0).desc(), server.c.id)
    with database_errors(), engine.connect() as connection:
        return [
            ServerNow(*row) for row in connection.execute(select(*columns).where(alive()).order_by(*order))
        ]


def running_elsewhere(engine: Engine, server_id: str) -> list[int]:
    """The sessions that run on other servers that are alive. Raises DatabaseError."""
    theirs = and_(session.c.ended_at.is_(None), server.c.id != server_id, alive())
    query = select(session.c.id).join(server, server.c.id == session.c.server_id).where(theirs)
    with database_errors(), engine.connect() as connection:
        return list(connection.execute(query.order_by(session.c.id)).scalars())
