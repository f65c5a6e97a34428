"""Ranges of sessions on PostgreSQL: partitions that are emptied at a stroke instead of row by row.

A range is WIDTH numbers of sessions, one partition of each of TABLES. One whose observations take FULL_BYTES
gets no further session: the next one's number is the first of the next range. SQLite has no such thing, and
all of this does nothing there.
"""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum

from sqlalchemy import Connection, Engine, Table, delete, func, select, text
from sqlalchemy.exc import OperationalError

from db.schema import frame, observation, session
from db.sums_schema import gaze_sum
from db.turns import LOCKS

WIDTH = 1_000
FULL_BYTES = 64 * 2**20
"""About 300,000 observations: a year of a large school is some thousand ranges."""
LARGE_ROWS = 20_000
"""Fewer rows are deleted as they are, in some ten milliseconds, without a lock that others wait for."""
TABLES: tuple[Table, ...] = (frame, observation, gaze_sum)
"""In the order in which a recorder writes them, and locks are taken."""
_CLEAR_OF_THE_END = 100  # numbers that others may draw while a range is left
_RANGES = text(
    "SELECT substring(c.relname from '[0-9]+$')::int AS first,"
    " substring(pg_get_expr(c.relpartbound, c.oid) from 'TO \\(([0-9]+)\\)')::int AS end"
    " FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
    " WHERE i.inhparent = 'observation'::regclass ORDER BY first"
)
_SEQUENCE = "pg_get_serial_sequence('session', 'id')"


class _Lock(IntEnum):
    """The second numbers of advisory locks, after those of db.turns.Work."""

    MAKING = 11
    BEGINNING = 12  # shared by whoever has drawn a number that no session has yet


@dataclass(frozen=True, slots=True)
class Range:
    """The sessions `first` up to, but without, `end`."""

    first: int
    end: int

    def part(self, table: Table) -> str:
        return f"{table.name}_{self.first}"

    def holds(self, session_id: int) -> bool:
        return self.first <= session_id < self.end


def ranges(connection: Connection) -> list[Range]:
    """All of them in order; none on SQLite."""
    if connection.dialect.name != "postgresql":
        return []
    return [Range(row.first, row.end) for row in connection.execute(_RANGES)]


def numbered(connection: Connection) -> dict[str, int]:
    """What a new session's row gets beside its own values, in the transaction that stores it: a number in a
    range that is there. Nothing on SQLite."""
    if connection.dialect.name != "postgresql":
        return {}
    _lock(connection, _Lock.BEGINNING, shared=True)
    newest = ranges(connection)[-1]
    size = select(func.pg_relation_size(newest.part(observation)))
    if connection.execute(size).scalar_one() >= FULL_BYTES:
        _leave(connection.engine, newest)
    number: int = connection.execute(text(f"SELECT nextval({_SEQUENCE})")).scalar_one()
    if number >= newest.end:
        _make(connection.engine, number)
    return {"id": number}


def _leave(engine: Engine, full: Range) -> None:
    """The next number is behind the range `full`."""
    with engine.begin() as connection:
        _lock(connection, _Lock.MAKING)
        drawn = connection.execute(text(f"SELECT pg_sequence_last_value({_SEQUENCE}::regclass)")).scalar()
        if drawn is not None and full.first <= drawn < full.end - _CLEAR_OF_THE_END:
            connection.execute(text(f"SELECT setval({_SEQUENCE}, {full.end - 1})"))


def _make(engine: Engine, number: int) -> None:
    """The range that holds `number`, in a transaction of its own: whoever stores a whole recording in one
    would keep others from theirs. Unlike CREATE ... PARTITION OF, ATTACH lets all read and write."""
    wanted = Range(number // WIDTH * WIDTH, (number // WIDTH + 1) * WIDTH)
    with engine.begin() as connection:
        _lock(connection, _Lock.MAKING)
        if any(one.holds(number) for one in ranges(connection)):
            return
        for table in TABLES:
            part, bounds = wanted.part(table), f"FROM ({wanted.first}) TO ({wanted.end})"
            connection.execute(text(f"CREATE TABLE {part} (LIKE {table.name} INCLUDING ALL)"))
            connection.execute(text(f"ALTER TABLE {table.name} ATTACH PARTITION {part} FOR VALUES {bounds}"))


def _lock(connection: Connection, what: _Lock, *, shared: bool = False) -> None:
    lock = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
    connection.execute(select(lock(LOCKS, int(what))))


def together(engine: Engine, sessions: Iterable[int]) -> list[list[int]]:
    """`sessions` in groups that are deleted at once: those that are a whole range, else each alone."""
    left, groups = list(sessions), list[list[int]]()
    with engine.connect() as connection:
        for one in ranges(connection) if len(left) > 1 else ():
            of_range = [number for number in left if one.holds(number)]
            if len(of_range) > 1 and not _others(connection, one, of_range):
                groups.append(of_range)
                left = [number for number in left if number not in of_range]
    return [*groups, *([number] for number in left)]


def delete_rows(
    connection: Connection, sessions: Sequence[int], rows: int, tables: Sequence[Table] = TABLES
) -> None:
    """Delete what `tables` hold of `sessions`, which are gone already or locked; `rows`: about how many."""
    if rows >= LARGE_ROWS and _emptied(connection, sessions, tables):
        return
    for table in tables:
        connection.execute(delete(table).where(table.c.session_id.in_(sessions)))


def _emptied(connection: Connection, sessions: Sequence[int], tables: Sequence[Table]) -> bool:
    """Whether the range of `sessions` could be emptied at once: nobody else is in it, or reads it now.

    TRUNCATE locks the range alone, gives the space back and is undone with the transaction. Where somebody
    reads the range it is not waited for long: whoever comes meanwhile would wait, too.
    """
    lying = next((one for one in ranges(connection) if one.holds(sessions[0])), None)
    if lying is None or _others(connection, lying, sessions):
        return False
    parts = ", ".join(lying.part(table) for table in tables)
    with suppress(OperationalError), connection.begin_nested():
        # Three waits stay under deadlock_timeout, so that no reader is ever the one that is given up.
        connection.execute(text("SET LOCAL lock_timeout = '300ms'"))
        connection.execute(text(f"LOCK TABLE {parts} IN ACCESS EXCLUSIVE MODE"))
        connection.execute(text("SET LOCAL lock_timeout TO DEFAULT"))
        # Who began before the lock is seen by now; who begins after it waits with its first row.
        if not _others(connection, lying, sessions):
            connection.execute(text(f"TRUNCATE {parts}"))
            return True
    return False


def _others(connection: Connection, one: Range, sessions: Collection[int]) -> bool:
    inside = (session.c.id >= one.first, session.c.id < one.end, session.c.id.not_in(sessions))
    return connection.execute(select(session.c.id).where(*inside).limit(1)).first() is not None


def drop_empty(engine: Engine) -> bool:
    """Drop the ranges in which no session is left, but the newest. False when somebody was in the way.

    Dropping locks all of a table, so it waits for 50 ms at most; DETACH CONCURRENTLY would wait for the
    longest export, and keep everybody from making a range so long.
    """
    with engine.connect() as connection:
        if not _empty_ones(connection):
            return True
    with suppress(OperationalError), engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '50ms'"))
        _lock(connection, _Lock.BEGINNING)
        for one in _empty_ones(connection):
            connection.execute(text(f"DROP TABLE {', '.join(one.part(table) for table in TABLES)}"))
        return True
    return False


def _empty_ones(connection: Connection) -> list[Range]:
    return [one for one in ranges(connection)[:-1] if not _others(connection, one, ())]
