"""A made-up session: twenty minutes of six people, by code from a seed. Nobody was filmed for it.

Each person has a character (a resting expression) and a mood that wanders around it; the group shares moments
(a joke, a surprise, a lull) that everybody feels more or less. It shows every part of a report: a late
arrival, an early leave, a break without anybody, instants that do not count, people who look elsewhere, and
what happened.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from dashboard.reading import Reading
from dashboard.sessions.demo_signals import floor, signals_of
from dashboard.stored.events import events_of
from dashboard.stored.instants import Instants
from db.errors import DatabaseError
from db.store import NewEvent, NewSession, Store
from model.behaviour.events import Thresholds
from model.emotions import EMOTIONS, Certainty, Emotion
from model.observations import USABLE, FrameRecord, Observation, QualityFlag

TITLE = "Demo: product review with six people"
ANALYSIS_HZ = 5
DURATION_S = 1200
BATCH_FRAMES = 500
BREAK_S = (745, 790)
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Character:
    """`resting` are seven logits in the order of EMOTIONS; `stays_s` is from when to when they are there."""

    name: str
    resting: tuple[float, ...]
    stays_s: tuple[int, int] = (0, DURATION_S)
    openness: float = 1.0
    turns_away: float = 0.05


@dataclass(frozen=True, slots=True)
class Moment:
    """Something the group shares: it pulls `emotion` up by `strength` logits around `at_s`."""

    at_s: int
    lasts_s: float
    emotion: Emotion
    strength: float


CHARACTERS = (
    Character("Ada", (-1.0, -2.0, -2.0, 0.4, -0.8, -1.0, 1.8)),
    Character("Ben", (-1.5, -2.0, -2.0, 1.2, -1.5, -0.8, 1.4), openness=1.4),
    Character("Chen", (-1.2, -2.2, -1.5, -0.4, -0.2, -1.2, 2.2), openness=0.7, turns_away=0.16),
    Character("Dina", (-0.2, -1.2, -1.8, -0.6, 0.3, -1.2, 1.5), stays_s=(0, 930)),
    Character("Emil", (-1.4, -2.0, -1.0, 0.2, -0.8, 0.2, 1.6), stays_s=(175, DURATION_S), openness=1.2),
    Character("Fay", (-1.6, -1.6, -1.8, 0.8, -0.9, -1.0, 1.7), turns_away=0.1),
)
MOMENTS = (
    Moment(130, 14, Emotion.HAPPY, 3.0),
    Moment(300, 10, Emotion.SURPRISE, 3.2),
    Moment(318, 20, Emotion.HAPPY, 2.4),
    Moment(505, 80, Emotion.SAD, 4.4),
    Moment(610, 50, Emotion.ANGRY, 4.2),
    Moment(870, 12, Emotion.SURPRISE, 2.4),
    Moment(930, 18, Emotion.DISGUST, 4.0),
    Moment(1010, 45, Emotion.FEAR, 3.6),
    Moment(1130, 35, Emotion.HAPPY, 3.0),
)


def write_demo(
    store: Store, now: datetime, seed: int = 7, *, title: str = TITLE, series: str | None = None
) -> int:
    """Writes the made-up session, as if it had just ended at `now` (aware), and gives its number.

    Raises DatabaseError; nothing half-made stays where the database can still delete.
    """
    started_at = now - timedelta(seconds=DURATION_S)
    session_id = store.start_session(
        NewSession(
            title=title,
            kind="meeting",
            purpose="demonstration",
            region="nowhere",
            ground=None,
            consent_at=None,
            consent_text=None,
            source="demo",
            started_at=started_at,
            model_name="made by code",
            model_sha256="",
            analysis_hz=float(ANALYSIS_HZ),
            detector="none",
            is_demo=True,
            series=series,
        )
    )
    try:
        _fill(store, session_id, seed)
        store.end_session(session_id, now, "made by code")
    except DatabaseError:
        with suppress(DatabaseError):  # a half demo would be listed as running
            store.delete_session(session_id)
        raise
    return session_id


def _fill(store: Store, session_id: int, seed: int) -> None:
    frames = list(demo_frames(seed))
    for first in range(0, len(frames), BATCH_FRAMES):
        store.write_frames(session_id, frames[first : first + BATCH_FRAMES])
    for track_id, character in enumerate(CHARACTERS, start=1):
        store.name_participant(session_id, track_id, character.name)
    seen = [(one.track_id, frame.offset_ms, one) for frame in frames for one in frame.observations]
    found = events_of(Instants.of_seen(seen), Reading(), Thresholds(), least_people=2)
    store.write_events(
        session_id, [NewEvent(e.start_ms, e.kind, e.end_ms, e.track_id, e.value) for e in found]
    )


def demo_frames(seed: int = 7) -> Iterator[FrameRecord]:
    """The frames of the made-up session, always the same for a seed."""
    random = np.random.default_rng(seed)
    time_s = np.arange(0, DURATION_S, 1 / ANALYSIS_HZ)
    # A generator of its own, so that scores and signals do not depend on each other.
    speaker = floor(np.random.default_rng([seed, 0]), np.array([c.openness for c in CHARACTERS]), time_s)
    people = [_person(random, number, time_s, speaker, seed) for number in range(len(CHARACTERS))]
    for frame, second in enumerate(time_s.tolist()):
        seen = tuple(track[frame] for track in people if track[frame] is not None)
        yield FrameRecord(frame, round(second * 1000), tuple(face for face in seen if face is not None))


def _person(
    random: np.random.Generator, number: int, time_s: Floats, speaker: NDArray[np.int64], seed: int
) -> list[Observation | None]:
    character = CHARACTERS[number]
    scores = _scores(random, character, time_s).tolist()
    boxes = _boxes(random, number, len(time_s)).round(1).tolist()
    confidence = random.uniform(0.86, 0.97, len(time_s)).round(3).tolist()
    flags = _flags(random, character, len(time_s))
    present = _present(character, time_s).tolist()
    turned = np.array([QualityFlag.TURNED_AWAY in flag for flag in flags])
    own = np.random.default_rng([seed, 1, number])
    signals = signals_of(own, number, time_s, speaker == number, turned)
    columns = zip(boxes, confidence, flags, scores, signals, present, strict=True)
    return [
        Observation(number + 1, tuple(box), sure, flag, tuple(row), _leading(row, flag), measured)
        if there
        else None
        for box, sure, flag, row, measured, there in columns
    ]


def _leading(scores: list[float], flag: QualityFlag) -> Emotion | None:
    return Certainty().leading(scores) if flag == USABLE else None


def _scores(random: np.random.Generator, character: Character, time_s: Floats) -> Floats:
    """Softmax of rest + mood + shared moments: (n, 7), rows summing to 1."""
    logits = np.array(character.resting) + _wander(random, len(time_s), memory_s=25, spread=0.8)
    for moment in MOMENTS:
        delay = moment.at_s + random.normal(0.6, 0.6)
        rise = np.exp(-0.5 * ((time_s - delay) / (moment.lasts_s / 2)) ** 2)
        felt = max(0.2, random.normal(character.openness, 0.3))
        logits[:, EMOTIONS.index(moment.emotion)] += moment.strength * felt * rise
    powers = np.exp(logits + _wander(random, len(time_s), memory_s=1, spread=0.25))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _wander(random: np.random.Generator, n: int, memory_s: float, spread: float) -> Floats:
    """Seven independent Ornstein-Uhlenbeck walks (n, 7) with standard deviation `spread`."""
    keep = np.exp(-1 / (ANALYSIS_HZ * memory_s))
    steps = random.normal(0, spread * np.sqrt(1 - keep**2), (n, len(EMOTIONS)))
    walk = np.empty_like(steps)
    level = random.normal(0, spread, len(EMOTIONS))
    for row in range(n):
        level = keep * level + steps[row]
        walk[row] = level
    return walk


def _boxes(random: np.random.Generator, number: int, n: int) -> Floats:
    """A face in its tile of a 3 x 2 meeting grid of 1280 x 720 px: (n, 4) x0 y0 x1 y1."""
    column, row = number % 3, number // 3
    sway = _wander(random, n, memory_s=4, spread=9.0)
    left = column * 427 + 150 + sway[:, 0]
    top = row * 360 + 90 + sway[:, 1]
    size = 118 + sway[:, 2] * 0.6
    return np.stack([left, top, left + size, top + size * 1.25], axis=1)


def _flags(random: np.random.Generator, character: Character, n: int) -> list[QualityFlag]:
    """Mostly usable, with whole seconds turned away and single blurred frames."""
    seconds = random.random(n // ANALYSIS_HZ + 1) < character.turns_away
    away = np.repeat(seconds, ANALYSIS_HZ)[:n]
    blurred = random.random(n) < 0.015
    bits = away * int(QualityFlag.TURNED_AWAY) + blurred * int(QualityFlag.BLURRED)
    return [QualityFlag(bit) for bit in bits.tolist()]


def _present(character: Character, time_s: Floats) -> NDArray[np.bool_]:
    first, last = character.stays_s
    on_break = (time_s >= BREAK_S[0]) & (time_s < BREAK_S[1])
    return (time_s >= first) & (time_s < last) & ~on_break
