"""`python -m training.text --train F.tsv --dev F.tsv --out DIR`: a small network of words, trained.

`python -m training.text --evaluate DIR --data F.tsv --json` measures one on utterances that people labelled.
Thresholds, calibration and "not sure" are chosen on the development split, so that its own figures flatter.
"""

import argparse
import hashlib
import json
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from model.emotions import EMOTIONS
from model.errors import ModelError
from model.text.card import WEIGHTS_FILE, TextCard
from model.text.classifier import TextClassifier
from training.card_entries import portable
from training.errors import TrainingError
from training.provenance import versions
from training.text import fitting
from training.text.figures import figures
from training.text.sentences import Sentences, read_sentences

NOTES = (
    "English only: it learned from comments on Reddit, and reads any other language as noise.",
    "It says which of seven expressions people would name in the words, not what anybody felt. Irony, quotes "
    'and politeness are read as they stand; "I am not sure this will work" is called surprise.',
    "Thresholds, calibration and the rule for not sure were chosen on the development split.",
)
MB = 1_000_000


def train(options: argparse.Namespace) -> dict[str, Any]:
    """Fit, choose on the development split, write the folder; what it reaches there. Raises DataError."""
    began = time.monotonic()
    learned, chosen = read_sentences(options.train), read_sentences(options.dev)
    options.out.mkdir(parents=True, exist_ok=True)
    weights = fitting.fit(fitting.matrix_of(learned), learned.said, options.c)
    kept = options.out / WEIGHTS_FILE
    np.savez_compressed(kept, weights=weights.table, scale=weights.scale, bias=weights.bias)
    card = _card(options, hashlib.sha256(kept.read_bytes()).hexdigest(), learned, chosen)
    network = TextClassifier(card, weights.table, weights.scale, weights.bias)
    card = _chosen(card, network, chosen)
    card = TextCard(**vars(card) | {"minutes": round((time.monotonic() - began) / 60, 2)})
    card.save(options.out)
    return measure(TextClassifier.load(options.out), options.out, chosen, options.dev)


def measure(network: TextClassifier, folder: Path, data: Sentences, path: Path) -> dict[str, Any]:
    """What a network reaches on `data`, its size, and its processor time for an utterance in batches; also
    written into its card."""
    network.logits(data.texts[:1000])
    began_s = time.process_time()
    logits = network.logits(data.texts)
    spent_s = time.process_time() - began_s
    return {
        "data": portable(path),
        "sha256": data.sha256,
        **figures(network.card, logits, data.said),
        "megabytes": round((folder / WEIGHTS_FILE).stat().st_size / MB, 3),
        "us_per_utterance": round(spent_s / len(data) * 1e6, 1),
    }


def record(folder: Path, found: dict[str, Any]) -> None:
    """Write figures into the card of `folder`, by the name of their data."""
    card = TextClassifier.load(folder).card
    TextCard(**vars(card) | {"evaluation": card.evaluation | {found["data"]: found}}).save(folder)


def _card(options: argparse.Namespace, sha256: str, learned: Sentences, chosen: Sentences) -> TextCard:
    zeros = (0.0,) * len(EMOTIONS)
    said = {"train": (options.train, learned), "dev": (options.dev, chosen)}
    return TextCard(
        name=options.name,
        language="English",
        labels=tuple(str(one) for one in EMOTIONS),
        thresholds=zeros,
        slopes=(1.0,) * len(EMOTIONS),
        offsets=zeros,
        min_share=0.0,
        min_lead=fitting.MIN_LEAD,
        sha256=sha256,
        created=datetime.now(UTC).date().isoformat(),
        recipe={
            "kind": "seven logistic regressions over hashed n-grams of words (1-2) and characters (2-5)",
            "c": options.c,
            "command": f"python -m training.text --train {portable(options.train)} --dev "
            f"{portable(options.dev)} --out {portable(options.out)}",
        },
        data={
            name: {"file": portable(path), "sha256": data.sha256, "n": len(data), **data.per_class()}
            for name, (path, data) in said.items()
        },
        versions={**versions(), "scikit-learn": version("scikit-learn")},
        notes=NOTES,
    )


def _chosen(card: TextCard, network: TextClassifier, chosen: Sentences) -> TextCard:
    logits = network.logits(chosen.texts)
    slopes, offsets = fitting.calibration_of(logits, chosen.said)
    thresholds = fitting.best_thresholds(logits, chosen.said)
    fitted = TextCard(**vars(card) | {"slopes": slopes, "offsets": offsets, "thresholds": thresholds})
    share = fitting.least_share(fitted.calibrated(logits), chosen.said)
    return TextCard(**vars(fitted) | {"min_share": share})


def _table(found: dict[str, Any]) -> str:
    low, high = found["macro_f1_ci95"]
    lines = [
        f"{found['n']} utterances of {found['data']}",
        f"macro F1 {found['macro_f1']:.3f} (95 % interval {low:.3f} to {high:.3f})",
        f"calibration error {found['ece_before']:.2%} before, {found['ece']:.2%} after calibration",
        f"not sure {found['not_sure_share']:.1%}; when sure, right in {found['accuracy_when_sure']:.1%}",
        f"{found['megabytes']} MB, {found['us_per_utterance']} us of processor time an utterance",
    ]
    for name, one in found["per_class"].items():
        told = f"precision {one['precision']:.2f} recall {one['recall']:.2f} n {one['support']}"
        lines.append(f"  {name:9} F1 {one['f1']:.2f} {told}")
    return "\n".join(lines)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="training.text", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--train", type=Path, help="utterances to learn from: TSV or CSV of text and label")
    parser.add_argument("--dev", type=Path, help="utterances to choose on")
    parser.add_argument("--out", type=Path, help="folder for card and weights")
    parser.add_argument("--name", default="words", help="what the network is called in its card")
    parser.add_argument("--c", type=float, default=fitting.C_OF_WEIGHTS, help="inverse of the penalty")
    parser.add_argument("--evaluate", type=Path, metavar="DIR", help="measure the network in this folder")
    parser.add_argument("--data", type=Path, help="utterances to measure it on")
    parser.add_argument("--record", action="store_true", help="also write the figures into the card")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    options = parser.parse_args(arguments)
    wanted = ("evaluate", "data") if options.evaluate or options.data else ("train", "dev", "out")
    if missing := [f"--{name}" for name in wanted if getattr(options, name) is None]:
        parser.error(f"wanted {', '.join(f'--{name}' for name in wanted)}; missing: {', '.join(missing)}")
    return options


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    try:
        if options.evaluate:
            network = TextClassifier.load(options.evaluate)
            found = measure(network, options.evaluate, read_sentences(options.data), options.data)
        else:
            found = train(options)
        if options.record or not options.evaluate:
            record(options.evaluate or options.out, found)
    except (TrainingError, ModelError, OSError) as error:
        print(f"training.text: {error}", file=sys.stderr)
        return 1
    print(json.dumps(found) if options.json else _table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
