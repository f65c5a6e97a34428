"""Whether a session's rows are in the database, and bringing them back."""

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, Table, delete, select, update

from db.engine import ARCHIVE, write_transaction
from db.errors import DatabaseError, database_errors
from db.inserting import insert_rows
from db.schema import frame, observation, session

TABLES: tuple[Table, ...] = (frame, observation)
"""What lies in files: one for each."""
P = ParamSpec("P")
T = TypeVar("T")


class ArchiveError(DatabaseError):
    """A file of the archive is not there, or cannot be read or written."""


class ArchivedError(DatabaseError):
    """The session's rows have to be brought back first."""

    def __init__(self, session_id: int) -> None:
        super().__init__(f"What was seen in session {session_id} lies in the archive.")


def is_archived(connection: Connection, session_id: int, from_ms: int = 0) -> bool:
    """Whether the session has rows at `from_ms` or later, and they are not in the database."""
    asked = select(session.c.archive, session.c.last_ms).where(session.c.id == session_id)
    found = connection.execute(asked).first()
    return found is not None and found.archive is not None and from_ms <= found.last_ms


def refuse_archived(connection: Connection, session_id: int, from_ms: int = 0) -> None:
    """To be called in the transaction that reads rows of `from_ms` or later. Raises ArchivedError."""
    if is_archived(connection, session_id, from_ms):
        raise ArchivedError(session_id)


def from_rows(
    read: Callable[Concatenate[Engine, int, P], T],
) -> Callable[Concatenate[Engine, int, P], T]:
    """A function that reads a session, and raises ArchivedError where it lacks the rows, gets them."""

    @wraps(read)
    def reading(engine: Engine, session_id: int, /, *args: P.args, **named: P.kwargs) -> T:
        while True:
            try:
                return read(engine, session_id, *args, **named)
            except ArchivedError:
                bring_back(engine, session_id)

    return reading


def bring_back(engine: Engine, session_id: int) -> None:
    """Put an archived session's rows into the database again; nothing for one that is there or gone.

    Raises ArchiveError when a file cannot be read, DatabaseError.
    """
    with database_errors(), write_transaction(engine) as connection:
        this = select(session.c.archive).where(session.c.id == session_id)
        name = connection.execute(this.with_for_update()).scalar()
        if name is not None:
            restore(connection, session_id, name)


def restore(connection: Connection, session_id: int, name: str) -> None:
    """The same inside a transaction that holds the session's row; `name`: of its files."""
    from db.archive.files import read_rows  # pyarrow takes a while, and few need it

    folder = folder_of(connection)
    for table in TABLES:
        connection.execute(delete(table).where(table.c.session_id == session_id))
        for rows in read_rows(path_of(folder, name, table), table, session_id):
            insert_rows(connection, table, rows)
    connection.execute(update(session).where(session.c.id == session_id).values(archive=None))


def columns_in_file(
    engine: Engine, session_id: int, table: Table, names: Sequence[str]
) -> list[tuple[Any, ...]] | None:
    """These columns of an archived session, read in its file; None where it is not archived.

    Raises ArchiveError when the file cannot be read, DatabaseError.
    """
    from db.archive.files import read_rows

    # Writes nothing: the session's row is held, for who brings it back deletes the file.
    with database_errors(), write_transaction(engine) as connection:
        this = select(session.c.archive).where(session.c.id == session_id)
        name = connection.execute(this.with_for_update()).scalar()
        if name is None:
            return None
        path = path_of(folder_of(connection), name, table)
        return [row for rows in read_rows(path, table, session_id, names) for row in rows]


def path_of(folder: Path, name: str, table: Table) -> Path:
    """session-12-0f3a5b7c.observation.parquet"""
    return folder / f"{name}.{table.name}.parquet"


def part_of(path: Path) -> Path:
    """What it is called while it is written."""
    return path.with_name(f".{path.name}.part")


def folder_of(connection: Connection) -> Path:
    """Where the archive of this database lies. Raises DatabaseError."""
    folder = connection.get_execution_options().get(ARCHIVE)
    if folder is None:
        raise DatabaseError(
            "This session lies in the archive, and nobody has said where that is: name its folder in "
            "ATTUNE_ARCHIVE_FOLDER, the same for every program that uses this database."
        )
    return Path(folder)
