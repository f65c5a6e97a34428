"""`python -m training.evaluate --model DIR --data F.npz ... --json`: a network measured.

DIR is an artifact folder, or someone else's Keras or LiteRT file (training/descriptions.py). Data of other
classes (CK+) are read as EMOTIONS; what is none of them is left out, and the output says so.
"""

import argparse
import json
import sys
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.classifier import softmax
from model.emotions import Certainty
from model.errors import ModelError
from model.evaluation import Evaluation, Figures, OtherData
from training import metrics
from training.adapters import Measured, add_network_options, load_network
from training.by_person import mean_recall_interval
from training.calibration import coverage
from training.card_entries import portable, record_other_data
from training.datasets import TRAINING, USAGES, LabelledImages
from training.datasets.arrays import load_all
from training.errors import DataError, TrainingError


def report(
    logits: NDArray[np.float32], images: LabelledImages, temperature: float, certainty: Certainty
) -> Evaluation:
    """Every figure of the card's evaluation, from the network's logits on `images`.

    Macro-F1 and mean recall are over the classes that have images; a network that names another is wrong.
    """
    labels = images.y.astype(np.int64)
    scores = softmax(logits, temperature)
    right = scores.argmax(axis=1) == labels
    confusion = metrics.confusion_matrix(labels, scores.argmax(axis=1))
    classes = metrics.per_class(confusion)
    unseen = ~images.seen_in_earlier_split
    rule = coverage(scores, labels, certainty)
    return Evaluation(
        split=splits_of(images),
        n=len(images),
        accuracy=float(right.mean()),
        ci95=metrics.wilson(int(right.sum()), len(images)),
        macro_f1=metrics.mean_over_present(classes, "f1"),
        mean_recall=metrics.mean_over_present(classes, "recall"),
        top2=metrics.top_k_accuracy(scores, labels, 2),
        n_unseen=int(unseen.sum()),
        accuracy_unseen=float(right[unseen].mean()) if unseen.any() else None,
        ece_before=metrics.expected_calibration_error(softmax(logits, 1.0), labels),
        ece_after=metrics.expected_calibration_error(scores, labels),
        not_sure_share=1 - rule.coverage,
        accuracy_when_sure=rule.accuracy,
        per_class=classes,
        confusion=metrics.as_counts(confusion),
        reliability=metrics.reliability(scores, labels),
        coverage=metrics.accuracy_by_coverage(scores, labels),
    )


def splits_of(images: LabelledImages) -> str:
    """The names of the splits that have images, as in "PublicTest"."""
    return ", ".join(sorted({USAGES[usage] for usage in np.unique(images.usage)}))


def by_group(logits: NDArray[np.float32], images: LabelledImages) -> dict[str, Figures]:
    """The figures of each group the data names; empty where it names none."""
    figures = {}
    for group in sorted(set(images.group.tolist()) - {""}):
        rows = images.group == group
        labels, predicted = images.y[rows].astype(np.int64), logits[rows].argmax(axis=1)
        figures[group] = metrics.named_right(labels, predicted)
    return figures


def held_out(images: LabelledImages) -> LabelledImages:
    """The rows of test splits; all rows where the file has no test split. Raises DataError when empty."""
    if not len(images):
        raise DataError("no images: wanted at least one row to evaluate")
    tested = images.usage != TRAINING
    return images.take(tested) if tested.any() else images


def array_files(sources: list[Path]) -> list[Path]:
    """Files as they are, and the npz files of folders in the order of their names. Raises DataError."""
    files = []
    for source in sources:
        inside = sorted(source.glob("*.npz")) if source.is_dir() else [source]
        if not inside:
            raise DataError(f"{source}: wanted npz files of training.prepare in this folder, found none")
        files += inside
    return files


def evaluate(network: Measured, images: LabelledImages) -> dict[str, Any]:
    """The network on the test splits of `images`. Raises DataError, ConfigError."""
    tested = held_out(images)
    scored = tested.as_emotions()
    if not len(scored):
        raise DataError(f"none of the classes {tested.classes} is one the network knows")
    counts = tested.per_class()
    kept = scored.per_class()
    figures = {
        "model": network.name,
        "head": network.head,
        "runtime_file": network.runtime_file,
        "splits": sorted({USAGES[u] for u in np.unique(scored.usage)}),
        "classes_scored": [name for name, n in kept.items() if n],
        "left_out": {name: n for name, n in counts.items() if n and name not in kept},
    }
    logits = network.logits(scored.x)
    measures = report(logits, scored, network.temperature, network.certainty)
    figures |= replace(measures, head=network.head).as_json()
    groups = {name: asdict(group) for name, group in by_group(logits, scored).items()}
    return figures | by_person(logits, scored) | ({"groups": groups} if groups else {})


