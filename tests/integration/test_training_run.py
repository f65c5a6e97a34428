"""A tiny network trained for real: killed and resumed, exported, and refused when something does not fit."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from model.classifier import load_classifier
from training.datasets import PUBLIC_TEST, TRAINING, LabelledImages
from training.datasets.arrays import save_arrays

ROOT = Path(__file__).resolve().parents[2]
CONFIG = """
[network.options]
channels = [8, 16]
blocks = [1, 1]
dropout = 0.2
[schedule]
epochs = 3
batch_size = 32
warmup_epochs = 1
mixed_precision = false
[finish]
epochs = 1
[runtime]
flip_averaged = true
"""
KILLED_IN_EPOCH_2 = """
import os, signal, sys
import training.train as t
whole = t.StepClock.on_train_batch_end
def until(self, batch, logs=None):
    whole(self, batch, logs)
    if self._first > 0 and batch == 1:
        os.kill(os.getpid(), signal.SIGKILL)
t.StepClock.on_train_batch_end = until
t.main(sys.argv[1:])
"""


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A config, and 192 pictures whose class is told by where a bright bar lies."""
    folder = tmp_path_factory.mktemp("sources")
    rng = np.random.default_rng(0)
    labels = np.arange(192) % 7
    x = rng.integers(0, 80, (192, 48, 48))
    for image, label in zip(x, labels, strict=True):
        image[label * 6 : label * 6 + 6] += 150
    usage = np.where(np.arange(192) < 128, TRAINING, PUBLIC_TEST)
    save_arrays(folder / "data.npz", LabelledImages.of(x.astype(np.uint8), labels, usage))
    (folder / "tiny.toml").write_text(CONFIG)
    return folder / "tiny.toml", folder / "data.npz"


def arguments(sources: tuple[Path, Path], out: Path) -> list[str]:
    return ["--config", str(sources[0]), "--data", str(sources[1]), "--out", str(out)]


