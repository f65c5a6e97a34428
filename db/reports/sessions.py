"""Reading sessions as wholes: the list, one of them, how it is read, and who is in it."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import isfinite
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, Select, and_, func, or_, select

from db.engine import read_transaction
from db.errors import SessionNotFoundError, database_errors
from db.persons import Roster, read_roster
from db.schema import participant, session, tracklet
from db.summaries import Person, SessionSettings, SessionSummary

AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]

_SETTINGS = (session.c.engagement, session.c.weights, session.c.thresholds, session.c.circumplex)

_UNTOLD = (session.c.group_only_from, session.c.archive)


def list_sessions(
    engine: Engine,
    search: str = "",
    limit: int = 200,
    *,
    before: SessionSummary | None = None,
    only: ColumnElement[bool] | None = None,
) -> list[SessionSummary]:
    """The newest sessions first. `search` is a part of title or kind, any case, no wildcards; `before`: those
    that follow this one in the list; `only`: those of which this is true, as db.access says."""
    query = _summaries().where(*_found_by(search, only))
    if before is not None:
        began = session.c.started_at
        same = and_(began == before.started_at, session.c.id < before.id)
        query = query.where(or_(began < before.started_at, same))
    newest = (session.c.started_at.desc(), session.c.id.desc())
    return [_summary(row) for row in read_rows(engine, query.order_by(*newest).limit(limit))]


def count_sessions(engine: Engine, search: str = "", only: ColumnElement[bool] | None = None) -> int:
    """How many sessions `list_sessions` would list without a limit."""
    query = select(func.count()).select_from(session).where(*_found_by(search, only))
    return int(read_rows(engine, query)[0][0])


def _found_by(search: str, only: ColumnElement[bool] | None) -> list[ColumnElement[bool]]:
    term = search.strip()
    found = [column.icontains(term, autoescape=True) for column in (session.c.title, session.c.kind)]
    return [*([or_(*found)] if term else []), *([] if only is None else [only])]


def get_session(engine: Engine, session_id: int) -> SessionSummary:
    """One session. Raises SessionNotFoundError."""
    return _summary(_one(engine, _summaries(), session_id))


def session_settings(engine: Engine, session_id: int) -> SessionSettings:
    """How the session is read, as it was stored; whoever reads it checks the definition's name.

    What cannot be read (written by another program, or cut off) is None. Raises SessionNotFoundError.
    """
    row = _one(engine, select(*_SETTINGS), session_id)
    return SessionSettings(row[0], *map(_numbers, row[1:]))


def roster(engine: Engine, session_id: int) -> Roster:
    """Who is who in the session now: one small query, for the live page every second if need be."""
    with database_errors(), read_transaction(engine) as connection:
        return read_roster(connection, session_id)


def people(engine: Engine, session_id: int) -> list[Person]:
    """Everybody who is not forgotten, by number, without their observations; also who is excluded."""
    who = roster(engine, session_id)
    return [
        Person(
            person,
            who.name_of(person),
            person in who.excluded,
            tuple(sorted({piece.own for piece in who.pieces(person)} - {person})),
        )
        for person in who.people
    ]


def read_rows(engine: Engine, query: AnySelect, given: Mapping[str, Any] | None = None) -> Sequence[AnyRow]:
    """All rows of one query; `given`: values of its bind parameters."""
    with database_errors(), engine.connect() as connection:
        return connection.execute(query, given).all()


def _one(engine: Engine, query: AnySelect, session_id: int) -> AnyRow:
    rows = read_rows(engine, query.where(session.c.id == session_id))
    if not rows:
        raise SessionNotFoundError(session_id)
    return rows[0]


def _summaries() -> AnySelect:
    out = and_(
        participant.c.session_id == tracklet.c.session_id,
        participant.c.person == tracklet.c.person,
        participant.c.excluded,
    )
    counted = (
        select(func.count(tracklet.c.person.distinct()))
        .where(tracklet.c.session_id == session.c.id, ~tracklet.c.forgotten)
        .where(~select(participant.c.person).where(out).correlate(tracklet).exists())
        .correlate(session)
        .scalar_subquery()
    )
    told = [column for column in session.columns if column not in (*_SETTINGS, *_UNTOLD)]
    return select(*told, counted.label("people"))


def _summary(row: AnyRow) -> SessionSummary:
    values = dict(row._mapping)
    last_ms = values.pop("last_ms")
    if row.ended_at is not None:
        last_ms = (row.ended_at - row.started_at) // timedelta(milliseconds=1)
    return SessionSummary(**values, duration_ms=max(last_ms, 0))


def _numbers(stored: str | None) -> Mapping[str, float] | None:
    """A JSON object of finite numbers, or None."""
    try:
        found = json.loads(stored or "null")
        if not isinstance(found, dict) or any(isinstance(value, bool) for value in found.values()):
            return None
        numbers = {name: float(value) for name, value in found.items() if isinstance(value, int | float)}
    except (ValueError, OverflowError, RecursionError):
        return None
    return numbers if len(numbers) == len(found) and all(map(isfinite, numbers.values())) else None
