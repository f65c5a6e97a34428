"""The concentration index, soft and hard, for arrays of scores.

P. Sharma et al., "Student Engagement Detection Using Emotion Analysis, Eye
Tracking and Head Movement with Machine Learning", arXiv:1909.12913:

    CI = 100 % x emotion weight x gaze weight / 4.5

A neutral face that looks at the screen scores 100, a happy one 66.7 at most: the index measures
concentration, not pleasure.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.emotions import EMOTIONS, Emotion

EMOTION_WEIGHTS: Mapping[Emotion, float] = MappingProxyType(
    {
        Emotion.ANGRY: 0.25,
        Emotion.DISGUST: 0.2,
        Emotion.FEAR: 0.3,
        Emotion.HAPPY: 0.6,
        Emotion.SAD: 0.3,
        Emotion.SURPRISE: 0.6,
        Emotion.NEUTRAL: 0.9,
    }
)

GAZE_LOOKING = 5.0
"""Eyes open and centred; the value assumed wherever gaze was not measured."""
GAZE_OFF_CENTRE = 2.0
GAZE_HALF_CLOSED = 1.5
GAZE_CLOSED = 0.0

LARGEST_PRODUCT = 4.5
"""0.9 x 5: makes the index end at 100 %."""

HIGH_ABOVE = 65.0
DISENGAGED_BELOW = 25.0


class ConcentrationBand(StrEnum):
    """The paper's three ranges of the index."""

    HIGH = "high"
    NOMINAL = "nominal"
    DISENGAGED = "disengaged"


def concentration_index(
    scores: ArrayLike,
    gaze_weight: ArrayLike = GAZE_LOOKING,
    weights: Mapping[Emotion, float] = EMOTION_WEIGHTS,
) -> NDArray[np.float64]:
    """The soft index in percent, 0..100: the emotion weight is its expectation over the seven scores.

    scores: (..., 7) probabilities in the order of EMOTIONS; NaN rows give NaN. gaze_weight: 0..5, a
    number or (...,). It moves with the scores and never jumps from one expression to the next.
    """
    expected = _as_scores(scores) @ _weight_vector(weights)
    return _index(expected, gaze_weight)


def concentration_index_of_leading(
    scores: ArrayLike,
    gaze_weight: ArrayLike = GAZE_LOOKING,
    weights: Mapping[Emotion, float] = EMOTION_WEIGHTS,
) -> NDArray[np.float64]:
    """The hard index as published, in percent: only the weight of the highest score counts.

    Arrays as in `concentration_index`.
    """
    rows = _as_scores(scores)
    known = ~np.isnan(rows).any(axis=-1)
    top = _weight_vector(weights)[np.where(np.isnan(rows), -1, rows).argmax(axis=-1)]
    return _index(np.where(known, top, np.nan), gaze_weight)


def concentration_band(percent: float) -> ConcentrationBand | None:
    """The range `percent` falls into: above 65 high, below 25 disengaged; None for NaN."""
    if np.isnan(percent):
        return None
    if percent > HIGH_ABOVE:
        return ConcentrationBand.HIGH
    return ConcentrationBand.DISENGAGED if percent < DISENGAGED_BELOW else ConcentrationBand.NOMINAL


def _as_scores(scores: ArrayLike) -> NDArray[np.float64]:
    rows = np.asarray(scores, np.float64)
    if rows.ndim == 0 or rows.shape[-1] != len(EMOTIONS):
        raise ValueError(f"scores: wanted shape (..., {len(EMOTIONS)}), got {rows.shape}")
    return rows


def _weight_vector(weights: Mapping[Emotion, float]) -> NDArray[np.float64]:
    return np.array([weights[emotion] for emotion in EMOTIONS], np.float64)


def _index(emotion_weight: NDArray[np.float64], gaze_weight: ArrayLike) -> NDArray[np.float64]:
    percent = 100 * emotion_weight * np.asarray(gaze_weight, np.float64) / LARGEST_PRODUCT
    return np.asarray(percent, np.float64)
