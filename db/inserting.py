"""Many rows at once, by the quickest way each database has."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Boolean, Connection, Float, Integer, SmallInteger, String, Table, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError

Rows = Sequence[tuple[Any, ...]]
_BINARY = ((SmallInteger, "int2"), (Integer, "int4"), (Float, "float8"), (Boolean, "bool"), (String, "text"))


def insert_rows(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert `rows`, tuples in the order of the table's columns, of types the driver takes as they are.

    SQLite gets the tuples as they are, a dict per row would halve the rate; PostgreSQL a binary COPY where
    the driver is psycopg. Raises SQLAlchemy's errors.
    """
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_sqlite_statement(table), list(rows))
    elif connection.dialect.driver == "psycopg":
        _copy(connection, table, rows)
    else:
        names = [column.name for column in table.columns]
        connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])


@cache
def _sqlite_statement(table: Table) -> str:
    return str(insert(table).compile(dialect=sqlite.dialect()))


def _copy(connection: Connection, table: Table, rows: Rows) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    statement = _copy_statement(table)
    errors = connection.dialect.loaded_dbapi.Error
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types(_types(table))
            for row in rows:
                copy.write_row(row)
    except errors as error:  # SQLAlchemy did not see the statement, so it is told what became of it
        gone = connection.dialect.is_disconnect(error, driver, None)
        if gone:
            connection.invalidate(error)
        raise DBAPIError.instance(
            statement, None, error, errors, connection_invalidated=gone, dialect=connection.dialect
        ) from error


@cache
def _copy_statement(table: Table) -> str:
    """Names are quoted: "leading" is a word of SQL."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    return f'COPY "{table.name}" ({names}) FROM STDIN (FORMAT BINARY)'


@cache
def _types(table: Table) -> list[str]:
    return [next(name for kind, name in _BINARY if isinstance(column.type, kind)) for column in table.columns]
