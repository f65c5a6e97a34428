"""The training images of a run with what each head should learn of each."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.card import HEADS
from training.config import Targets
from training.datasets import LabelledImages
from training.heads import WIDTH, Floats
from training.labels import people_targets, soft_targets


@dataclass(frozen=True, eq=False)
class Examples:
    """taught: (n, 7 * heads) scores of teachers on the clean images, zero for a head that none teaches;
    `teacher_weight` of a target is theirs."""

    images: LabelledImages
    heads: tuple[str, ...] = HEADS[:1]
    taught: Floats | None = None
    teacher_weight: float = 0.0

    def __len__(self) -> int:
        return len(self.images)

    def targets(self, targets: Targets) -> Floats:
        """(n, 7 * heads); zero where a head learns nothing of an image."""
        own = soft_targets(self.images, targets.vote_weight, targets.smoothing)
        if len(self.heads) > 1:
            own = np.concatenate([own, people_targets(self.images, targets.smoothing)], axis=1)
        if self.taught is None:
            return own
        weight = np.where(self._is_taught(), np.float32(self.teacher_weight), np.float32(0))
        return np.asarray((1 - weight) * own + weight * self.taught, np.float32)

    def _is_taught(self) -> NDArray[np.bool_]:
        """(n, 7 * heads) whether any teacher speaks of the head."""
        assert self.taught is not None
        return np.repeat(self.taught.reshape(len(self), -1, WIDTH).any(axis=2), WIDTH, axis=1)


Score = Callable[[NDArray[np.uint8]], Floats]
"""Crops (n, 48, 48) -> scores (n, 7 * heads of the teacher)."""


def taught_by(examples: Examples, score: Score, weight: float) -> Examples:
    """The examples with a teacher's scores of the clean images, asked once."""
    scores, width = score(examples.images.x), len(examples.heads) * WIDTH
    taught = np.zeros((len(examples), width), np.float32)
    taught[:, : scores.shape[1]] = scores[:, :width]
    return Examples(examples.images, examples.heads, taught, weight)