def by_person(logits: NDArray[np.float32], images: LabelledImages) -> dict[str, Any]:
    """The mean recall's interval over people, where the data name everybody; otherwise nothing."""
    if (images.subject == "").any():
        return {}
    predicted = logits.argmax(axis=1)
    interval = mean_recall_interval(images.y.astype(np.int64), predicted, images.subject)
    return {"subjects": len(np.unique(images.subject)), "mean_recall_ci95": interval}


def recorded(figures: dict[str, Any], what: str, command: str) -> OtherData:
    """What of the figures of `evaluate` stands in a card's other_data."""
    known = {each.name for each in fields(OtherData)}
    return OtherData(what=what, command=command, **{k: v for k, v in figures.items() if k in known})


def _table(figures: dict[str, Any]) -> str:
    low, high = figures["ci95"]
    left_out = ", ".join(f"{n} of {name}" for name, n in figures["left_out"].items())
    images = f"{figures['n']} images ({', '.join(figures['splits'])})"
    lines = [
        f"{figures['model']}, head {figures['head']}, on {images}"
        + (f"; left out, no such class: {left_out}" if left_out else ""),
        f"accuracy {figures['accuracy']:.2%} (95 % interval {low:.2%} to {high:.2%})",
        f"macro F1 {figures['macro_f1']:.3f}, mean recall {figures['mean_recall']:.3f}{_people(figures)}, "
        f"top 2 {figures['top2']:.2%}",
        f"calibration error {figures['ece_before']:.2%} before, {figures['ece_after']:.2%} after temperature",
        f"not sure {figures['not_sure_share']:.1%}; when sure, right in {figures['accuracy_when_sure']:.2%}",
    ]
    if 0 < figures["n_unseen"] < figures["n"]:
        lines.append(
            f"not seen in an earlier split: {figures['accuracy_unseen']:.2%} of {figures['n_unseen']}"
        )
    for name, c in figures["per_class"].items():
        lines.append(f"  {name:9} precision {c['precision']:.2f} recall {c['recall']:.2f} n {c['support']}")
    for name, g in figures.get("groups", {}).items():
        lines.append(
            f"  {name}: accuracy {g['accuracy']:.2%}, mean recall {g['mean_recall']:.3f}, n {g['n']}"
        )
    return "\n".join(lines)


def _people(figures: dict[str, Any]) -> str:
    if "subjects" not in figures:
        return ""
    low, high = figures["mean_recall_ci95"]
    return f" (95 % interval over {figures['subjects']} people {low:.3f} to {high:.3f})"


def _record(options: argparse.Namespace, figures: dict[str, Any]) -> None:
    paths = " ".join(portable(path) for path in options.data)
    what = options.what or f"{figures['n']} images of {paths}, classes {', '.join(figures['classes_scored'])}"
    head = f" --head {options.head}" if options.head else ""
    command = f"python -m training.evaluate --model {portable(options.model)}{head} --data {paths}"
    record_other_data(options.model, options.record, recorded(figures, what, command))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="training.evaluate", description=(__doc__ or "").splitlines()[0])
    add_network_options(parser)
    parser.add_argument(
        "--data", required=True, nargs="+", type=Path, help="array files as of training.prepare, or folders"
    )
    parser.add_argument("--record", metavar="NAME", help="also write the figures into the artifact's card")
    parser.add_argument("--what", help="a sentence on the data for --record")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    options = parser.parse_args(arguments)
    try:
        network = load_network(options.model, options.description, options.threads, options.head)
        figures = evaluate(network, load_all(array_files(options.data)))
        if options.record:
            _record(options, figures)
    except (TrainingError, ModelError, OSError) as error:
        print(f"training.evaluate: {error}", file=sys.stderr)
        return 1
    print(json.dumps(figures) if options.json else _table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
