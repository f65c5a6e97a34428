"""Any network as one that can be measured: our artifacts, and other people's Keras or LiteRT files."""

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from model.card import HEADS
from model.classifier import LiteRTClassifier, dequantized, load_classifier, quantized, softmax
from model.emotions import Certainty
from training.datasets import IMAGE_SIZE_PX
from training.descriptions import CHANNELS, Description, Floats, load_description
from training.errors import ConfigError

Crops = NDArray[np.uint8]
KERAS_SUFFIXES = (".keras", ".h5", ".hdf5")
LITERT_SUFFIX = ".tflite"
PREDICTED_AT_ONCE = 256


class Measured(Protocol):
    """What evaluation asks of a network. `head`: one of HEADS; `runtime_file`: the file that runs."""

    name: str
    head: str
    runtime_file: str
    temperature: float
    certainty: Certainty

    def logits(self, crops: Crops) -> Floats:
        """(n, 48, 48) grey uint8 -> (n, 7) float32 in the order of EMOTIONS, before temperature."""
        ...

    def scores(self, crops: Crops) -> Floats:
        """(n, 48, 48) grey uint8 -> (n, 7) float32, rows summing to 1."""
        ...


class Artifact:
    """An artifact's network, run as the dashboard runs it."""

    def __init__(self, classifier: LiteRTClassifier) -> None:
        card = classifier.card
        self._classifier, self.card = classifier, card
        self.name, self.head, self.runtime_file = card.name, card.head, card.runtime_file
        self.temperature, self.certainty = card.temperature, card.certainty

    def logits(self, crops: Crops) -> Floats:
        return self._classifier.logits(crops)

    def scores(self, crops: Crops) -> Floats:
        return self._classifier.scores(crops)


class Foreign:
    """Someone else's network behind its description. "Not sure" follows the program's default rule."""

    def __init__(self, file: Path, description: Description, run: Callable[[Floats], Floats]) -> None:
        self.name, self.head, self.runtime_file = description.name, HEADS[0], file.name
        self.temperature, self.certainty = description.temperature, Certainty()
        self._file, self._description, self._run = file, description, run

    def logits(self, crops: Crops) -> Floats:
        """Raises ConfigError when the outputs are not what the description says."""
        parts = [np.empty((0, 7), np.float32)]
        try:
            for first in range(0, len(crops), PREDICTED_AT_ONCE):
                given = self._description.prepared(crops[first : first + PREDICTED_AT_ONCE])
                parts.append(self._description.read(self._run(given)))
        except ConfigError as error:
            raise ConfigError(f"{self._file}: {error}") from error
        return np.concatenate(parts)

    def scores(self, crops: Crops) -> Floats:
        return softmax(self.logits(crops), self.temperature)


def load_network(
    path: Path, description: Path | None = None, threads: int = 1, head: str | None = None
) -> Measured:
    """An artifact folder, asked for `head` or the one it shows, or a Keras or LiteRT file whose description
    is by default the .toml beside it.

    Raises ArtifactError for an artifact that cannot be used, ConfigError for anything about a foreign file.
    """
    if path.is_dir():
        return Artifact(_fitting(path, load_classifier(path, threads, head)))
    if head not in (None, HEADS[0]):
        raise ConfigError(f"head: {path} has none but {HEADS[0]!r}, got {head!r}")
    if path.suffix not in (*KERAS_SUFFIXES, LITERT_SUFFIX):
        kinds = ", ".join((*KERAS_SUFFIXES, LITERT_SUFFIX))
        raise ConfigError(f"{path}: wanted an artifact folder or a network file ending in one of {kinds}")
    if not path.is_file():
        raise ConfigError(f"{path}: no such network file")
    said = load_description(description or path.with_suffix(".toml"))
    run = _litert(path, said, threads) if path.suffix == LITERT_SUFFIX else _keras(path, said)
    return Foreign(path, said, run)


def _fitting(path: Path, classifier: LiteRTClassifier) -> LiteRTClassifier:
    """Array files have one size, and an artifact is measured on them as they are."""
    if (side := classifier.card.input_size_px) != IMAGE_SIZE_PX:
        raise ConfigError(f"{path}: input_size_px: wanted {IMAGE_SIZE_PX}, as array files have, got {side}")
    return classifier


def add_network_options(parser: argparse.ArgumentParser) -> None:
    """--model, --description, --head and --threads, as every command that measures has them."""
    parser.add_argument(
        "--model", required=True, type=Path, help="artifact folder, or someone's .keras, .h5, .hdf5, .tflite"
    )
    parser.add_argument(
        "--description", type=Path, help="TOML of what that file's numbers mean (default: beside the file)"
    )
    parser.add_argument("--head", choices=HEADS, help="of an artifact with several (default: what it shows)")
    parser.add_argument("--threads", type=int, default=1)


def _keras(path: Path, said: Description) -> Callable[[Floats], Floats]:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras  # takes seconds, and artifacts do without it

    try:
        network = keras.models.load_model(path, compile=False)
    except Exception as error:  # Keras raises whatever the file makes it stumble over
        raise ConfigError(f"{path}: not a network Keras can load: {error}") from error
    _check_input(path, [tuple(one.shape) for one in network.inputs], said)

    def run(batch: Floats) -> Floats:
        given = network.predict_on_batch(batch)
        parts = list(given.values()) if isinstance(given, dict) else given
        return _class_scores(path, parts if isinstance(parts, list) else [parts])

    return run


def _litert(path: Path, said: Description, threads: int) -> Callable[[Floats], Floats]:
    from ai_edge_litert.interpreter import Interpreter

    try:
        interpreter = Interpreter(model_content=path.read_bytes(), num_threads=threads)
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise ConfigError(f"{path}: not a network LiteRT can run: {error}") from error
    inputs, outputs = interpreter.get_input_details(), interpreter.get_output_details()
    _check_input(path, [tuple(one["shape_signature"]) for one in inputs], said)
    at_once = max(1, int(inputs[0]["shape"][0]))

    def run(batch: Floats) -> Floats:
        found = []
        for first in range(0, len(batch), at_once):
            part = batch[first : first + at_once]
            padded = np.concatenate([part, np.zeros((at_once - len(part), *part.shape[1:]), np.float32)])
            interpreter.set_tensor(inputs[0]["index"], quantized(padded, inputs[0]))
            interpreter.invoke()
            values = [dequantized(interpreter.get_tensor(o["index"]), o) for o in outputs]
            found.append(_class_scores(path, values)[: len(part)])
        return np.concatenate(found)

    return run


def _check_input(path: Path, shapes: list[tuple[Any, ...]], said: Description) -> None:
    wanted = (said.size_px, said.size_px, CHANNELS[said.channels])
    if len(shapes) != 1:
        raise ConfigError(f"{path}: wanted one input, the network has {len(shapes)}")
    fits = len(shapes[0]) == 4 and all(
        given in (None, -1, side) for given, side in zip(shapes[0][1:], wanted, strict=True)
    )
    if not fits:
        raise ConfigError(f"{path}: described as (n, {', '.join(map(str, wanted))}), but takes {shapes[0]}")


def _class_scores(path: Path, outputs: list[Any]) -> Floats:
    """The one output of shape (n, classes)."""
    flat = [np.asarray(o, np.float32) for o in outputs if np.ndim(o) == 2]
    if len(flat) != 1:
        shapes = [np.shape(o) for o in outputs]
        raise ConfigError(f"{path}: wanted one output (n, classes), the network gives {shapes}")
    return flat[0]
