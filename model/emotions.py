"""The seven expressions and the rule that says when one of them leads.

Order and spelling are FER2013's labels 0..6. `EMOTIONS` is the only order in the program: score
vectors, database columns, chart colours and CSV columns all follow it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

NOT_SURE = "not_sure"


class Emotion(StrEnum):
    ANGRY = "angry"
    DISGUST = "disgust"
    FEAR = "fear"
    HAPPY = "happy"
    SAD = "sad"
    SURPRISE = "surprise"
    NEUTRAL = "neutral"


EMOTIONS: tuple[Emotion, ...] = tuple(Emotion)
NEGATIVE = (Emotion.ANGRY, Emotion.DISGUST, Emotion.FEAR, Emotion.SAD)


@dataclass(frozen=True, slots=True)
class Certainty:
    """When a score vector names an expression: top score at least `min_share`, and at least
    `min_lead` above the runner-up. Both are probabilities in 0..1."""

    min_share: float = 0.40
    min_lead: float = 0.10

    def stricter(self, by: float) -> "Certainty":
        """With so much more asked of both, 1 at most."""
        return Certainty(min(1.0, self.min_share + by), min(1.0, self.min_lead + by))

    def leading(self, scores: Sequence[float]) -> Emotion | None:
        """The leading expression of `scores` (seven values summing to 1), or None: not sure."""
        ranked = sorted(range(len(scores)), key=scores.__getitem__, reverse=True)
        top, runner_up = scores[ranked[0]], scores[ranked[1]]
        if top < self.min_share or top - runner_up < self.min_lead:
            return None
        return EMOTIONS[ranked[0]]
