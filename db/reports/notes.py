"""Reading what stands beside the observations: markers and events."""

from collections.abc import Collection

from sqlalchemy import Engine, select

from db.engine import read_transaction
from db.errors import database_errors
from db.measures import between
from db.persons import read_roster
from db.schema import event, marker
from db.summaries import Marker, StoredEvent


def markers(engine: Engine, session_id: int) -> list[Marker]:
    """The host's marks of the session, in time order."""
    columns = [marker.c.id, marker.c.offset_ms, marker.c.end_ms, marker.c.label, marker.c.note]
    query = select(*columns).where(marker.c.session_id == session_id)
    with database_errors(), engine.connect() as connection:
        rows = connection.execute(query.order_by(marker.c.offset_ms, marker.c.id)).all()
    return [Marker(*row) for row in rows]


def events(
    engine: Engine,
    session_id: int,
    *,
    start_ms: int = 0,
    end_ms: int | None = None,
    kinds: Collection[str] | None = None,
    include_excluded: bool = False,
) -> list[StoredEvent]:
    """Events that began in [start_ms, end_ms), in time order, of the group and of everybody not excluded."""
    columns = [event.c.start_ms, event.c.end_ms, event.c.kind, event.c.track_id, event.c.value]
    query = select(*columns).where(event.c.session_id == session_id)
    query = query.where(*between(event.c.start_ms, start_ms, end_ms))
    if kinds is not None:
        query = query.where(event.c.kind.in_(kinds))
    with database_errors(), read_transaction(engine) as connection:
        who = read_roster(connection, session_id)
        rows = connection.execute(query.order_by(event.c.start_ms, event.c.id)).all()
    left_out = frozenset[int]() if include_excluded else who.excluded
    told = []
    for row in rows:
        person = None if row.track_id is None else who.person_of(row.track_id, row.start_ms)
        if person not in left_out:
            told.append(StoredEvent(row.start_ms, row.end_ms, row.kind, person, row.value))
    return told
