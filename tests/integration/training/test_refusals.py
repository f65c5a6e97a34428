"""What training refuses: runs, data and networks that do not fit, each with what was wanted."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.made.tiny_training import CONFIG, arguments
from training.datasets import TRAINING
from training.datasets.arrays import write_arrays

pytestmark = pytest.mark.timeout(300)


def test_a_run_folder_is_not_resumed_with_another_config(
    sources: tuple[Path, Path], whole_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.train import main

    other = tmp_path / "tiny.toml"
    other.write_text(CONFIG.replace("batch_size = 32", "batch_size = 16"))
    assert main(arguments((other, sources[1]), whole_run)) == 1
    assert "another configuration" in capsys.readouterr().err


def test_a_run_folder_without_its_identity_is_refused(
    sources: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.train import main

    (tmp_path / "run" / "state-001").mkdir(parents=True)
    assert main(arguments(sources, tmp_path / "run")) == 1
    assert "nobody knows what this run was" in capsys.readouterr().err


def test_a_run_is_exported_with_what_it_was_trained_with(
    sources: tuple[Path, Path], whole_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.datasets.arrays import load_arrays
    from training.export import main

    images, longer = load_arrays(sources[1]), tmp_path / "longer.toml"
    write_arrays(tmp_path / "data.npz", replace(images, y=(images.y + 1) % 7))
    longer.write_text(CONFIG.replace("epochs = 3", "epochs = 4"))
    for config, data, named in (
        (sources[0], tmp_path / "data.npz", r"another data \(data.npz\)"),
        (longer, sources[1], "another schedule"),
    ):
        given = ["--config", str(config), "--data", str(data), "--run", str(whole_run)]
        assert main([*given, "--out", str(tmp_path / "artifact")]) == 1
        assert re.search(named, capsys.readouterr().err)
    assert not (tmp_path / "artifact").exists()


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

    from training import callbacks, train

    def full(*_: object, **__: object) -> None:
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")

    monkeypatch.setattr(callbacks.StepClock, "on_train_batch_begin", full)
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


def test_a_weights_file_that_is_damaged_and_a_download_that_fails_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from keras.src.applications import vgg16

    from training.architectures import build
    from training.errors import ConfigError

    damaged = tmp_path / "vgg16.weights.h5"
    damaged.write_bytes(b"cut short")
    with pytest.raises(ConfigError, match=r"file of vgg16 without its top, .*vgg16\.weights\.h5 cannot"):
        build("vgg16", {"weights": str(damaged)})

    def offline(*_: object, **__: object) -> None:
        raise Exception("URL fetch failure: Name or service not known")

    monkeypatch.setattr(vgg16.file_utils, "get_file", offline)
    with pytest.raises(ConfigError, match="could not be downloaded; give the path of a local file"):
        build("vgg16", {"weights": "imagenet"})


@pytest.mark.parametrize(
    ("name", "options", "named"),
    [
        ("no-such", {}, r"wanted one of.*compact.*got 'no-such'"),
        ("compact", {"chanels": [8]}, "unknown key 'chanels'; wanted one of .*'channels'"),
        ("compact", {"channels": [8, 16], "blocks": [1]}, r"blocks: .* got 1 for the channels \[8, 16\]"),
        ("compact", {"channels": 8}, r"channels: wanted a list, .*got 8"),
        ("compact", {"channels": [4, 8], "blocks": [1, 1]}, "channels: wanted a whole number of at least 8"),
        ("compact", {"channels": [8] * 8, "blocks": [1] * 8}, "do not make a compact network"),
        ("compact", {"dropout": 1.5}, "dropout: wanted a number of at least 0 and below 1, got 1.5"),
        ("cnn", {"filters": 0}, "filters: wanted a whole number"),
        ("vgg16", {"weights": 3}, "weights: wanted a text"),
    ],
)
def test_an_architecture_or_option_that_is_none_is_named(
    name: str, options: dict[str, object], named: str
) -> None:
    from training.architectures import build
    from training.errors import ConfigError

    with pytest.raises(ConfigError, match=named):
        build(name, options)


def test_a_network_that_cannot_be_built_leaves_its_run_folder_to_the_corrected_config(
    sources: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.train import main

    wrong, out = tmp_path / "wrong.toml", tmp_path / "run"
    wrong.write_text(CONFIG.replace("blocks = [1, 1]", "blocks = [1]"))
    assert main(arguments((wrong, sources[1]), out)) == 1
    assert "training.train: [network.options] of compact: blocks" in capsys.readouterr().err
    assert not (out / "run.json").exists()


@pytest.mark.parametrize("name", ["cnn", "compact"])
def test_the_logits_of_every_network_can_be_shifted(name: str) -> None:
    from training.architectures import build, shift_logits

    network, amounts = build(name, {}), np.arange(7, dtype=np.float32)
    x = np.random.default_rng(0).integers(0, 256, (2, 48, 48, 1)).astype(np.float32)
    before = network.predict(x, verbose=0)
    shift_logits(network, amounts)
    np.testing.assert_allclose(network.predict(x, verbose=0), before + amounts, atol=1e-4)


def test_data_without_a_validation_split_is_refused(
    sources: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.datasets.arrays import load_arrays
    from training.train import main

    data = tmp_path / "training-only.npz"
    write_arrays(data, load_arrays(sources[1]).split(TRAINING))
    assert main(arguments((sources[0], data), tmp_path / "run")) == 1
    assert "PublicTest" in capsys.readouterr().err
