"""Putting old sessions into files, and taking away files and rows that nobody needs any more.

A file's name stands in `archived_file` before it is written and until it is deleted, so that a crash at any
moment leaves nothing that is not found again. A session's rows go in a later pass than the one that wrote its
files: whoever began to read them before has ended by then.
"""

from collections.abc import Generator, Sequence
from contextlib import closing
from datetime import datetime
from secrets import token_hex

from sqlalchemy import Connection, Engine, Table, exists, insert, select, update

from db.archive.files import GROUP_ROWS, Rows, write_rows
from db.archive.removing import remove_left
from db.archive.rows import TABLES, folder_of, path_of
from db.engine import read_transaction, write_transaction
from db.errors import database_errors
from db.ranges import delete_rows
from db.schema import archived_file, frame, session

AT_ONCE = 100


def due(engine: Engine, before: datetime) -> Sequence[int]:
    """Sessions that ended before then and are not archived, the oldest first."""
    old = (session.c.ended_at < before, session.c.archive.is_(None), session.c.frames > 0)
    with database_errors(), engine.connect() as connection:
        query = select(session.c.id).where(*old).order_by(session.c.ended_at).limit(AT_ONCE)
        return connection.execute(query).scalars().all()


def archive(engine: Engine, session_id: int) -> bool:
    """Write the session's files, and say so in the database; its rows stay until `tidy`.

    False when it changed meanwhile, or is gone. Only one program may do so at a time. Raises ArchiveError
    when a file cannot be written, DatabaseError.
    """
    name = f"session-{session_id}-{token_hex(4)}"
    with database_errors():
        with write_transaction(engine) as connection:
            folder = folder_of(connection)
            connection.execute(insert(archived_file).values(name=name, writing=True))
        with read_transaction(engine) as connection:
            seal = _seal(connection, session_id)
            for table in TABLES:
                with closing(_batches(connection, table, session_id)) as batches:
                    write_rows(path_of(folder, name, table), table, batches)
        with write_transaction(engine) as connection:
            if seal is None or _seal(connection, session_id, hold=True) != seal:
                return False
            connection.execute(update(session).where(session.c.id == session_id).values(archive=name))
            connection.execute(
                update(archived_file).where(archived_file.c.name == name).values(writing=False)
            )
    return True


def _seal(connection: Connection, session_id: int, *, hold: bool = False) -> tuple[object, ...] | None:
    """Changes with whatever changes the session's rows; None for one that runs, is archived or gone."""
    columns = (session.c.frames, session.c.faces, session.c.usable, session.c.last_ms, session.c.ended_at)
    still = (session.c.id == session_id, session.c.archive.is_(None), session.c.ended_at.is_not(None))
    query = select(*columns).where(*still)
    found = connection.execute(query.with_for_update() if hold else query).first()
    return None if found is None else tuple(found)


def _batches(connection: Connection, table: Table, session_id: int) -> Generator[Rows, None, None]:
    keys = [column for column in table.primary_key.columns if column.name != "session_id"]
    query = select(table).where(table.c.session_id == session_id).order_by(*keys)
    result = connection.execution_options(stream_results=True).execute(query)
    yield from ([tuple(row) for row in rows] for rows in result.partitions(GROUP_ROWS))


def tidy(engine: Engine) -> None:
    """What an earlier pass left: files of a crash, rows that are in files. Raises DatabaseError."""
    with database_errors(), write_transaction(engine) as connection:
        connection.execute(update(archived_file).where(archived_file.c.writing).values(writing=False))
    remove_left(engine)
    inside = exists().where(frame.c.session_id == session.c.id)
    with database_errors():
        with engine.connect() as reading:
            query = select(session.c.id).where(session.c.archive.is_not(None), inside)
            left = reading.execute(query).scalars().all()
        for session_id in left:
            _let_rows_go(engine, session_id)


def _let_rows_go(engine: Engine, session_id: int) -> None:
    this = (session.c.id == session_id, session.c.archive.is_not(None))
    with write_transaction(engine) as connection:
        asked = select(session.c.frames + session.c.faces).where(*this).with_for_update()
        rows = connection.execute(asked).scalar()
        if rows is not None:  # nobody has brought it back
            delete_rows(connection, [session_id], rows, TABLES)
