"""A session that was cut off goes on: the same row, later frames, people and clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, func, select, update

from db.beats import silence
from db.errors import GoingOnError
from db.schema import frame, session, tracklet
from db.store.ageing import EndReason
from db.store.writer import Writer

LONGEST_GAP = timedelta(minutes=10)
"""A longer one is another session; it also bounds what a clock on the wall that was set may tell."""


@dataclass(frozen=True, slots=True)
class WentOn:
    """Where a session goes on. `frame` and `track_id`: the first free numbers; `offset_ms`: its clock now;
    `dropped`: what it had lost before; `ended_at` and `end_reason`: how it had ended."""

    started_at: datetime
    ended_at: datetime
    end_reason: str
    frame: int
    track_id: int
    offset_ms: int
    dropped: int


class GoingOnWrites(Writer):
    """The part of the store that takes up a session again."""

    def go_on(self, session_id: int, now: datetime, model_sha256: str, server_id: str | None) -> WentOn:
        """Make an ended session a running one again, on the server `server_id`.

        Raises SessionNotFoundError, and GoingOnError when it still runs, ended more than LONGEST_GAP ago or
        was scored by another network than `model_sha256`.
        """
        with self._writing_to(session_id) as connection:
            row = connection.execute(select(session).where(session.c.id == session_id)).one()
            if row.ended_at is None:
                raise GoingOnError(f"“{row.title}” is still running, so there is nothing to go on with.")
            # Of a lost server by the database's clock: its own and ours may be hours apart.
            lost = silence(connection, session_id) if row.end_reason == EndReason.INTERRUPTED else None
            # A wall clock that was set back since counts as no gap.
            gap = lost or max(now - row.ended_at, timedelta(0))
            if gap > LONGEST_GAP:
                raise GoingOnError(f"“{row.title}” ended too long ago to go on. Start a new session.")
            if row.model_sha256 != model_sha256:
                raise GoingOnError(
                    f"“{row.title}” was scored by another network than the one at work now, and one session "
                    "does not mix two. Start a new session."
                )
            running = {"ended_at": None, "end_reason": None, "server_id": server_id}
            connection.execute(update(session).where(session.c.id == session_id).values(running))
            ended_ms = max(row.last_ms, (row.ended_at - row.started_at) // timedelta(milliseconds=1))
            offset_ms = ended_ms + max(1, gap // timedelta(milliseconds=1))
            frames = _next(connection, frame.c.frame, session_id, 0)
            tracks = _next(connection, tracklet.c.track_id, session_id, 1)
        return WentOn(row.started_at, row.ended_at, row.end_reason, frames, tracks, offset_ms, row.dropped)


def _next(connection: Connection, column: Column[int], session_id: int, first: int) -> int:
    highest = select(func.max(column)).where(column.table.c.session_id == session_id)
    found = connection.execute(highest).scalar()
    return first if found is None else max(first, int(found) + 1)
