"""Networks by name. Each takes (n, 48, 48, 1) float grey values 0..255 and gives (n, 7 * heads) logits.

The rescaling to the network's own range is the first layer, so a network travels with its preprocessing.
"""

from collections.abc import Callable
from inspect import signature

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from model.card import HEADS
from model.emotions import EMOTIONS
from training.batch_norm import FusedBatchNormalization
from training.bounds import Bound
from training.classic import LOGITS, cnn, grey_input, resnet50, vgg16
from training.errors import ConfigError

MAPS = "maps"


def _convolve(
    x: keras.KerasTensor, channels: int, stride: int, weight_decay: float, kernel: int = 3
) -> keras.KerasTensor:
    x = layers.Conv2D(
        channels,
        kernel,
        strides=stride,
        padding="same",
        use_bias=False,
        kernel_initializer="he_normal",
        kernel_regularizer=keras.regularizers.L2(weight_decay),
    )(x)
    return FusedBatchNormalization(momentum=0.95, epsilon=1e-4)(x)


def _squeeze_excite(x: keras.KerasTensor, channels: int, ratio: int = 8) -> keras.KerasTensor:
    """Channel attention (Hu et al. 2018)."""
    gate = layers.GlobalAveragePooling2D(keepdims=True)(x)
    gate = layers.Conv2D(channels // ratio, 1, activation="relu", kernel_initializer="he_normal")(gate)
    gate = layers.Conv2D(channels, 1, activation="sigmoid")(gate)
    return layers.Multiply()([x, gate])


def _residual(x: keras.KerasTensor, channels: int, stride: int, weight_decay: float) -> keras.KerasTensor:
    """Two 3x3 convolutions with a shortcut; the shortcut is pooled and projected where the shape changes."""
    shortcut = x
    if stride > 1:
        shortcut = layers.AveragePooling2D(stride)(shortcut)
    if shortcut.shape[-1] != channels:
        shortcut = layers.Conv2D(channels, 1, use_bias=False, kernel_initializer="he_normal")(shortcut)
        shortcut = FusedBatchNormalization(momentum=0.95, epsilon=1e-4)(shortcut)
    x = layers.ReLU()(_convolve(x, channels, stride, weight_decay))
    x = _squeeze_excite(_convolve(x, channels, 1, weight_decay), channels)
    return layers.ReLU()(layers.Add()([x, shortcut]))


def _classify(x: keras.KerasTensor, dropout: float, heads: int) -> keras.KerasTensor:
    """Class-activation maps, and their mean as logits: the same as a dense layer on the pooled features.

    Several heads lie beside each other: logits (n, 7 * heads).
    """
    x = layers.SpatialDropout2D(dropout)(x)
    x = layers.Conv2D(len(EMOTIONS) * heads, 1, dtype="float32", name=MAPS)(x)
    return layers.GlobalAveragePooling2D(dtype="float32", name=LOGITS)(x)


def with_maps(network: keras.Model) -> keras.Model:
    """The network with its class-activation maps (n, h, w, logits) as a second output, where it has them."""
    if MAPS not in [layer.name for layer in network.layers]:
        return network
    return keras.Model(network.input, [network.output, network.get_layer(MAPS).output], name=network.name)


def shift_logits(network: keras.Model, amounts: NDArray[np.float32]) -> None:
    """Adds a constant to each of a network's logits, in the last bias before them."""
    names = [layer.name for layer in network.layers]
    layer = network.get_layer(MAPS if MAPS in names else LOGITS)
    kernel, bias = layer.get_weights()
    layer.set_weights([kernel, bias + amounts])


def compact(
    channels: tuple[int, ...] = (48, 96, 160),
    blocks: tuple[int, ...] = (1, 2, 2),
    stem_stride: int = 2,
    dropout: float = 0.4,
    weight_decay: float = 1e-4,
    *,
    heads: int = 1,
) -> keras.Model:
    """SE-residual stages, each half the size of the one before, then global average pooling and `heads` of
    heads.HEADS.

    Raises ConfigError when `channels` and `blocks` are not of one length.
    """
    if not channels or len(channels) != len(blocks):
        came = f"{len(blocks)} for the channels {list(channels)}"
        raise ConfigError(f"blocks: wanted one number for each stage's channels, got {came}")
    grey = grey_input()
    x = layers.Rescaling(1 / 127.5, offset=-1.0)(grey)
    x = layers.ReLU()(_convolve(x, channels[0], stem_stride, weight_decay, kernel=5))
    for stage, (width, depth) in enumerate(zip(channels, blocks, strict=True)):
        for block in range(depth):
            stride = 2 if stage > 0 and block == 0 else 1
            x = _residual(x, width, stride, weight_decay)
    return keras.Model(grey, _classify(x, dropout, heads), name="compact")


ARCHITECTURES: dict[str, Callable[..., keras.Model]] = {
    "compact": compact,
    "cnn": cnn,
    "vgg16": vgg16,
    "resnet50": resnet50,
}


OPTIONS = {
    "channels": Bound(8, 4096, whole=True),
    "blocks": Bound(1, 64, whole=True),
    "stem_stride": Bound(1, 4, whole=True),
    "filters": Bound(1, 4096, whole=True),
    "units": Bound(1, 2**16, whole=True),
    "dropout": Bound(0, 1, below=True),
    "weight_decay": Bound(0, 1),
    "heads": Bound(1, len(HEADS), whole=True),
}
"""What the builders' numbers may be; fewer than eight channels leave no channel attention."""


def build(name: str, options: dict[str, object]) -> keras.Model:
    """The named network with random weights. Raises ConfigError for a name, option or value that is none."""
    if name not in ARCHITECTURES:
        raise ConfigError(f"architecture: wanted one of {sorted(ARCHITECTURES)}, got {name!r}")
    values = {key: tuple(v) if isinstance(v, list) else v for key, v in options.items()}
    try:
        _check_options(name, values)
        return ARCHITECTURES[name](**values)
    except ConfigError as error:
        raise ConfigError(f"[network.options] of {name}: {error}") from error
    except (TypeError, ValueError) as error:
        raise ConfigError(f"[network.options] do not make a {name} network: {error}") from error


def _check_options(name: str, values: dict[str, object]) -> None:
    known = signature(ARCHITECTURES[name]).parameters
    for key, value in values.items():
        if key not in known:
            raise ConfigError(f"unknown key {key!r}; wanted one of {sorted(known)}")
        default = known[key].default
        for kind, word in ((tuple, "a list"), (str, "a text")):
            if isinstance(default, kind) != isinstance(value, kind):
                wanted = word if isinstance(default, kind) else "a number"
                raise ConfigError(f"{key}: wanted {wanted}, as in {default!r}, got {value!r}")
        if key in OPTIONS:
            OPTIONS[key].check(key, value)


def described(network: keras.Model) -> str:
    """Its name and what it costs, for a screen."""
    work = f"{multiply_adds(network) / 1e6:,.1f} million multiply-adds a face"
    return f"{network.name}: {network.count_params():,} parameters, {work}"


def multiply_adds(network: keras.Model) -> int:
    """Multiply-adds of one image through the convolutions and dense layers."""
    total = 0
    for layer in network.layers:
        if isinstance(layer, layers.Conv2D):
            _, height, width, _ = layer.output.shape
            total += int(height * width * layer.kernel.shape[0] * layer.kernel.shape[1]) * int(
                layer.kernel.shape[2] * layer.kernel.shape[3]
            )
        elif isinstance(layer, layers.Dense):
            total += int(layer.kernel.shape[0] * layer.kernel.shape[1])
    return total
