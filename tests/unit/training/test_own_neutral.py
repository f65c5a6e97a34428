"""Scores against one's own resting face, measured with the shipped network on pictures made by code."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from model.card import DEFAULT_ARTIFACT, load_card
from model.own_neutral import log_scores
from training.adapters import load_network
from training.datasets import LabelledImages
from training.errors import DataError
from training.own_neutral import NEUTRAL, main, people_of, readings

HAPPY = 3
LABELS = np.array([NEUTRAL, NEUTRAL, HAPPY, NEUTRAL, HAPPY])
WHO = ("ana", "ana", "ana", "ben", "ben")


def pictures(labels: np.ndarray = LABELS, who: tuple[str, ...] = WHO) -> LabelledImages:
    x = np.random.default_rng(3).integers(0, 256, (len(labels), 48, 48), dtype=np.uint8)
    return LabelledImages.of(x, labels, np.ones(len(labels)), subject=who)


def test_the_picture_that_is_asked_is_left_out_where_there_are_others() -> None:
    found = people_of(load_network(DEFAULT_ARTIFACT), "made", pictures())
    logs = log_scores(found.scores)
    np.testing.assert_allclose(found.own[0], logs[1])
    np.testing.assert_allclose(found.own[2], logs[:2].mean(axis=0))
    np.testing.assert_allclose(found.own[3], logs[3])


def test_with_nothing_taken_off_scores_are_as_they_were() -> None:
    found = people_of(load_network(DEFAULT_ARTIFACT), "made", pictures())
    told = readings(found, found.usual, 0, 0)
    np.testing.assert_allclose(told["as pictured, with"], found.scores, atol=1e-4)
    assert len(told["in another light, with"]) == 3 * len(LABELS)


def test_whoever_has_no_neutral_picture_is_not_measured_and_nobody_is_no_set() -> None:
    network = load_network(DEFAULT_ARTIFACT)
    some = people_of(network, "made", pictures(np.array([NEUTRAL, HAPPY, HAPPY]), ("ana", "ana", "ben")))
    assert set(some.subject) == {"ana"}
    with pytest.raises(DataError, match="neutral one of each"):
        people_of(network, "made", pictures(np.array([HAPPY, HAPPY]), ("ana", "ben")))
    with pytest.raises(DataError, match="neutral one of each"):
        people_of(network, "made", pictures(np.array([NEUTRAL]), ("",)))


def test_what_was_measured_stands_in_the_card_and_is_what_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, file, made = tmp_path / "net", tmp_path / "made.npz", pictures()
    shutil.copytree(DEFAULT_ARTIFACT, folder)
    np.savez(file, **{name: getattr(made, name) for name in made.array_names()}, classes=made.classes)
    assert main(["--model", str(folder), "--data", str(file), "--record", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    card = load_card(folder)
    assert card.own_neutral["sets"] == printed["sets"]
    assert card.usual_neutral == tuple(printed["usual"])
    assert set(printed["sets"]["made"]["by_condition"]["as pictured, with"]["recall"]) == {"happy", "neutral"}
