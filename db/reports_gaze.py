"""Usable observations by gaze state: what any definition of engagement is computed from, when it is read."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, case, func, literal

from db.columns import Greatest
from db.engine import read_transaction
from db.errors import database_errors
from db.measures import SCORES, USABLE, bucket_of, rows_of
from db.persons import read_roster
from db.schema import observation
from db.summaries import GazeBucket
from model.emotions import EMOTIONS, Emotion
from model.observations import EYES_CLOSED_BELOW, EYES_HALF_BELOW, GAZE_ON_SCREEN_FROM, GazeState

# As in model.moments, which this folder may not import; a test holds them together.
FRONTAL_WITHIN_DEG = 20.0
FACING_ENDS_YAW_DEG, FACING_ENDS_PITCH_DEG = 45.0, 30.0

_STATES = tuple(GazeState)
_NEGATIVE = (Emotion.ANGRY, Emotion.DISGUST, Emotion.FEAR, Emotion.SAD)
_YAW, _PITCH = observation.c.yaw_deg, observation.c.pitch_deg
_POSED = and_(_YAW.is_not(None), _PITCH.is_not(None))
_FRONTAL = and_(func.abs(_YAW) <= FRONTAL_WITHIN_DEG, func.abs(_PITCH) <= FRONTAL_WITHIN_DEG)
_N = len(EMOTIONS)


def gaze_buckets(
    engine: Engine,
    session_id: int,
    bucket_ms: int,
    start_ms: int = 0,
    end_ms: int | None = None,
    *,
    by_person: bool = False,
    min_usable: int = 0,
    include_excluded: bool = False,
) -> list[GazeBucket]:
    """The usable observations of [start_ms, end_ms) by time step, person (when asked) and gaze state.

    In this order; what has no usable observation is left out. Options as in db.reports.buckets.
    """
    step, state = bucket_of(observation.c.offset_ms, bucket_ms), gaze_code()
    with database_errors(), read_transaction(engine) as connection:
        rows = rows_of(
            read_roster(connection, session_id),
            session_id,
            start_ms,
            end_ms,
            include_excluded=include_excluded,
            min_usable=min_usable,
        )
        person = rows.person if by_person else literal(None)
        groups = (step, rows.person, state) if by_person else (step, state)
        query = rows.select(step * bucket_ms, person, state, *_sums()).where(USABLE)
        return [_bucket(row) for row in connection.execute(query.group_by(*groups).order_by(*groups))]


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


def _sums() -> list[ColumnElement[Any]]:
    """In the order _bucket() reads. Angles count only where both are known."""
    return [
        func.count(),
        *(func.sum(score) for score in SCORES),
        *(func.count().filter(observation.c.leading == index) for index in range(_N)),
        func.sum(Greatest(*(observation.c[emotion.value] for emotion in _NEGATIVE))),
        func.count().filter(_POSED),
        func.count().filter(_FRONTAL),
        func.sum(_towards(_YAW, FACING_ENDS_YAW_DEG) * _towards(_PITCH, FACING_ENDS_PITCH_DEG)),
        func.sum(_YAW).filter(_POSED),
        func.sum(_PITCH).filter(_POSED),
    ]


def _towards(angle: ColumnElement[float], end_deg: float) -> ColumnElement[float]:
    """1 at 0 degrees, falling evenly to 0 at `end_deg`; NULL for an unknown angle."""
    return case((func.abs(angle) >= end_deg, 0.0), (angle.is_not(None), 1.0 - func.abs(angle) / end_deg))


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