@pytest.fixture(scope="module")
def whole_run(sources: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    from training.train import main

    out = tmp_path_factory.mktemp("whole") / "run"
    assert main(arguments(sources, out)) == 0
    return out


def test_a_killed_run_goes_on_to_the_same_end(
    sources: tuple[Path, Path], whole_run: Path, tmp_path: Path
) -> None:
    from training.runs import read_log
    from training.train import main

    out = tmp_path / "run"
    command = [sys.executable, "-c", KILLED_IN_EPOCH_2, *arguments(sources, out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert [row["epoch"] for row in read_log(out)] == [1]
    assert main(arguments(sources, out)) == 0
    resumed, whole = read_log(out), read_log(whole_run)
    assert [row["epoch"] for row in resumed] == [1, 2, 3]
    for key in ("objective", "loss", "val_loss"):
        np.testing.assert_allclose([r[key] for r in resumed], [w[key] for w in whole], rtol=2e-3)


def test_the_artifact_scores_as_the_network_that_was_trained(
    sources: tuple[Path, Path], whole_run: Path
) -> None:
    import keras

    from training.datasets.arrays import load_arrays

    x = load_arrays(sources[1]).split(PUBLIC_TEST).x
    classifier = load_classifier(whole_run / "artifact")
    network = keras.models.load_model(whole_run / "artifact" / "model.keras")
    grey = x[..., None].astype(np.float32)
    seen, maps = network.predict(grey, verbose=0)
    mirrored, mirrored_maps = network.predict(grey[:, :, ::-1], verbose=0)
    np.testing.assert_allclose(classifier.logits(x), (seen + mirrored) / 2, atol=0.15)
    shown = classifier.activation_maps(x)
    assert shown is not None
    np.testing.assert_allclose(shown, (maps + mirrored_maps[:, :, ::-1]) / 2, atol=0.5)
    np.testing.assert_allclose(shown.mean(axis=(1, 2)), classifier.logits(x), atol=0.1)
    exports = classifier.card.exports
    assert exports["model.tflite"]["mean_logit_difference"] < 1e-4
    assert classifier.card.recipe["schedule"]["epochs"] == 3
    assert classifier.card.evaluation["n"] == 64
    assert set(classifier.card.datasets["sha256"]) == {"data.npz"}


def test_a_run_folder_is_not_resumed_with_another_config(
    sources: tuple[Path, Path], whole_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.train import main

    other = tmp_path / "tiny.toml"
    other.write_text(CONFIG.replace("batch_size = 32", "batch_size = 16"))
    assert main(arguments((other, sources[1]), whole_run)) == 1
    assert "another configuration" in capsys.readouterr().err


def test_a_run_starts_from_the_weights_it_is_given(
    sources: tuple[Path, Path], whole_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.runs import read_log
    from training.train import main

    short = tmp_path / "short.toml"
    short.write_text(CONFIG.replace("epochs = 3", "epochs = 1\nlearning_rate = 0.001"))
    weights = whole_run / "artifact" / "model.keras"
    given = [*arguments((short, sources[1]), tmp_path / "run"), "--weights", str(weights), "--no-export"]
    assert main(given) == 0
    assert read_log(tmp_path / "run")[0]["val_loss"] < read_log(whole_run)[0]["val_loss"]
    assert not (tmp_path / "run" / "artifact").exists()
    other = tmp_path / "other.toml"
    other.write_text(CONFIG.replace("[8, 16]", "[8, 24]"))
    assert main([*arguments((other, sources[1]), tmp_path / "other"), "--weights", str(weights)]) == 1
    assert "wanted a Keras file of this compact network" in capsys.readouterr().err


def test_a_student_comes_closer_to_its_teacher_than_the_labels_alone_would_bring_it(
    sources: tuple[Path, Path], whole_run: Path, tmp_path: Path
) -> None:
    import keras

    from training import distill, train
    from training.datasets.arrays import load_arrays

    teacher = whole_run / "artifact" / "model.keras"
    x = load_arrays(sources[1]).split(PUBLIC_TEST).x[..., None].astype(np.float32)
    wanted = keras.models.load_model(teacher).predict(x, verbose=0)[0]
    taught = ["--teacher", str(teacher), "--teacher-weight", "1", "--temperature", "1"]
    assert distill.main([*arguments(sources, tmp_path / "taught"), *taught]) == 0
    assert train.main(arguments((_shuffled(sources, tmp_path), sources[1]), tmp_path / "alone")) == 0
    apart = {}
    for name in ("taught", "alone"):
        network = keras.models.load_model(tmp_path / name / "artifact" / "model.keras")
        apart[name] = np.abs(network.predict(x, verbose=0)[0] - wanted).mean()
    assert apart["taught"] < apart["alone"]


def _shuffled(sources: tuple[Path, Path], folder: Path) -> Path:
    """The same configuration from another seed."""
    path = folder / "other-seed.toml"
    path.write_text(CONFIG.replace("batch_size = 32", "batch_size = 32\nseed = 3"))
    return path


def test_a_run_folder_without_its_identity_is_refused(
    sources: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.train import main

    (tmp_path / "run" / "state-001").mkdir(parents=True)
    assert main(arguments(sources, tmp_path / "run")) == 1
    assert "nobody knows what this run was" in capsys.readouterr().err


def test_an_interrupted_state_is_named_with_what_to_do(
    sources: tuple[Path, Path], whole_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.train import main

    shutil.copytree(whole_run, tmp_path / "run")
    [state] = (tmp_path / "run").glob("state-*")
    (state / "network.keras").write_bytes(b"cut short")
    assert main(arguments(sources, tmp_path / "run")) == 1
    assert "delete it to start the run again" in capsys.readouterr().err


def test_too_little_memory_names_the_batch_size(
    sources: tuple[Path, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import tensorflow as tf

    from training import train

    def full(*_: object, **__: object) -> None:
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")

    monkeypatch.setattr(train.StepClock, "on_train_batch_begin", full)
    assert train.main(arguments(sources, tmp_path / "run")) == 1
    assert "too little memory for the batch: lower [schedule] batch_size, now 32" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["cnn", "vgg16", "resnet50"])
def test_every_network_takes_grey_faces_and_gives_seven_logits(name: str) -> None:
    from training.architectures import build, multiply_adds

    network = build(name, {})
    assert network.input_shape == (None, 48, 48, 1)
    assert network.output_shape == (None, 7)
    assert multiply_adds(network) > 1e6


def test_weights_of_a_known_network_come_from_a_local_file(tmp_path: Path) -> None:
    import keras

    from training.architectures import build
    from training.errors import ConfigError

    given = keras.applications.VGG16(include_top=False, weights=None)
    given.save_weights(tmp_path / "vgg16.weights.h5")
    network = build("vgg16", {"weights": str(tmp_path / "vgg16.weights.h5")})
    name = "block3_conv2"
    taken, wanted = network.get_layer(name).get_weights()[0], given.get_layer(name).get_weights()[0]
    np.testing.assert_array_equal(taken, wanted)
    with pytest.raises(ConfigError, match="wanted 'none', 'imagenet' or a file"):
        build("vgg16", {"weights": str(tmp_path / "missing.h5")})


def test_unknown_architectures_and_options_are_named() -> None:
    from training.architectures import build
    from training.errors import ConfigError

    with pytest.raises(ConfigError, match=r"wanted one of.*compact.*got 'no-such'"):
        build("no-such", {})
    with pytest.raises(ConfigError, match="chanels"):
        build("compact", {"chanels": [8]})


def test_data_without_a_validation_split_is_refused(
    sources: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.datasets.arrays import load_arrays
    from training.train import main

    data = tmp_path / "training-only.npz"
    save_arrays(data, load_arrays(sources[1]).split(TRAINING))
    assert main(arguments((sources[0], data), tmp_path / "run")) == 1
    assert "PublicTest" in capsys.readouterr().err
