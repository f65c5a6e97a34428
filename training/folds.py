"""k-fold with people kept apart: nobody is ever in the training and the test part of one fold.

`python -m training.folds --data F.npz --folds K --out DIR` writes each fold's images to a file of its own, so
that a run can learn of some people and be measured on the others.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.datasets import LabelledImages
from training.datasets.arrays import load_arrays, write_arrays
from training.errors import DataError, TrainingError

Index = NDArray[np.intp]


def subject_folds(images: LabelledImages, k: int, seed: int) -> list[tuple[Index, Index]]:
    """k pairs (train_index, test_index), sorted; each image is in the test part of exactly one.

    Stratified as far as subjects allow, by the greedy rule of scikit-learn's StratifiedGroupKFold: subjects
    whose classes are most uneven come first, each to the fold where the classes' shares stay most even.
    `seed` decides between subjects alike. Raises DataError for unknown subjects or fewer subjects than folds.
    """
    if k < 2:
        raise DataError(f"folds: wanted at least 2, got {k}")
    unknown = int((images.subject == "").sum())
    if unknown:
        raise DataError(
            f"folds by subject: wanted a subject for every image, {unknown} of {len(images)} have none"
        )
    subjects, subject = np.unique(images.subject, return_inverse=True)
    if len(subjects) < k:
        raise DataError(f"folds by subject: wanted at least {k} subjects for {k} folds, got {len(subjects)}")
    counts = np.zeros((len(subjects), len(images.classes)))
    np.add.at(counts, (subject, images.y), 1)
    fold = dealt(counts, k, seed)[subject]
    return [(np.flatnonzero(fold != i), np.flatnonzero(fold == i)) for i in range(k)]


def dealt(counts: NDArray[np.float64], k: int, seed: int) -> Index:
    """(subjects,) the fold of each, for `counts` (subjects, classes) of images.

    With at least k subjects no fold stays empty: an empty one is always among the most even choices, and of
    equally even folds the one with the fewest images is taken.
    """
    order = np.random.default_rng(seed).permutation(len(counts))
    order = order[np.argsort(-counts[order].std(axis=1), kind="stable")]
    totals = np.maximum(counts.sum(axis=0), 1)
    held = np.zeros((k, counts.shape[1]))
    fold = np.zeros(len(counts), np.intp)
    for subject in order:
        unevenness = [_unevenness(held, i, counts[subject], totals) for i in range(k)]
        best = np.flatnonzero(np.isclose(unevenness, min(unevenness), rtol=0, atol=1e-12))
        fold[subject] = best[np.argmin(held[best].sum(axis=1))]
        held[fold[subject]] += counts[subject]
    return fold


def _unevenness(
    held: NDArray[np.float64], fold: int, added: NDArray[np.float64], totals: NDArray[np.float64]
) -> float:
    """Mean over the classes of the standard deviation of their shares in the folds."""
    after = held.copy()
    after[fold] += added
    return float((after / totals).std(axis=0).mean())


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="training.folds", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", required=True, type=Path, help="an array file that names subjects")
    parser.add_argument("--folds", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0, help="of the division into folds")
    parser.add_argument("--out", required=True, type=Path, help="folder for the files")
    options = parser.parse_args(arguments)
    try:
        images = load_arrays(options.data)
        options.out.mkdir(parents=True, exist_ok=True)
        for i, (_, rows) in enumerate(subject_folds(images, options.folds, options.seed), start=1):
            path = options.out / f"{options.data.stem}-{i}-of-{options.folds}.npz"
            fold = images.take(rows)
            write_arrays(path, fold)
            print(f"{path}: {len(fold)} images of {len(np.unique(fold.subject))} people")
    except (TrainingError, OSError) as error:
        print(f"training.folds: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
