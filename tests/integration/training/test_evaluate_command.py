"""The commands that measure, as they are typed: on the shipped artifact, and on other people's files."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from model.card import CARD_FILE, DEFAULT_ARTIFACT, check_file, load_card
from model.emotions import EMOTIONS
from training import crop_geometry, evaluate, robustness, round_trip
from training.adapters import load_network
from training.datasets import CKPLUS_CLASSES, PUBLIC_TEST, LabelledImages
from training.datasets.arrays import write_arrays
from training.descriptions import EXAMPLE
from training.errors import ConfigError

THEIR_ORDER = ["neutral", "happy", "-", "surprise", "sad", "angry", "disgust", "fear"]
"""As of a network with an eighth output, for contempt."""


def barred(n: int = 56) -> LabelledImages:
    """Pictures whose class is told by where a bright bar lies."""
    labels = np.arange(n) % 7
    x = np.full((n, 48, 48), 60, np.uint8)
    for image, label in zip(x, labels, strict=True):
        image[label * 6 : label * 6 + 6] = 200
    return LabelledImages.of(x, labels, np.full(n, PUBLIC_TEST))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "bars.npz"
    write_arrays(path, barred())
    path.with_name("faces.csv").write_text("emotion,pixels,Usage\n3,0 0 0,Training\n")
    np.save(path.with_name("faces.npy"), barred().x)
    path.with_name("cut.npz").write_bytes(path.read_bytes()[:200])
    return path


@pytest.fixture
def artifact(tmp_path: Path) -> Path:
    """A copy of the shipped artifact's card and network."""
    card = load_card(DEFAULT_ARTIFACT)
    folder = tmp_path / "artifact"
    folder.mkdir()
    for name in (CARD_FILE, card.runtime_file):
        shutil.copy(DEFAULT_ARTIFACT / name, folder)
    return folder


