"""Everything that is read. Plain SQL; a report is one pass over a session's neighbouring rows.

Every report is of people, not of tracks: merged ones count as one, split ones as two, and those whom the host
excluded are left out unless `include_excluded` asks for them. Ranges are [start_ms, end_ms).
"""

from db.persons import Roster
from db.reports.frames import frame_buckets
from db.reports.gaze import GAZE_KEYS, SUM_NAMES, gaze_buckets, gaze_rows
from db.reports.heard import voices
from db.reports.instants import INSTANT_COLUMNS, instants
from db.reports.looking import looking_buckets
from db.reports.moving import MovingHeads, moving_heads
from db.reports.notes import events, markers
from db.reports.participants import participants
from db.reports.rows import ObservationColumns, iter_observations, observation_columns
from db.reports.said import utterances
from db.reports.sessions import count_sessions, get_session, list_sessions, people, roster, session_settings
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
    StoredEvent,
    StoredObservation,
    Utterance,
)

__all__ = [
    "GAZE_KEYS",
    "INSTANT_COLUMNS",
    "SUM_NAMES",
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
    "StoredEvent",
    "StoredObservation",
    "Utterance",
    "count_sessions",
    "events",
    "frame_buckets",
    "gaze_buckets",
    "gaze_rows",
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
    "utterances",
    "voices",
]
