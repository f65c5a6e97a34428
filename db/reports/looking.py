"""Where everybody looked, second by second: of sessions in which nobody is scored."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, func

from db.archive.rows import from_rows
from db.engine import read_transaction
from db.errors import database_errors
from db.measures import bucket_of, rows_of
from db.persons import Roster, read_roster
from db.schema import observation
from db.summaries import LookingBucket
from db.sums import EVERYTHING, Part, cuts_of, folded, owned, parts_of
from db.sums_schema import gaze_sum
from model.observations import GazeState, Signals

SECOND_MS = 1_000


@from_rows
def looking_buckets(
    engine: Engine, session_id: int, bucket_ms: int, start_ms: int = 0, end_ms: int | None = None
) -> list[LookingBucket]:
    """Unflagged observations of [start_ms, end_ms) by time step, person and gaze state, in this order.

    The state is that of the person's mean eye opening and gaze in each second, for all instants of it.
    `bucket_ms` is a number of whole seconds. Excluded people are left out. Raises ValueError.
    """
    if bucket_ms < SECOND_MS or bucket_ms % SECOND_MS:
        raise ValueError(f"wanted a time step of whole seconds in ms, got {bucket_ms}")
    with database_errors(), read_transaction(engine) as connection:
        who = read_roster(connection, session_id)
        span, cuts = (start_ms, end_ms), cuts_of(who)
        parts = parts_of(connection, session_id, who, span, bucket_ms=SECOND_MS, cuts=cuts)
        found = [_read(connection, who, session_id, part) for part in parts]
    states, counted = list(GazeState), Counter[tuple[int, int, int]]()
    for second, person, unflagged, *sums in folded(found, 2):
        start = second * SECOND_MS // bucket_ms * bucket_ms
        counted[start, person, states.index(_state(*sums))] += unflagged
    return [
        LookingBucket(start, person, states[state], count)
        for (start, person, state), count in sorted(counted.items())
    ]


def _state(eye_known: int, gaze_known: int, eye_open: float | None, gaze: float | None) -> GazeState:
    opened = None if eye_open is None else eye_open / eye_known
    return Signals(eye_open=opened, gaze=None if gaze is None else gaze / gaze_known).gaze_state


def _read(connection: Connection, who: Roster, session_id: int, part: Part) -> Sequence[Sequence[Any]]:
    second: ColumnElement[int]
    if part.step_ms:
        rows = owned(who, session_id, EVERYTHING, part)
        second = gaze_sum.c.step
        names = ("unflagged", "eye_known", "gaze_known", "eye_open", "gaze")
        query = rows.select(second, rows.person, *(func.sum(gaze_sum.c[name]) for name in names))
        query = query.where(gaze_sum.c.unflagged > 0)
    else:
        rows = rows_of(who, session_id, part.start_ms, part.end_ms)
        second = bucket_of(observation.c.offset_ms, SECOND_MS)
        known = (observation.c.eye_open, observation.c.gaze)
        sums = [func.count(), *map(func.count, known), *map(func.sum, known)]
        query = rows.select(second, rows.person, *sums).where(observation.c.flags == 0)
    return connection.execute(query.group_by(second, rows.person).order_by(second, rows.person)).all()
