"""Weights between those of two networks of one trunk (Wortsman et al. 2022, arXiv:2109.01903).

What a network learned on top of another is kept in part: on FER2013 it stays close to the first, and on
faces of other origin it is better than either.
"""

from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from training.config import Config
from training.errors import RunError
from training.export import KERAS_FILE
from training.heads import widened
from training.litert import full_precision
from training.runs import Progress

STATISTICS_IMAGES, AT_ONCE, MOMENTUM = 6_400, 128, 0.9


def blended(config: Config, progress: Progress, other: Path | None, x: NDArray[np.uint8]) -> keras.Model:
    """The run's averaged network, `config.refit.blend` of it; the rest of the Keras file `other`, if given.

    Between two networks the statistics of batch normalisation are those of neither: they are taken anew from
    the images x (n, 48, 48). Raises RunError.
    """
    network, share = full_precision(config, progress.network), config.refit.blend
    if other is None or share == 1:
        network.set_weights(progress.average.weights)
        return network
    try:
        began = widened(keras.models.load_model(other, compile=False).get_weights(), network.output_shape[-1])
        pairs = zip(began, progress.average.weights, strict=True)
        network.set_weights([(1 - share) * old + share * new for old, new in pairs])
    except (OSError, ValueError) as error:
        raise RunError(f"{other}: wanted a Keras file of this {network.name} network: {error}") from error
    if share:
        _take_statistics(network, x)
    return network


def of_artifact(config: Config, folder: Path) -> keras.Model:
    """An artifact's network in float32, its logits alone. Raises RunError."""
    try:
        return full_precision(config, keras.models.load_model(folder / KERAS_FILE, compile=False))
    except (OSError, ValueError) as error:
        raise RunError(f"{folder}: wanted the Keras file of a {config.name} network: {error}") from error


def _take_statistics(network: keras.Model, x: NDArray[np.uint8]) -> None:
    rows = np.random.default_rng(0).permutation(len(x))[:STATISTICS_IMAGES]
    layers = [each for each in network.layers if isinstance(each, keras.layers.BatchNormalization)]
    kept = [layer.momentum for layer in layers]
    for layer in layers:
        layer.momentum = MOMENTUM
    for first in range(0, len(rows), AT_ONCE):
        network(x[rows[first : first + AT_ONCE], ..., None].astype(np.float32), training=True)
    for layer, momentum in zip(layers, kept, strict=True):
        layer.momentum = momentum
