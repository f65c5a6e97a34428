"""A network of words fitted: logistic regressions, their thresholds and calibration, rounded to int8."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, hstack, vstack  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from model.emotions import EMOTIONS
from model.text.card import Scores
from model.text.features import FEATURES, TABLE, grams_of
from training.text.figures import Said
from training.text.sentences import Sentences

BATCH = 2000
C_OF_WEIGHTS, C_OF_CALIBRATION = 4.0, 100.0
SHARES = np.arange(0.2, 0.71, 0.05)
WANTED_WHEN_SURE, MIN_LEAD = 0.75, 0.1
"""A class is called sure where people said it of three such utterances in four of the development split."""


@dataclass(frozen=True, eq=False)
class Weights:
    """`table` (FEATURES, 7) int8 times `scale` (7,) gives weights; `bias` (7,)."""

    table: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]


def matrix_of(data: Sentences) -> csr_matrix:
    """(n, FEATURES): counts of n-grams, words and characters each divided by the root of their number."""
    parts = []
    for at in range(0, len(data), BATCH):
        texts = data.texts[at : at + BATCH]
        found = grams_of(texts)
        ones = np.ones(len(found.feature), np.float32)
        counts = csr_matrix((ones, (found.text, found.feature)), shape=(len(texts), FEATURES))
        parts.append(hstack([_by_root(counts[:, :TABLE]), _by_root(counts[:, TABLE:])]))
    return csr_matrix(vstack(parts))


def fit(x: csr_matrix, said: Said, c: float) -> Weights:
    """One regression a class, with the weights of each rounded to 255 steps."""
    rows, biases = [], []
    for place in range(len(EMOTIONS)):
        model = LogisticRegression(C=c, solver="liblinear", tol=1e-2).fit(x, said[:, place])
        rows.append(model.coef_[0])
        biases.append(model.intercept_[0])
    weights = np.stack(rows, axis=1)
    scale = np.abs(weights).max(axis=0) / 127
    return Weights(
        np.rint(weights / scale).astype(np.int8), scale.astype(np.float32), np.array(biases, np.float32)
    )


def best_thresholds(logits: Scores, said: Said) -> tuple[float, ...]:
    """For each class the logit from which naming it has the highest F1."""
    found = []
    for place in range(len(EMOTIONS)):
        order = np.argsort(-logits[:, place], kind="stable")
        right = np.cumsum(said[order, place])
        f1 = 2 * right / (np.arange(1, len(order) + 1) + said[:, place].sum())
        best = int(f1.argmax())
        lower = logits[order[min(best + 1, len(order) - 1)], place]
        found.append(float((logits[order[best], place] + lower) / 2))
    return tuple(found)


def calibration_of(logits: Scores, said: Said) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Slope and offset of each class (Platt 1999)."""
    slopes, offsets = [], []
    for place in range(len(EMOTIONS)):
        model = LogisticRegression(C=C_OF_CALIBRATION).fit(logits[:, [place]], said[:, place])
        slopes.append(float(model.coef_[0, 0]))
        offsets.append(float(model.intercept_[0]))
    return tuple(slopes), tuple(offsets)


def least_share(scores: Scores, said: Said) -> float:
    """The smallest chance from which people said the likeliest class often enough."""
    ranked = np.sort(scores, axis=1)
    leads = ranked[:, -1] - ranked[:, -2] >= MIN_LEAD
    right = said[np.arange(len(said)), scores.argmax(axis=1)]
    for share in SHARES.tolist():
        sure = leads & (ranked[:, -1] >= share)
        if sure.any() and right[sure].mean() >= WANTED_WHEN_SURE:
            return round(float(share), 2)
    return round(float(SHARES[-1]), 2)


def _by_root(counts: csr_matrix) -> csr_matrix:
    roots = np.sqrt(np.maximum(1, np.asarray(counts.sum(axis=1)).ravel()))
    return diags((1 / roots).astype(np.float32)) @ counts
