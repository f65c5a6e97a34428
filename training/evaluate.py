"""`python -m training.evaluate --model DIR --data F.npz ... --json`: an artifact measured."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.classifier import load_classifier, softmax
from model.emotions import Certainty
from model.errors import ArtifactError
from training import metrics
from training.calibration import coverage
from training.datasets import TRAINING, USAGES, LabelledImages
from training.datasets.arrays import load_all
from training.errors import DataError, TrainingError


def report(
    logits: NDArray[np.float32], images: LabelledImages, temperature: float, certainty: Certainty
) -> dict[str, Any]:
    """Every figure of the card's evaluation, from the network's logits on `images`."""
    labels = images.y.astype(np.int64)
    scores = softmax(logits, temperature)
    right = scores.argmax(axis=1) == labels
    confusion = metrics.confusion_matrix(labels, scores.argmax(axis=1))
    classes = metrics.per_class(confusion)
    present = [c for c in classes.values() if c["support"]]
    unseen = ~images.seen_in_earlier_split
    rule = coverage(scores, labels, certainty)
    return {
        "n": len(images),
        "accuracy": float(right.mean()),
        "ci95": metrics.wilson(int(right.sum()), len(images)),
        "macro_f1": float(np.mean([c["f1"] for c in present])),
        "mean_recall": float(np.mean([c["recall"] for c in present])),
        "top2": metrics.top_k_accuracy(scores, labels, 2),
        "n_unseen": int(unseen.sum()),
        "accuracy_unseen": float(right[unseen].mean()) if unseen.any() else None,
        "ece_before": metrics.expected_calibration_error(softmax(logits, 1.0), labels),
        "ece_after": metrics.expected_calibration_error(scores, labels),
        "not_sure_share": 1 - rule.coverage,
        "accuracy_when_sure": rule.accuracy,
        "per_class": classes,
        "confusion": confusion.tolist(),
        "reliability": metrics.reliability(scores, labels),
    }


def held_out(images: LabelledImages) -> LabelledImages:
    """The rows of test splits; all rows where the file has no test split. Raises DataError when empty."""
    if not len(images):
        raise DataError("no images: wanted at least one row to evaluate")
    tested = images.usage != TRAINING
    return images.take(tested) if tested.any() else images


def evaluate(folder: Path, images: LabelledImages, threads: int = 1) -> dict[str, Any]:
    """The artifact in `folder` through the runtime's own classifier. Raises ArtifactError, DataError."""
    images = held_out(images)
    classifier = load_classifier(folder, threads)
    card = classifier.card
    figures = report(classifier.logits(images.x), images, card.temperature, card.certainty)
    splits = sorted({USAGES[u] for u in np.unique(images.usage)})
    return {"model": card.name, "runtime_file": card.runtime_file, "splits": splits} | figures


def _table(figures: dict[str, Any]) -> str:
    low, high = figures["ci95"]
    lines = [
        f"{figures['model']} on {figures['n']} images ({', '.join(figures['splits'])})",
        f"accuracy {figures['accuracy']:.2%} (95 % interval {low:.2%} to {high:.2%})",
        f"macro F1 {figures['macro_f1']:.3f}, mean recall {figures['mean_recall']:.3f}, "
        f"top 2 {figures['top2']:.2%}",
        f"calibration error {figures['ece_before']:.2%} before, {figures['ece_after']:.2%} after temperature",
        f"not sure {figures['not_sure_share']:.1%}; when sure, right in {figures['accuracy_when_sure']:.2%}",
    ]
    for name, c in figures["per_class"].items():
        lines.append(f"  {name:9} precision {c['precision']:.2f} recall {c['recall']:.2f} n {c['support']}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="training.evaluate", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", required=True, type=Path, help="artifact folder")
    parser.add_argument(
        "--data", required=True, nargs="+", type=Path, help="array files as of training.prepare"
    )
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    options = parser.parse_args(arguments)
    try:
        figures = evaluate(options.model, load_all(options.data), options.threads)
    except (TrainingError, ArtifactError) as error:
        print(f"training.evaluate: {error}", file=sys.stderr)
        return 1
    print(json.dumps(figures) if options.json else _table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
