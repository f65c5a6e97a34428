"""One table over several sets, for every head and for other people's networks."""

import json
from pathlib import Path

import numpy as np
import pytest

from model.card import load_card
from training.datasets import LabelledImages
from training.datasets.arrays import load_arrays, write_arrays
from training.folds import main as folds
from training.scoreboard import main

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def people(sources: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """56 pictures of eight people, whose group and sex their names tell."""
    images = load_arrays(sources[1])
    names = [f"{'AB'[i % 2]}-{'FM'[i // 2 % 2]}-{i % 8}" for i in range(56)]
    kinds = [name[0] for name in names]
    folder = tmp_path_factory.mktemp("people")
    part = LabelledImages.of(images.x[:56], images.y[:56], np.zeros(56), subject=names, group=kinds)
    write_arrays(folder / "people.npz", part)
    return folder / "people.npz"


def test_every_set_has_a_row_with_its_people_and_groups(
    whole_run: Path, people: Path, sources: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    artifact = whole_run / "artifact"
    given = ["--model", str(artifact), "--data", str(people), str(sources[1])]
    assert main([*given, "--record", "--note", "Invented.", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    named, unnamed = found["rows"]
    figures = named["by"]["fer2013"]
    assert (named["set"], named["n"], named["subjects"]) == ("people", 56, 8)
    assert figures["mean_recall_ci95"][0] <= figures["mean_recall"] <= figures["mean_recall_ci95"][1]
    assert set(figures["groups"]) == {"A-F", "A-M", "B-F", "B-M"}
    assert sum(figures["neutral_called"].values()) == 8
    assert unnamed["subjects"] is None
    assert load_card(artifact).scoreboard == found
    assert main(given) == 0
    shown = capsys.readouterr().out
    assert "recall" in shown
    assert "A-F" in shown


def test_a_set_with_votes_is_also_read_by_them_and_made_harder(
    whole_run: Path, sources: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = load_arrays(sources[1])
    images.votes[:] = 0
    images.votes[::2, 1] = 10
    write_arrays(tmp_path / "voted.npz", images)
    given = ["--model", str(whole_run / "artifact"), "--data", str(tmp_path / "voted.npz"), "--json"]
    assert main(given) == 0
    rows = {row["set"]: row for row in json.loads(capsys.readouterr().out)["rows"]}
    wanted = ["voted", "voted, blurred by 1 px", "voted, JPEG at quality 50", "voted, by FER+ votes"]
    assert list(rows) == wanted
    votes = rows["voted, by FER+ votes"]
    assert (votes["n"], list(votes["by"]["fer2013"]["recall"])) == (rows["voted"]["n"] / 2, ["happy"])


def test_folds_as_files_share_nobody_and_lose_nobody(people: Path, tmp_path: Path) -> None:
    assert folds(["--data", str(people), "--folds", "2", "--out", str(tmp_path)]) == 0
    halves = [set(load_arrays(file).subject) for file in sorted(tmp_path.glob("people-*-of-2.npz"))]
    assert len(halves) == 2
    assert not halves[0] & halves[1]
    assert halves[0] | halves[1] == set(load_arrays(people).subject)
