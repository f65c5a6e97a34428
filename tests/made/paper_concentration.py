"""The concentration index worked out from the tables of arXiv:1909.12913, apart from the program's own."""

from collections.abc import Sequence

from model.emotions import EMOTIONS, Emotion
from model.observations import GazeState

EMOTION_WEIGHT = {
    Emotion.NEUTRAL: 0.9,
    Emotion.HAPPY: 0.6,
    Emotion.SURPRISE: 0.6,
    Emotion.SAD: 0.3,
    Emotion.FEAR: 0.3,
    Emotion.ANGRY: 0.25,
    Emotion.DISGUST: 0.2,
}
GAZE_WEIGHT = {
    GazeState.LOOKING: 5.0,
    GazeState.AWAY: 2.0,
    GazeState.HALF_CLOSED: 1.5,
    GazeState.CLOSED: 0.0,
    GazeState.UNKNOWN: 5.0,
}
"""The paper always knows the gaze; where we do not, looking is assumed."""


def soft_percent(scores: Sequence[float], gaze: GazeState = GazeState.LOOKING) -> float:
    """Emotion weight (its expectation over the seven scores) x gaze weight / 4.5, in percent."""
    expected = sum(p * EMOTION_WEIGHT[emotion] for p, emotion in zip(scores, EMOTIONS, strict=True))
    return 100 * expected * GAZE_WEIGHT[gaze] / 4.5


def hard_percent(scores: Sequence[float], gaze: GazeState = GazeState.LOOKING) -> float:
    """As published: the weight of the highest score alone x gaze weight / 4.5, in percent."""
    leading = EMOTIONS[max(range(len(EMOTIONS)), key=lambda place: scores[place])]
    return 100 * EMOTION_WEIGHT[leading] * GAZE_WEIGHT[gaze] / 4.5
