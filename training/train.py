"""`python -m training.train --config NAME --data F.npz ... --out DIR`: a resumable run.

Reads top to bottom: data, network, epochs, artifact. A killed run goes on after its last whole epoch with the
same batches, learning rates and average that an uninterrupted run would have had.
"""

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from training.architectures import build
from training.augmentation import augment, mix_up
from training.config import Config, load_config
from training.datasets import PUBLIC_TEST, TRAINING, LabelledImages
from training.datasets.arrays import load_all, sha256_of
from training.errors import DataError, RunError, TrainingError
from training.export import export_run
from training.labels import soft_targets
from training.runs import Progress, append_log, load_progress, open_run, save_progress
from training.schedule import WeightAverage, learning_rate

AVERAGE_EVERY = 5
PROBE_IMAGES = 2000


class EpochBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """One epoch's batches. Batch i of epoch e is the same in every run with the same seed."""

    def __init__(self, config: Config, images: LabelledImages, epoch: int) -> None:
        super().__init__(workers=1, max_queue_size=4)
        targets, self._augmentation = config.stage(epoch)
        self._x, self._targets = images.x, soft_targets(images, targets.vote_weight, targets.smoothing)
        self._schedule, self._epoch = config.schedule, epoch
        self._order = np.random.default_rng((config.schedule.seed, epoch)).permutation(len(images))

    def __len__(self) -> int:
        return max(1, len(self._order) // self._schedule.batch_size)

    def __getitem__(self, i: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        size, amount = self._schedule.batch_size, self._augmentation
        rng = np.random.default_rng((self._schedule.seed, self._epoch, i))
        rows = self._order[i * size : (i + 1) * size]
        x, y = mix_up(augment(self._x[rows], amount, rng), self._targets[rows], amount.mixup, rng)
        return x[..., None], y


class StepClock(keras.callbacks.Callback):  # type: ignore[misc]
    """Sets the learning rate before each step and feeds the weight average after it."""

    def __init__(self, config: Config, average: WeightAverage, epoch: int, steps: int) -> None:
        super().__init__()
        self._schedule, self._average, self._first, self._steps = (
            config.schedule,
            average,
            epoch * steps,
            steps,
        )

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
        self.model.optimizer.learning_rate = learning_rate(self._first + batch, self._steps, self._schedule)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
        if (batch + 1) % AVERAGE_EVERY == 0:
            self._average.update(self.model.get_weights(), AVERAGE_EVERY)


def _start(config: Config, weights: Path | None) -> Progress:
    keras.utils.set_random_seed(config.schedule.seed)
    network = build(config.network.architecture, config.network.options)
    if weights is not None:
        start_from(network, weights)
    network.compile(
        keras.optimizers.SGD(config.schedule.learning_rate, config.schedule.momentum, nesterov=True),
        keras.losses.CategoricalCrossentropy(from_logits=True),
    )
    return Progress(0, network, WeightAverage(network.get_weights(), config.schedule.ema_decay))


def start_from(network: keras.Model, file: Path) -> None:
    """Takes the weights of a Keras file of the same architecture. Raises RunError."""
    try:
        network.set_weights(keras.models.load_model(file, compile=False).get_weights())
    except (OSError, ValueError) as error:
        raise RunError(
            f"{file}: wanted a Keras file of a {network.name} of the same shape: {error}"
        ) from error


def _seed_dropout(network: keras.Model, seed: int, epoch: int) -> None:
    """Keras does not save the state of its random layers, so every epoch begins from one of its own."""
    for layer in network.layers:
        if isinstance(layer, keras.layers.Dropout):
            layer.seed_generator.state.assign([seed, epoch])


def measure(network: keras.Model, images: LabelledImages) -> tuple[float, float]:
    """Accuracy and mean cross-entropy on unchanged images."""
    grey = images.x[..., None].astype(np.float32)
    logits = network.predict(grey, batch_size=256, verbose=0).astype(np.float64)
    log_scores = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    accuracy = float((logits.argmax(axis=1) == images.y).mean())
    return accuracy, float(-log_scores[np.arange(len(images)), images.y].mean())


def run(
    config: Config, data: LabelledImages, identity: dict[str, Any], folder: Path, weights: Path | None = None
) -> Progress:
    """Trains what is left of the run in `folder`.

    Raises DataError when a split is missing, RunError when the folder holds another run.
    """
    training, validation = data.split(TRAINING), data.split(PUBLIC_TEST)
    if not len(training) or not len(validation):
        raise DataError(f"wanted Training and PublicTest images, got {len(training)} and {len(validation)}")
    open_run(folder, identity)
    keras.mixed_precision.set_global_policy(
        "mixed_bfloat16" if config.schedule.mixed_precision else "float32"
    )
    progress = load_progress(folder, config.schedule.ema_decay) or _start(config, weights)
    averaged = keras.models.clone_model(progress.network)
    order = np.random.default_rng(config.schedule.seed).permutation(len(training))
    probe = training.take(order[:PROBE_IMAGES])
    shown = 1 if sys.stdout.isatty() else 0
    for epoch in range(progress.epoch, config.schedule.epochs):
        started = time.monotonic()
        batches = EpochBatches(config, training, epoch)
        _seed_dropout(progress.network, config.schedule.seed, epoch)
        clock = StepClock(config, progress.average, epoch, len(batches))
        history = progress.network.fit(batches, shuffle=False, verbose=shown, callbacks=[clock])
        averaged.set_weights(progress.average.weights)
        progress = Progress(epoch + 1, progress.network, progress.average)
        save_progress(folder, progress)
        row = {"epoch": epoch + 1, "objective": history.history["loss"][-1]}
        row |= _measures(averaged, probe, validation) | {"seconds": time.monotonic() - started}
        append_log(folder, row)
        print("  ".join(f"{key} {value:.4g}" for key, value in row.items()), flush=True)
    return progress


def _measures(averaged: keras.Model, probe: LabelledImages, validation: LabelledImages) -> dict[str, float]:
    train_accuracy, train_loss = measure(averaged, probe)
    accuracy, loss = measure(averaged, validation)
    return {"loss": train_loss, "accuracy": train_accuracy, "val_loss": loss, "val_accuracy": accuracy}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="training.train", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--config", required=True, help="name in training/configs, or a .toml file")
    parser.add_argument("--data", required=True, nargs="+", type=Path, help="array files of training.prepare")
    parser.add_argument(
        "--out", required=True, type=Path, help="run folder; the artifact goes to OUT/artifact"
    )
    parser.add_argument("--weights", type=Path, help="a Keras file of the same architecture to start from")
    options = parser.parse_args(arguments)
    try:
        config = load_config(options.config)
        identity: dict[str, Any] = {
            "config": config.as_dict(),
            "data": {p.name: sha256_of(p) for p in options.data},
        }
        if options.weights is not None:
            identity["weights"] = sha256_of(options.weights)
        run(config, load_all(options.data), identity, options.out, options.weights)
        card = export_run(config, options.data, options.out, options.out / "artifact")
    except (TrainingError, OSError) as error:
        print(f"training.train: {error}", file=sys.stderr)
        return 1
    print(f"{options.out / 'artifact'}: PublicTest {card.evaluation['accuracy']:.2%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
