"""A card says of its data what a report on exactly those bytes says, and else that it is unknown."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.card import CARD_FILE, DEFAULT_ARTIFACT, load_card
from training.datasets import PUBLIC_TEST, TRAINING, LabelledImages
from training.datasets.arrays import load_arrays, sha256_of, sums_of, write_arrays
from training.prepare import main as prepare
from training.provenance import Provenance, weights_of


def images(seed: int = 0) -> LabelledImages:
    x = np.random.default_rng(seed).integers(0, 256, (8, 48, 48)).astype(np.uint8)
    return LabelledImages.of(x, np.arange(8) % 7, np.repeat([TRAINING, PUBLIC_TEST], 4))


def prepared(folder: Path, *options: str) -> Path:
    folder.mkdir(exist_ok=True)
    write_arrays(folder / "faces.npz", images())
    assert prepare([str(folder / "faces.npz"), "--out", str(folder / "data.npz"), *options]) == 0
    return folder / "data.npz"


def test_data_are_called_what_their_report_calls_them(tmp_path: Path) -> None:
    found = Provenance.of([prepared(tmp_path, "--name", "Faces with votes")])
    assert found.name == "Faces with votes"
    assert found.cleaning["sha256"] == found.sums["data.npz"] == sha256_of(tmp_path / "data.npz")
    assert Provenance.of([prepared(tmp_path)]).name == "faces.npz"


def test_a_report_on_other_bytes_says_nothing(tmp_path: Path) -> None:
    data = prepared(tmp_path, "--name", "Faces")
    write_arrays(data, images(seed=1))
    found = Provenance.of([data])
    assert (found.name, found.cleaning) == ("unknown", {})
    assert any("How data.npz was made is unknown" in note for note in found.notes(load_arrays(data)))


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", "{}", "\x00"])
def test_what_is_no_report_says_nothing(tmp_path: Path, text: str) -> None:
    data = prepared(tmp_path)
    data.with_suffix(".report.json").write_text(text)
    assert (Provenance.of([data]).name, Provenance.of([data]).cleaning) == ("unknown", {})


def test_two_files_of_one_name_keep_a_sum_and_a_report_each(tmp_path: Path) -> None:
    one, two = prepared(tmp_path / "a", "--name", "A"), prepared(tmp_path / "b", "--name", "B")
    write_arrays(two, images(seed=1))
    found = Provenance.of([one, two, one])
    assert found.sums == {
        "data.npz": sha256_of(one),
        "data.npz (2)": sha256_of(two),
        "data.npz (3)": sha256_of(one),
    }
    assert found.sums == sums_of([one, two, one])
    assert found.name == "A, unknown"
    assert next(note for note in found.notes(images()) if "unknown" in note).startswith("How data.npz (2)")


def test_copies_across_the_splits_are_counted_in_the_data_themselves(tmp_path: Path) -> None:
    clean = images()
    leaking = replace(clean, x=np.concatenate([clean.x[:2], clean.x[4:6], clean.x[4:]]))
    notes = Provenance.of([]).notes
    assert notes(clean)[0] == "No training image is a pixel copy of a test image."
    assert notes(leaking)[0].startswith("2 training images are pixel copies of test images")


def card(folder: Path, **changes: Any) -> None:
    content = json.loads((DEFAULT_ARTIFACT / CARD_FILE).read_text()) | changes
    (folder / CARD_FILE).write_text(json.dumps(content))


def test_weights_are_said_to_come_from_the_data_of_the_card_they_lie_with(tmp_path: Path) -> None:
    weights = tmp_path / "model.keras"
    weights.write_bytes(b"weights")
    unknown = "the weights in model.keras, whose data are unknown"
    assert weights_of(weights) == unknown
    files = load_card(DEFAULT_ARTIFACT).files | {"model.keras": sha256_of(weights)}
    card(tmp_path, files=files, datasets={"name": "Faces"})
    assert weights_of(weights) == "weights trained on Faces"
    weights.write_bytes(b"other weights")
    assert weights_of(weights) == unknown


def test_the_shipped_card_has_one_sum_for_the_data_and_their_report() -> None:
    shipped = load_card(DEFAULT_ARTIFACT)
    assert list(shipped.datasets["sha256"].values()) == [shipped.cleaning["sha256"]]
    assert shipped.cleaning["name"] == shipped.datasets["name"]
    for split in ("Training", "PublicTest"):
        assert shipped.datasets[split] == shipped.cleaning["per_split_after"][split]
