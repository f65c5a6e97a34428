"""Whether SQLite's file is still the one that was opened: SQLite itself goes on writing to a deleted one."""

import os
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

from db.errors import DatabaseGoneError

AS_IT_IS = "mode=ro&immutable=1"
LOOK_INSIDE_S = 1.0
PUT_BACK = "Put it back, or start Attune again to begin a new one; what was stored in it is lost otherwise."


class OpenedFile:
    """A database file in use. `check` costs microseconds and may be called from any thread."""

    def __init__(self, path: Path) -> None:
        """Raises OSError."""
        self._path = path
        self._identity = _identity(path)
        self._lock = threading.Lock()
        self._looked_s = -LOOK_INSIDE_S

    def check(self) -> None:
        """Raises DatabaseGoneError when the file was deleted, replaced or overwritten."""
        try:
            found = _identity(self._path)
        except OSError:
            raise DatabaseGoneError(f"The database file was deleted while Attune ran. {PUT_BACK}") from None
        if found != self._identity:
            raise DatabaseGoneError(f"Another file took the place of the database's. {PUT_BACK}")
        if self._is_time() and not self._is_database():
            raise DatabaseGoneError(f"The database file was overwritten while Attune ran. {PUT_BACK}")

    def _is_time(self) -> bool:
        with self._lock:
            is_time = time.monotonic() - self._looked_s >= LOOK_INSIDE_S
            if is_time:
                self._looked_s = time.monotonic()
            return is_time

    def _is_database(self) -> bool:
        # Through SQLite: closing a file that was opened otherwise drops all locks that this program has on it
        # (POSIX), and another program may then take the database apart. Immutable: the file, not its log.
        try:
            with closing(
                sqlite3.connect(f"{self._path.absolute().as_uri()}?{AS_IT_IS}", uri=True)
            ) as looking:
                looking.execute("PRAGMA schema_version").fetchone()
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorname == "SQLITE_NOTADB":
                self._looked_s = -LOOK_INSIDE_S  # said again with every use
                return False
        return True


def _identity(path: Path) -> tuple[int, int]:
    found = os.stat(path)  # noqa: PTH116  a thousand times a minute
    return found.st_dev, found.st_ino
