"""Whether a server is alive, by the database's clock."""

from sqlalchemy import ColumnElement

from db.columns import since_seconds
from db.schema import server

DEAD_AFTER_S = 30


def alive() -> ColumnElement[bool]:
    """Of a row of `server`: whether it still beats."""
    return server.c.beat_at > since_seconds(DEAD_AFTER_S)
