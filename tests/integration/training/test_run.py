"""A tiny network trained for real: killed and resumed, exported, taught by another."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.classifier import load_classifier, views
from tests import ROOT
from tests.made.tiny_training import CONFIG, arguments
from training.datasets import PUBLIC_TEST

pytestmark = pytest.mark.timeout(300)
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
    assert main([*arguments(sources, out), "--no-export"]) == 0
    resumed, whole = read_log(out), read_log(whole_run)
    assert [row["epoch"] for row in resumed] == [1, 2, 3]
    for key in ("objective", "loss", "val_loss"):
        np.testing.assert_allclose([r[key] for r in resumed], [w[key] for w in whole], rtol=2e-3)


def test_a_run_killed_at_the_end_of_an_epoch_keeps_a_row_for_every_epoch(
    sources: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from training import train
    from training.runs import finished_epochs, read_log

    short, out = tmp_path / "short.toml", tmp_path / "run"
    smaller = CONFIG.replace("[8, 16]", "[8]").replace("[1, 1]", "[1]")
    short.write_text(smaller.replace("epochs = 3", "epochs = 2"))
    given = [*arguments((short, sources[1]), out), "--no-export"]
    for step, seen in (("append_log", [1]), ("save_progress", [1, 2])):
        with monkeypatch.context() as until, pytest.raises(KeyboardInterrupt):
            until.setattr(train, step, _until_epoch_2(getattr(train, step)))
            train.main(given)
        progress, rows = finished_epochs(out, 0.997)
        assert (progress.epoch, [row["epoch"] for row in rows]) == (1, [1])
        assert [row["epoch"] for row in read_log(out)] == seen
    assert train.main(given) == 0
    assert [row["epoch"] for row in read_log(out)] == [1, 2]


def _until_epoch_2(whole: Callable[[Path, Any], None]) -> Callable[[Path, Any], None]:
    """`append_log` or `save_progress`, killed before it has done anything for the second epoch."""

    def killed(folder: Path, given: Any) -> None:
        if (given["epoch"] if isinstance(given, dict) else given.epoch) == 2:
            raise KeyboardInterrupt
        whole(folder, given)

    return killed


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
    zoomed = views(x, (1.0, 1.1), flip=True)[2:, ..., None].astype(np.float32)
    others = sum(network.predict(view, verbose=0)[0] for view in zoomed)
    np.testing.assert_allclose(classifier.logits(x), (seen + mirrored + others) / 4, atol=0.15)
    shown = classifier.activation_maps(x)
    assert shown is not None
    np.testing.assert_allclose(shown, (maps + mirrored_maps[:, :, ::-1]) / 2, atol=0.5)
    np.testing.assert_allclose(shown.mean(axis=(1, 2)), (seen + mirrored) / 2, atol=0.15)
    exports = classifier.card.exports
    assert exports["model.tflite"]["mean_logit_difference"] < 1e-4
    assert classifier.card.recipe["schedule"]["epochs"] == 3
    assert classifier.card.evaluation["n"] == 64
    assert set(classifier.card.datasets["sha256"]) == {"data.npz"}
    assert (classifier.card.datasets["name"], classifier.card.cleaning) == ("unknown", {})
    assert any("How data.npz was made is unknown" in note for note in classifier.card.notes)
    pictures = {"classes.png", "confusion.png", "curves.png", "reliability.png"}
    assert pictures < set(classifier.card.files)


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
    said = r"compact: [\d,]+ parameters, [\d.]+ million multiply-adds a face"
    assert re.search(said, capsys.readouterr().out)
    assert read_log(tmp_path / "run")[0]["val_loss"] < read_log(whole_run)[0]["val_loss"]
    assert not (tmp_path / "run" / "artifact").exists()
    other = tmp_path / "other.toml"
    other.write_text(CONFIG.replace("[8, 16]", "[8, 24]"))
    assert main([*arguments((other, sources[1]), tmp_path / "other"), "--weights", str(weights)]) == 1
    assert "wanted a Keras file of this compact network" in capsys.readouterr().err


def test_runs_are_put_side_by_side_with_what_they_cost(
    sources: tuple[Path, Path], whole_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.architecture_table import main

    given = [str(whole_run), "--data", str(sources[1]), "--out", str(tmp_path / "table.json")]
    assert main([*given, "--note", "Nothing else ran."]) == 0
    assert re.search(r"tiny +[\d.]+ M parameters +[\d.]+ M multiply-adds +3 epochs", capsys.readouterr().out)
    table = json.loads((tmp_path / "table.json").read_text())
    [row] = table["rows"]
    card = load_classifier(whole_run / "artifact").card
    assert table["note"] == "Nothing else ran."
    assert (row["name"], row["epochs"], row["parameters"]) == ("tiny", 3, card.parameters)
    assert main([str(tmp_path), *given[1:]]) == 1
    assert "wanted a run folder of training.train" in capsys.readouterr().err


def test_a_student_comes_closer_to_its_teacher_than_the_labels_alone_would_bring_it(
    sources: tuple[Path, Path], whole_run: Path, tmp_path: Path
) -> None:
    import keras

    from training import distill, train
    from training.datasets.arrays import load_arrays
    from training.runs import finished_epochs

    teacher = whole_run / "artifact" / "model.keras"
    x = load_arrays(sources[1]).split(PUBLIC_TEST).x[..., None].astype(np.float32)
    wanted = keras.models.load_model(teacher).predict(x, verbose=0)[0]
    taught = ["--teacher", str(teacher), "--teacher-weight", "1", "--temperature", "1", "--no-export"]
    assert distill.main([*arguments(sources, tmp_path / "taught"), *taught]) == 0
    alone = [*arguments((_shuffled(sources, tmp_path), sources[1]), tmp_path / "alone"), "--no-export"]
    assert train.main(alone) == 0
    apart = {}
    for name in ("taught", "alone"):
        progress, _ = finished_epochs(tmp_path / name, 0.997)
        progress.network.set_weights(progress.average.weights)
        apart[name] = np.abs(progress.network.predict(x, verbose=0) - wanted).mean()
    assert apart["taught"] < apart["alone"]


def _shuffled(sources: tuple[Path, Path], folder: Path) -> Path:
    """The same configuration from another seed."""
    path = folder / "other-seed.toml"
    path.write_text(CONFIG.replace("batch_size = 32", "batch_size = 32\nseed = 3"))
    return path
