"""A trained network -> an artifact folder: LiteRT files, the Keras file, plots and the card.

`python -m training.export --run DIR --data F.npz ... --out ARTIFACT` also exports a run that still goes on.
"""

import argparse
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from model.card import CARD_FILE, ModelCard
from model.classifier import LiteRTClassifier
from model.emotions import EMOTIONS
from training import plots
from training.architectures import INPUT_SIZE_PX, build, multiply_adds
from training.calibration import choose_certainty, fit_temperature
from training.config import Config, load_config
from training.datasets import PUBLIC_TEST, TRAINING, LabelledImages
from training.datasets.arrays import load_all, sha256_of
from training.errors import RunError, TrainingError
from training.evaluate import report
from training.metrics import Scores
from training.runs import load_progress, read_log

PACKAGES = ("tensorflow", "keras", "numpy", "ai-edge-litert")
INT8_MAY_LOSE = 0.003
CALIBRATION_IMAGES = 400
KERAS_FILE, FLOAT_FILE, INT8_FILE = "model.keras", "model.tflite", "model_int8.tflite"


@dataclass(frozen=True)
class Exported:
    """One LiteRT file measured: logits on PublicTest and time for one face on one thread."""

    file: str
    logits: NDArray[np.float32]
    accuracy: float
    ms_a_face: float


def full_precision(config: Config, trained: keras.Model) -> keras.Model:
    """The same weights in a float32 network; a mixed-precision one would export bfloat16 casts."""
    policy = keras.mixed_precision.global_policy()
    keras.mixed_precision.set_global_policy("float32")
    network = build(config.network.architecture, config.network.options)
    keras.mixed_precision.set_global_policy(policy)
    network.set_weights(trained.get_weights())
    return network


def to_litert(network: keras.Model, calibration: NDArray[np.uint8] | None = None) -> bytes:
    """A LiteRT file's bytes; int8 inside when calibration images (n, 48, 48) are given."""
    import tensorflow as tf  # the converter exists in TensorFlow only, whatever back end trained

    converter = tf.lite.TFLiteConverter.from_keras_model(network)
    if calibration is not None:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        batches = [image[None, ..., None].astype(np.float32) for image in calibration]
        converter.representative_dataset = lambda: ([batch] for batch in batches)
    return bytes(converter.convert())


def runs_to_the_end(path: Path) -> bool:
    """Whether a process of its own survives every batch size: LiteRT 2.3 corrupts memory and aborts on some
    int8 networks with narrow 1x1 convolutions, and an abort cannot be caught."""
    probe = (
        "import sys, pathlib, model.classifier as c\n"
        "content = pathlib.Path(sys.argv[1]).read_bytes()\n"
        f"[c.FixedBatch(content, size, {INPUT_SIZE_PX}, 1) for size in c.BATCH_SIZES]"
    )
    root = Path(__file__).resolve().parents[1]
    command = [sys.executable, "-c", probe, str(path.resolve())]
    return subprocess.run(command, cwd=root, capture_output=True, check=False, timeout=120).returncode == 0


def _measured(content: bytes, file: str, card: ModelCard, images: LabelledImages) -> Exported:
    classifier = LiteRTClassifier(content, card)
    logits = classifier.logits(images.x)
    times = []
    for image in images.x[:200]:
        started = time.perf_counter()
        classifier.logits(image[None])
        times.append(time.perf_counter() - started)
    accuracy = float((logits.argmax(axis=1) == images.y).mean())
    return Exported(file, logits, accuracy, 1e3 * float(np.median(times)))


def _git_revision() -> str:
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return done.stdout.strip()


def _blank_card(config: Config, network: keras.Model, log: list[dict[str, float]]) -> ModelCard:
    return ModelCard(
        name=config.name,
        labels=tuple(str(e) for e in EMOTIONS),
        input_size_px=int(network.input_shape[1]),
        value_range=(0.0, 255.0),
        crop_margin=config.crop.margin,
        crop_aligned=config.crop.aligned,
        temperature=1.0,
        min_share=0.0,
        min_lead=0.0,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        files={FLOAT_FILE: ""},
        runtime_file=FLOAT_FILE,
        architecture=config.network.architecture,
        parameters=int(network.count_params()),
        multiply_adds=multiply_adds(network),
        seed=config.schedule.seed,
        git_revision=_git_revision(),
        minutes=round(sum(row["seconds"] for row in log) / 60, 1),
        versions={"python": platform.python_version()} | {name: version(name) for name in PACKAGES},
        recipe=config.as_dict() | {"epochs_trained": len(log)},
    )


def _notes(config: Config, log: list[dict[str, float]]) -> tuple[str, ...]:
    notes = [
        plots.describe_fit(log),
        "Recipe, temperature and thresholds were chosen on PublicTest, the split reported here.",
        "Training images that are pixel copies of PublicTest images were removed before training.",
        "Scores describe how a face looks to most raters, not what a person feels.",
    ]
    if len(log) < config.schedule.epochs:
        notes.insert(0, f"Early export: {len(log)} of {config.schedule.epochs} epochs are trained.")
    return tuple(notes)


