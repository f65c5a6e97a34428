"""What is kept of one face in one analysed frame. Numbers only; never a picture."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntFlag, StrEnum

from model.emotions import Certainty, Emotion


class QualityFlag(IntFlag):
    """What speaks against a face at an instant. No bit set: in plain view.

    The bits are stored, so a value is never reused for another meaning.
    """

    SMALL = 1
    BLURRED = 2
    DARK = 4
    LOW_CONFIDENCE = 8
    TURNED_AWAY = 16
    CUT_OFF = 32
    OCCLUDED = 64
    OVEREXPOSED = 128
    STILL = 256

    def names(self) -> tuple[str, ...]:
        """Lower-case names of the set bits, lowest first; empty of a face in plain view."""
        return tuple(str(flag.name).lower() for flag in QualityFlag if flag in self)


USABLE = QualityFlag(0)
READABLE = QualityFlag.TURNED_AWAY | QualityFlag.CUT_OFF | QualityFlag.OCCLUDED
"""Flags of faces that are scored all the same where enough of them is seen (model.quality.readable): these
count, and are called sure of less readily. Any other flag keeps a face from counting."""
UNREADABLE = ~int(READABLE)
"""Every other bit."""
TURNED_ASKS_MORE, COVERED_ASKS_MORE = 0.25, 0.10
"""How much more of share and lead is asked of such faces before they are called sure: the least, in steps of
0.05, that is right in 75 % of 65 turned ones and clearly so of 30 covered ones on PublicTest, as most FER+
voters see it (`python -m training.flagged`: 75 and 85 %; as of others 68 and 67 %). None there is cut off;
these are asked as covered ones are."""

EYES_CLOSED_BELOW = 0.2
EYES_HALF_BELOW = 0.3
GAZE_ON_SCREEN_FROM = 0.5

FRONTAL_WITHIN_DEG = 20.0
"""A face is frontal when yaw and pitch both lie within this."""
FACING_ENDS_YAW_DEG, FACING_ENDS_PITCH_DEG = 45.0, 30.0
"""Where `facing` (1 for a head straight at the camera) has fallen to 0."""
SPEED_WINDOW_MS, SHORTEST_SPEED_MS = 500, 150
"""A head's speed is over the first of these; over less than the second it is not told."""
MOVING_FROM_DEG_S = 15.0
"""A head that turns this fast is moving."""


def asked_of(flags: QualityFlag, certainty: Certainty) -> Certainty:
    """What the scores of a face with these flags must reach to name an expression."""
    if not flags:
        return certainty
    turned = QualityFlag.TURNED_AWAY in flags
    return certainty.stricter(TURNED_ASKS_MORE if turned else COVERED_ASKS_MORE)


class GazeState(StrEnum):
    """Where the eyes are at an instant, as the concentration index asks (arXiv:1909.12913)."""

    LOOKING = "looking"
    AWAY = "away"
    HALF_CLOSED = "half_closed"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Signals:
    """Head and eye measurements; None where not measured.

    Angles in degrees (yaw > 0: the person's face turns to the image's right; pitch > 0: up;
    roll > 0: clockwise in the image). `eye_open`: eye aspect ratio, closed below EYES_CLOSED_BELOW. `gaze`:
    head and iris together, 1 straight at the screen, falling to 0 far off it, on it from GAZE_ON_SCREEN_FROM.
    `mouth_open`: gap between the lips over the mouth's width. All three 0..1.
    """

    yaw_deg: float | None = None
    pitch_deg: float | None = None
    roll_deg: float | None = None
    eye_open: float | None = None
    gaze: float | None = None
    mouth_open: float | None = None

    @property
    def gaze_state(self) -> GazeState:
        """From eye opening and gaze; the eyes of a face too small for them count as open."""
        if self.eye_open is not None and self.eye_open < EYES_HALF_BELOW:
            return GazeState.CLOSED if self.eye_open < EYES_CLOSED_BELOW else GazeState.HALF_CLOSED
        if self.gaze is None:
            return GazeState.UNKNOWN
        return GazeState.LOOKING if self.gaze >= GAZE_ON_SCREEN_FROM else GazeState.AWAY


NO_SIGNALS = Signals()


@dataclass(frozen=True, slots=True)
class Observation:
    """One face in one analysed frame. `track_id` below 0: a thing that looks like one.

    `box` is x0, y0, x1, y1 in px of the analysed frame. `scores` holds seven probabilities in the
    order of EMOTIONS, or None when the face was not scored. `leading` is the expression shown to
    the host, or None for "not sure". `confidence` is the detector's, 0..1.
    """

    track_id: int
    box: tuple[float, float, float, float]
    confidence: float
    flags: QualityFlag = USABLE
    scores: tuple[float, ...] | None = None
    leading: Emotion | None = None
    signals: Signals = NO_SIGNALS

    @property
    def usable(self) -> bool:
        return not self.flags & UNREADABLE and self.scores is not None

    @property
    def is_thing(self) -> bool:
        """Whether it only looks like a face, and is neither stored nor counted."""
        return self.track_id < 0

    @property
    def counted(self) -> Signals:
        """The signals that count: all of an unflagged face; of one that is only turned away, that it is."""
        if self.flags == USABLE:
            return self.signals
        away = self.flags == QualityFlag.TURNED_AWAY and self.signals.gaze_state is GazeState.AWAY
        return Signals(gaze=self.signals.gaze) if away else NO_SIGNALS


def apart(
    observations: Iterable[Observation],
) -> tuple[tuple[Observation, ...], tuple[Observation, ...]]:
    """People, and things that look like faces."""
    told = tuple(observations)
    return tuple(one for one in told if not one.is_thing), tuple(one for one in told if one.is_thing)


@dataclass(frozen=True, slots=True)
class FrameRecord:
    """One analysed frame: its number in the session, its time and its faces (possibly none).

    `offset_ms` counts from the start of the session. `taken_back`: tracks that turned out to be pictures,
    each with the time in ms since which they were. `things`: how many things looked like faces so far and
    are nobody; None where nobody counts them. `voice`: whether one was heard; None where nobody listened.
    """

    frame: int
    offset_ms: int
    observations: tuple[Observation, ...] = ()
    taken_back: tuple[tuple[int, int], ...] = ()
    things: int | None = None
    voice: bool | None = None
