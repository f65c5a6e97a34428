"""A trained network's body under a fresh head: a few epochs on a small data set of seven other classes."""

from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from training.architectures import build
from training.batches import EpochBatches
from training.config import Config
from training.datasets import LabelledImages
from training.errors import RunError
from training.examples import Examples
from training.schedule import WeightAverage, learning_rate
from training.train import optimizer_of

HEAD_WEIGHTS = 2
"""Kernel and bias of the last layer."""
PREDICTED_AT_ONCE = 256


def with_fresh_head(config: Config, file: Path) -> keras.Model:
    """The config's network with random head weights and all others from a Keras file of that architecture.

    The file's own head may have other classes. Raises RunError.
    """
    keras.utils.set_random_seed(config.schedule.seed)
    network = build(config.network.architecture, config.network.options)
    try:
        body = keras.models.load_model(file, compile=False).get_weights()[:-HEAD_WEIGHTS]
        network.set_weights(body + network.get_weights()[-HEAD_WEIGHTS:])
    except (OSError, ValueError) as error:
        wanted = f"wanted a Keras file of the same {config.network.architecture} network"
        raise RunError(f"{file}: {wanted}: {error}") from error
    return network


def finetuned(config: Config, images: LabelledImages, file: Path) -> keras.Model:
    """The network after the config's epochs on all of `images`, with the average of its weights.

    Nothing is chosen on the way: no validation images, no early end. Raises RunError.
    """
    network = with_fresh_head(config, file)
    network.compile(optimizer_of(config.schedule), keras.losses.CategoricalCrossentropy(from_logits=True))
    average = WeightAverage(network.get_weights(), config.schedule.ema_decay)
    step = 0
    for epoch in range(config.schedule.epochs):
        batches = EpochBatches(config, Examples(images), epoch)
        for i in range(len(batches)):
            network.optimizer.learning_rate = learning_rate(step, len(batches), config.schedule)
            network.train_on_batch(*batches[i])
            average.update(network.get_weights(), 1)
            step += 1
    network.set_weights(average.weights)
    return network


def flip_averaged_logits(network: keras.Model, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(n, 48, 48) uint8 -> (n, 7) float32: the mean of the logits of each image and its mirror image."""
    parts = [np.empty((0, network.output_shape[-1]), np.float32)]
    for first in range(0, len(crops), PREDICTED_AT_ONCE):
        grey = crops[first : first + PREDICTED_AT_ONCE, ..., None].astype(np.float32)
        seen = keras.ops.convert_to_numpy(network(grey, training=False))
        mirrored = keras.ops.convert_to_numpy(network(grey[:, :, ::-1], training=False))
        parts.append(np.asarray((seen + mirrored) / 2, np.float32))
    return np.concatenate(parts)
