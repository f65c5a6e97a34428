"""Valence and arousal from the seven scores, on Russell's circumplex.

Places of the expressions after J. A. Russell, "A circumplex model of affect", J. Pers. Soc. Psychol. 39
(1980). Published tables disagree on surprise, disgust and fear, so the table is a parameter.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.emotions import EMOTIONS, Emotion

CIRCUMPLEX: Mapping[Emotion, tuple[float, float]] = MappingProxyType(
    {
        Emotion.ANGRY: (-0.52, 0.58),
        Emotion.DISGUST: (-0.60, 0.35),
        Emotion.FEAR: (-0.34, 0.64),
        Emotion.HAPPY: (0.83, 0.53),
        Emotion.SAD: (-0.65, -0.27),
        Emotion.SURPRISE: (0.16, 0.89),
        Emotion.NEUTRAL: (0.0, 0.0),
    }
)
"""Valence and arousal, each -1..1."""


def valence(
    scores: ArrayLike, table: Mapping[Emotion, tuple[float, float]] = CIRCUMPLEX
) -> NDArray[np.float64]:
    """Expected valence, -1..1, of (..., 7) scores; NaN rows give NaN."""
    return _expected(scores, table, 0)


def arousal(
    scores: ArrayLike, table: Mapping[Emotion, tuple[float, float]] = CIRCUMPLEX
) -> NDArray[np.float64]:
    """Expected arousal, -1..1, of (..., 7) scores; NaN rows give NaN."""
    return _expected(scores, table, 1)


def _expected(
    scores: ArrayLike, table: Mapping[Emotion, tuple[float, float]], axis: int
) -> NDArray[np.float64]:
    places = np.array([table[emotion][axis] for emotion in EMOTIONS])
    return np.asarray(np.asarray(scores, np.float64) @ places)
