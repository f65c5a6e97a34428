"""What a card says of its trials and its making, for people; what it does not say is left out."""

import json
from pathlib import Path
from typing import Any

import pytest

from dashboard.model_card import charts as model_charts
from dashboard.model_card.making import (
    architectures_finding,
    architectures_of,
    cleaning_finding,
    cleaning_of,
    curves_of,
    fit_sentence,
)
from dashboard.model_card.trials import (
    condition_table,
    other_data_finding,
    other_data_table,
    robustness_finding,
)
from model.evaluation import OtherData, measured_of
from tests.made.card import made_card
from tests.made.evidence import ARCHITECTURES, CLEANING, OTHER_DATA, ROBUSTNESS, curves


def test_curves_are_the_rows_of_the_run() -> None:
    table = curves_of(made_card(curves=curves(30)))
    assert table["epoch"].tolist() == list(range(1, 31))
    assert table["val_accuracy"].iloc[-1] == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("training", "validation", "said"),
    [
        (0.95, 0.6, "overfitting"),
        (0.5, 0.48, "underfitting"),
        (0.68, 0.63, "neither strong overfitting nor underfitting"),
    ],
)
def test_the_last_epoch_tells_over_from_underfitting(training: float, validation: float, said: str) -> None:
    card = made_card(curves=curves(10, training, validation), notes=())
    sentence = fit_sentence(card, curves_of(card))
    assert sentence.startswith("At epoch 10, ") and f"points: {said}" in sentence


def test_the_sentence_of_the_card_goes_before_our_own() -> None:
    note = "At epoch 45, a gap of 8.1 points: neither strong overfitting nor underfitting."
    card = made_card(curves=curves(10), notes=("Something else.", note))
    assert fit_sentence(card, curves_of(card)) == note.removesuffix(".")


def test_robustness_names_the_hardest_condition() -> None:
    measured = measured_of(made_card(robustness=ROBUSTNESS)).robustness
    assert measured is not None
    said = robustness_finding(measured).replace("\N{NO-BREAK SPACE}", " ")
    assert said == (
        'Hardest is "Mouth covered": 41.0 % named right instead of 67.0 %; '
        "1 of 3 conditions cost less than 3 points"
    )
    figure = model_charts.condition_bars(condition_table(measured), measured.clean.accuracy)
    assert figure.data[0].y[0].startswith("Mouth covered")
    assert figure.layout.shapes[0].x0 == pytest.approx(67)


def test_other_data_and_folds_stand_in_one_table() -> None:
    table = other_data_table(measured_of(made_card(other_data=OTHER_DATA)).other_data)
    assert table["name"].tolist() == ["CK+", "CK+, 10 folds"]
    assert table["accuracy"].tolist() == [0.81, 0.95]
    assert table["spread"].tolist()[1] == 0.02
    assert other_data_finding(table).startswith("From 81.0")


def test_cleaning_says_what_was_dropped_most_first() -> None:
    report = cleaning_of(made_card(cleaning=CLEANING))
    assert report is not None
    assert report.dropped.to_dict() == {"copy": 60, "unreadable": 5, "blank": 3, "contempt": 2}
    assert "1,000 images read, 930 kept, 70 dropped" in cleaning_finding(report)
    assert report.notes[1] == "PublicTest is never cleaned and keeps: blank (1)."
    kept, dropped = model_charts.cleaning_bars(report.classes).data
    assert sum(kept.x) == 7 * 90 and sum(dropped.x) == 7 * 10


def test_the_networks_tried_lie_beside_the_artifact(tmp_path: Path) -> None:
    (tmp_path / "architectures.json").write_text(json.dumps(ARCHITECTURES), encoding="utf-8")
    table = architectures_of(tmp_path / "made48")
    assert table[["name", "low", "high"]].iloc[0].tolist() == ["cnn", 0.53, 0.57]
    finding = architectures_finding(table, made_card(architecture="compact"))
    assert finding.startswith("Most are named right by compact (this one): 67")


BROKEN: list[Any] = [
    {},
    {"conditions": 3},
    {"conditions": [{"name": "dark"}], "clean": 0.6, "n": 3},
    {"read": "many", "kept": 1, "dropped": {}},
    {"read": 5, "kept": 1, "dropped": ["copy"]},
    {"read": 5, "kept": 1, "dropped": {}, "faults_in_tests": {"PublicTest": 3}},
    {"CK+": 3},
    {"CK+": {"accuracy": "high", "ci95": 3}},
]


@pytest.mark.parametrize("found", BROKEN, ids=str)
def test_what_cannot_be_read_is_left_out(found: dict[str, Any]) -> None:
    card = made_card(robustness=found, other_data=found, cleaning=found, curves=(found,))
    measured = measured_of(card)
    assert measured.robustness is None and bool(measured.faults) == bool(found)
    assert cleaning_of(card) is None
    assert curves_of(card).empty
    assert other_data_table(measured.other_data).empty


@pytest.mark.parametrize("text", ["", "{", "[]", '{"rows": []}', '{"rows": [{"name": "cnn"}]}', "null"])
def test_a_table_of_networks_that_cannot_be_read_is_left_out(tmp_path: Path, text: str) -> None:
    (tmp_path / "architectures.json").write_text(text, encoding="utf-8")
    assert architectures_of(tmp_path / "made48").empty


def test_figures_that_other_data_do_not_have_stay_unknown() -> None:
    table = other_data_table({"JAFFE": OtherData(accuracy=0.5, n=213)})
    assert table[["low", "high", "spread"]].isna().all(axis=None)
    assert other_data_finding(table).startswith("On JAFFE, 50.0")
