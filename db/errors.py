"""What storage can refuse to do. Every message is a sentence a host can act on."""

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

LOGGER = logging.getLogger(__name__)
SEE_LOG = "Whoever runs Attune finds the reason in its log."


class DatabaseError(Exception):
    """Anything this folder raises on purpose."""


class DatabaseNewerError(DatabaseError):
    """The database was made by a newer Attune than this one."""


class DatabaseUnavailableError(DatabaseError):
    """The database cannot be read or written at the moment: locked, full, read-only, missing, damaged.

    The same call may succeed later, so writers keep their rows and try again.
    """


class DatabaseGoneError(DatabaseUnavailableError):
    """The database's file was deleted, replaced or damaged: what was stored in it may be lost."""


class SessionNotFoundError(DatabaseError):
    """No session has this id: it was deleted, or the link is wrong."""

    def __init__(self, session_id: int) -> None:
        super().__init__(f"There is no session {session_id}: it was deleted, or the link is wrong.")
        self.session_id = session_id


class GoingOnError(DatabaseError):
    """A session cannot be gone on with."""


class PersonNotFoundError(DatabaseError):
    """The number is nobody's: never seen, forgotten, or a part of somebody else now."""

    def __init__(self, session_id: int, person: int) -> None:
        super().__init__(
            f"There is no participant {person} in session {session_id}: never seen, forgotten, or merged "
            "into another one. Read the list of participants again."
        )
        self.session_id, self.person = session_id, person


class SeenTogetherError(DatabaseError):
    """Participants to be merged are in the same frames, so they are not one person."""

    def __init__(self, people: Sequence[int], frames: int, first_ms: int) -> None:
        numbers = " and ".join(map(str, people))
        super().__init__(
            f"The participants {numbers} are seen at the same time in {frames} frames, first at "
            f"{_clock(first_ms)}, so they cannot be one person. Split one of them where it changes, "
            "or exclude the one that is no person."
        )
        self.people, self.frames, self.first_ms = tuple(people), frames, first_ms


class SplitError(DatabaseError):
    """A participant cannot be split where nothing lies on one side."""

    def __init__(self, person: int, at_ms: int) -> None:
        super().__init__(
            f"Participant {person} cannot be split at {_clock(at_ms)}: there is nothing before it, or "
            "nothing after it. Choose a time between the first and the last moment they are seen."
        )
        self.person, self.at_ms = person, at_ms


class MarkerNotFoundError(DatabaseError):
    """No marker of this session has this number."""

    def __init__(self, session_id: int, marker_id: int) -> None:
        super().__init__(f"There is no marker {marker_id} in session {session_id}: it was deleted.")
        self.session_id, self.marker_id = session_id, marker_id


def _clock(offset_ms: int) -> str:
    minutes, seconds = divmod(offset_ms / 1000, 60)
    return f"{minutes:.0f}:{seconds:04.1f}"


# Keys are SQLite's primary result codes; extended codes such as SQLITE_IOERR_WRITE begin with them.
_SENTENCES = {
    "SQLITE_BUSY": "The database is locked by another program. Close the program that uses it, or wait.",
    "SQLITE_LOCKED": "The database is locked by another part of Attune. Wait a moment and try again.",
    "SQLITE_FULL": "The disk is full, so nothing can be saved. Free some space on the database's disk.",
    "SQLITE_READONLY": "The database is read-only, so nothing can be saved. Allow writing to its folder.",
    "SQLITE_CANTOPEN": "The database file cannot be opened. Check that its folder exists and may be written.",
    "SQLITE_NOTADB": "The database file is no SQLite database. Choose another file, or move it away.",
    "SQLITE_CORRUPT": "The database file is damaged. Restore a copy, or move it away to start a new one.",
    "SQLITE_IOERR": "The database's disk cannot be read or written. Check that it is connected and not full.",
    "SQLITE_PERM": "The database file may not be used by this account. Allow reading and writing.",
}
_GONE = ("SQLITE_NOTADB", "SQLITE_CORRUPT")


def is_locked(error: BaseException) -> bool:
    """Whether `error` is SQLite's "another connection holds the lock"."""
    return _sqlite_name(error).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _sqlite_name(error: BaseException) -> str:
    driver_error = getattr(error, "orig", None) or error
    return str(getattr(driver_error, "sqlite_errorname", ""))


def as_database_error(error: SQLAlchemyError | sqlite3.Error) -> DatabaseError:
    """The sentence for an error of the driver: unavailable (try again) or refused (never will work)."""
    name = _sqlite_name(error)
    for code, sentence in _SENTENCES.items():
        if name.startswith(code):
            return (DatabaseGoneError if code in _GONE else DatabaseUnavailableError)(sentence)
    _log_reason(str(getattr(error, "orig", None) or error).strip())
    if isinstance(error, IntegrityError) or not isinstance(error, DBAPIError):
        return DatabaseError(f"The database refused the rows. {SEE_LOG}")
    if error.connection_invalidated or type(error).__name__ in ("OperationalError", "InterfaceError"):
        return DatabaseUnavailableError(f"The database cannot be used now. {SEE_LOG}")
    return DatabaseError(f"The database refused the request. {SEE_LOG}")


@lru_cache(maxsize=50)
def _log_reason(reason: str) -> None:
    """What the driver said: once each, and to the log alone, for it may name hosts, ports and accounts."""
    LOGGER.error("the database's driver says: %s", reason)


@contextmanager
def database_errors() -> Iterator[None]:
    """Turn errors of SQLAlchemy and the driver into DatabaseError with a sentence."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise as_database_error(error) from error
