"""The weights and bands of the concentration index.

P. Sharma et al., "Student Engagement Detection Using Emotion Analysis, Eye
Tracking and Head Movement with Machine Learning", arXiv:1909.12913:

    CI = 100 % x emotion weight x gaze weight / 4.5

4.5 is the largest product, 0.9 x 5. `model.engagement` computes it by two definitions: "concentration_hard",
as published, counts the weight of the leading expression alone; "concentration" the expectation of the
weight over the seven scores, which never jumps from one expression to the next.

A neutral face that looks at the screen scores 100, a happy one 66.7 at most: the index measures
concentration, not pleasure.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from model.emotions import Emotion

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

HIGH_ABOVE = 65.0
DISENGAGED_BELOW = 25.0


class ConcentrationBand(StrEnum):
    """The paper's three ranges of the index: above HIGH_ABOVE, below DISENGAGED_BELOW, and between them."""

    HIGH = "high"
    NOMINAL = "nominal"
    DISENGAGED = "disengaged"


def band_of(value: float) -> ConcentrationBand:
    """The range of a value of the index, 0..100."""
    if value > HIGH_ABOVE:
        return ConcentrationBand.HIGH
    return ConcentrationBand.NOMINAL if value >= DISENGAGED_BELOW else ConcentrationBand.DISENGAGED
