"""`python -m db.backup FILE`: a whole copy of the database in one file, also while sessions run.

SQLite makes it (VACUUM INTO) from one instant, without keeping a recorder waiting, and leaves out what was
deleted. It appears under its name only when it is whole, readable by its owner alone.
"""

import argparse
import os
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from db.errors import DatabaseError, as_database_error

PATIENCE_S = 60.0
"""A migration or a clearing of space may hold the file for a while."""
OTHER_DATABASE = (
    "This copies SQLite databases, and yours is on a server. Use its own tool: for PostgreSQL, "
    "pg_dump --format custom --file FILE, and pg_restore to bring it back."
)


def backup(url: str, copy: Path) -> int:
    """Copy the SQLite database at `url` to the new file `copy`; its size in bytes.

    Raises DatabaseError when there is nothing to copy, when `copy` is there already, or cannot be written.
    """
    source = _file_of(url)
    if not source.is_file():
        raise DatabaseError(f"There is no database at {source} yet, so there is nothing to copy.")
    if copy.exists():
        raise DatabaseError(f"{copy} is there already, and is not overwritten. Name a new file.")
    part = copy.with_name(f".{copy.name}.{os.getpid()}.part")
    try:
        _copy(source, part)
        copy.touch(mode=0o600, exist_ok=False)  # a rename alone would go over a file that appeared meanwhile
        part.replace(copy)
        return copy.stat().st_size
    except sqlite3.Error as error:
        if error.sqlite_errorname == "SQLITE_FULL":
            raise DatabaseError(f"{copy} has no room on its disk. Free some, or choose another.") from error
        raise as_database_error(error) from error
    except OSError as error:
        raise DatabaseError(
            f"{copy} cannot be written ({error.strerror}). Choose a folder that may be written and has room."
        ) from error
    finally:
        for left in (part, part.with_name(part.name + "-journal")):
            with suppress(OSError):  # why nothing could be made is told already
                left.unlink(missing_ok=True)


def _file_of(url: str) -> Path:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # whose own words hold a part of the URL, which may be a password
        raise DatabaseError("The database URL is not understood. Use sqlite:///folder/file.db") from None
    if parsed.get_backend_name() != "sqlite":
        raise DatabaseError(OTHER_DATABASE)
    return Path(parsed.database or "")


def _copy(source: Path, part: Path) -> None:
    part.touch(mode=0o600)
    address = f"{source.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=PATIENCE_S)) as connection:
        connection.execute("VACUUM INTO ?", (str(part),))
    with closing(sqlite3.connect(part)) as made:
        found = made.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise DatabaseError(f"The copy would be damaged as the database is ({found}). Use an older copy.")
    with part.open("rb+") as file:
        os.fsync(file.fileno())


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 0, or 1 with a sentence."""
    parser = argparse.ArgumentParser(
        prog="python -m db.backup", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the copy to make; must not be there yet")
    parser.add_argument(
        "--database", metavar="URL", help="sqlite:///file to copy (the app's, by its settings)"
    )
    given = parser.parse_args(arguments)
    try:
        length = backup(given.database or _app_url(), given.file)
    except DatabaseError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{given.file}: {length:,} bytes, whole and checked.")
    return 0


def _app_url() -> str:
    # Only the command asks for the app's settings; the library below it is handed a URL.
    from dashboard.errors import SettingsError
    from dashboard.settings import load_settings

    try:
        return load_settings().database_url
    except SettingsError as error:
        raise DatabaseError(str(error)) from error


if __name__ == "__main__":
    sys.exit(main())
