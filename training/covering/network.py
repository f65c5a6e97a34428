"""The network that tells which parts of a face are covered, and how it learns."""

from typing import Any

import cv2
import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from model.signals.covering import PARTS, SIDE_PX, standardised
from training.covering.canvas import Random

MIRRORED = [1, 0, 2]
"""Parts of the mirror image."""
CHANNELS_STRIDES = ((32, 2), (64, 2), (64, 1), (96, 2), (96, 1))
SHIFT_PX, TURN_DEG, GROWTH = 1.5, 6.0, 0.06
"""How far a mesh may lie off: standard deviations."""


def build() -> keras.Model:
    """(n, SIDE_PX, SIDE_PX, 1) standardised -> (n, PARTS) log-odds that a part is covered."""
    given = keras.Input((SIDE_PX, SIDE_PX, 1))
    x = given
    for channels, stride in CHANNELS_STRIDES:
        x = layers.Conv2D(channels, 3, strides=stride, padding="same", use_bias=False)(x)
        x = layers.Activation("relu")(layers.BatchNormalization()(x))
    x = layers.Dropout(0.3)(layers.Flatten()(x))
    return keras.Model(given, layers.Dense(PARTS)(x), name="covering")


def said_loss(truth: Any, logits: Any) -> Any:
    """Binary cross-entropy over what is said; NaN is not."""
    said = truth >= 0
    wanted = keras.ops.where(said, truth, 0.0) * 0.96 + 0.02
    each = keras.losses.binary_crossentropy(wanted[..., None], logits[..., None], from_logits=True)
    return keras.ops.sum(keras.ops.where(said, each, 0.0)) / keras.ops.sum(keras.ops.cast(said, "float32"))


def varied(x: NDArray[np.uint8], y: NDArray[np.float32], random: Random) -> tuple[Any, Any]:
    """Every crop moved, turned and scaled a little, half of them mirrored; standardised, unsaid as -1."""
    moved = np.empty_like(x)
    middle = ((SIDE_PX - 1) / 2,) * 2
    for i, crop in enumerate(x):
        x_px, y_px = random.normal(0, SHIFT_PX, 2)
        to = cv2.getRotationMatrix2D(middle, random.normal(0, TURN_DEG), np.exp(random.normal(0, GROWTH)))
        to = to + np.array([[0, 0, x_px], [0, 0, y_px]])
        moved[i] = cv2.warpAffine(crop, to, (SIDE_PX, SIDE_PX), borderMode=cv2.BORDER_REPLICATE)
    mirrored = random.random(len(x)) < 0.5
    moved[mirrored] = moved[mirrored][:, :, ::-1]
    y = np.where(mirrored[:, None], y[:, MIRRORED], y)
    return standardised(moved)[..., None], np.nan_to_num(y, nan=-1.0)
