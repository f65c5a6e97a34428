"""Figures against values worked out elsewhere, and what calibration may and may not change."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.classifier import softmax
from model.emotions import Certainty
from model.evaluation import ClassFigures
from training import metrics
from training.calibration import (
    LIKELIHOOD_TOLERANCE,
    choose_certainty,
    fit_temperature,
    is_sure,
    negative_log_likelihood,
)
from training.datasets import CKPLUS_CLASSES, LabelledImages
from training.errors import DataError
from training.evaluate import array_files, evaluate, held_out, report


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


@given(st.integers(0, 400), st.integers(0, 400))
def test_the_interval_holds_the_share_and_narrows_with_more_images(hits: int, misses: int) -> None:
    n = hits + misses
    low, high = metrics.wilson(hits, n)
    assert 0 <= low < high <= 1
    if n:
        assert low <= hits / n <= high
        again = metrics.wilson(4 * hits, 4 * n)
        assert again[1] - again[0] < high - low


def test_nothing_measured_has_the_widest_interval() -> None:
    assert metrics.wilson(0, 0) == (0.0, 1.0)


def test_the_confusion_matrix_has_true_classes_in_rows() -> None:
    matrix = metrics.confusion_matrix(np.array([0, 0, 3]), np.array([0, 6, 3]))
    assert (matrix[0, 0], matrix[0, 6], matrix[3, 3], matrix.sum()) == (1, 1, 1, 3)


def test_precision_recall_and_f1_of_a_small_case() -> None:
    figures = metrics.per_class(metrics.confusion_matrix(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1])))
    assert figures["angry"].precision == 1
    assert figures["angry"].recall == pytest.approx(2 / 3)
    assert figures["disgust"].f1 == pytest.approx(2 / 3)
    unseen = ClassFigures(precision=0.0, recall=0.0, recall_ci95=(0.0, 1.0), f1=0.0, support=0)
    assert figures["neutral"] == unseen


def test_figures_of_another_set_of_classes_carry_its_names() -> None:
    confusion = metrics.confusion_matrix(np.array([0, 1, 1]), np.array([0, 1, 0]), size=7)
    assert metrics.per_class(confusion, CKPLUS_CLASSES)["contempt"].recall == 0.5


def test_classes_without_images_do_not_lower_a_mean() -> None:
    figures = metrics.per_class(metrics.confusion_matrix(np.array([0, 0, 1, 1]), np.array([0, 6, 1, 1])))
    assert metrics.mean_over_present(figures, "recall") == 0.75
    assert metrics.mean_over_present(metrics.per_class(np.zeros((7, 7), np.int64)), "f1") == 0


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


def test_no_other_temperature_is_noticeably_likelier() -> None:
    logits, labels = overconfident(500)
    best = negative_log_likelihood(logits, labels, fit_temperature(logits, labels))
    others = [negative_log_likelihood(logits, labels, t) for t in np.geomspace(0.2, 5, 60)]
    assert best <= min(others) * (1 + 2 * LIKELIHOOD_TOLERANCE)


def test_scaling_by_temperature_lowers_the_calibration_error() -> None:
    logits, labels = overconfident(500)
    before, after = (softmax(logits, t) for t in (1.0, fit_temperature(logits, labels)))
    error = metrics.expected_calibration_error
    assert error(after, labels) < error(before, labels)


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
    assert figures.accuracy == 0.5
    assert (figures.n_unseen, figures.accuracy_unseen) == (2, 0.5)
    assert figures.not_sure_share == 0
    assert math.isclose(sum(map(sum, figures.confusion)), 4)
    assert figures.split == "PublicTest"


def test_training_images_are_not_evaluated_where_there_are_others() -> None:
    images = some_images([0, 1, 2], [0, 1, 2], [False] * 3)
    assert held_out(images).y.tolist() == [1, 2]
    assert len(held_out(some_images([0, 1], [0, 0], [False] * 2))) == 2
    with pytest.raises(DataError, match="no images"):
        held_out(some_images([], [], []))


class Sees:
    """Names for every image the expression whose number is its grey value."""

    name, head, runtime_file, temperature, certainty = "sees", "fer2013", "none", 1.0, Certainty()

    def logits(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.asarray(5 * np.eye(7)[crops[:, 0, 0]], np.float32)

    def scores(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        return softmax(self.logits(crops), self.temperature)


def shown(named: list[int], labels: list[int], **more: object) -> LabelledImages:
    """Images for `Sees`, which will name `named` where `labels` is right."""
    x = np.array(named, np.uint8)[:, None, None] * np.ones((1, 48, 48), np.uint8)
    return LabelledImages.of(x, np.array(labels), np.zeros(len(labels)), **more)  # type: ignore[arg-type]


def test_other_classes_are_read_as_ours_and_what_has_no_place_is_left_out_and_said() -> None:
    # angry, contempt, disgust, happy, surprise; the network names angry, happy, disgust, neutral, surprise
    images = shown([0, 3, 1, 6, 5], [0, 1, 2, 4, 6], classes=CKPLUS_CLASSES)
    figures = evaluate(Sees(), images)
    assert (figures["n"], figures["left_out"]) == (4, {"contempt": 1})
    assert figures["classes_scored"] == ["angry", "disgust", "happy", "surprise"]
    assert figures["mean_recall"] == figures["accuracy"] == 0.75  # neutral for happy is wrong
    assert figures["per_class"]["neutral"]["support"] == 0


def test_data_of_unknown_classes_only_are_refused() -> None:
    with pytest.raises(DataError, match="none of the classes"):
        evaluate(Sees(), shown([0], [CKPLUS_CLASSES.index("contempt")], classes=CKPLUS_CLASSES))


def test_groups_are_measured_apart_and_rows_without_one_in_none() -> None:
    images = shown([0, 0, 3, 3, 4], [0, 1, 3, 3, 4], group=["web", "web", "posed", "posed", ""])
    groups = evaluate(Sees(), images)["groups"]
    assert {name: (g["n"], g["accuracy"]) for name, g in groups.items()} == {
        "posed": (2, 1.0),
        "web": (2, 0.5),
    }
    assert groups["web"]["mean_recall"] == 0.5
    assert "groups" not in evaluate(Sees(), shown([0], [0]))


def test_a_report_keeps_the_keys_that_others_read() -> None:
    stable = "n accuracy ci95 macro_f1 per_class confusion ece ece_before ece_after accuracy_unseen top2"
    assert set(stable.split()) <= set(evaluate(Sees(), shown([0, 1], [0, 2])))


def test_a_folder_stands_for_its_array_files(tmp_path: Path) -> None:
    for name in ("b.npz", "a.npz", "note.txt"):
        (tmp_path / name).touch()
    assert [path.name for path in array_files([tmp_path, Path("c.npz")])] == ["a.npz", "b.npz", "c.npz"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="empty: wanted npz files"):
        array_files([tmp_path / "empty"])
