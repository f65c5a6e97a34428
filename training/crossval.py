"""`python -m training.crossval --config NAME --data F.npz --weights model.keras --out DIR --json`: k folds.

Nobody is in a fold's training and test images alike. Every fold begins from the same Keras file, trained
elsewhere, under a fresh head, and runs for the config's number of epochs. Each fold's scores are kept in
DIR/fold-NN.npz, so that a killed command goes on with the next fold. --ray runs folds on many machines.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from model.errors import ModelError
from model.evaluation import OtherData
from training import metrics
from training.card_entries import portable, record_other_data
from training.config import Config, load_config
from training.datasets import LabelledImages
from training.datasets.arrays import load_all, sha256_of, sums_of
from training.errors import DataError, RunError, TrainingError
from training.finetuning import finetuned, flip_averaged_logits, with_fresh_head
from training.folds import subject_folds
from training.provenance import weights_of
from training.runs import open_run
from training.tasks import add_ray_option, each

Fold = tuple[NDArray[np.int64], NDArray[np.int64]]


def run_fold(config: Config, images: LabelledImages, weights: Path, fold: Fold) -> NDArray[np.float32]:
    """Logits (n, 7) on the fold's test images of a network that saw only its training images."""
    training, test = fold
    if shared := set(images.subject[training]) & set(images.subject[test]):
        raise DataError(f"folds: wanted each subject on one side, {min(shared)} is on both")
    keras.backend.clear_session()
    keras.mixed_precision.set_global_policy(
        "mixed_bfloat16" if config.schedule.mixed_precision else "float32"
    )
    network = finetuned(config, images.take(training), weights)
    return flip_averaged_logits(network, images.x[test])


def cross_validate(
    config: Config,
    images: LabelledImages,
    folds: Sequence[Fold],
    weights: Path,
    out: Path,
    *,
    ray: str | None = None,
) -> list[NDArray[np.float32]]:
    """The test logits of every fold; those already in `out` are read. `ray`: as in training.tasks. Raises
    RunError, DataError."""
    paths = [out / f"fold-{number:02d}.npz" for number in range(len(folds))]
    missing = [number for number, path in enumerate(paths) if not path.exists()]
    work = partial(run_fold, config, images, weights)
    running = each(work, [folds[number] for number in missing], ray)
    for place, logits in tqdm(running, total=len(missing), unit=" folds", disable=not sys.stderr.isatty()):
        _save(paths[missing[place]], folds[missing[place]][1], logits)
    return [_saved(path, fold[1]) for path, fold in zip(paths, folds, strict=True)]


def _save(path: Path, test: NDArray[np.int64], logits: NDArray[np.float32]) -> None:
    beside = path.with_suffix(".part")
    with beside.open("wb") as file:
        np.savez(file, test=test, logits=logits)
    beside.replace(path)


def _saved(path: Path, test: NDArray[np.int64]) -> NDArray[np.float32]:
    try:
        with np.load(path) as arrays:
            index, logits = arrays["test"], arrays["logits"]
    except Exception as error:  # zipfile and numpy raise a dozen kinds for a damaged file
        raise RunError(f"{path}: cannot be read ({error}); delete it to run this fold again") from error
    if not np.array_equal(index, test):
        raise RunError(f"{path}: holds the scores of other images; delete it to run this fold again")
    return np.asarray(logits, np.float32)


def summary(
    images: LabelledImages, folds: Sequence[Fold], logits: Sequence[NDArray[np.float32]]
) -> OtherData:
    """Mean and spread over the folds, and the figures of all test images together."""
    right = [each.argmax(axis=1) == images.y[test] for (_, test), each in zip(folds, logits, strict=True)]
    accuracies = [float(r.mean()) for r in right]
    labels = np.concatenate([images.y[test] for _, test in folds]).astype(np.int64)
    predicted = np.concatenate(logits).argmax(axis=1)
    confusion = metrics.confusion_matrix(labels, predicted, len(images.classes))
    return OtherData(
        folds=len(folds),
        subjects=len(np.unique(images.subject)),
        mean_accuracy=float(np.mean(accuracies)),
        std_accuracy=float(np.std(accuracies, ddof=1)) if len(folds) > 1 else 0.0,
        fold_accuracies=tuple(accuracies),
        per_class=metrics.per_class(confusion, images.classes),
        confusion=metrics.as_counts(confusion),
        **asdict(metrics.named_right(labels, predicted, images.classes)),
    )


def _table(figures: OtherData) -> str:
    low, high = figures.ci95 or (0.0, 1.0)
    lines = [
        f"{figures.what}",
        f"accuracy {figures.mean_accuracy:.2%}, standard deviation {figures.std_accuracy:.2%} "
        f"over {figures.folds} folds",
        f"all {figures.n} images: {figures.accuracy:.2%} (95 % interval {low:.2%} to {high:.2%}), "
        f"macro F1 {figures.macro_f1:.3f}",
    ]
    for name, c in figures.per_class.items():
        lines.append(f"  {name:9} precision {c.precision:.2f} recall {c.recall:.2f} n {c.support}")
    return "\n".join(lines)


def _figures(options: argparse.Namespace) -> OtherData:
    config, images = load_config(options.config), load_all(options.data)
    folds = subject_folds(images, options.folds, options.seed)
    if not options.out.exists():
        with_fresh_head(config, options.weights)  # what cannot be built leaves no folder to be in the way
    identity = {
        "config": config.as_dict(),
        "data": sums_of(options.data),
        "weights": sha256_of(options.weights),
        "folds": options.folds,
        "seed": options.seed,
    }
    open_run(options.out, identity)
    logits = cross_validate(config, images, folds, options.weights.resolve(), options.out, ray=options.ray)
    names = ", ".join(path.name for path in options.data)
    what = f"{options.folds}-fold cross-validation by subject on {names}, from {weights_of(options.weights)}"
    files = " ".join(portable(path) for path in options.data)
    config_name = portable(Path(options.config)) if options.config.endswith(".toml") else options.config
    command = f"python -m training.crossval --config {config_name} --data {files}"
    command += f" --weights {portable(options.weights)} --folds {options.folds} --seed {options.seed}"
    return replace(summary(images, folds, logits), what=what, command=command)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="training.crossval", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--config", required=True, help="name in training/configs, or a .toml file")
    parser.add_argument("--data", required=True, nargs="+", type=Path, help="array files that name subjects")
    parser.add_argument("--weights", required=True, type=Path, help="a Keras file to start every fold from")
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0, help="of the division into folds")
    parser.add_argument("--out", required=True, type=Path, help="folder for the folds; resumed when there")
    parser.add_argument("--record", nargs=2, metavar=("ARTIFACT", "NAME"), help="also into this card")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    add_ray_option(parser)
    options = parser.parse_args(arguments)
    try:
        figures = _figures(options)
        if options.record:
            record_other_data(Path(options.record[0]), options.record[1], figures)
    except (TrainingError, ModelError, OSError) as error:
        print(f"training.crossval: {error}", file=sys.stderr)
        return 1
    print(json.dumps(figures.as_json()) if options.json else _table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
