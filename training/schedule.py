"""The learning rate of every step, and the running average of the weights. Pure numpy."""

import math

import numpy as np
from numpy.typing import NDArray

from training.config import Schedule

Weights = list[NDArray[np.float32]]


def learning_rate(step: int, steps_per_epoch: int, schedule: Schedule) -> float:
    """Linear warm-up, then half a cosine down to zero at the last step (Loshchilov and Hutter 2017)."""
    warmup = schedule.warmup_epochs * steps_per_epoch
    total = schedule.epochs * steps_per_epoch
    if step < warmup:
        return schedule.learning_rate * (step + 1) / warmup
    progress = (step - warmup) / max(1.0, total - warmup)
    return schedule.learning_rate * 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))


class WeightAverage:
    """Exponential moving average of a network's weights (batch-normalisation statistics included)."""

    def __init__(self, weights: Weights, decay: float, updates: int = 0) -> None:
        self.weights = [w.astype(np.float32) for w in weights]
        self.updates = updates
        self._decay = decay

    def update(self, weights: Weights, steps: int) -> None:
        """Take in `weights`, `steps` optimiser steps after the last call; young averages forget faster."""
        self.updates += steps
        decay = min(self._decay, (1 + self.updates) / (10 + self.updates)) ** steps
        rate = np.float32(1 - decay)
        self.weights = [old + rate * (new - old) for old, new in zip(self.weights, weights, strict=True)]
