"""Valence (unpleasant to pleasant) and arousal (calm to excited), computed when read.

Each expression has a point in the plane; a score vector gives the mean of the points under its
seven scores. Points: J. A. Russell, "A Circumplex Model of Affect", J. Pers. Soc. Psychol. 39 (1980).
Published tables disagree on surprise, fear and disgust, so the table is a parameter.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.emotions import EMOTIONS, NEGATIVE, Emotion
from model.errors import EngagementError

Circumplex = Mapping[Emotion, tuple[float, float]]

CIRCUMPLEX: Circumplex = MappingProxyType(
    {
        Emotion.ANGRY: (-0.52, 0.58),
        # Not among Russell's words; where Scherer's map puts it ("What are emotions?", 2005).
        Emotion.DISGUST: (-0.67, 0.49),
        Emotion.FEAR: (-0.34, 0.64),
        Emotion.HAPPY: (0.83, 0.53),
        Emotion.SAD: (-0.65, -0.27),
        Emotion.SURPRISE: (0.16, 0.89),
        Emotion.NEUTRAL: (0.0, 0.0),
    }
)
"""(valence, arousal), each -1..1."""
AXES = ("valence", "arousal")


def valence(scores: ArrayLike, table: Circumplex = CIRCUMPLEX) -> NDArray[np.float64]:
    """(...,) mean valence, -1..1, of scores (..., 7) in the order of EMOTIONS; NaN rows give NaN."""
    return _mean_coordinate(scores, table, 0)


def arousal(scores: ArrayLike, table: Circumplex = CIRCUMPLEX) -> NDArray[np.float64]:
    """(...,) mean arousal, -1..1, of scores (..., 7) in the order of EMOTIONS; NaN rows give NaN."""
    return _mean_coordinate(scores, table, 1)


def strongest_negative(scores: ArrayLike) -> NDArray[np.float64]:
    """(...,) the highest score of angry, disgust, fear and sad, 0..1; NaN rows give NaN."""
    return np.asarray(_columns(scores, NEGATIVE).max(axis=-1))


def checked_circumplex(given: Mapping[str, float]) -> Circumplex:
    """`given` as a table: `happy_valence`, `happy_arousal` and so on, each -1..1, for all seven expressions.

    Raises EngagementError for a missing or unknown name or a value outside the plane.
    """
    if set(given) != set(circumplex_numbers(CIRCUMPLEX)):
        raise EngagementError(
            f"circumplex: wanted valence and arousal of each of {', '.join(EMOTIONS)}, got {sorted(given)}"
        )
    for name, value in given.items():
        if not -1 <= value <= 1:
            raise EngagementError(f"circumplex, {name}: wanted a number in -1..1, got {value}")
    points = {emotion: tuple(float(given[f"{emotion}_{axis}"]) for axis in AXES) for emotion in EMOTIONS}
    return MappingProxyType({emotion: (pleasant, excited) for emotion, (pleasant, excited) in points.items()})


def circumplex_numbers(table: Circumplex) -> dict[str, float]:
    """A table as `checked_circumplex` takes it."""
    return {
        f"{emotion}_{axis}": value
        for emotion in EMOTIONS
        for axis, value in zip(AXES, table[emotion], strict=True)
    }


def _columns(scores: ArrayLike, emotions: Sequence[Emotion]) -> NDArray[np.float64]:
    return _as_scores(scores)[..., [EMOTIONS.index(emotion) for emotion in emotions]]


def _mean_coordinate(scores: ArrayLike, table: Circumplex, axis: int) -> NDArray[np.float64]:
    points = np.array([table[emotion][axis] for emotion in EMOTIONS])
    return np.asarray(_as_scores(scores) @ points)


def _as_scores(scores: ArrayLike) -> NDArray[np.float64]:
    rows = np.asarray(scores, np.float64)
    if rows.ndim == 0 or rows.shape[-1] != len(EMOTIONS):
        raise ValueError(f"scores: wanted shape (..., {len(EMOTIONS)}), got {rows.shape}")
    return rows
