"""Heads that are turned away and moving: counted beforehand, track by track, when sums are made.

How fast a head turns depends on the half second before. Where that reaches beyond what the sums knew (the
beginning of a range, a split, a change of track within one person), the instants must be read.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Select, and_, func, select

from db.archive.rows import from_rows
from db.engine import read_transaction
from db.errors import database_errors
from db.measures import USABLE, bucket_of, within
from db.persons import Roster, read_roster
from db.reports.gaze import FRONTAL, POSED, gaze_code
from db.schema import observation
from db.sums import EVERYTHING, STEPS_MS, UNUSABLE, Part, cuts_of, owned, parts_of
from db.sums_schema import gaze_sum
from model.observations import MOVING_FROM_DEG_S, SHORTEST_SPEED_MS, SPEED_WINDOW_MS, GazeState

_STEP_MS = STEPS_MS[1]
_YAW, _PITCH = observation.c.yaw_deg, observation.c.pitch_deg
Span = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class MovingHeads:
    """`counted`: start of the time step, person, gaze state, usable instants with a known pose and those of
    them with a head away and moving. `unread`: the stretches [start_ms, end_ms) that are not in them."""

    counted: list[tuple[int, int, GazeState, int, int]]
    unread: list[Span]


@from_rows
def moving_heads(
    engine: Engine, session_id: int, bucket_ms: int, start_ms: int = 0, end_ms: int | None = None
) -> MovingHeads:
    """What is known of moving heads in [start_ms, end_ms) by steps of `bucket_ms`, without excluded people.

    A step may be counted in several rows, and be unread in part.
    """
    with database_errors(), read_transaction(engine) as connection:
        who = read_roster(connection, session_id)
        unsure = _unsure(connection, session_id, who, start_ms)
        cuts = cuts_of(who) | {edge for span in unsure for edge in span}
        span = (start_ms, end_ms)
        parts = parts_of(connection, session_id, who, span, bucket_ms=bucket_ms, cuts=cuts)
        sure = [part for part in parts if part.step_ms and not _meets(part, unsure)]
        rows = [row for part in sure for row in _read(connection, who, session_id, bucket_ms, part)]
    states = list(GazeState)
    counted = [(row[0], row[1], states[row[2]], row[3], row[4]) for row in rows]
    return MovingHeads(counted, _coalesced([part for part in parts if part not in sure]))


def moving_counts(session_id: int, start_ms: int, end_ms: int, step_ms: int) -> Select[Any]:
    """Number of the step, track, gaze state and moving heads, from the observations of [start_ms, end_ms)."""
    at_ms, before = observation.c.offset_ms, {"range_": (-SPEED_WINDOW_MS, 0)}
    window: dict[str, Any] = {"partition_by": observation.c.track_id, "order_by": at_ms, **before}
    told = (
        select(
            observation.c.track_id,
            at_ms,
            gaze_code().label("state"),
            and_(USABLE, ~FRONTAL).label("away"),
            (_YAW - func.first_value(_YAW).over(**window)).label("yaw"),
            (_PITCH - func.first_value(_PITCH).over(**window)).label("pitch"),
            (at_ms - func.first_value(at_ms).over(**window)).label("passed_ms"),
        )
        .where(within(observation, session_id, max(0, start_ms - SPEED_WINDOW_MS), end_ms), POSED)
        .subquery()
    )
    turned, limit = told.c.yaw * told.c.yaw + told.c.pitch * told.c.pitch, MOVING_FROM_DEG_S / 1000
    fast = turned >= (limit * told.c.passed_ms) * (limit * told.c.passed_ms)
    step = bucket_of(told.c.offset_ms, step_ms)
    query = select(step, told.c.track_id, told.c.state, func.count()).where(
        told.c.offset_ms >= start_ms, told.c.away, told.c.passed_ms >= SHORTEST_SPEED_MS, fast
    )
    return query.group_by(step, told.c.track_id, told.c.state)


def _read(connection: Connection, who: Roster, session_id: int, bucket_ms: int, part: Part) -> list[Any]:
    rows = owned(who, session_id, EVERYTHING, part)
    step, state = gaze_sum.c.step // (bucket_ms // part.step_ms), gaze_sum.c.state
    sums = func.sum(gaze_sum.c.posed), func.sum(gaze_sum.c.moving)
    query = rows.select(step * bucket_ms, rows.person, state, *sums)
    query = query.where(state != UNUSABLE, gaze_sum.c.posed > 0)
    return list(connection.execute(query.group_by(step, rows.person, state)).all())


def _unsure(connection: Connection, session_id: int, who: Roster, start_ms: int) -> list[tuple[int, int]]:
    """Stretches in which the half second before somebody's instants is not all of the same track's."""
    spans = {(cut, cut + SPEED_WINDOW_MS) for cut in cuts_of(who)}
    if start_ms > 0:
        spans.add((start_ms, start_ms + SPEED_WINDOW_MS))
    spans.update(
        (step * _STEP_MS, (step + 1) * _STEP_MS) for step in _handed_over(connection, session_id, who)
    )
    return sorted(spans)


def _handed_over(connection: Connection, session_id: int, who: Roster) -> Iterator[int]:
    """The steps in which, or just before which, one person had more than one track."""
    shared = [person for person in who.people if len({one.track_id for one in who.pieces(person)}) > 1]
    person_of = {one.track_id: person for person in shared for one in who.pieces(person)}
    if not person_of:
        return
    stored = (
        gaze_sum.c.session_id == session_id,
        gaze_sum.c.kind == EVERYTHING,
        gaze_sum.c.step_ms == _STEP_MS,
    )
    query = select(gaze_sum.c.step, gaze_sum.c.track_id).where(*stored, gaze_sum.c.track_id.in_(person_of))
    tracks: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    for step, track_id in connection.execute(query):
        tracks[person_of[track_id], step].add(track_id)
    for (person, step), these in list(tracks.items()):
        if len(these | tracks.get((person, step - 1), set())) > 1:
            yield step


def _meets(part: Part, spans: list[tuple[int, int]]) -> bool:
    end_ms = part.end_ms
    assert end_ms is not None
    return any(start < end_ms and part.start_ms < end for start, end in spans)


def _coalesced(parts: list[Part]) -> list[Span]:
    spans: list[Span] = []
    for part in parts:
        if spans and spans[-1][1] == part.start_ms:
            spans[-1] = (spans[-1][0], part.end_ms)
        else:
            spans.append((part.start_ms, part.end_ms))
    return spans
