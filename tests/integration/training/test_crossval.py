"""A tiny network cross-validated for real: people kept apart, killed and resumed, recorded, refused."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests import ROOT
from tests.made.alone import alone, needs_a_namespace, needs_ray

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from model.card import load_card
from tests.made.card import write_artifact
from training.datasets import CKPLUS_CLASSES, TRAINING, LabelledImages
from training.datasets.arrays import load_arrays, write_arrays

pytestmark = pytest.mark.timeout(900)
CONFIG = """
[network.options]
channels = [8]
blocks = [1]
dropout = 0.1
[schedule]
epochs = 30
batch_size = 14
learning_rate = 0.03
warmup_epochs = 1
ema_decay = 0.9
mixed_precision = false
[targets]
vote_weight = 0.0
[augmentation]
brightness = 4.0
contrast = 0.1
erase = 0.0
mixup = 0.0
"""
KILLED_AFTER_ONE_FOLD = """
import os, signal, sys
import training.crossval as c
whole, done = c.run_fold, []
def until(*arguments):
    if len(done) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    done.append(1)
    return whole(*arguments)
c.run_fold = until
c.main(sys.argv[1:])
"""


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A config, 84 pictures of six people whose class is their brightness, and files to start from."""
    import keras

    from training.architectures import build
    from training.config import load_config

    folder = tmp_path_factory.mktemp("sources")
    labels, people = np.arange(84) % 7, np.repeat(np.arange(6), 14)
    x = np.random.default_rng(0).integers(0, 30, (84, 48, 48)) + 35 * labels[:, None, None]
    subject = [f"S{person}" for person in people]
    images = LabelledImages.of(
        x.astype(np.uint8), labels, np.full(84, TRAINING), subject=subject, classes=CKPLUS_CLASSES
    )
    write_arrays(folder / "data.npz", images)
    (folder / "tiny.toml").write_text(CONFIG)
    keras.utils.set_random_seed(3)
    config = load_config(str(folder / "tiny.toml"))
    build(config.network.architecture, config.network.options).save(folder / "start.keras")
    build("compact", {"channels": [8, 16], "blocks": [1, 1]}).save(folder / "other.keras")
    return {name: folder / name for name in ("tiny.toml", "data.npz", "start.keras", "other.keras")}


def arguments(sources: dict[str, Path], out: Path, start: str = "start.keras") -> list[str]:
    given = {"--config": sources["tiny.toml"], "--data": sources["data.npz"], "--weights": sources[start]}
    words = [str(word) for pair in given.items() for word in pair]
    return [*words, "--folds", "2", "--out", str(out), "--json"]


