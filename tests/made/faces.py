"""Analysed faces, and frames of them, made by code."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from model.emotions import EMOTIONS, Emotion
from model.observations import USABLE, FrameRecord, Observation, QualityFlag


def scores_of(leading: Emotion, share: float = 0.7) -> tuple[float, ...]:
    """Seven scores, `share` for one expression and the rest spread evenly."""
    rest = (1 - share) / (len(EMOTIONS) - 1)
    return tuple(share if emotion == leading else rest for emotion in EMOTIONS)


def scores_with(**shares: float) -> tuple[float, ...]:
    """Seven scores, 0 for whatever is not named."""
    return tuple(shares.get(emotion.value, 0.0) for emotion in EMOTIONS)


def face(
    track_id: int = 1,
    leading: Emotion | None = Emotion.NEUTRAL,
    flags: QualityFlag = USABLE,
    share: float = 0.7,
    **changes: Any,
) -> Observation:
    """One scored face; `leading` None means that nothing leads. `changes` are fields of Observation."""
    scores = scores_of(leading, share) if leading else (1 / 7,) * 7
    seen = Observation(track_id, (10.0, 20.0, 110.5, 145.25), 0.91, flags, scores, leading)
    return replace(seen, **changes)


def frame(number: int, faces: int = 1, step_ms: int = 100) -> FrameRecord:
    """The frame of this number, with so many happy faces."""
    seen = tuple(face(track, Emotion.HAPPY) for track in range(1, faces + 1))
    return FrameRecord(number, number * step_ms, seen)


def seconds(faces: Sequence[Sequence[Observation]], step_ms: int = 1000) -> list[FrameRecord]:
    """One frame for each entry, `step_ms` apart."""
    return [FrameRecord(i, i * step_ms, tuple(found)) for i, found in enumerate(faces)]
