"""`python -m training.train --config NAME --data F.npz ... --out DIR`: a resumable run.

Reads top to bottom: data, network, epochs, artifact. A killed run goes on after its last whole epoch with the
same batches, learning rates and average that an uninterrupted run would have had.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
from tqdm import tqdm

from training.architectures import build, described
from training.batches import EpochBatches, Teach
from training.callbacks import StepBar, StepClock
from training.config import Config, Schedule, load_config
from training.datasets import EMOTION_CLASSES, PUBLIC_TEST, TRAINING, LabelledImages
from training.datasets.arrays import load_all, sha256_of, sums_of
from training.errors import DataError, RunError, TrainingError
from training.examples import Examples
from training.export import export_run
from training.heads import WIDTH, cross_entropy_of_heads, heads_of, widened
from training.logs import log_to_tensorboard
from training.runs import Progress, append_log, load_progress, open_run, save_progress
from training.schedule import WeightAverage

PROBE_IMAGES = 2000


@dataclass(frozen=True)
class Start:
    """Where a run begins: random weights or those of a Keras file, alone or with teachers.

    `teach` asks them of every batch, `prepare` once of all clean images. `identity` is what they add to the
    run's.
    """

    weights: Path | None = None
    teach: Teach | None = None
    prepare: Callable[[Examples], Examples] | None = None
    identity: dict[str, Any] = field(default_factory=dict)


def optimizer_of(schedule: Schedule) -> keras.optimizers.Optimizer:
    if schedule.optimizer == "adam":
        return keras.optimizers.Adam(schedule.learning_rate)
    return keras.optimizers.SGD(schedule.learning_rate, schedule.momentum, nesterov=True)


def _start(config: Config, weights: Path | None) -> Progress:
    keras.utils.set_random_seed(config.schedule.seed)
    network = build(config.network.architecture, config.network.options)
    if weights is not None:
        start_from(network, weights)
    network.compile(optimizer_of(config.schedule), cross_entropy_of_heads)
    return Progress(0, network, WeightAverage(network.get_weights(), config.schedule.ema_decay))


def start_from(network: keras.Model, file: Path) -> None:
    """Takes the weights of a Keras file of the same trunk, a single head's for all. Raises RunError."""
    try:
        weights = keras.models.load_model(file, compile=False).get_weights()
        network.set_weights(widened(weights, network.output_shape[-1]))
    except (OSError, ValueError) as error:
        raise RunError(f"{file}: wanted a Keras file of this {network.name} network: {error}") from error


def _seed_dropout(network: keras.Model, seed: int, epoch: int) -> None:
    """Keras does not save the state of its random layers, so every epoch begins from one of its own."""
    for layer in network.layers:
        if isinstance(layer, keras.layers.Dropout) and layer.rate > 0:
            layer.seed_generator.state.assign([seed, epoch])


def measure(network: keras.Model, images: LabelledImages) -> tuple[float, float]:
    """Accuracy and mean cross-entropy of the first head on unchanged images."""
    grey = images.x[..., None].astype(np.float32)
    logits = network.predict(grey, batch_size=256, verbose=0)[:, :WIDTH].astype(np.float64)
    log_scores = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    accuracy = float((logits.argmax(axis=1) == images.y).mean())
    return accuracy, float(-log_scores[np.arange(len(images)), images.y].mean())


def splits_of(data: LabelledImages) -> tuple[LabelledImages, LabelledImages]:
    """Training and validation images. Raises DataError when one is missing or the classes are others."""
    if data.classes != EMOTION_CLASSES:
        raise DataError(f"wanted images of the classes {EMOTION_CLASSES}, got {data.classes}")
    training, validation = data.split(TRAINING), data.split(PUBLIC_TEST)
    if not len(training) or not len(validation):
        raise DataError(f"wanted Training and PublicTest images, got {len(training)} and {len(validation)}")
    return training, validation


