"""Whether SQLite's file is still the one that was opened, and whole: SQLite itself goes on writing to a
deleted one, and notices damage only where it happens to read.
"""

import os
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

from db.errors import DatabaseGoneError

AS_IT_IS = "mode=ro&immutable=1"
LOOK_INSIDE_S = 1.0
LOOK_THROUGH_S, AT_MOST_BUSY = 8.0, 0.05
"""So often all pages are read, by a thread of their own; more rarely where it would take a larger share of
a core."""
LARGEST_READ = 256 * 2**20
"""Bytes, half a second. Of a larger file only damage is told that is read anyway."""
LOG_IS_GONE = "SQLITE_IOERR_SHORT_READ"
"""What is not in the file yet stands in a log beside it, and another one, or none, lies there now."""
DAMAGED = (
    "The database file was damaged while Attune ran. Stop, restore a copy of it, or move it away to start a "
    "new one; what was stored in it may be lost."
)
PUT_BACK = "Put it back, or start Attune again to begin a new one; what was stored in it is lost otherwise."


class OpenedFile:
    """A database file in use. `check` costs microseconds and may be called from any thread."""

    def __init__(self, path: Path) -> None:
        """Raises OSError."""
        self._path = path
        self._identity, self._length = _identity(path)
        self._lock = threading.Lock()
        self._looked_s = -LOOK_INSIDE_S
        self._look_through_s, self._reads_through = 0.0, False
        self._damaged = False

    def check(self) -> None:
        """Raises DatabaseGoneError when the file was deleted, replaced, overwritten or damaged."""
        try:
            found, length = _identity(self._path)
        except OSError:
            raise DatabaseGoneError(f"The database file was deleted while Attune ran. {PUT_BACK}") from None
        if found != self._identity:
            raise DatabaseGoneError(f"Another file took the place of the database's. {PUT_BACK}")
        # An empty file is a database to SQLite, and what is in memory hides that it is.
        if (self._length and not length) or (self._is_time() and not self._is_database()):
            raise DatabaseGoneError(f"The database file was overwritten while Attune ran. {PUT_BACK}")

        self._begin_to_look_through()
        if self._damaged:
            raise DatabaseGoneError(DAMAGED)

    def _begin_to_look_through(self) -> None:
        with self._lock:
            if self._reads_through or time.monotonic() < self._look_through_s:
                return
            self._reads_through = True
        # Beside whoever asks: a recorder's transaction waits for a millisecond, not for all pages.
        threading.Thread(target=self._look_through, name="look-through", daemon=True).start()

    def _look_through(self) -> None:
        began_s = time.monotonic()
        try:
            damaged = self._is_damaged()
        except (OSError, sqlite3.Error):  # locked or gone: others tell
            damaged = self._damaged
        spent_s = time.monotonic() - began_s
        with self._lock:
            self._damaged, self._reads_through = damaged, False
            self._look_through_s = time.monotonic() + max(LOOK_THROUGH_S, spent_s / AT_MOST_BUSY)

    def _is_damaged(self) -> bool:
        """Raises OSError or sqlite3.Error where nobody can say."""
        if self._path.stat().st_size > LARGEST_READ:
            return False
        try:
            with closing(sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True)) as looking:
                return bool(looking.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok")
        except sqlite3.DatabaseError as error:
            if str(error.sqlite_errorname).startswith(("SQLITE_CORRUPT", LOG_IS_GONE)):
                return True
            raise

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


def _identity(path: Path) -> tuple[tuple[int, int], int]:
    """Which file it is, and how long, in bytes."""
    found = os.stat(path)  # noqa: PTH116  a thousand times a minute
    return (found.st_dev, found.st_ino), found.st_size
