"""What reports return: plain values, no rows and no connection behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from model.observations import GazeState, Observation

MeanScores = tuple[float | None, ...]
Counts = tuple[int, ...]


@dataclass(frozen=True)
class SessionSummary:
    """One session and its totals. `faces` counts observations, `usable` those without a quality flag and
    with scores, `dropped` what was analysed but never stored. `people` counts whom the host did not exclude,
    merged ones once; `faces` and `usable` count everybody; `things` looked like faces and are nobody.
    `duration_ms` lasts to the end, or to the last stored frame while the session runs. `series`: what the
    host calls its course; `kept`: it outlives the retention time; `server_id`: the server
    that it runs, or ran, on; `owner`: by subject, None where nobody signs in; `own_neutral`: scores were read
    against each person's own resting face, None where that is unknown; `sound`: a voice was listened for."""

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
    series: str | None = None
    kept: bool = False
    server_id: str | None = None
    things: int = 0
    owner: str | None = None
    own_neutral: bool | None = False
    sound: bool = False


@dataclass(frozen=True, slots=True)
class Bucket:
    """One time step from `start_ms`: `scores` are means over usable observations in the order of EMOTIONS
    (None without any), `leads` count usable observations by leading expression, `people` distinct people.
    `person` None: of the group."""

    start_ms: int
    person: int | None
    faces: int
    usable: int
    people: int
    scores: MeanScores
    leads: Counts
    not_sure: int


@dataclass(frozen=True, slots=True)
class FrameBucket:
    """Analysed frames of one time step: all, those with a face, those with a usable face; and all faces in
    them, and the usable ones."""

    start_ms: int
    frames: int
    frames_with_face: int
    frames_usable: int
    faces: int = 0
    usable: int = 0


@dataclass(frozen=True, slots=True)
class ParticipantSummary:
    """One person over the range asked for; measures as in Bucket."""

    person: int
    name: str | None
    first_ms: int
    last_ms: int
    faces: int
    usable: int
    scores: MeanScores
    leads: Counts
    not_sure: int
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class StoredObservation:
    """One observation with its frame, the number of the person it is of, and the name the host gave them."""

    frame: int
    offset_ms: int
    participant: str | None
    observation: Observation
    person: int


@dataclass(frozen=True, slots=True)
class Person:
    """One of the people of a session. `parts` are the numbers that can be given back to themselves: what was
    merged into this person, and a part that was split off and merged again."""

    person: int
    name: str | None
    excluded: bool
    parts: Counts


@dataclass(frozen=True, slots=True)
class GazeBucket:
    """The usable observations of one gaze state in one time step.

    `scores`, `leads` and `not_sure` as in Bucket; `strongest_negative` is the mean of the highest of angry,
    disgust, fear and sad. `posed` counts those whose yaw and pitch are known; over these, `frontal` counts
    the heads turned by at most FRONTAL_WITHIN_DEG, `facing` is the mean of db.reports.gaze's formula, and the
    angles are means (None where `posed` is 0). `person` None: of the group.
    """

    start_ms: int
    person: int | None
    gaze: GazeState
    usable: int
    scores: tuple[float, ...]
    leads: Counts
    not_sure: int
    strongest_negative: float
    posed: int
    frontal: int
    facing: float | None
    yaw_deg: float | None
    pitch_deg: float | None

    @property
    def share_frontal(self) -> float | None:
        return self.frontal / self.posed if self.posed else None


@dataclass(frozen=True, slots=True)
class LookingBucket:
    """Unflagged observations of one person and gaze state in one time step."""

    start_ms: int
    person: int
    gaze: GazeState
    unflagged: int


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """How a session is read: the engagement definition's name as it was stored, its weights, the events'
    thresholds and the points of valence and arousal. None where nothing, or nothing that can be read, is
    stored."""

    definition: str | None
    weights: Mapping[str, float] | None
    thresholds: Mapping[str, float] | None
    circumplex: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Marker:
    """A moment or, with `end_ms`, a stretch that the host marked."""

    id: int
    offset_ms: int
    end_ms: int | None
    label: str
    note: str | None


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """Something the program noticed. `person` None: of the group. `end_ms` None: not over when it was last
    written. `value` is what the kind of event measures."""

    start_ms: int
    end_ms: int | None
    kind: str
    person: int | None
    value: float | None


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something said from `start_ms` to `end_ms` of the session's clock. `speaker`: as the transcript names
    them, None where it does not; `person`: the participant they are, None for nobody known."""

    start_ms: int
    end_ms: int
    speaker: str | None
    text: str
    person: int | None = None
