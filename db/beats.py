"""Whether a server is alive, by the database's clock."""

from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, select

from db.columns import now_of_database, since_seconds
from db.schema import server, session

DEAD_AFTER_S = 30


def alive() -> ColumnElement[bool]:
    """Of a row of `server`: whether it still beats."""
    return server.c.beat_at > since_seconds(DEAD_AFTER_S)


def silence(connection: Connection, session_id: int) -> timedelta | None:
    """For how long the server of the session has been dead; None where it is alive, or no longer known."""
    query = select(now_of_database(), server.c.beat_at).join_from(
        server, session, session.c.server_id == server.c.id
    )
    found = connection.execute(query.where(session.c.id == session_id, ~alive())).first()
    return None if found is None else found[0] - found[1]
