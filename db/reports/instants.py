"""Single instants of everybody in one pass, for what sums cannot tell: gestures, speech, events."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Engine

from db.archive.rows import ArchivedError, bring_back, refuse_archived
from db.engine import read_transaction
from db.errors import database_errors
from db.measures import SCORES, rows_of
from db.persons import read_roster
from db.schema import observation

INSTANT_COLUMNS = (
    "person",
    "offset_ms",
    "flags",
    "leading",
    "yaw_deg",
    "pitch_deg",
    "eye_open",
    "gaze",
    "mouth_open",
    *(score.name for score in SCORES),
)
"""The columns of a row of `instants`, in its order; units as in Observation, None where not measured."""


def instants(
    engine: Engine,
    session_id: int,
    start_ms: int = 0,
    end_ms: int | None = None,
    *,
    chunk: int = 20_000,
    include_excluded: bool = False,
) -> Iterator[Sequence[Sequence[Any]]]:
    """Rows of INSTANT_COLUMNS of [start_ms, end_ms) by frame, then track, at most `chunk` at a time.

    A read transaction is held until the last row is taken; a session of hours takes seconds.
    """
    read = partial(_read, engine, session_id, start_ms, end_ms, chunk, include_excluded=include_excluded)
    try:
        yield from read()
    except ArchivedError:
        bring_back(engine, session_id)
        yield from read()


def _read(
    engine: Engine, session_id: int, start_ms: int, end_ms: int | None, chunk: int, *, include_excluded: bool
) -> Iterator[Sequence[Sequence[Any]]]:
    told = [observation.c[name] for name in INSTANT_COLUMNS[1:]]
    with database_errors(), read_transaction(engine) as connection:
        refuse_archived(connection, session_id, start_ms)
        who = read_roster(connection, session_id)
        rows = rows_of(who, session_id, start_ms, end_ms, include_excluded=include_excluded)
        query = rows.select(rows.person, *told).order_by(observation.c.frame, observation.c.track_id)
        result = connection.execution_options(stream_results=True).execute(query)
        yield from result.partitions(chunk)
