"""`python -m training.distill --teacher A.keras ... --config NAME --data F.npz ... --out DIR`: soft scores.

A student learns the scores of one or several teachers on the images it is shown (Hinton et al. 2015), which
they see as they were before they were blurred or covered, mixed with its own targets. Everything else,
resuming included, is training.train's.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from model.card import load_card
from model.classifier import softmax
from training.adapters import load_network
from training.augmentation import Floats
from training.datasets.arrays import sums_of
from training.errors import RunError
from training.examples import Examples, taught_by
from training.heads import scores_of_heads
from training.tasks import add_ray_option, each
from training.train import Start, add_run_options, train_from_command

NOT_ON_RAY = (
    "--ray is for teachers that score the clean images once: give --once and artifacts. Teachers that see "
    "each image as the student does belong to its own process."
)


@dataclass(frozen=True)
class Distillation:
    """`teacher_weight` of a target: the teachers' mean scores, their logits divided by `temperature`."""

    teacher_weight: float = 0.7
    temperature: float = 1.5


class Teachers:
    """Networks of (n, 48, 48, 1) -> (n, 7 * heads) logits, whose mean scores are taught, head by head."""

    def __init__(self, networks: Sequence[keras.Model], how: Distillation) -> None:
        if not networks:
            raise RunError("distillation: wanted at least one teacher")
        if not 0 <= how.teacher_weight <= 1 or not 0 < how.temperature < np.inf:
            raise RunError(f"distillation: wanted a weight 0..1 and a temperature above 0, got {how}")
        self._networks, self._how = list(networks), how

    def __call__(self, images: Floats, targets: Floats) -> Floats:
        """(n, 7 * heads) targets that the student should learn."""
        scores = np.mean([self._scores(network, images) for network in self._networks], axis=0)
        if scores.shape != targets.shape:
            wanted = f"wanted teachers of {targets.shape[1]} logits, as the student has"
            raise RunError(f"distillation: {wanted}, got {scores.shape[1]}; --once takes others")
        weight = np.float32(self._how.teacher_weight)
        return np.asarray((1 - weight) * targets + weight * scores, np.float32)

    def _scores(self, network: keras.Model, images: Floats) -> Floats:
        return scores_of_heads(_logits(network.predict_on_batch(images)), self._how.temperature)


def _logits(output: Any) -> Floats:
    """The first output: a saved network has its class-activation maps as a second."""
    return np.asarray(output[0] if isinstance(output, list | tuple) else output, np.float32)


def load_teacher(path: Path) -> keras.Model:
    """A Keras file. Raises RunError."""
    try:
        return keras.models.load_model(path, compile=False)
    except (OSError, ValueError) as error:
        raise RunError(f"{path}: wanted a Keras file of a teacher: {error}") from error


def once_by(
    artifacts: Sequence[Path], how: Distillation, ray: str | None = None
) -> Callable[[Examples], Examples]:
    """Artifacts of the same heads that score the clean images once, as the program would, each head for the
    student's: one after the other, or each as a task of its own on Ray. Raises ArtifactError, RunError."""
    heads = {path: load_card(path).heads for path in artifacts}
    if len(set(heads.values())) > 1:
        came = ", ".join(f"{path} has {' and '.join(own)}" for path, own in heads.items())
        raise RunError(f"--teacher: wanted artifacts of the same heads to score together, got: {came}")

    def score(crops: NDArray[np.uint8]) -> Floats:
        work = partial(scored_by, how.temperature, crops)
        scores = sorted(each(work, [path.resolve() for path in artifacts], ray), key=itemgetter(0))
        return np.asarray(np.mean([one for _, one in scores], axis=0), np.float32)

    return lambda examples: taught_by(examples, score, how.teacher_weight)


def scored_by(temperature: float, crops: NDArray[np.uint8], artifact: Path) -> Floats:
    """(n, 7 * heads) scores of crops (n, 48, 48) by one artifact. Raises ArtifactError."""
    networks = [load_network(artifact, threads=2, head=head) for head in load_card(artifact).heads]
    return np.concatenate([softmax(one.logits(crops), temperature) for one in networks], axis=1)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="training.distill", description=(__doc__ or "").splitlines()[0])
    add_run_options(parser)
    parser.add_argument("--teacher", required=True, nargs="+", type=Path, help="Keras files")
    once = "teachers are artifacts and score the clean images once, not each as it is turned and shifted"
    parser.add_argument("--once", action="store_true", help=once)
    parser.add_argument("--teacher-weight", type=float, default=Distillation.teacher_weight)
    parser.add_argument("--temperature", type=float, default=Distillation.temperature)
    add_ray_option(parser)
    options = parser.parse_args(arguments)
    how = Distillation(options.teacher_weight, options.temperature)

    def start() -> Start:
        if options.ray and not options.once:
            raise RunError(NOT_ON_RAY)
        said = asdict(how) | {"once": options.once}
        if options.once:
            sums = sums_of([path / load_card(path).runtime_file for path in options.teacher])
            return Start(
                options.weights,
                prepare=once_by(options.teacher, how, options.ray),
                identity={"distillation": said | {"teachers": sums}},
            )
        teachers = Teachers([load_teacher(path) for path in options.teacher], how)
        identity = {"distillation": said | {"teachers": sums_of(options.teacher)}}
        return Start(options.weights, teach=teachers, identity=identity)

    return train_from_command("training.distill", options, start)


if __name__ == "__main__":
    sys.exit(main())
