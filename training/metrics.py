"""Figures of a classifier. Scores are (n, 7) rows summing to 1; labels (n,) integers 0..6."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.emotions import EMOTIONS
from model.evaluation import ClassFigures, Counts, Figures, ReliabilityBin

EMOTION_NAMES = tuple(str(emotion) for emotion in EMOTIONS)
Scores = NDArray[np.floating[Any]]
Labels = NDArray[np.integer[Any]]
Z_95 = 1.959963984540054


def wilson(successes: int, n: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927). (0, 1) when n is 0."""
    if n == 0:
        return 0.0, 1.0
    share, z2 = successes / n, Z_95**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z_95 / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    # Where all or none succeed, rounding would leave the share itself just outside.
    return max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half))


def confusion_matrix(labels: Labels, predicted: Labels, size: int = len(EMOTIONS)) -> NDArray[np.int64]:
    """(size, size) counts; rows are the true class."""
    flat = np.bincount(labels.astype(np.int64) * size + predicted, minlength=size * size)
    return flat.reshape(size, size)


def as_counts(confusion: NDArray[np.int64]) -> Counts:
    """As a card has them."""
    return tuple(tuple(row) for row in confusion.tolist())


def per_class(
    confusion: NDArray[np.int64], classes: tuple[str, ...] = EMOTION_NAMES
) -> dict[str, ClassFigures]:
    """Precision, recall with its interval, F1 and support of each class; 0 where undefined."""
    figures = {}
    for i, name in enumerate(classes):
        hit, support, named = int(confusion[i, i]), int(confusion[i].sum()), int(confusion[:, i].sum())
        precision = hit / named if named else 0.0
        recall = hit / support if support else 0.0
        total = precision + recall
        figures[name] = ClassFigures(
            precision=precision,
            recall=recall,
            recall_ci95=wilson(hit, support),
            f1=2 * precision * recall / total if total else 0.0,
            support=support,
        )
    return figures


def mean_over_present(classes: dict[str, ClassFigures], figure: str) -> float:
    """The mean of a figure of `per_class` over the classes that have images; macro-F1 for "f1"."""
    present = [getattr(c, figure) for c in classes.values() if c.support]
    return float(np.mean(present)) if present else 0.0


def expected_calibration_error(scores: Scores, labels: Labels, bins: int = 15) -> float:
    """Gap between top score and accuracy, mean over equal-width bins by their size (Guo et al. 2017)."""
    top = scores.max(axis=1)
    right = scores.argmax(axis=1) == labels
    index = np.minimum((top * bins).astype(int), bins - 1)
    gaps = [abs(float(top[index == b].sum() - right[index == b].sum())) for b in range(bins)]
    return sum(gaps) / max(1, len(labels))


def named_right(labels: Labels, predicted: Labels, classes: tuple[str, ...] = EMOTION_NAMES) -> Figures:
    """What every measurement says; labels and predictions are indices in `classes`."""
    hits = int((predicted == labels).sum())
    by_class = per_class(confusion_matrix(labels, predicted, len(classes)), classes)
    return Figures(
        n=len(labels),
        accuracy=hits / len(labels),
        ci95=wilson(hits, len(labels)),
        macro_f1=mean_over_present(by_class, "f1"),
        mean_recall=mean_over_present(by_class, "recall"),
    )


def reliability(scores: Scores, labels: Labels, bins: int = 15) -> tuple[ReliabilityBin, ...]:
    """The reliability diagram's bins that hold images: mean top score, accuracy, n."""
    top = scores.max(axis=1)
    right = scores.argmax(axis=1) == labels
    index = np.minimum((top * bins).astype(int), bins - 1)
    return tuple(
        ReliabilityBin(score=float(top[m].mean()), accuracy=float(right[m].mean()), n=int(m.sum()))
        for m in (index == b for b in range(bins))
        if m.any()
    )


def accuracy_by_coverage(scores: Scores, labels: Labels, steps: int = 20) -> tuple[tuple[float, float], ...]:
    """(share of the images, accuracy on it) for the surest 1/steps, 2/steps ... of all by their top score."""
    order = np.argsort(-scores.max(axis=1), kind="stable")
    right = np.cumsum((scores.argmax(axis=1) == labels)[order])
    ends = sorted({math.ceil(len(labels) * step / steps) for step in range(1, steps + 1)})
    return tuple((end / len(labels), float(right[end - 1] / end)) for end in ends)


def top_k_accuracy(scores: Scores, labels: Labels, k: int) -> float:
    """Share of images whose label is among the k highest scores."""
    best = np.argsort(scores, axis=1)[:, -k:]
    return float((best == labels[:, None]).any(axis=1).mean())
