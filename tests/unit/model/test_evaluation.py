"""What a card says was measured, read as one value: the shipped card, older ones, and other people's."""

import json
from dataclasses import replace
from typing import Any

import pytest

from model.card import DEFAULT_ARTIFACT, load_card
from model.emotions import EMOTIONS
from model.evaluation import Evaluation, OtherData, evaluation_of, measured_of
from tests.made.card import evaluation, made_card
from tests.made.evidence import OTHER_DATA, ROBUSTNESS


def as_on_disk(value: dict[str, Any]) -> Any:
    return json.loads(json.dumps(value))


def test_the_shipped_card_reads_whole_and_is_written_again_as_it_is() -> None:
    card = load_card(DEFAULT_ARTIFACT)
    measured = measured_of(card)
    assert measured.faults == ()
    assert measured.evaluation is not None and measured.robustness is not None
    assert as_on_disk(measured.evaluation.as_json()) == card.evaluation
    assert as_on_disk(measured.robustness.as_json()) == card.robustness
    assert {name: as_on_disk(one.as_json()) for name, one in measured.other_data.items()} == card.other_data


def test_what_an_older_card_lacks_is_unknown_and_the_rest_is_there() -> None:
    found, faults = evaluation_of(made_card(evaluation={"n": 40, "accuracy": 0.5}))
    assert found == Evaluation(n=40, accuracy=0.5) and faults == ()
    assert (found.ci95, found.ece_after, found.per_class, found.confusion) == (None, None, {}, ())


def test_classes_stand_in_the_order_of_the_program() -> None:
    shuffled = dict(sorted(evaluation()["per_class"].items()))
    found, _ = evaluation_of(made_card(evaluation=evaluation() | {"per_class": shuffled}))
    assert found is not None and list(found.per_class) == list(EMOTIONS)


SIX = {name: figures for name, figures in evaluation()["per_class"].items() if name != "fear"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ci95": [0.3]}, "evaluation: ci95.1 is missing"),
        ({"ci95": 0.3}, "evaluation: ci95: wanted a list, got 0.3"),
        ({"top2": "high"}, "evaluation: top2: wanted a number, got 'high'"),
        ({"top2": 84.0}, "evaluation: top2: wanted less than or equal to 1, got 84.0"),
        ({"top2": float("nan")}, "evaluation: top2: wanted less than or equal to 1, got nan"),
        ({"per_class": []}, "evaluation: per_class: wanted an object of names and values, got []"),
        ({"per_class": SIX}, "evaluation: per_class: wanted all seven expressions, got no fear"),
        ({"confusion": [[1, 2], [3, 4]]}, "evaluation: confusion: wanted seven rows of seven counts"),
        ({"reliability": [{"score": 0.5}]}, "evaluation: reliability.0.accuracy is missing"),
    ],
)
def test_a_wrong_part_is_named_and_left_out_alone(wrong: dict[str, Any], said: str) -> None:
    found, faults = evaluation_of(made_card(evaluation=evaluation() | wrong))
    assert faults[0] == said
    without = made_card(evaluation={k: v for k, v in evaluation().items() if k not in wrong})
    assert found == evaluation_of(without)[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"accuracy": 0.5}, "evaluation: n is missing"),
        ({"n": 3, "accuracy": "high"}, "evaluation: accuracy: wanted a number, got 'high'"),
        ({"n": 3.5, "accuracy": 0.5}, "evaluation: n: wanted a whole number, got 3.5"),
    ],
)
def test_without_images_and_accuracy_there_is_no_evaluation(content: dict[str, Any], said: str) -> None:
    assert evaluation_of(made_card(evaluation=content)) == (None, (said,))


def test_a_card_that_measured_nothing_is_not_at_fault() -> None:
    measured = measured_of(made_card(evaluation={}))
    assert (measured.evaluation, measured.robustness, measured.other_data, measured.faults) == (
        None,
        None,
        {},
        (),
    )


def test_names_of_a_newer_card_are_no_fault() -> None:
    newer = evaluation() | {"lens": "wide", "per_light": {"dark": 0.4}}
    assert evaluation_of(made_card(evaluation=newer)) == evaluation_of(made_card())


def test_one_broken_part_does_not_hide_the_others() -> None:
    card = made_card(
        robustness=ROBUSTNESS | {"conditions": [{"name": "dark"}]},
        other_data=OTHER_DATA | {"web": 3, "posed": {"accuracy": "high"}},
    )
    measured = measured_of(card)
    assert measured.robustness is None and list(measured.other_data) == list(OTHER_DATA)
    assert measured.evaluation == evaluation_of(card)[0] is not None
    assert measured.faults == (
        "robustness: conditions.0.accuracy is missing",
        "robustness: conditions.0.difference is missing",
        "other_data web: wanted an object of names and values, got 3",
        "other_data posed: accuracy: wanted a number, got 'high'",
    )


def test_folds_that_name_only_their_mean_accuracy_are_read() -> None:
    folds = measured_of(made_card(other_data=OTHER_DATA)).other_data["CK+, 10 folds"]
    assert (folds.accuracy, folds.mean_accuracy, folds.folds) == (0.95, 0.95, 10)


def test_an_entry_on_disk_holds_what_was_measured_and_no_more() -> None:
    entry = OtherData(n=3, accuracy=0.0, what="Three faces.")
    assert entry.as_json() == {"n": 3, "accuracy": 0.0, "what": "Three faces."}
    assert replace(entry, std_accuracy=0.0, folds=1).as_json()["std_accuracy"] == 0.0
