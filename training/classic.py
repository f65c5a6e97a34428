"""The networks ours is compared with: a small plain one, VGG16 and ResNet50 on 48 px grey faces."""

from collections.abc import Callable
from pathlib import Path

import keras
from keras import layers

from model.emotions import EMOTIONS
from training.errors import ConfigError

INPUT_SIZE_PX = 48
LOGITS = "logits"
IMAGENET_MEAN_BGR = (103.939, 116.779, 123.68)
NO_WEIGHTS = "none"


def grey_input() -> keras.KerasTensor:
    """(n, 48, 48, 1) float grey values 0..255."""
    return keras.Input((INPUT_SIZE_PX, INPUT_SIZE_PX, 1), name="grey")


def cnn(filters: int = 32, units: int = 128, dropout: float = 0.0) -> keras.Model:
    """What student projects begin with: one convolution, pooling, a dense layer."""
    grey = grey_input()
    x = layers.Rescaling(1 / 255)(grey)
    x = layers.Conv2D(filters, 3, activation="relu")(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Dense(units, activation="relu")(layers.Flatten()(x))
    x = layers.Dropout(dropout)(x)
    return keras.Model(grey, layers.Dense(len(EMOTIONS), dtype="float32", name=LOGITS)(x), name="cnn")


def vgg16(weights: str = NO_WEIGHTS, dropout: float = 0.3) -> keras.Model:
    """Simonyan and Zisserman 2015, from keras.applications. `weights`: see `_application`."""
    return _application(keras.applications.VGG16, "vgg16", weights, dropout)


def resnet50(weights: str = NO_WEIGHTS, dropout: float = 0.3) -> keras.Model:
    """He et al. 2016, from keras.applications. `weights`: see `_application`."""
    return _application(keras.applications.ResNet50, "resnet50", weights, dropout)


def _application(build: Callable[..., keras.Model], name: str, weights: str, dropout: float) -> keras.Model:
    """`weights`: "none", "imagenet" (downloaded by Keras) or a local weights file of the network without top.

    Grey is repeated into three channels, less ImageNet's means. Raises ConfigError for a file that is missing
    or holds other weights, and for a download that fails.
    """
    if weights not in (NO_WEIGHTS, "imagenet") and not Path(weights).is_file():
        raise ConfigError(f"{name} weights: wanted {NO_WEIGHTS!r}, 'imagenet' or a file, got {weights!r}")
    grey = grey_input()
    colour = layers.Concatenate()([grey, grey, grey])
    colour = layers.Rescaling(1.0, offset=[-mean for mean in IMAGENET_MEAN_BGR])(colour)
    if weights == NO_WEIGHTS:  # He's layers want inputs near 1; pretrained ones the values they know
        colour = layers.Rescaling(1 / 128)(colour)
    try:
        body = build(
            include_top=False,
            weights=None if weights == NO_WEIGHTS else weights,
            input_tensor=colour,
            pooling="avg",
        )
    except Exception as error:  # Keras raises a bare one for a download, h5py several for a damaged file
        raise ConfigError(_unloaded(name, weights, error)) from error
    if weights == NO_WEIGHTS:
        _begin_as_he(body)
    x = layers.Dropout(dropout)(body.output)
    return keras.Model(grey, layers.Dense(len(EMOTIONS), dtype="float32", name=LOGITS)(x), name=name)


def _unloaded(name: str, weights: str, error: Exception) -> str:
    if weights == "imagenet":
        said = "ImageNet's could not be downloaded; give the path of a local file of them"
    else:
        said = f"wanted a Keras weights file of {name} without its top, {weights} cannot be loaded"
    return f"{name} weights: {said}: {error}"


def _begin_as_he(body: keras.Model) -> None:
    """He et al. 2015: what Keras begins with fades through thirteen layers of ReLU, and nothing is learnt."""
    initial = keras.initializers.HeNormal(seed=keras.random.SeedGenerator(0))
    for layer in body.layers:
        if isinstance(layer, layers.Conv2D):
            layer.kernel.assign(initial(layer.kernel.shape))
