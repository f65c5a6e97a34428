"""The last layer of a network by itself: its inputs, measured once, and a softmax regression on them."""

from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from model.classifier import views
from training.architectures import MAPS
from training.augmentation import CHANGES, changed
from training.heads import WIDTH, Floats
from training.litert import to_litert

AT_ONCE, STEPS = 16, 250
TINY = 1e-12


@dataclass(frozen=True)
class Head:
    """kernel (d, 7) and bias (7,): features (n, d) -> logits (n, 7)."""

    kernel: NDArray[np.float64]
    bias: NDArray[np.float64]

    def logits(self, features: Floats) -> Floats:
        return np.asarray(features @ self.kernel + self.bias, np.float32)


class Trunk:
    """A network without its last layer."""

    def __init__(self, network: keras.Model) -> None:
        before = keras.layers.GlobalAveragePooling2D()(network.get_layer(MAPS).input)
        self._interpreter = Interpreter(model_content=to_litert(keras.Model(network.input, before)))
        [given] = self._interpreter.get_input_details()
        self._interpreter.resize_tensor_input(given["index"], [AT_ONCE, *given["shape"][1:]])
        self._interpreter.allocate_tensors()
        self._given = given["index"]
        self._found = self._interpreter.get_output_details()[0]["index"]

    def features(self, x: NDArray[np.uint8], zooms: Sequence[float] = (1.0,)) -> Floats:
        """Images (n, s, s) -> (n, d): the mean over mirror images and zooms, as at run time."""
        return np.asarray(np.mean([self.seen(view) for view in views(x, zooms, flip=True)], axis=0))

    def of_changed(self, x: NDArray[np.uint8], changes: Sequence[str]) -> tuple[Floats, int]:
        """Features of images (n, s, s), each once for each of `changes` (augmentation.CHANGES) one after the
        other, and how many times; without any, of them as they are, once."""
        copies = [self.seen(changed(x, CHANGES[name])) for name in changes] or [self.features(x)]
        return np.concatenate(copies), len(copies)

    def seen(self, x: NDArray[np.uint8]) -> Floats:
        """Images (n, s, s) -> (n, d), each as it is."""
        parts = []
        for first in range(0, len(x), AT_ONCE):
            part = x[first : first + AT_ONCE]
            batch = np.zeros((AT_ONCE, *x.shape[1:], 1), np.float32)
            batch[: len(part), ..., 0] = part
            self._interpreter.set_tensor(self._given, batch)
            self._interpreter.invoke()
            parts.append(self._interpreter.get_tensor(self._found)[: len(part)].copy())
        return np.concatenate(parts)


def head_of(network: keras.Model, number: int) -> Head:
    """One of the network's heads."""
    kernel, bias = network.get_layer(MAPS).get_weights()
    columns = slice(number * WIDTH, (number + 1) * WIDTH)
    return Head(kernel[0, 0, :, columns].astype(np.float64), bias[columns].astype(np.float64))


def put_head(network: keras.Model, number: int, head: Head) -> None:
    """Puts `head` in the place of one of the network's."""
    kernel, bias = network.get_layer(MAPS).get_weights()
    columns = slice(number * WIDTH, (number + 1) * WIDTH)
    kernel[0, 0, :, columns], bias[columns] = head.kernel, head.bias
    network.get_layer(MAPS).set_weights([kernel, bias])


def fitted(features: Floats, targets: Floats, weights: Floats, start: Head, pull: float) -> Head:
    """The head of least weighted cross-entropy with targets (n, 7), plus `pull` times its squared distance
    from `start`, measured on features of unit deviation.

    Accelerated gradient descent (Nesterov 1983), whose step the largest eigenvalue allows.
    """
    middle, spread = features.mean(axis=0), features.std(axis=0) + TINY
    x = np.concatenate([(features - middle) / spread, np.ones((len(features), 1))], axis=1)
    share = (weights / weights.sum())[:, None]
    begin = np.concatenate([start.kernel * spread[:, None], (start.bias + middle @ start.kernel)[None]])
    held = np.full((len(begin), 1), pull)
    held[-1] = 0  # the bias is free
    step = 1 / (0.5 * np.linalg.eigvalsh(x.T @ (share * x))[-1] + 2 * pull)
    at = ahead = begin
    for number in range(STEPS):
        logits = x @ ahead
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        gap = share * (powers / powers.sum(axis=1, keepdims=True) - targets)
        before, at = at, ahead - step * (x.T @ gap + 2 * held * (ahead - begin))
        ahead = at + number / (number + 3) * (at - before)
    kernel = at[:-1] / spread[:, None]
    return Head(kernel, at[-1] - middle @ kernel)
