"""`python -m training.robustness --model DIR --data F.npz --json`: accuracy when the picture is bad.

The same images, clean and under each of DEGRADATIONS; every difference is against the clean figure.
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from model.classifier import softmax
from model.errors import ModelError
from model.evaluation import Condition, Robustness, Trial
from training import metrics
from training.adapters import Measured, add_network_options, load_network
from training.calibration import is_sure
from training.card_entries import record_robustness
from training.datasets import LabelledImages
from training.datasets.arrays import load_all
from training.degradations import DEGRADATIONS, Degradation
from training.errors import DataError, TrainingError
from training.evaluate import array_files, held_out, splits_of

AT_ONCE = 1024
CLEAN = Degradation("clean", "as they are", lambda images: images)


def measured(network: Measured, images: LabelledImages, degradation: Degradation) -> Trial:
    """Accuracy, interval, macro-F1 and share of "not sure" on images changed a part at a time."""
    logits = np.concatenate(
        [
            network.logits(degradation.apply(images.x[first : first + AT_ONCE]))
            for first in range(0, len(images), AT_ONCE)
        ]
    )
    scores: NDArray[np.float32] = softmax(logits, network.temperature)
    labels, predicted = images.y.astype(np.int64), scores.argmax(axis=1)
    figures = metrics.named_right(labels, predicted)
    return Trial(
        accuracy=figures.accuracy,
        ci95=figures.ci95,
        macro_f1=figures.macro_f1,
        not_sure_share=float(1 - is_sure(scores, network.certainty).mean()),
    )


def robustness(network: Measured, images: LabelledImages) -> Robustness:
    """The test splits as they are and under each of DEGRADATIONS. Raises DataError when empty."""
    tested = held_out(images).as_emotions()
    if not len(tested):
        raise DataError(f"none of the classes {images.classes} is one the network knows")
    clean = measured(network, tested, CLEAN)
    conditions = []
    for degradation in tqdm(DEGRADATIONS, disable=not sys.stderr.isatty()):
        trial = measured(network, tested, degradation)
        lost = trial.accuracy - clean.accuracy
        conditions.append(
            Condition(name=degradation.name, what=degradation.what, difference=lost, **asdict(trial))
        )
    return Robustness(split=splits_of(tested), n=len(tested), clean=clean, conditions=tuple(conditions))


def _table(name: str, figures: Robustness) -> str:
    clean = figures.clean
    lines = [
        f"{name} on {figures.n} images ({figures.split})",
        f"{'clean':18} accuracy {clean.accuracy:.2%}, macro F1 {clean.macro_f1:.3f}, "
        f"not sure {clean.not_sure_share:.1%}",
    ]
    for c in figures.conditions:
        low, high = c.ci95 or (0.0, 1.0)
        lines.append(
            f"{c.name:18} accuracy {c.accuracy:.2%} ({low:.1%} to {high:.1%}), "
            f"{100 * c.difference:+.1f} points, macro F1 {c.macro_f1:.3f}, "
            f"not sure {c.not_sure_share:.1%}"
        )
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="training.robustness", description=(__doc__ or "").splitlines()[0])
    add_network_options(parser)
    parser.add_argument(
        "--data", required=True, nargs="+", type=Path, help="array files as of training.prepare, or folders"
    )
    parser.add_argument("--record", action="store_true", help="also write the figures into the card")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    options = parser.parse_args(arguments)
    try:
        network = load_network(options.model, options.description, options.threads, options.head)
        figures = robustness(network, load_all(array_files(options.data)))
        if options.record:
            record_robustness(options.model, figures)
    except (TrainingError, ModelError, OSError) as error:
        print(f"training.robustness: {error}", file=sys.stderr)
        return 1
    printed = {"model": network.name} | figures.as_json()
    print(json.dumps(printed) if options.json else _table(network.name, figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
