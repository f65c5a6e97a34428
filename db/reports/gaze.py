"""Usable observations by gaze state: what any definition of engagement is computed from, when it is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, case, func, literal

from db.archive.rows import from_rows, refuse_archived
from db.columns import Greatest
from db.engine import read_transaction
from db.errors import database_errors
from db.measures import SCORES, USABLE, Rows, bucket_of, rows_of
from db.persons import Roster, read_roster
from db.schema import observation
from db.summaries import GazeBucket
from db.sums import UNUSABLE, Part, cuts_of, folded, owned, parts_of
from db.sums_schema import gaze_sum
from model.emotions import EMOTIONS, NEGATIVE
from model.observations import (
    EYES_CLOSED_BELOW,
    EYES_HALF_BELOW,
    FACING_ENDS_PITCH_DEG,
    FACING_ENDS_YAW_DEG,
    FRONTAL_WITHIN_DEG,
    GAZE_ON_SCREEN_FROM,
    GazeState,
)

_STATES = tuple(GazeState)
_YAW, _PITCH = observation.c.yaw_deg, observation.c.pitch_deg
POSED = and_(_YAW.is_not(None), _PITCH.is_not(None))
FRONTAL = and_(func.abs(_YAW) <= FRONTAL_WITHIN_DEG, func.abs(_PITCH) <= FRONTAL_WITHIN_DEG)
_N = len(EMOTIONS)

GAZE_KEYS = 3
"""A row's first columns: beginning of the step in ms, person (None: of the group), index in GazeState."""
SUM_NAMES = (
    "faces",
    *(emotion.value for emotion in EMOTIONS),
    *(f"lead_{index}" for index in range(_N)),
    "strongest_negative",
    "posed",
    "frontal",
    "facing",
    "yaw_deg",
    "pitch_deg",
)
"""The columns of `gaze_sum` that a report of gazes adds up, in the order in which they follow the keys."""


def gaze_buckets(
    engine: Engine,
    session_id: int,
    bucket_ms: int,
    start_ms: int = 0,
    end_ms: int | None = None,
    *,
    by_person: bool = False,
    least_people: int = 0,
    include_excluded: bool = False,
) -> list[GazeBucket]:
    """The usable observations of [start_ms, end_ms) by time step, person (when asked) and gaze state.

    In this order; what has no usable observation is left out. Steps begin at multiples of `bucket_ms`. With
    `least_people` only frames in which so many people were usable at once count. An unknown session has none.
    """
    rows = gaze_rows(
        engine,
        session_id,
        bucket_ms,
        start_ms,
        end_ms,
        by_person=by_person,
        least_people=least_people,
        include_excluded=include_excluded,
    )
    return [_bucket(row) for row in rows]


@from_rows
def gaze_rows(
    engine: Engine,
    session_id: int,
    bucket_ms: int,
    start_ms: int = 0,
    end_ms: int | None = None,
    *,
    by_person: bool = False,
    least_people: int = 0,
    include_excluded: bool = False,
) -> Sequence[Sequence[Any]]:
    """The same as rows of GAZE_KEYS keys and the sums of SUM_NAMES, a sum None where nothing was known:
    no object is made of a row, which takes longer than reading it."""
    asked = _Asked(session_id, bucket_ms, by_person, least_people, include_excluded)
    with database_errors(), read_transaction(engine) as connection:
        who = read_roster(connection, session_id)
        found = [
            _read(connection, who, asked, part) for part in _parts(connection, who, asked, start_ms, end_ms)
        ]
    return folded(found, GAZE_KEYS)


@dataclass(frozen=True, slots=True)
class _Asked:
    session_id: int
    bucket_ms: int
    by_person: bool
    least_people: int
    include_excluded: bool


def _parts(
    connection: Connection, who: Roster, asked: _Asked, start_ms: int, end_ms: int | None
) -> list[Part]:
    if asked.least_people and asked.include_excluded and who.excluded:  # no sums are of such frames
        refuse_archived(connection, asked.session_id, start_ms)
        return [Part(0, start_ms, end_ms)]
    return parts_of(
        connection,
        asked.session_id,
        who,
        (start_ms, end_ms),
        kind=asked.least_people,
        bucket_ms=asked.bucket_ms,
        cuts=cuts_of(who),
    )


