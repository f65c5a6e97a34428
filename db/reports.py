"""Everything that is read. Plain SQL; a report is one pass over a session's neighbouring rows.

Every report is of people, not of tracks: merged ones count as one, split ones as two, and those whom the host
excluded are left out unless `include_excluded` asks for them. Ranges are [start_ms, end_ms).
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from db.engine import read_transaction
from db.errors import database_errors
from db.measures import Rows, bucket_of, measured, measures, rows_of
from db.persons import Roster, read_roster
from db.reports_frames import frame_buckets
from db.reports_gaze import gaze_buckets
from db.reports_instants import INSTANT_COLUMNS, instants
from db.reports_looking import looking_buckets
from db.reports_moving import MovingHeads, moving_heads
from db.reports_notes import events, markers
from db.reports_participants import participants
from db.reports_rows import ObservationColumns, iter_observations, observation_columns
from db.reports_sessions import count_sessions, get_session, list_sessions, people, roster, session_settings
from db.reports_signals import signal_buckets, signals
from db.schema import observation
from db.summaries import (
    Bucket,
    FrameBucket,
    GazeBucket,
    LookingBucket,
    Marker,
    ParticipantSummary,
    Person,
    SessionSettings,
    SessionSummary,
    SignalBucket,
    SignalSeries,
    StoredEvent,
    StoredObservation,
)

__all__ = [
    "INSTANT_COLUMNS",
    "Bucket",
    "FrameBucket",
    "GazeBucket",
    "LookingBucket",
    "Marker",
    "MovingHeads",
    "ObservationColumns",
    "ParticipantSummary",
    "Person",
    "Roster",
    "SessionSettings",
    "SessionSummary",
    "SignalBucket",
    "SignalSeries",
    "StoredEvent",
    "StoredObservation",
    "buckets",
    "count_sessions",
    "events",
    "frame_buckets",
    "gaze_buckets",
    "get_session",
    "instants",
    "iter_observations",
    "list_sessions",
    "looking_buckets",
    "markers",
    "moving_heads",
    "observation_columns",
    "participants",
    "people",
    "roster",
    "session_settings",
    "signal_buckets",
    "signals",
]


def buckets(
    engine: Engine,
    session_id: int,
    bucket_ms: int,
    *,
    start_ms: int = 0,
    end_ms: int | None = None,
    by_person: bool = False,
    min_usable: int = 0,
    include_excluded: bool = False,
) -> list[Bucket]:
    """Observations of [start_ms, end_ms) in steps of `bucket_ms`, in time order, per person when asked.

    Steps begin at multiples of `bucket_ms`; a step without a face is left out. An unknown session has none.
    With `min_usable` only frames in which so many people were usable at once count.
    """
    read = _person_buckets if by_person else _group_buckets
    with database_errors(), read_transaction(engine) as connection:
        who = read_roster(connection, session_id)
        rows = rows_of(
            who, session_id, start_ms, end_ms, include_excluded=include_excluded, min_usable=min_usable
        )
        return read(connection, bucket_ms, rows)


def _person_buckets(connection: Connection, bucket_ms: int, rows: Rows) -> list[Bucket]:
    step = bucket_of(observation.c.offset_ms, bucket_ms)
    query = (
        rows.select(step * bucket_ms, rows.person, *measures())
        .group_by(step, rows.person)
        .order_by(step, rows.person)
    )
    return [_bucket(row[0], row[1], 1, row[2:]) for row in connection.execute(query)]


def _group_buckets(connection: Connection, bucket_ms: int, rows: Rows) -> list[Bucket]:
    """First per frame, which the stored order gives without sorting, then per step: half the time."""
    per_frame = (
        rows.select(func.min(observation.c.offset_ms).label("offset_ms"), *measures())
        .group_by(observation.c.session_id, observation.c.frame)
        .subquery()
    )
    step = bucket_of(per_frame.c.offset_ms, bucket_ms)
    sums = [func.sum(column) for column in per_frame.c if column.name != "offset_ms"]
    people_in = _people(connection, bucket_ms, rows)
    found = connection.execute(select(step * bucket_ms, *sums).group_by(step).order_by(step))
    return [_bucket(row[0], None, people_in[row[0]], row[1:]) for row in found]


def _people(connection: Connection, bucket_ms: int, rows: Rows) -> Counter[int]:
    """Distinct people by the start of their step."""
    start = bucket_of(observation.c.offset_ms, bucket_ms) * bucket_ms
    seen = rows.select(start, rows.person).distinct()
    return Counter(row[0] for row in connection.execute(seen))


def _bucket(start_ms: int, person: int | None, people_seen: int, row: Sequence[Any]) -> Bucket:
    faces, usable, scores, leads, not_sure = measured(row)
    return Bucket(start_ms, person, faces, usable, people_seen, scores, leads, not_sure)
