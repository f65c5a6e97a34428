"""Everybody who was seen, with the sums over their time in view."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, func

from db.archive.rows import from_rows
from db.engine import read_transaction
from db.errors import database_errors
from db.measures import measured, measures, rows_of
from db.persons import Roster, read_roster
from db.schema import observation
from db.summaries import ParticipantSummary
from db.sums import EVERYTHING, STEPS_MS, UNUSABLE, Part, added, cuts_of, folded, owned, parts_of
from db.sums_schema import gaze_sum
from model.emotions import EMOTIONS


@from_rows
def participants(
    engine: Engine,
    session_id: int,
    *,
    start_ms: int = 0,
    end_ms: int | None = None,
    include_excluded: bool = False,
) -> list[ParticipantSummary]:
    """The people seen in [start_ms, end_ms), by number."""
    with database_errors(), read_transaction(engine) as connection:
        who = read_roster(connection, session_id)
        span, cuts = (start_ms, end_ms), cuts_of(who)
        parts = parts_of(connection, session_id, who, span, bucket_ms=STEPS_MS[-1], cuts=cuts)
        found = [_read(connection, who, session_id, part, include_excluded) for part in parts]
    return [
        ParticipantSummary(
            row[0], who.name_of(row[0]), row[1], row[2], *measured(row[3:]), row[0] in who.excluded
        )
        for row in folded(found, 1, _together)
    ]


def _read(
    connection: Connection, who: Roster, session_id: int, part: Part, include_excluded: bool
) -> Sequence[Sequence[Any]]:
    if part.step_ms:
        rows = owned(who, session_id, EVERYTHING, part, include_excluded=include_excluded)
        usable = gaze_sum.c.state != UNUSABLE
        query = rows.select(
            rows.person,
            func.min(gaze_sum.c.first_ms),
            func.max(gaze_sum.c.last_ms),
            func.sum(gaze_sum.c.faces),
            func.coalesce(func.sum(gaze_sum.c.faces).filter(usable), 0),
            *(func.sum(gaze_sum.c[emotion.value]) for emotion in EMOTIONS),
            *(func.sum(gaze_sum.c[f"lead_{index}"]) for index in range(len(EMOTIONS))),
        )
    else:
        rows = rows_of(who, session_id, part.start_ms, part.end_ms, include_excluded=include_excluded)
        at_ms = observation.c.offset_ms
        query = rows.select(rows.person, func.min(at_ms), func.max(at_ms), *measures())
    return connection.execute(query.group_by(rows.person).order_by(rows.person)).all()


def _together(column: int, one: Any, other: Any) -> Any:
    """First seen, last seen, and sums."""
    return min(one, other) if column == 0 else max(one, other) if column == 1 else added(one, other)
