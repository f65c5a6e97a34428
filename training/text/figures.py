"""What a network of words reaches on utterances that people labelled, with intervals."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.emotions import EMOTIONS
from model.text.card import Scores, TextCard
from training.metrics import wilson

Said = NDArray[np.bool_]
RESAMPLES, SEED, BINS = 1000, 7, 15


def figures(card: TextCard, logits: Scores, said: Said) -> dict[str, Any]:
    """Macro-F1 of the named classes with a 95 % bootstrap interval, each class, calibration, "not sure"."""
    named = logits >= np.array(card.thresholds, np.float32)
    scores, leading = card.calibrated(logits), card.leading(logits)
    raw = np.asarray(1 / (1 + np.exp(-logits)), np.float32)
    sure = leading >= 0
    hits = int(said[np.flatnonzero(sure), leading[sure]].sum())
    f1 = f1_of(*_counts(named, said))
    return {
        "n": len(said),
        "macro_f1": float(np.mean(f1[said.any(axis=0)])),
        "macro_f1_ci95": interval(named, said),
        "per_class": _per_class(named, said),
        "ece": calibration_error(scores, said),
        "ece_before": calibration_error(raw, said),
        "not_sure_share": float(1 - sure.mean()),
        "accuracy_when_sure": hits / max(1, int(sure.sum())),
        "accuracy_when_sure_ci95": wilson(hits, int(sure.sum())),
        "reliability": reliability(scores, said),
    }


def f1_of(right: NDArray[Any], wrong: NDArray[Any], missed: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(2 * right / np.maximum(1e-9, 2 * right + wrong + missed), np.float64)


def interval(named: Said, said: Said) -> tuple[float, float]:
    """95 % of macro-F1 over resampled utterances (percentile bootstrap, fixed seed), over present classes."""
    random, n = np.random.default_rng(SEED), len(said)
    parts = np.concatenate(_rows(named, said), axis=1).astype(np.float32)
    present = said.any(axis=0)
    found = []
    for _ in range(RESAMPLES):
        sums = np.bincount(random.integers(0, n, n), minlength=n).astype(np.float32) @ parts
        found.append(float(np.mean(f1_of(*np.split(sums, 3))[present])))
    low, high = np.quantile(found, [0.025, 0.975]).tolist()
    return low, high


def calibration_error(scores: Scores, said: Said) -> float:
    """Gap between the chance of the likeliest class and how often people said it (ECE, 15 bins)."""
    return sum(abs(one["score"] - one["said"]) * one["n"] for one in reliability(scores, said)) / len(said)


def reliability(scores: Scores, said: Said) -> list[dict[str, float]]:
    """Bins that hold utterances: mean chance of the likeliest class, how often people said it, n."""
    top = scores.max(axis=1)
    right = said[np.arange(len(said)), scores.argmax(axis=1)]
    place = np.minimum((top * BINS).astype(int), BINS - 1)
    inside = [place == one for one in range(BINS)]
    return [
        {"score": float(top[m].mean()), "said": float(right[m].mean()), "n": int(m.sum())}
        for m in inside
        if m.any()
    ]


def _rows(named: Said, said: Said) -> Sequence[Said]:
    return named & said, named & ~said, ~named & said


def _counts(named: Said, said: Said) -> list[NDArray[np.int64]]:
    return [rows.sum(axis=0) for rows in _rows(named, said)]


def _per_class(named: Said, said: Said) -> dict[str, dict[str, float]]:
    right, wrong, missed = _counts(named, said)
    f1 = f1_of(right, wrong, missed)
    return {
        str(one): {
            "precision": float(right[k] / max(1, right[k] + wrong[k])),
            "recall": float(right[k] / max(1, right[k] + missed[k])),
            "f1": float(f1[k]),
            "support": int(said[:, k].sum()),
        }
        for k, one in enumerate(EMOTIONS)
    }
