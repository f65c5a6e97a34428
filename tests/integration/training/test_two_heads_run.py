"""A tiny network of two heads, trained, exported and asked for each of them."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.card import DEFAULT_ARTIFACT, load_card
from model.classifier import load_classifier
from tests.made.tiny_training import CONFIG
from training.datasets import PUBLIC_TEST, TRAINING, VOTE_NAMES
from training.datasets.arrays import load_arrays, write_arrays

pytestmark = pytest.mark.timeout(300)
HAPPINESS = VOTE_NAMES.index("happiness")
HAPPY = 3


@pytest.fixture(scope="module")
def two_heads(sources: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An artifact, and its pictures: all voters call every one happy, whatever the label says."""
    from training.distill import main

    folder = tmp_path_factory.mktemp("two-heads")
    images = load_arrays(sources[1])
    images.votes[:] = 0
    images.votes[:, HAPPINESS] = 10
    write_arrays(folder / "data.npz", images)
    two = CONFIG.replace("dropout = 0.2", "dropout = 0.2\nheads = 2")
    two = two.replace("[finish]", "[targets]\nvote_weight = 0.0\n[finish]\nvote_weight = 0.0")
    (folder / "tiny.toml").write_text(two)
    given = ["--config", str(folder / "tiny.toml"), "--data", str(folder / "data.npz")]
    assert main([*given, "--out", str(folder / "run"), *_teacher()]) == 0
    return folder / "run" / "artifact", folder / "data.npz"


def _teacher() -> list[str]:
    return ["--once", "--teacher", str(DEFAULT_ARTIFACT), "--teacher-weight", "0.01"]


def test_an_artifact_shows_what_people_say_and_keeps_the_other_head(two_heads: tuple[Path, Path]) -> None:
    folder, file = two_heads
    shown, first = load_classifier(folder), load_classifier(folder, head="fer2013")
    assert (shown.card.heads, shown.card.head, first.card.head) == (
        ("fer2013", "people"),
        "people",
        "fer2013",
    )
    x = load_arrays(file).split(PUBLIC_TEST).x
    assert (shown.logits(x).argmax(axis=1) == HAPPY).mean() > 0.9
    assert shown.scores(x)[:, HAPPY].mean() > first.scores(x)[:, HAPPY].mean() + 0.1
    assert shown.card.evaluation["head"] == "fer2013"
    assert first.card.temperature == shown.card.calibrations["fer2013"]["temperature"]


def test_the_maps_of_a_head_are_its_own(two_heads: tuple[Path, Path]) -> None:
    x = load_arrays(two_heads[1]).split(PUBLIC_TEST).x[:3]
    for head in ("people", "fer2013"):
        classifier = load_classifier(two_heads[0], head=head)
        maps = classifier.activation_maps(x)
        assert maps is not None
        assert maps.shape[-1] == 7
        np.testing.assert_allclose(maps.mean(axis=(1, 2)), classifier.logits(x, (1.0,)), atol=0.15)


def test_evaluation_asks_the_head_it_is_told(
    two_heads: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    from training.evaluate import main

    figures = {}
    for head in ("people", "fer2013"):
        given = ["--model", str(two_heads[0]), "--data", str(two_heads[1]), "--head", head, "--json"]
        assert main(given) == 0
        figures[head] = json.loads(capsys.readouterr().out)
        assert figures[head]["head"] == head
    assert figures["people"]["per_class"]["happy"]["recall"] > 0.9
    # Every voter said happy and the labels do not: only the head of the voters is far too certain of it.
    assert figures["people"]["ece_before"] > figures["fer2013"]["ece_before"] + 0.3


def test_a_network_of_one_head_has_no_other(
    whole_run: Path, sources: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    from training.evaluate import main

    given = ["--model", str(whole_run / "artifact"), "--data", str(sources[1]), "--head", "people"]
    assert main(given) == 1
    assert "head: wanted one of ['fer2013'], got 'people'" in capsys.readouterr().err


def test_the_head_of_people_is_refitted_on_a_trunk_that_stays(
    two_heads: tuple[Path, Path], sources: tuple[Path, Path], tmp_path: Path
) -> None:
    from training.refit import main

    images = load_arrays(sources[1])
    acted = replace(images, subject=np.array([f"p{i % 12}" for i in range(len(images))]))
    write_arrays(tmp_path / "acted.npz", acted)
    run, out = two_heads[0].parent, tmp_path / "artifact"
    how = 'begin = "fer2013"\nchanged = ["mild", "strong"]\nlabel_changed = ["mild"]\npull = 1e3'
    tiny = (run.parent / "tiny.toml").read_text()
    (tmp_path / "tiny.toml").write_text(f"{tiny}\n[refit]\n{how}\nadjustment = 0\n")
    given = ["--config", str(tmp_path / "tiny.toml"), "--run", str(run), "--data", str(two_heads[1])]
    given += ["--note", "Begun anew."]
    sets = ["--posed", str(tmp_path / "acted.npz"), "--away", str(tmp_path / "acted.npz"), "--folds", "3"]
    weights = ["--weights", str(two_heads[0] / "model.keras")]
    assert main([*given, *sets, *weights, "--out", str(out)]) == 0
    card, before = load_card(out), load_card(two_heads[0])
    assert (card.head, card.heads, set(card.calibrations)) == ("people", before.heads, set(before.heads))
    entry = card.other_data["acted, 3 folds by subject"]
    assert (entry["n"], entry["subjects"]) == (192, 12)
    learned = load_arrays(two_heads[1]).split(TRAINING)
    named = [load_classifier(each, head="fer2013").logits(learned.x) for each in (two_heads[0], out)]
    right = [(logits.argmax(axis=1) == learned.y).mean() for logits in named]
    assert right[1] >= right[0]
    assert card.notes[-1] == "Begun anew."
    by_people = load_classifier(out).logits(learned.x)
    assert (by_people.argmax(axis=1) == named[1].argmax(axis=1)).mean() > 0.7  # held to where it began


def test_the_head_of_labels_is_refitted_and_the_one_of_people_stays(
    two_heads: tuple[Path, Path], tmp_path: Path
) -> None:
    from training.refit_labels import main

    folder, file = two_heads
    config, out = folder.parent.parent / "tiny.toml", tmp_path / "artifact"
    given = ["--config", str(config), "--artifact", str(folder), "--data", str(file)]
    assert main([*given, "--out", str(out)]) == 0
    images = load_arrays(file)
    learned, asked = images.split(TRAINING), images.split(PUBLIC_TEST).x
    before, after = (load_classifier(each, head="fer2013") for each in (folder, out))
    right = [(one.logits(learned.x).argmax(axis=1) == learned.y).mean() for one in (before, after)]
    assert right[1] > right[0]
    people = [load_classifier(each).logits(asked) for each in (folder, out)]
    np.testing.assert_allclose(people[1], people[0], atol=0.2)
    assert load_card(out).calibrations["people"] == load_card(folder).calibrations["people"]


def test_a_network_of_another_kind_is_not_refitted(
    two_heads: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.refit_labels import main

    given = ["--config", "compact48", "--artifact", str(two_heads[0]), "--data", str(two_heads[1])]
    assert main([*given, "--out", str(tmp_path / "artifact")]) == 1
    assert "wanted the Keras file of a compact48 network" in capsys.readouterr().err
