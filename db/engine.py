"""Opening a database, and everything in which SQLite and PostgreSQL differ."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from db.errors import DatabaseError, DatabaseUnavailableError, database_errors, is_locked
from db.opened_file import OpenedFile
from db.ranges import drop_empty

BUSY_TIMEOUT_MS = 3000  # how long one write waits for another program's lock before it says so
OPEN_PATIENCE_S = 15.0  # two processes that start at once: the second waits for the first one's migration
ARCHIVE = "attune_archive"  # execution option of engines: the folder of db.archive
_BEGIN = "attune_begin"  # execution option: how SQLite begins the transaction; "" for none at all


def open_database(url: str, archive: Path | None = None) -> Engine:
    """Open `url` (sqlite:///file or postgresql://...), make it when absent, bring it up to date.

    `archive`: the folder of archived sessions, by default beside SQLite's file.

    Raises DatabaseNewerError for a database of a newer Attune, DatabaseUnavailableError when it cannot
    be read and written, DatabaseError for a URL that names no database this program can use.
    """
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        _prepare_file(Path(str(parsed.database)))
        archive = archive or Path(f"{parsed.database}.archive")
    engine = _make_engine(parsed)
    try:
        with database_errors():
            _when_unlocked(engine)
        if engine.dialect.name == "sqlite":
            opened = OpenedFile(Path(str(parsed.database)))
            event.listen(engine, "begin", lambda _connection: opened.check())
    except BaseException:
        engine.dispose()
        raise
    engine.update_execution_options(**{ARCHIVE: archive})
    return engine


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise DatabaseError(
            "The database URL (ATTUNE_DATABASE_URL; not shown: it may hold a password) is not understood. "
            "Use sqlite:///folder/file.db or postgresql://user@host/name"
        ) from None
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise DatabaseError(
            "The database URL names no file. An SQLite database must be a file: sqlite:///folder/file.db"
        )
    return parsed


def _prepare_file(path: Path) -> None:
    """Make folder and file with access for their owner only; refuse what cannot be written."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
    except OSError as error:
        raise DatabaseUnavailableError(
            f"The database file {path} cannot be made or opened ({error.strerror}). "
            "Choose a folder that exists and may be written (ATTUNE_DATABASE_URL)."
        ) from error
    effective = os.access in os.supports_effective_ids
    for place in (path, path.parent):
        if not os.access(place, os.R_OK | os.W_OK, effective_ids=effective):
            raise DatabaseUnavailableError(
                f"{place} is read-only for this account, so nothing could be saved. Allow writing to the "
                "file and its folder, or choose another file (ATTUNE_DATABASE_URL)."
            )


def _make_engine(url: URL) -> Engine:
    try:
        engine = create_engine(url, pool_pre_ping=url.get_backend_name() != "sqlite")
    except ModuleNotFoundError as error:
        raise DatabaseError(
            f"The database URL needs the package {error.name!r}, which is not installed: "
            f"pip install {error.name}"
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite_connection)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite_connection(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late; see _begin_sqlite
    connection.create_function("lower", 1, _lower, deterministic=True)
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "foreign_keys = ON",
        "secure_delete = ON",
        "synchronous = NORMAL",
    ):
        connection.execute(f"PRAGMA {pragma}")
    if connection.execute("PRAGMA page_count").fetchone()[0] == 0:
        # Has effect only before the first page; later it would wait for the write lock in vain.
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")


def _lower(text: str | float | bytes | None) -> str | float | bytes | None:
    """SQLite's own lower() knows ASCII only; a search for "übung" must find "Übung"."""
    return text.lower() if isinstance(text, str) else text


def _begin_sqlite(connection: Connection) -> None:
    begin = connection.get_execution_options().get(_BEGIN, "BEGIN")
    if begin:
        connection.exec_driver_sql(begin)


def _when_unlocked(engine: Engine) -> None:
    deadline = time.monotonic() + OPEN_PATIENCE_S
    while True:
        try:
            return _bring_up_to_date(engine)
        except OperationalError as error:
            if not is_locked(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _bring_up_to_date(engine: Engine) -> None:
    from db import migrate

    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(**{_BEGIN: ""}) as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
    with engine.connect() as connection:
        if migrate.is_current(connection):
            return
    with write_transaction(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7254137)")
        migrate.upgrade(connection)


@contextmanager
def write_transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction that may write; it waits BUSY_TIMEOUT_MS for SQLite's single write lock."""
    # IMMEDIATE: a write that begins as a read cannot wait for another writer, SQLite fails it at once.
    with (
        engine.connect().execution_options(**{_BEGIN: "BEGIN IMMEDIATE"}) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def read_transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction in which every query sees the database as it was at the first of them."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":  # SQLite's transactions are like this anyway
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


def give_space_back(engine: Engine) -> bool:
    """Return deleted rows' pages to the disk and empty the write-ahead log, which still holds them.

    PostgreSQL does this by itself, but for ranges in which nobody is left. False when a reader or writer was
    in the way: call again later.
    """
    if engine.dialect.name != "sqlite":
        with database_errors():
            return drop_empty(engine)
    with database_errors(), engine.connect().execution_options(**{_BEGIN: ""}) as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        free = connection.exec_driver_sql("PRAGMA freelist_count").scalar_one()
        for _ in range(0, free, 2000):
            # executescript: the driver's execute() frees one page and stops. 2,000 pages at a time
            # leave gaps for a recorder's writes.
            driver.executescript("PRAGMA incremental_vacuum(2000);")
        blocked: int = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
    return blocked == 0
