"""How sessions end and go: by a reason, by silence, by age."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, func, select, update

from db.beats import alive
from db.engine import write_transaction
from db.errors import SessionNotFoundError, database_errors
from db.ranges import delete_rows, together
from db.rights.audit import DELETED
from db.schema import event, marker, participant, server, session, tracklet
from db.store.writer import Writer
from db.sums_schema import frame_sum, summed

IMPORTED = "imported"
"""Stands where a session says why it ended, when it was read from a file."""
_OF_A_SESSION = (event, marker, tracklet, participant, frame_sum, summed)


class EndReason(StrEnum):
    """Why a session ended. INTERRUPTED is an assumption: no one ended it, and nothing more came."""

    STOPPED = "stopped"  # the host pressed STOP
    DISCONNECTED = "disconnected"  # closed tab, page change, lost connection
    SOURCE_ENDED = "source_ended"  # camera unplugged, sharing ended, recording at its end
    SERVER_STOPPED = "server_stopped"  # whoever runs Attune stopped it
    INTERRUPTED = "interrupted"


class AgeingWrites(Writer):
    """The part of the store that upkeep asks."""

    def kept_since(self) -> dict[int, datetime]:
        """Every session that goes by its age, and from when that counts: its end or, without one, its last
        frame; of an imported one its import, of which its consent record tells."""
        by_age = select(session).where(~session.c.kept)
        with database_errors(), self._engine.connect() as connection:
            return {row.id: _kept_since(row) for row in connection.execute(by_age)}

    def newest_instant(self) -> datetime | None:
        """The latest that anything stored tells of the clock; None when nothing is stored."""
        with database_errors(), self._engine.connect() as connection:
            return max((_kept_since(row) for row in connection.execute(select(session))), default=None)

    def delete_sessions(self, sessions: Iterable[int]) -> list[int]:
        """Delete these and give the space back; returns those that were there.

        One transaction each, so that a recorder never waits for all of them, but for those that are emptied
        together.
        """
        with database_errors():
            groups = together(self._engine, sessions)
        deleted = [session_id for group in groups for session_id in self._delete_group(group)]
        if deleted:
            self.reclaim_space()
        return deleted

    def _delete_group(self, group: Sequence[int]) -> Sequence[int]:
        """Those of them that were there: somebody else may have been quicker."""
        with suppress(SessionNotFoundError):
            self._delete(group)
            return group
        if len(group) == 1:
            return ()
        return [session_id for one in group for session_id in self._delete_group([one])]

    def still_open(self) -> dict[int, int]:
        """The sessions that nobody ended, and the offset of the last frame of each in ms."""
        columns = select(session.c.id, session.c.last_ms).where(session.c.ended_at.is_(None))
        with database_errors(), self._engine.connect() as connection:
            return {row.id: row.last_ms for row in connection.execute(columns)}

    def close_abandoned(
        self,
        now: datetime,
        quiet_ms: int = 10_000,
        *,
        held: Collection[int] = (),
        silent: Collection[int] = (),
        server_id: str | None = None,
        judge_others: bool = True,
    ) -> list[int]:
        """End the sessions that nobody ended and that have been silent for `quiet_ms`.

        They end at their last frame, as "interrupted". Returns their ids. `held`: sessions known to go on
        all the same, such as those that wait for another source. `silent`: known to be silent, whatever `now`
        says. A session of a server other than `server_id` ends when that server does, not before;
        without `judge_others` not now.
        """
        elsewhere = exists().where(server.c.id == session.c.server_id, alive()).label("elsewhere")
        columns = (session.c.id, session.c.started_at, session.c.last_ms, session.c.server_id, elsewhere)
        going_on = (session.c.ended_at.is_(None), session.c.id.not_in(held))
        open_ones = select(*columns).where(*going_on).order_by(session.c.id)
        limit = now - timedelta(milliseconds=quiet_ms)

        def is_quiet(row: Any) -> bool:
            if row.server_id not in (None, server_id):
                return judge_others and not row.elsewhere
            return row.id in silent or _last_instant(row.started_at, row.last_ms) < limit

        with database_errors():
            with self._engine.connect() as reading:
                rows = reading.execute(open_ones).all()
            quiet = [row.id for row in rows if is_quiet(row)]
            if not quiet:
                return []
            with write_transaction(self._engine) as connection:
                rows = connection.execute(open_ones.where(session.c.id.in_(quiet)).with_for_update()).all()
                abandoned = [row for row in rows if is_quiet(row)]
                for row in abandoned:
                    _interrupt(connection, row.id, _last_instant(row.started_at, row.last_ms))
        return [row.id for row in abandoned]

    def _delete(self, sessions: Sequence[int]) -> None:
        """All of them in one transaction. Raises SessionNotFoundError when one is not there."""
        rows = select(func.sum(session.c.faces + session.c.frames)).where(session.c.id.in_(sessions))
        with self._writing() as connection:
            for session_id in sorted(sessions):
                self._hold(connection, session_id, administrators=True)
                self._write_down(connection, DELETED, session_id)
            delete_rows(connection, sessions, int(connection.execute(rows).scalar_one()))
            for table in _OF_A_SESSION:  # faster than row by row through the keys
                connection.execute(delete(table).where(table.c.session_id.in_(sessions)))
            connection.execute(delete(session).where(session.c.id.in_(sessions)))


def _kept_since(row: Row[Any]) -> datetime:
    # What a file says of its time tells nothing of this machine's clock: one of 2099 would never go, and
    # vouch for any clock.
    imported_at: datetime | None = row.consent_at if row.end_reason == IMPORTED else None
    ended_at: datetime = row.ended_at or _last_instant(row.started_at, row.last_ms)
    return imported_at or ended_at


def _last_instant(started_at: datetime, last_ms: int) -> datetime:
    return started_at + timedelta(milliseconds=last_ms)


def _interrupt(connection: Connection, session_id: int, ended_at: datetime) -> None:
    values = {"ended_at": ended_at, "end_reason": EndReason.INTERRUPTED.value}
    connection.execute(update(session).where(session.c.id == session_id).values(values))
