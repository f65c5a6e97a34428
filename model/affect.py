"""Valence (unpleasant to pleasant) and arousal (calm to excited), computed when read.

Each expression has a point in the plane; a score vector gives the mean of the points under its
seven scores. Points: J. A. Russell, "A Circumplex Model of Affect", J. Pers. Soc. Psychol. 39 (1980).
Published tables disagree on surprise, fear and disgust, so the table is a parameter.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.emotions import EMOTIONS, Emotion

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


def valence(scores: ArrayLike, table: Circumplex = CIRCUMPLEX) -> NDArray[np.float64]:
    """(...,) mean valence, -1..1, of scores (..., 7) in the order of EMOTIONS; NaN rows give NaN."""
    return _mean_coordinate(scores, table, 0)


def arousal(scores: ArrayLike, table: Circumplex = CIRCUMPLEX) -> NDArray[np.float64]:
    """(...,) mean arousal, -1..1, of scores (..., 7) in the order of EMOTIONS; NaN rows give NaN."""
    return _mean_coordinate(scores, table, 1)


def _mean_coordinate(scores: ArrayLike, table: Circumplex, axis: int) -> NDArray[np.float64]:
    rows = np.asarray(scores, np.float64)
    if rows.ndim == 0 or rows.shape[-1] != len(EMOTIONS):
        raise ValueError(f"scores: wanted shape (..., {len(EMOTIONS)}), got {rows.shape}")
    return np.asarray(rows @ np.array([table[emotion][axis] for emotion in EMOTIONS]))
