"""One trunk, several heads: logits (n, 7 * heads), each head's seven columns beside the others'."""

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from model.card import HEADS
from model.classifier import softmax
from model.emotions import EMOTIONS

WIDTH = len(EMOTIONS)

Floats = NDArray[np.float32]


def heads_of(network: keras.Model) -> tuple[str, ...]:
    """The heads of a network, by the number of its logits."""
    return HEADS[: int(network.outputs[0].shape[-1]) // WIDTH]


def widened(weights: list[NDArray[Any]], outputs: int) -> list[NDArray[Any]]:
    """A network's weights with those of its last layer repeated until it has that many outputs."""
    times = outputs // weights[-1].shape[-1]
    return weights[:-2] + [np.tile(each, (1,) * (each.ndim - 1) + (times,)) for each in weights[-2:]]


def scores_of_heads(logits: Floats, temperature: float) -> Floats:
    """(n, 7 * heads) logits -> as many scores: each head's seven sum to 1 by themselves."""
    by_head = softmax(logits.reshape(-1, WIDTH), temperature)
    return by_head.reshape(logits.shape)


@keras.saving.register_keras_serializable("attune")  # type: ignore[untyped-decorator]
def cross_entropy_of_heads(targets: Any, logits: Any) -> Any:
    """(n,) the sum over the heads of each one's cross-entropy with targets (n, 7 * heads).

    A head whose seven targets are zero learns nothing of that image.
    """
    losses = []
    for first in range(0, logits.shape[-1], WIDTH):
        log_scores = keras.ops.log_softmax(logits[:, first : first + WIDTH])
        losses.append(-keras.ops.sum(targets[:, first : first + WIDTH] * log_scores, axis=-1))
    return sum(losses)
