"""`python -m training.robustness --model DIR --data F.npz --json`: accuracy when the picture is bad.

The same images, clean and under each of DEGRADATIONS; every difference is against the clean figure.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from model.classifier import softmax
from model.errors import ModelError
from training import metrics
from training.adapters import Measured, add_network_options, load_network
from training.calibration import is_sure
from training.card_entries import record_robustness
from training.datasets import USAGES, LabelledImages
from training.datasets.arrays import load_all
from training.degradations import DEGRADATIONS, Degradation
from training.errors import DataError, TrainingError
from training.evaluate import array_files, held_out

AT_ONCE = 1024
CLEAN = Degradation("clean", "as they are", lambda images: images)


def measured(network: Measured, images: LabelledImages, degradation: Degradation) -> dict[str, Any]:
    """Accuracy, interval, macro-F1 and share of "not sure" on images changed a part at a time."""
    logits = np.concatenate(
        [
            network.logits(degradation.apply(images.x[first : first + AT_ONCE]))
            for first in range(0, len(images), AT_ONCE)
        ]
    )
    scores: NDArray[np.float32] = softmax(logits, network.temperature)
    labels, predicted = images.y.astype(np.int64), scores.argmax(axis=1)
    hits = int((predicted == labels).sum())
    classes = metrics.per_class(metrics.confusion_matrix(labels, predicted))
    return {
        "accuracy": hits / len(images),
        "ci95": metrics.wilson(hits, len(images)),
        "macro_f1": metrics.mean_over_present(classes, "f1"),
        "not_sure_share": float(1 - is_sure(scores, network.certainty).mean()),
    }


def robustness(network: Measured, images: LabelledImages) -> dict[str, Any]:
    """The card's form. `difference`: accuracy less the clean accuracy. Raises DataError when empty."""
    tested = held_out(images).as_emotions()
    if not len(tested):
        raise DataError(f"none of the classes {images.classes} is one the network knows")
    clean = measured(network, tested, CLEAN)
    conditions = []
    for degradation in tqdm(DEGRADATIONS, disable=not sys.stderr.isatty()):
        figures = measured(network, tested, degradation)
        named = {"name": degradation.name, "what": degradation.what}
        conditions.append(named | figures | {"difference": figures["accuracy"] - clean["accuracy"]})
    return {
        "split": ", ".join(sorted({USAGES[u] for u in np.unique(tested.usage)})),
        "n": len(tested),
        "clean": clean,
        "conditions": conditions,
    }


def _table(name: str, figures: dict[str, Any]) -> str:
    clean = figures["clean"]
    lines = [
        f"{name} on {figures['n']} images ({figures['split']})",
        f"{'clean':18} accuracy {clean['accuracy']:.2%}, macro F1 {clean['macro_f1']:.3f}, "
        f"not sure {clean['not_sure_share']:.1%}",
    ]
    for c in figures["conditions"]:
        low, high = c["ci95"]
        lines.append(
            f"{c['name']:18} accuracy {c['accuracy']:.2%} ({low:.1%} to {high:.1%}), "
            f"{100 * c['difference']:+.1f} points, macro F1 {c['macro_f1']:.3f}, "
            f"not sure {c['not_sure_share']:.1%}"
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
        network = load_network(options.model, options.description, options.threads)
        figures = robustness(network, load_all(array_files(options.data)))
        if options.record:
            record_robustness(options.model, figures)
    except (TrainingError, ModelError, OSError) as error:
        print(f"training.robustness: {error}", file=sys.stderr)
        return 1
    print(json.dumps({"model": network.name} | figures) if options.json else _table(network.name, figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
