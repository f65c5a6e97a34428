"""When may scores be called sure on faces of other origin? Temperature and limits, fitted at home and away.

Each set counts the same, however many images it has. What is promised is measured crosswise: on the people of
one half of the sets away under what was fitted at home and on the other half.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.classifier import softmax
from model.emotions import Certainty
from training import metrics
from training.calibration import coverage
from training.metrics import Labels

TEMPERATURES = np.exp(np.linspace(np.log(0.4), np.log(2.5), 43))
SHARES = tuple(np.round(np.arange(0.40, 0.86, 0.05), 2).tolist())
LEADS = (0.10, 0.15, 0.20, 0.30)
RIGHT_WHEN_SURE = 0.75


@dataclass(frozen=True, eq=False)
class Told:
    """Logits (n, 7) of a set with its labels, and who is shown, where that is known."""

    name: str
    logits: NDArray[np.float32]
    labels: Labels
    subject: NDArray[np.str_] | None = None

    def take(self, rows: NDArray[np.bool_]) -> "Told":
        subject = None if self.subject is None else self.subject[rows]
        return Told(self.name, self.logits[rows], self.labels[rows], subject)


def calibrated_away(home: Told, away: Sequence[Told]) -> tuple[dict[str, float], dict[str, Any]]:
    """Temperature, min_share and min_lead from all sets; and what they are worth, measured crosswise."""
    return fitted([home, *away]), crosswise(home, away)


def fitted(sets: Sequence[Told]) -> dict[str, float]:
    """The temperature of least mean calibration error of the first set, which is home, and of those away
    together; and of the limits that are right in RIGHT_WHEN_SURE of what they name, at home and away, those
    that name most; else the most often right."""
    parts = [part for part in (sets[:1], sets[1:]) if part]
    temperature = min(TEMPERATURES, key=lambda t: float(np.mean([_error(part, t) for part in parts])))
    tried = [_named(sets, temperature, Certainty(share, lead)) for share in SHARES for lead in LEADS]
    good = [one for one in tried if one[1] >= RIGHT_WHEN_SURE]
    limits = max(good, key=lambda one: one[2]) if good else max(tried, key=lambda one: one[1])
    rounded = round(float(temperature), 4)
    return {"temperature": rounded, "min_share": limits[0].min_share, "min_lead": limits[0].min_lead}


def _error(sets: Sequence[Told], temperature: float) -> float:
    scores = np.concatenate([softmax(each.logits, temperature) for each in sets])
    return metrics.expected_calibration_error(scores, np.concatenate([each.labels for each in sets]))


def _named(sets: Sequence[Told], temperature: float, certainty: Certainty) -> tuple[Certainty, float, float]:
    """Right when sure at home or over the sets away together, the lower; and the mean share that is named."""
    rules = [coverage(softmax(each.logits, temperature), each.labels, certainty) for each in sets]
    named = [rule.coverage * len(each.labels) for rule, each in zip(rules, sets, strict=True)][1:]
    right = sum(rule.accuracy * n for rule, n in zip(rules[1:], named, strict=True)) / max(1.0, sum(named))
    lower = min(rules[0].accuracy, right) if named else rules[0].accuracy
    return certainty, lower, float(np.mean([rule.coverage for rule in rules]))


def crosswise(home: Told, away: Sequence[Told]) -> dict[str, Any]:
    """Calibration error and accuracy when sure on all sets away, each half under the other half's fit."""
    scores, labels, sure = [], [], []
    for side in (0, 1):
        learned = [each.take(_half(each) != side) for each in away]
        asked = [each.take(_half(each) == side) for each in away]
        found = fitted([home, *learned])
        certainty = Certainty(found["min_share"], found["min_lead"])
        for each in asked:
            given = softmax(each.logits, found["temperature"])
            scores.append(given)
            labels.append(each.labels)
            sure.append(np.array([certainty.leading(row) is not None for row in given.tolist()], np.bool_))
    every, truth, named = np.concatenate(scores), np.concatenate(labels), np.concatenate(sure)
    right = every.argmax(axis=1) == truth
    return {
        "sets": [each.name for each in away],
        "n": len(truth),
        "ece": metrics.expected_calibration_error(every, truth),
        "sure_share": float(named.mean()),
        "accuracy_when_sure": float(right[named].mean()) if named.any() else 0.0,
    }


def _half(told: Told) -> NDArray[np.int64]:
    """(n,) 0 or 1: every other person, or every other image where people are unknown."""
    who = (
        np.arange(len(told.labels))
        if told.subject is None
        else np.unique(told.subject, return_inverse=True)[1]
    )
    return np.asarray(who % 2, np.int64)
