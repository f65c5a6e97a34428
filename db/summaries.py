"""What reports return: plain values, no rows and no connection behind them."""

from dataclasses import dataclass
from datetime import datetime

from model.observations import Observation

MeanScores = tuple[float | None, ...]
Counts = tuple[int, ...]


@dataclass(frozen=True)
class SessionSummary:
    """One session and its totals. `faces` counts observations, `usable` those without a quality flag and
    with scores, `dropped` what was analysed but never stored. `duration_ms` lasts to the end, or to the
    last stored frame while the session runs."""

    id: int
    title: str
    kind: str
    purpose: str
    region: str
    ground: str | None
    consent_at: datetime | None
    consent_text: str | None
    source: str
    detector: str
    is_demo: bool
    started_at: datetime
    ended_at: datetime | None
    end_reason: str | None
    duration_ms: int
    people: int
    frames: int
    faces: int
    usable: int
    dropped: int
    model_name: str
    model_sha256: str
    analysis_hz: float


@dataclass(frozen=True, slots=True)
class Bucket:
    """One time step from `start_ms`: `scores` are means over usable observations in the order of EMOTIONS
    (None without any), `leads` count usable observations by leading expression, `people` distinct tracks."""

    start_ms: int
    track_id: int | None
    faces: int
    usable: int
    people: int
    scores: MeanScores
    leads: Counts
    not_sure: int


@dataclass(frozen=True, slots=True)
class FrameBucket:
    """Analysed frames of one time step: all, those with a face, those with a usable face."""

    start_ms: int
    frames: int
    frames_with_face: int
    frames_usable: int


@dataclass(frozen=True, slots=True)
class ParticipantSummary:
    """One track over the range asked for; measures as in Bucket."""

    track_id: int
    name: str | None
    first_ms: int
    last_ms: int
    faces: int
    usable: int
    scores: MeanScores
    leads: Counts
    not_sure: int


@dataclass(frozen=True, slots=True)
class StoredObservation:
    """One observation with its frame and the name the host gave its track."""

    frame: int
    offset_ms: int
    participant: str | None
    observation: Observation