def answer(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def typed(model: Path, *data: Path) -> list[str]:
    return ["--model", str(model), "--data", *map(str, data), "--json"]


def test_figures_are_recorded_in_the_card_and_the_artifact_stays_whole(
    artifact: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = load_card(artifact)
    assert evaluate.main([*typed(artifact, data), "--record", "bars", "--what", "Drawn bars."]) == 0
    printed, card = answer(capsys), load_card(artifact)
    entry = card.other_data["bars"]
    assert entry["what"] == "Drawn bars." and "--data bars.npz" in entry["command"]
    for name in ("n", "accuracy", "ci95", "macro_f1", "mean_recall", "per_class"):
        assert entry[name] == printed[name]
    assert (card.evaluation, card.files) == (before.evaluation, before.files)
    assert check_file(artifact, card, card.runtime_file).exists()
    assert sorted(p.name for p in artifact.iterdir()) == sorted([CARD_FILE, card.runtime_file])


def test_robustness_is_recorded_in_the_card(
    artifact: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert robustness.main([*typed(artifact, data), "--record"]) == 0
    printed, recorded = answer(capsys), load_card(artifact).robustness
    assert recorded == {k: v for k, v in printed.items() if k != "model"}
    assert recorded["n"] == 56 and len(recorded["conditions"]) == 10


def test_a_second_record_keeps_the_first(
    artifact: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    posed = tmp_path / "posed.npz"
    images = barred(14)
    write_arrays(posed, LabelledImages.of(images.x, images.y, images.usage, classes=CKPLUS_CLASSES))
    for path in (data, posed):
        assert evaluate.main([*typed(artifact, path), "--record", path.stem]) == 0
        capsys.readouterr()
    entries = load_card(artifact).other_data
    assert {"bars", "posed"} <= set(entries)
    assert entries["posed"]["left_out"] == {"contempt": 2}


UNUSABLE = {
    "absent": lambda model, data: typed(model / "absent", data),
    "absent.npz": lambda model, data: typed(model, data.with_name("absent.npz")),
    "wanted npz files": lambda model, data: typed(model, model),
    "wanted an artifact folder or a network file": lambda model, data: typed(data, data),
    "faces.csv: wanted an npz file": lambda model, data: typed(model, data.with_name("faces.csv")),
    "faces.npy: wanted an npz file": lambda model, data: typed(model, data.with_name("faces.npy")),
    "cut.npz: the npz file is damaged or cut short": lambda model, data: typed(
        model, data.with_name("cut.npz")
    ),
}


@pytest.mark.parametrize("named", UNUSABLE)
@pytest.mark.parametrize("command", [evaluate, robustness, round_trip])
def test_what_cannot_be_measured_ends_with_one_line(
    command: Any, named: str, artifact: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(UNUSABLE[named](artifact, data)) == 1
    printed = capsys.readouterr()
    assert named in printed.err and len(printed.err.strip().splitlines()) == 1 and not printed.out


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"zooms": 3}, "card.json: not a model card: zooms: wanted a list"),
        ({"min_share": "x"}, "min_share: wanted a number"),
        ({"input_size_px": 32}, "input_size_px: wanted 48, as array files have, got 32"),
    ],
)
@pytest.mark.parametrize("command", [evaluate, robustness, round_trip])
def test_a_card_that_cannot_be_followed_ends_with_one_line(
    *,
    command: Any,
    changes: dict[str, Any],
    named: str,
    artifact: Path,
    data: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    card = json.loads((artifact / CARD_FILE).read_text()) | changes
    (artifact / CARD_FILE).write_text(json.dumps(card))
    assert command.main(typed(artifact, data)) == 1
    printed = capsys.readouterr()
    assert named in printed.err and len(printed.err.strip().splitlines()) == 1 and not printed.out


@pytest.mark.parametrize("limit", ["0", "-5"])
def test_a_round_trip_of_no_images_is_refused(
    limit: str, artifact: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert round_trip.main([*typed(artifact, data), "--limit", limit]) == 1
    printed = capsys.readouterr()
    assert f"--limit: wanted at least 1 image, got {limit}" in printed.err and not printed.out


def test_the_crop_is_not_measured_on_a_file_that_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert crop_geometry.main(["absent.npz"]) == 1
    assert "absent.npz: wanted an npz file" in capsys.readouterr().err


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One network, which reads the bars, as .keras, .h5 and .tflite: 24 px, colour, -1..1, its own order."""
    import keras
    import tensorflow as tf

    folder = tmp_path_factory.mktemp("foreign")
    given = keras.Input((24, 24, 3))
    scores = keras.layers.Dense(8, activation="softmax")(keras.layers.Flatten()(given))
    network = keras.Model(given, scores)
    kernel = np.zeros((24, 24, 3, 8), np.float32)
    for output, name in enumerate(THEIR_ORDER):
        if name != "-":
            top = 3 * [str(e) for e in EMOTIONS].index(name)
            kernel[top : top + 3, ..., output] = 0.05
    network.layers[-1].set_weights([kernel.reshape(-1, 8), np.zeros(8, np.float32)])
    network.save(folder / "net.keras")
    network.save(folder / "net.h5")
    converter = tf.lite.TFLiteConverter.from_keras_model(network)
    (folder / "net.tflite").write_bytes(converter.convert())
    (folder / "net.toml").write_text(described())
    return folder


def described(**changes: Any) -> str:
    values = {
        "name": "theirs",
        "size_px": 24,
        "channels": "rgb",
        "value_range": [-1.0, 1.0],
        "labels": THEIR_ORDER,
        "outputs": "probabilities",
    } | changes
    return "\n".join(f"{key} = {json.dumps(value)}" for key, value in values.items())


@pytest.mark.parametrize("file", ["net.keras", "net.h5", "net.tflite"])
def test_someone_elses_network_is_measured_through_its_description(
    foreign: Path, file: str, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate.main(typed(foreign / file, data)) == 0
    figures = answer(capsys)
    assert (figures["model"], figures["runtime_file"], figures["n"]) == ("theirs", file, 56)
    assert figures["accuracy"] == 1


def test_every_file_form_of_a_network_gives_the_same_scores(foreign: Path) -> None:
    crops = np.random.default_rng(0).integers(0, 256, (300, 48, 48)).astype(np.uint8)
    keras_, h5, litert = (
        load_network(foreign / f"net.{end}").scores(crops) for end in ("keras", "h5", "tflite")
    )
    np.testing.assert_allclose(h5, keras_, atol=1e-6)
    np.testing.assert_allclose(litert, keras_, atol=1e-4)
    np.testing.assert_allclose(keras_.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"size_px": 64}, r"described as \(n, 64, 64, 3\), but takes"),
        ({"channels": "grey"}, r"described as \(n, 24, 24, 1\), but takes"),
        ({"labels": THEIR_ORDER[:2] + THEIR_ORDER[3:]}, "each of the 8 outputs, got 7"),
        ({"labels": [*THEIR_ORDER[:7], "worried"]}, "worried"),
    ],
)
@pytest.mark.parametrize("file", ["net.keras", "net.tflite"])
def test_a_description_that_does_not_fit_the_file_is_refused(
    foreign: Path, file: str, changes: dict[str, Any], named: str, tmp_path: Path
) -> None:
    other = tmp_path / "other.toml"
    other.write_text(described(**changes))
    with pytest.raises(ConfigError, match=named):
        load_network(foreign / file, other).logits(np.zeros((2, 48, 48), np.uint8))


def test_no_images_give_no_logits(foreign: Path) -> None:
    network = load_network(foreign / "net.tflite")
    assert network.logits(np.zeros((0, 48, 48), np.uint8)).shape == (0, 7)


@pytest.mark.parametrize("name", ["broken.keras", "broken.h5", "broken.tflite"])
def test_a_damaged_network_file_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"cut short")
    (tmp_path / "broken.toml").write_text(EXAMPLE)
    with pytest.raises(ConfigError, match=f"{name}: not a network"):
        load_network(tmp_path / name)
