"""The shipped network, measured again on the split its card reports."""

import json
import subprocess
import sys

import pytest

from model.card import DEFAULT_ARTIFACT, check_file, load_card
from tests import ROOT
from tests.made.media import DATA, needs_data


def test_every_file_of_the_shipped_artifact_matches_its_card() -> None:
    card = load_card(DEFAULT_ARTIFACT)
    assert card.name == DEFAULT_ARTIFACT.name
    for name in card.files:
        assert check_file(DEFAULT_ARTIFACT, card, name).stat().st_size < 15_000_000


@needs_data
def test_the_shipped_network_reaches_what_its_card_says() -> None:
    command = [
        sys.executable,
        "-m",
        "training.evaluate",
        "--model",
        str(DEFAULT_ARTIFACT),
        "--json",
        "--head",
        "fer2013",
    ]
    command += ["--data", str(DATA / "fer2013_public.npz")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    measured, card = json.loads(done.stdout), load_card(DEFAULT_ARTIFACT)
    assert measured["n"] == 3589
    assert measured["accuracy"] == pytest.approx(card.evaluation["accuracy"], abs=0.003)
    assert measured["accuracy"] >= 0.685 and measured["macro_f1"] >= 0.645
    assert measured["ece_after"] < 0.03
    assert sum(map(sum, measured["confusion"])) == measured["n"]