def _read(connection: Connection, who: Roster, asked: _Asked, part: Part) -> Sequence[Sequence[Any]]:
    person: ColumnElement[Any]
    if part.step_ms:
        everybody = asked.include_excluded
        rows = owned(who, asked.session_id, asked.least_people, part, include_excluded=everybody)
        if part.step_ms == asked.bucket_ms and asked.by_person and not who.merged:
            return _as_stored(connection, rows, asked.bucket_ms)
        step: ColumnElement[int] = gaze_sum.c.step // (asked.bucket_ms // part.step_ms)
        state: ColumnElement[int] = gaze_sum.c.state
        sums: list[ColumnElement[Any]] = [func.sum(gaze_sum.c[name]) for name in SUM_NAMES]
        counted = state != UNUSABLE
    else:
        rows = rows_of(
            who,
            asked.session_id,
            part.start_ms,
            part.end_ms,
            include_excluded=asked.include_excluded,
            least_people=asked.least_people,
        )
        step, state = bucket_of(observation.c.offset_ms, asked.bucket_ms), gaze_code()
        sums, counted = gaze_sums(), USABLE
    person = rows.person if asked.by_person else literal(None)
    groups = (step, rows.person, state) if asked.by_person else (step, state)
    query = rows.select(step * asked.bucket_ms, person, state, *sums).where(counted)
    return _fetched(connection, query.group_by(*groups).order_by(*groups))


def _as_stored(connection: Connection, rows: Rows, bucket_ms: int) -> Sequence[Sequence[Any]]:
    """Where steps and people are those of the sums, each group is one row, in the order of the key."""
    step, state = gaze_sum.c.step, gaze_sum.c.state
    query = rows.select(step * bucket_ms, rows.person, state, *(gaze_sum.c[name] for name in SUM_NAMES))
    return _fetched(connection, query.where(state != UNUSABLE).order_by(step, rows.person, state))


def _fetched(connection: Connection, query: Select[Any]) -> Sequence[Sequence[Any]]:
    cursor = connection.execute(query).cursor
    assert cursor is not None
    told: Sequence[Sequence[Any]] = cursor.fetchall()  # the driver's own tuples, as in rows.py
    return told


def gaze_code() -> ColumnElement[int]:
    """`Signals.gaze_state` in SQL, as an index in GazeState."""
    opened, straight = observation.c.eye_open, observation.c.gaze
    rule = (
        (opened < EYES_CLOSED_BELOW, GazeState.CLOSED),
        (opened < EYES_HALF_BELOW, GazeState.HALF_CLOSED),
        (straight.is_(None), GazeState.UNKNOWN),
        (straight >= GAZE_ON_SCREEN_FROM, GazeState.LOOKING),
    )
    whens = [(condition, _STATES.index(state)) for condition, state in rule]
    return case(*whens, else_=_STATES.index(GazeState.AWAY))


def gaze_sums() -> list[ColumnElement[Any]]:
    """Over usable observations, in the order of SUM_NAMES. Angles count only where both are known."""
    return [
        func.count(),
        *(func.sum(score) for score in SCORES),
        *(func.count().filter(observation.c.leading == index) for index in range(_N)),
        func.sum(Greatest(*(observation.c[emotion.value] for emotion in NEGATIVE))),
        func.count().filter(POSED),
        func.count().filter(FRONTAL),
        func.sum(_towards(_YAW, FACING_ENDS_YAW_DEG) * _towards(_PITCH, FACING_ENDS_PITCH_DEG)),
        func.sum(_YAW).filter(POSED),
        func.sum(_PITCH).filter(POSED),
    ]


def _towards(angle: ColumnElement[float], end_deg: float) -> ColumnElement[float]:
    """1 at 0 degrees, falling evenly to 0 at `end_deg`; NULL for an unknown angle."""
    # Not 1 - angle / end: PostgreSQL refuses quotients that are too small for a double.
    left_deg = end_deg - func.abs(angle)
    return case((func.abs(angle) >= end_deg, 0.0), (angle.is_not(None), left_deg / end_deg))


def _bucket(row: Sequence[Any]) -> GazeBucket:
    usable, leads = int(row[3]), tuple(int(count) for count in row[4 + _N : 4 + 2 * _N])
    negative, posed, frontal, *angles = row[4 + 2 * _N :]
    facing, yaw_deg, pitch_deg = (float(total) / posed if posed else None for total in angles)
    return GazeBucket(
        start_ms=row[0],
        person=row[1],
        gaze=_STATES[row[2]],
        usable=usable,
        scores=tuple(float(total) / usable for total in row[4 : 4 + _N]),
        leads=leads,
        not_sure=usable - sum(leads),
        strongest_negative=float(negative) / usable,
        posed=posed,
        frontal=frontal,
        facing=facing,
        yaw_deg=yaw_deg,
        pitch_deg=pitch_deg,
    )