def _choose(exports: list[Exported]) -> Exported:
    """The fastest of those within INT8_MAY_LOSE of the best accuracy. Raises RunError when none runs."""
    if not exports:
        raise RunError("export: neither the float32 nor the int8 network runs on LiteRT")
    best = max(e.accuracy for e in exports)
    return min((e for e in exports if e.accuracy >= best - INT8_MAY_LOSE), key=lambda e: e.ms_a_face)


def write_artifact(
    config: Config,
    trained: keras.Model,
    data: LabelledImages,
    log: list[dict[str, float]],
    *,
    files: list[Path],
    out: Path,
) -> ModelCard:
    """Exports, measures on PublicTest, writes everything beside `out` and then puts it in its place."""
    network, public = full_precision(config, trained), data.split(PUBLIC_TEST)
    rows = np.random.default_rng(config.schedule.seed).permutation(np.flatnonzero(data.usage == TRAINING))
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as beside:
        folder = Path(beside)
        contents = {
            FLOAT_FILE: to_litert(network),
            INT8_FILE: to_litert(network, data.x[rows[:CALIBRATION_IMAGES]]),
        }
        for file, content in contents.items():
            (folder / file).write_bytes(content)
        network.save(folder / KERAS_FILE)
        card = _blank_card(config, network, log)
        sound = [f for f in contents if runs_to_the_end(folder / f)]
        exports = [_measured(contents[f], f, card, public) for f in sound]
        card = _calibrated(card, _choose(exports), public)
        reference = network.predict(public.x[..., None].astype(np.float32), batch_size=256, verbose=0)
        plots.plot_curves(log, folder / "curves.png")
        plots.plot_confusion(card.evaluation, folder / "confusion.png")
        plots.plot_reliability(card.evaluation, folder / "reliability.png")
        card = replace(
            card,
            files={path.name: sha256_of(path) for path in sorted(folder.iterdir())},
            datasets=_datasets(data, files),
            exports={e.file: _export_figures(e, reference) for e in exports},
            notes=_notes(config, log),
        )
        (folder / CARD_FILE).write_text(card.to_json(), encoding="utf-8")
        _put_in_place(folder, out)
    return card


def _calibrated(card: ModelCard, chosen: Exported, public: LabelledImages) -> ModelCard:
    from model.classifier import softmax

    temperature = round(fit_temperature(chosen.logits, public.y), 4)
    scores: Scores = softmax(chosen.logits, temperature)
    certainty = choose_certainty(scores, public.y).certainty
    return replace(
        card,
        files={chosen.file: ""},
        runtime_file=chosen.file,
        temperature=temperature,
        min_share=certainty.min_share,
        min_lead=certainty.min_lead,
        evaluation={"split": "PublicTest"} | report(chosen.logits, public, temperature, certainty),
    )


def _export_figures(exported: Exported, reference: Scores) -> dict[str, float]:
    return {
        "accuracy": exported.accuracy,
        "ms_a_face_one_thread": round(exported.ms_a_face, 3),
        "agrees_with_keras": float((exported.logits.argmax(axis=1) == reference.argmax(axis=1)).mean()),
        "mean_logit_difference": float(np.abs(exported.logits - reference).mean()),
    }


def _datasets(data: LabelledImages, files: list[Path]) -> dict[str, Any]:
    return {
        "name": "FER2013 with FER+ votes",
        "sha256": {path.name: sha256_of(path) for path in files},
        "Training": data.split(TRAINING).per_class(),
        "PublicTest": data.split(PUBLIC_TEST).per_class(),
    }


def _put_in_place(folder: Path, out: Path) -> None:
    """Renames `folder` to `out`; an artifact already there is replaced in two renames."""
    old = out.with_name(f".{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    shutil.copytree(folder, out)
    out.chmod(0o755)  # temporary folders are private
    shutil.rmtree(old, ignore_errors=True)


def export_run(config: Config, data_files: list[Path], run: Path, out: Path) -> ModelCard:
    """The newest whole epoch of a run folder as an artifact. Raises RunError when there is none."""
    progress = load_progress(run, config.schedule.ema_decay)
    log = read_log(run)
    if progress is None or not log:
        raise RunError(f"{run}: no finished epoch to export; wanted a folder of training.train")
    network = full_precision(config, progress.network)
    network.set_weights(progress.average.weights)
    return write_artifact(config, network, load_all(data_files), log, files=data_files, out=out)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="training.export", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--config", required=True)
    parser.add_argument("--run", required=True, type=Path)
    parser.add_argument("--data", required=True, nargs="+", type=Path)
    parser.add_argument("--out", required=True, type=Path)
    options = parser.parse_args(arguments)
    try:
        card = export_run(load_config(options.config), options.data, options.run, options.out)
    except TrainingError as error:
        print(f"training.export: {error}", file=sys.stderr)
        return 1
    accuracy, (low, high) = card.evaluation["accuracy"], card.evaluation["ci95"]
    print(f"{options.out}: {card.runtime_file}, PublicTest {accuracy:.2%} ({low:.2%} to {high:.2%})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
