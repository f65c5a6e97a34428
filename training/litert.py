"""LiteRT files of a trained network, measured: which of them runs, how fast and how right it is."""

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from model.card import ModelCard
from model.classifier import LiteRTClassifier
from training.architectures import build
from training.batch_norm import plain
from training.classic import INPUT_SIZE_PX
from training.config import Config
from training.datasets import LabelledImages
from training.errors import RunError
from training.metrics import Scores

INT8_MAY_LOSE = 0.003


@dataclass(frozen=True)
class Exported:
    """One LiteRT file measured: logits on PublicTest and processor time for one face on one thread."""

    file: str
    logits: NDArray[np.float32]
    accuracy: float
    ms_a_face: float


def full_precision(config: Config, trained: keras.Model) -> keras.Model:
    """The same weights in a float32 network; a mixed-precision one would export bfloat16 casts."""
    policy = keras.mixed_precision.global_policy()
    keras.mixed_precision.set_global_policy("float32")
    network = keras.models.clone_model(
        build(config.network.architecture, config.network.options), clone_function=plain
    )
    keras.mixed_precision.set_global_policy(policy)
    network.set_weights(trained.get_weights())
    return network


def to_litert(network: keras.Model, calibration: NDArray[np.uint8] | None = None) -> bytes:
    """A LiteRT file's bytes; int8 inside when calibration images (n, 48, 48) are given."""
    import tensorflow as tf  # the converter exists in TensorFlow only, whatever back end trained

    converter = tf.lite.TFLiteConverter.from_keras_model(network)
    if calibration is not None:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        batches = [image[None, ..., None].astype(np.float32) for image in calibration]
        converter.representative_dataset = lambda: ([batch] for batch in batches)
    return bytes(converter.convert())


def runs_to_the_end(path: Path, heads: int) -> bool:
    """Whether a process of its own survives every batch size: LiteRT 2.3 corrupts memory and aborts on some
    int8 networks with narrow 1x1 convolutions, and an abort cannot be caught."""
    probe = (
        "import sys, pathlib, model.classifier as c\n"
        "content = pathlib.Path(sys.argv[1]).read_bytes()\n"
        f"[c.FixedBatch(content, size, {INPUT_SIZE_PX}, heads={heads}) for size in c.BATCH_SIZES]"
    )
    root = Path(__file__).resolve().parents[1]
    command = [sys.executable, "-c", probe, str(path.resolve())]
    return subprocess.run(command, cwd=root, capture_output=True, check=False, timeout=120).returncode == 0


def measured(content: bytes, file: str, card: ModelCard, images: LabelledImages) -> Exported:
    classifier = LiteRTClassifier(content, card)
    logits = classifier.logits(images.x)
    times = []
    for image in images.x[:200]:
        started_s = time.process_time()  # a busy machine takes longer, its processor does not
        classifier.logits(image[None])
        times.append(time.process_time() - started_s)
    accuracy = float((logits.argmax(axis=1) == images.y).mean())
    return Exported(file, logits, accuracy, 1e3 * float(np.median(times)))


def choose(exports: list[Exported]) -> Exported:
    """The fastest of those within INT8_MAY_LOSE of the best accuracy. Raises RunError when none runs."""
    if not exports:
        raise RunError("export: neither the float32 nor the int8 network runs on LiteRT")
    best = max(e.accuracy for e in exports)
    return min((e for e in exports if e.accuracy >= best - INT8_MAY_LOSE), key=lambda e: e.ms_a_face)


def export_figures(exported: Exported, reference: Scores) -> dict[str, float]:
    """Beside Keras's logits of the first images."""
    logits = exported.logits[: len(reference)]
    return {
        "accuracy": exported.accuracy,
        "ms_a_face_one_thread": round(exported.ms_a_face, 3),
        "agrees_with_keras": float((logits.argmax(axis=1) == reference.argmax(axis=1)).mean()),
        "mean_logit_difference": float(np.abs(logits - reference).mean()),
    }