def run(
    config: Config,
    data: LabelledImages,
    identity: dict[str, Any],
    folder: Path,
    start: Start | None = None,
) -> Progress:
    """Trains what is left of the run in `folder`.

    Raises DataError when a split is missing, ConfigError when the network cannot be built, RunError when the
    folder holds another run or the start's weights do not fit.
    """
    start = start or Start()
    training, validation = splits_of(data)
    keras.mixed_precision.set_global_policy(
        "mixed_bfloat16" if config.schedule.mixed_precision else "float32"
    )
    begun = _start(config, start.weights)  # first: what cannot be built leaves no run folder to be in the way
    open_run(folder, identity)
    progress = load_progress(folder, config.schedule.ema_decay) or begun
    tqdm.write(described(progress.network))
    examples = Examples(training, heads_of(begun.network))
    examples = start.prepare(examples) if start.prepare else examples
    averaged = keras.models.clone_model(progress.network)
    order = np.random.default_rng(config.schedule.seed).permutation(len(training))
    probe = training.take(order[:PROBE_IMAGES])
    steps = len(EpochBatches(config, examples, 0))
    with tqdm(
        total=steps * config.schedule.epochs,
        initial=steps * progress.epoch,
        unit=" steps",
        disable=not sys.stderr.isatty(),
    ) as bar:
        for epoch in range(progress.epoch, config.schedule.epochs):
            started = time.monotonic()
            objective = _train_epoch(
                config, progress, EpochBatches(config, examples, epoch, start.teach), bar
            )
            averaged.set_weights(progress.average.weights)
            row = {"epoch": epoch + 1, "objective": objective}
            row |= _measures(averaged, probe, validation) | {"seconds": time.monotonic() - started}
            append_log(folder, row)
            log_to_tensorboard(folder, row)
            progress = Progress(epoch + 1, progress.network, progress.average)
            save_progress(folder, progress)  # last: a kill before it repeats the epoch, its row included
            tqdm.write("  ".join(f"{key} {value:.4g}" for key, value in row.items()))
            sys.stdout.flush()
    return progress


def _train_epoch(config: Config, progress: Progress, batches: EpochBatches, bar: "tqdm[Any]") -> float:
    """The mean objective of one epoch."""
    _seed_dropout(progress.network, config.schedule.seed, progress.epoch)
    clock = StepClock(config, progress.average, progress.epoch, len(batches))
    history = progress.network.fit(batches, shuffle=False, verbose=0, callbacks=[clock, StepBar(bar)])
    return float(history.history["loss"][-1])


def _measures(averaged: keras.Model, probe: LabelledImages, validation: LabelledImages) -> dict[str, float]:
    train_accuracy, train_loss = measure(averaged, probe)
    accuracy, loss = measure(averaged, validation)
    return {"loss": train_loss, "accuracy": train_accuracy, "val_loss": loss, "val_accuracy": accuracy}


def ran_out_of_memory(error: Exception) -> bool:
    """Whether it says so; every back end has a class of its own for it."""
    named = type(error).__name__ in ("MemoryError", "ResourceExhaustedError", "OutOfMemoryError")
    return named or "RESOURCE_EXHAUSTED" in str(error)


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """What every command that trains asks for."""
    parser.add_argument("--config", required=True, help="name in training/configs, or a .toml file")
    parser.add_argument("--data", required=True, nargs="+", type=Path, help="array files of training.prepare")
    parser.add_argument(
        "--out", required=True, type=Path, help="run folder; the artifact goes to OUT/artifact"
    )
    parser.add_argument("--weights", type=Path, help="a Keras file of the same architecture to start from")
    parser.add_argument("--no-export", action="store_true", help="train only; for comparisons")


def train_from_command(name: str, options: argparse.Namespace, start: Callable[[], Start]) -> int:
    """Runs and exports what a command line asked for; the exit status."""
    try:
        config = load_config(options.config)
        begin = start()
        identity: dict[str, Any] = {
            "config": config.as_dict(),
            "data": sums_of(options.data),
        }
        if begin.weights is not None:
            identity["weights"] = sha256_of(begin.weights)
        run(config, load_all(options.data), identity | begin.identity, options.out, begin)
        if options.no_export:
            return 0
        if (back_end := keras.backend.backend()) != "tensorflow":
            return _export_on_tensorflow(options, f"Trained on Keras's {back_end} back end.")
        card = export_run(config, options.data, options.out, options.out / "artifact")
    except (TrainingError, OSError) as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 1
    except Exception as error:
        if not ran_out_of_memory(error):
            raise
        size = config.schedule.batch_size
        wanted = f"lower [schedule] batch_size, now {size}, in the configuration"
        print(f"{name}: too little memory for the batch: {wanted}", file=sys.stderr)
        return 1
    print(f"{options.out / 'artifact'}: PublicTest {card.evaluation['accuracy']:.2%}")
    return 0


def _export_on_tensorflow(options: argparse.Namespace, note: str) -> int:
    """LiteRT's converter knows TensorFlow's variables only; Keras takes its back end at import."""
    files = ["--data", *options.data, "--run", options.out, "--out", options.out / "artifact"]
    command = [sys.executable, "-m", "training.export", "--config", options.config, "--note", note, *files]
    return subprocess.run(command, env=os.environ | {"KERAS_BACKEND": "tensorflow"}, check=False).returncode


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="training.train", description=(__doc__ or "").splitlines()[0])
    add_run_options(parser)
    options = parser.parse_args(arguments)
    return train_from_command("training.train", options, lambda: Start(options.weights))


if __name__ == "__main__":
    sys.exit(main())