@pytest.fixture(scope="module")
def killed_and_resumed(sources: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    from training.crossval import main

    out = tmp_path_factory.mktemp("runs") / "folds"
    command = [sys.executable, "-c", KILLED_AFTER_ONE_FOLD, *arguments(sources, out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert sorted(p.name for p in out.glob("fold-*")) == ["fold-00.npz"]
    finished = {p: p.stat().st_mtime_ns for p in out.glob("fold-*")}
    assert main(arguments(sources, out)) == 0
    assert {p: p.stat().st_mtime_ns for p in finished} == finished
    return out


def test_the_folds_before_and_after_a_kill_are_summed_up_together(
    sources: dict[str, Path], killed_and_resumed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.crossval import main

    assert main(arguments(sources, killed_and_resumed)) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["folds"], figures["n"], figures["subjects"]) == (2, 84, 6)
    assert figures["mean_accuracy"] == pytest.approx(np.mean(figures["fold_accuracies"]))
    assert min(figures["fold_accuracies"]) > 0.3  # one in seven by chance
    low, high = figures["ci95"]
    assert low <= figures["accuracy"] <= high
    assert sum(map(sum, figures["confusion"])) == 84


def test_every_image_is_scored_once_by_a_network_that_never_saw_its_person(
    sources: dict[str, Path], killed_and_resumed: Path
) -> None:
    images = load_arrays(sources["data.npz"])
    tested = [np.load(path)["test"] for path in sorted(killed_and_resumed.glob("fold-*.npz"))]
    assert sorted(np.concatenate(tested).tolist()) == list(range(len(images)))
    people = [set(images.subject[rows]) for rows in tested]
    assert sum(map(len, people)) == len(set.union(*people)) == 6


def test_the_figures_are_recorded_under_a_name(
    sources: dict[str, Path], killed_and_resumed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.crossval import main

    artifact = write_artifact(tmp_path / "artifact")
    assert main([*arguments(sources, killed_and_resumed), "--record", str(artifact), "CK+"]) == 0
    printed = json.loads(capsys.readouterr().out)
    entry = load_card(artifact).other_data["CK+"]
    assert entry == printed
    assert {"what", "folds", "mean_accuracy", "std_accuracy", "n", "ci95", "macro_f1", "per_class"} <= set(
        entry
    )
    assert list(entry["per_class"]) == list(CKPLUS_CLASSES)
    assert str(ROOT) not in entry["command"] and "--folds 2" in entry["command"]


def test_another_start_or_a_damaged_fold_is_refused(
    sources: dict[str, Path], killed_and_resumed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.crossval import main

    assert main(arguments(sources, killed_and_resumed, "other.keras")) == 1
    assert "another configuration" in capsys.readouterr().err
    assert main(arguments(sources, tmp_path / "new", "other.keras")) == 1
    assert "other.keras: wanted a Keras file of the same compact" in capsys.readouterr().err
    damaged = killed_and_resumed / "fold-01.npz"
    damaged.write_bytes(damaged.read_bytes()[:100])
    assert main(arguments(sources, killed_and_resumed)) == 1
    assert "fold-01.npz: cannot be read" in capsys.readouterr().err


def test_the_body_is_taken_over_and_the_head_begins_anew(sources: dict[str, Path]) -> None:
    import keras

    from training.config import load_config
    from training.finetuning import HEAD_WEIGHTS, with_fresh_head

    config = load_config(str(sources["tiny.toml"]))
    begun = with_fresh_head(config, sources["start.keras"]).get_weights()
    start = keras.models.load_model(sources["start.keras"]).get_weights()
    for new, old in zip(begun[:-HEAD_WEIGHTS], start[:-HEAD_WEIGHTS], strict=True):
        np.testing.assert_array_equal(new, old)
    assert np.abs(begun[-HEAD_WEIGHTS] - start[-HEAD_WEIGHTS]).max() > 0.01


def test_data_without_subjects_are_not_divided(
    sources: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.crossval import main

    images = load_arrays(sources["data.npz"])
    nameless = LabelledImages.of(images.x, images.y, images.usage, classes=CKPLUS_CLASSES)
    write_arrays(tmp_path / "nameless.npz", nameless)
    given = arguments(sources | {"data.npz": tmp_path / "nameless.npz"}, tmp_path / "out")
    assert main(given) == 1
    assert "subject" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@needs_ray
@pytest.mark.skipif("ATTUNE_LONG_TESTS" not in os.environ, reason="set ATTUNE_LONG_TESTS=1 to run it")
def test_folds_run_as_tasks_on_ray_and_one_process_finds_them_done(
    sources: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.crossval import main

    needs_a_namespace()
    command = alone(sys.executable, "-m", "tests.made.tasks_on_ray", *arguments(sources, tmp_path / "out"))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads([one for one in done.stdout.splitlines() if one.startswith("{")][-1])
    assert told["squares"] == [[0, 1], [1, 4], [2, 9], [3, 16]]
    assert told["killed_once"] == [[0, 7]]
    assert told["killed"].startswith("False: dies: its workers ended in the middle")
    assert told["failed"].startswith("True: ") and "wanted a number, got none" in told["failed"]
    assert told["status"] == 0
    # Ray tells of who died, too.
    [printed] = [one for one in told["printed"].splitlines() if one.startswith("{")]
    finished = {one: one.stat().st_mtime_ns for one in (tmp_path / "out").glob("fold-*.npz")}
    assert len(finished) == 2
    assert main(arguments(sources, tmp_path / "out")) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(printed)
    assert {one: one.stat().st_mtime_ns for one in finished} == finished
