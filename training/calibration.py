"""Temperature and "not sure" thresholds, fitted on PublicTest."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.classifier import softmax
from model.emotions import Certainty
from training import metrics
from training.metrics import Labels, Scores

LIKELIHOOD_TOLERANCE = 0.001
WANTED_ACCURACY = 0.78
MIN_COVERAGE = 0.70
SHARES = tuple(np.round(np.arange(0.30, 0.61, 0.05), 2).tolist())
LEADS = (0.05, 0.10, 0.15, 0.20)


def negative_log_likelihood(logits: NDArray[np.float32], labels: Labels, temperature: float) -> float:
    scores = softmax(logits, temperature)[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(scores, 1e-12)).mean())


def fit_temperature(logits: NDArray[np.float32], labels: Labels) -> float:
    """The temperature in 0.2..5 with the smallest calibration error among the likeliest.

    Temperature scaling (Guo et al. 2017) by likelihood; within LIKELIHOOD_TOLERANCE of the best it cannot
    tell them apart.
    """
    low, high = math.log(0.2), math.log(5.0)
    for _ in range(4):  # the likelihood has one minimum in the temperature: narrow a grid around it
        grid = np.linspace(low, high, 17)
        best = int(np.argmin([negative_log_likelihood(logits, labels, math.exp(t)) for t in grid]))
        low, high = float(grid[max(0, best - 1)]), float(grid[min(16, best + 1)])
    likeliest = math.exp((low + high) / 2)
    return min(_as_likely(logits, labels, likeliest), key=lambda t: _calibration_error(logits, labels, t))


def _as_likely(logits: NDArray[np.float32], labels: Labels, likeliest: float) -> list[float]:
    limit = negative_log_likelihood(logits, labels, likeliest) * (1 + LIKELIHOOD_TOLERANCE)
    tried = [likeliest * factor for factor in np.linspace(0.9, 1.1, 21).tolist()]
    return [likeliest, *(t for t in tried if negative_log_likelihood(logits, labels, t) <= limit)]


def _calibration_error(logits: NDArray[np.float32], labels: Labels, temperature: float) -> float:
    return metrics.expected_calibration_error(softmax(logits, temperature), labels)


def calibration(logits: NDArray[np.float32], labels: Labels) -> dict[str, float]:
    """Temperature, min_share and min_lead as a card has them, fitted on logits (n, 7)."""
    temperature = round(fit_temperature(logits, labels), 4)
    certainty = choose_certainty(softmax(logits, temperature), labels).certainty
    return {
        "temperature": temperature,
        "min_share": certainty.min_share,
        "min_lead": certainty.min_lead,
    }


def is_sure(scores: Scores, certainty: Certainty) -> NDArray[np.bool_]:
    """(n,) bool: the rows for which Certainty.leading names an expression."""
    ranked = np.sort(scores, axis=1)
    top, runner_up = ranked[:, -1], ranked[:, -2]
    return (top >= certainty.min_share) & (top - runner_up >= certainty.min_lead)


@dataclass(frozen=True)
class Coverage:
    """What a rule names, and how often it is right when it does."""

    certainty: Certainty
    coverage: float
    accuracy: float


def coverage(scores: Scores, labels: Labels, certainty: Certainty) -> Coverage:
    sure = is_sure(scores, certainty)
    right = scores.argmax(axis=1) == labels
    return Coverage(certainty, float(sure.mean()), float(right[sure].mean()) if sure.any() else 0.0)


def choose_certainty(scores: Scores, labels: Labels) -> Coverage:
    """The rule that names most faces while right in WANTED_ACCURACY of them; where none reaches that with
    MIN_COVERAGE, the most accurate one that still names MIN_COVERAGE."""
    tried = [coverage(scores, labels, Certainty(s, lead)) for s in SHARES for lead in LEADS]
    good = [c for c in tried if c.accuracy >= WANTED_ACCURACY and c.coverage >= MIN_COVERAGE]
    if good:
        return max(good, key=lambda c: c.coverage)
    wide = [c for c in tried if c.coverage >= MIN_COVERAGE]
    return max(wide or tried, key=lambda c: c.accuracy if wide else c.coverage)
