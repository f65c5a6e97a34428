"""What every part of the store does the same way: one transaction each, and sentences for errors."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

from sqlalchemy import Connection, Engine, bindparam, select

from db.access import LOCAL, Who
from db.archive.removing import remove_left
from db.archive.rows import restore
from db.engine import give_space_back, write_transaction
from db.errors import DatabaseUnavailableError, SessionNotFoundError, database_errors
from db.rights.audit import write_down
from db.schema import session
from db.turns import Work, alone_at

_LOCKED = (
    select(session.c.owner, session.c.archive).where(session.c.id == bindparam("number")).with_for_update()
)
"""Else PostgreSQL would let somebody be forgotten between reading who is and storing faces; SQLite has locked
everything, and leaves the words out."""


class Writer:
    """Writes to the database behind `engine`, for `who`: what they make is theirs, and of sessions that are
    not theirs they are told that there are none. Safe to share between threads."""

    def __init__(self, engine: Engine, who: Who = LOCAL) -> None:
        self._engine, self._who = engine, who
        self.space_owed = False  # a deletion's pages are not yet back on the disk: call reclaim_space

    def reclaim_space(self) -> bool:
        """Give the space of deleted rows and of their files back to the disk. False, and `space_owed`, when
        it cannot be done now."""
        self.space_owed = True
        with suppress(DatabaseUnavailableError):
            remove_left(self._engine)
            self.space_owed = not give_space_back(self._engine)
        return not self.space_owed

    def alone_at(self, work: Work) -> AbstractContextManager[bool]:
        """Whether no other server is at `work` now; see db.turns. Raises DatabaseError."""
        return alone_at(self._engine, work)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """One transaction that may write. Raises DatabaseError for what the driver refuses."""
        with database_errors(), write_transaction(self._engine) as connection:
            yield connection

    @contextmanager
    def _writing_to(self, session_id: int, *, rows: bool = False) -> Iterator[Connection]:
        """The same, of a session that is there, and one after the other: what is read in it is true until
        its end. `rows`: its frames and observations are needed, also of one in the archive. Raises
        SessionNotFoundError, ArchiveError."""
        with self._writing() as connection:
            archived = self._hold(connection, session_id)
            if rows and archived is not None:
                restore(connection, session_id, archived)
            yield connection

    def _hold(self, connection: Connection, session_id: int, *, administrators: bool = False) -> str | None:
        """Lock the session's row; the name of its files, if it is archived. `administrators` may do it as
        well. Raises SessionNotFoundError."""
        found = connection.execute(_LOCKED, {"number": session_id}).first()
        may_do = administrators and self._who.is_administrator
        if not found or not (may_do or self._who.owns(found.owner)):
            raise SessionNotFoundError(session_id)
        archived: str | None = found.archive
        return archived

    def _write_down(self, connection: Connection, what: str, session_id: int) -> None:
        """For the owner's and the administrator's eyes; where nobody signs in nothing is written."""
        if not self._who.is_local:
            write_down(connection, self._who.subject or "", what, session_id)
