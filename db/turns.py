"""Work that one of several servers does for all, settled by PostgreSQL's advisory locks."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from sqlalchemy import Engine, func, select

from db.errors import database_errors

LOCKS = 7_254_138
"""The first number of every lock of ours; the second says of what."""


class Work(IntEnum):
    """What one server does for all."""

    TIDYING = 1
    SUMMING = 2
    ARCHIVING = 3


@contextmanager
def alone_at(engine: Engine, work: Work) -> Iterator[bool]:
    """Whether no other server is at `work` now; then nobody is, until the block ends.

    On SQLite always True: what two programs do there at once costs work, and harms nothing. The lock is the
    connection's, so that a server that is killed in the block leaves none. Raises DatabaseError.
    """
    if engine.dialect.name != "postgresql":
        yield True
        return
    with database_errors(), engine.connect() as connection:
        key = (LOCKS, int(work))
        got = bool(connection.execute(select(func.pg_try_advisory_lock(*key))).scalar_one())
        connection.commit()  # a transaction that stays open would keep deleted rows on the disk
        try:
            yield got
        finally:
            if got:
                connection.execute(select(func.pg_advisory_unlock(*key)))
                connection.commit()
