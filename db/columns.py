"""Column types and functions that behave alike on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Float, literal_column
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, always UTC. SQLite has no zone, so it keeps UTC without one.

    Raises ValueError when a naive datetime is written.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"wanted a datetime with a time zone, got {value!r}; use datetime.now(UTC)")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Greatest(GenericFunction[float]):
    """The largest of several values in one row: `max` on SQLite, `greatest` on PostgreSQL.

    None of them may be NULL: SQLite would give NULL, PostgreSQL the largest of the others.
    """

    type = Float(53)
    name = "greatest"
    inherit_cache = True


@compiles(Greatest, "sqlite")
def _greatest_on_sqlite(element: Greatest, compiler: SQLCompiler, **options: Any) -> str:
    return f"max({compiler.process(element.clauses, **options)})"


class _DatabaseInstant(GenericFunction[datetime]):
    """So many seconds before now, by the database's clock."""

    type = UtcDateTime()
    name = "attune_instant"
    inherit_cache = True


@compiles(_DatabaseInstant, "sqlite")
def _instant_on_sqlite(element: _DatabaseInstant, compiler: SQLCompiler, **options: Any) -> str:
    seconds = compiler.process(element.clauses, **options)
    return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', (-{seconds}) || ' seconds')"


@compiles(_DatabaseInstant, "postgresql")
def _instant_on_postgresql(element: _DatabaseInstant, compiler: SQLCompiler, **options: Any) -> str:
    seconds = compiler.process(element.clauses, **options)
    return f"(clock_timestamp() - make_interval(secs => {seconds}))"


def now_of_database() -> ColumnElement[datetime]:
    """This instant by the database's clock, which is one for all servers."""
    return since_seconds(0)


def since_seconds(seconds: int) -> ColumnElement[datetime]:
    """The instant so many seconds ago by the database's clock."""
    return _DatabaseInstant(literal_column(str(int(seconds))))
