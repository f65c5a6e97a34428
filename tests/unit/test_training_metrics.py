"""Figures against values worked out elsewhere, and what calibration may and may not change."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.classifier import softmax
from model.emotions import Certainty
from training import metrics
from training.calibration import choose_certainty, fit_temperature, is_sure, negative_log_likelihood
from training.datasets import LabelledImages
from training.errors import DataError
from training.evaluate import held_out, report


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [  # Newcombe 1998, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_wilson_interval_agrees_with_the_published_table(
    successes: int, n: int, low: float, high: float
) -> None:
    assert metrics.wilson(successes, n) == pytest.approx((low, high), abs=5e-5)


def test_nothing_measured_has_the_widest_interval() -> None:
    assert metrics.wilson(0, 0) == (0.0, 1.0)


def test_the_confusion_matrix_has_true_classes_in_rows() -> None:
    matrix = metrics.confusion_matrix(np.array([0, 0, 3]), np.array([0, 6, 3]))
    assert (matrix[0, 0], matrix[0, 6], matrix[3, 3], matrix.sum()) == (1, 1, 1, 3)


def test_precision_recall_and_f1_of_a_small_case() -> None:
    figures = metrics.per_class(metrics.confusion_matrix(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1])))
    assert figures["angry"]["precision"] == 1
    assert figures["angry"]["recall"] == pytest.approx(2 / 3)
    assert figures["disgust"]["f1"] == pytest.approx(2 / 3)
    assert figures["neutral"] == {
        "precision": 0.0,
        "recall": 0.0,
        "recall_ci95": (0.0, 1.0),
        "f1": 0.0,
        "support": 0,
    }


def one_score(share: float) -> list[float]:
    return [share] + [(1 - share) / 6] * 6


def test_the_calibration_error_is_the_gap_between_score_and_accuracy() -> None:
    scores = np.array([one_score(0.9)] * 10)
    labels = np.array([0] * 6 + [1] * 4)
    assert metrics.expected_calibration_error(scores, labels) == pytest.approx(0.3)


def overconfident(n: int = 4000) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Logits three times as large as the labels, drawn from their softmax, deserve."""
    rng = np.random.default_rng(0)
    honest = rng.normal(0, 1.5, (n, 7)).astype(np.float32)
    cumulated = softmax(honest, 1.0).cumsum(axis=1)
    return 3 * honest, (rng.random((n, 1)) > cumulated).sum(axis=1).clip(0, 6)


def test_temperature_is_found_and_calibrates() -> None:
    logits, labels = overconfident()
    temperature = fit_temperature(logits, labels)
    assert temperature == pytest.approx(3.0, rel=0.05)
    before = metrics.expected_calibration_error(softmax(logits, 1.0), labels)
    after = metrics.expected_calibration_error(softmax(logits, temperature), labels)
    assert after < 0.03 < before


def test_no_other_temperature_is_likelier() -> None:
    logits, labels = overconfident(500)
    best = negative_log_likelihood(logits, labels, fit_temperature(logits, labels))
    others = [negative_log_likelihood(logits, labels, t) for t in np.geomspace(0.2, 5, 60)]
    assert best <= min(others) + 1e-6


@given(
    st.lists(st.floats(0.01, 1), min_size=7, max_size=7),
    st.floats(0.2, 0.9),
    st.floats(0.0, 0.5),
)
def test_the_batch_rule_for_not_sure_is_the_live_rule(
    weights: list[float], share: float, lead: float
) -> None:
    scores = np.array(weights) / sum(weights)
    rule = Certainty(share, lead)
    assert bool(is_sure(scores[None], rule)[0]) == (rule.leading(scores.tolist()) is not None)


def test_the_chosen_rule_is_surer_than_naming_every_face() -> None:
    logits, labels = overconfident()
    scores = softmax(logits, 3.0)
    chosen = choose_certainty(scores, labels)
    assert chosen.accuracy > float((scores.argmax(axis=1) == labels).mean())
    assert 0 < chosen.coverage < 1


def some_images(labels: list[int], usage: list[int], seen: list[bool]) -> LabelledImages:
    n = len(labels)
    images = LabelledImages.of(np.zeros((n, 48, 48), np.uint8), np.array(labels), np.array(usage))
    return replace(images, seen_in_earlier_split=np.array(seen))


def test_a_report_counts_unseen_images_apart() -> None:
    logits = np.log(np.array([one_score(0.9)] * 4, np.float32))
    figures = report(logits, some_images([0, 0, 1, 1], [1] * 4, [True, False, False, True]), 1.0, Certainty())
    assert figures["accuracy"] == 0.5
    assert (figures["n_unseen"], figures["accuracy_unseen"]) == (2, 0.5)
    assert figures["not_sure_share"] == 0
    assert math.isclose(sum(map(sum, figures["confusion"])), 4)


def test_training_images_are_not_evaluated_where_there_are_others() -> None:
    images = some_images([0, 1, 2], [0, 1, 2], [False] * 3)
    assert held_out(images).y.tolist() == [1, 2]
    assert len(held_out(some_images([0, 1], [0, 0], [False] * 2))) == 2
    with pytest.raises(DataError, match="no images"):
        held_out(some_images([], [], []))
