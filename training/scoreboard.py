"""`python -m training.scoreboard --model DIR --data F.npz ... --json`: one table that choices are made on.

Every head of the artifact, and every `--peer`, on every set: mean recall with its interval over people where
the set names them, what is called sure and how often that is right, false alarms on neutral faces by group.
A set with FER+ votes is read twice, by its labels and by what most voters say.
"""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from model.card import load_card
from model.emotions import EMOTIONS
from model.errors import ModelError
from training.adapters import Measured, load_network
from training.card_entries import portable, record_scoreboard
from training.datasets import EMOTION_CLASSES, LabelledImages
from training.datasets.arrays import load_arrays
from training.degradations import Degradation, blurred, compressed
from training.errors import TrainingError
from training.evaluate import array_files, evaluate, held_out
from training.labels import plurality

TITLES = {
    "fer2013_public": "FER2013 PublicTest",
    "ckplus48": "CK+",
    "dev_jaffe": "JAFFE",
    "dev_london": "London",
    "dev_yale": "Yale",
    "dev_cfd_neutral": "CFD, neutral",
}
KEPT = (
    "n", "subjects", "accuracy", "ci95", "mean_recall", "mean_recall_ci95", "ece", "not_sure_share",
    "accuracy_when_sure", "coverage",
)  # fmt: skip
CONDITIONS = (
    Degradation("blurred by 1 px", "", partial(blurred, sigma_px=1.0)),
    Degradation("JPEG at quality 50", "", partial(compressed, quality=50)),
)
SEX = re.compile(r"-([FM])-")
Row = dict[str, Any]


def figures_of(network: Measured, images: LabelledImages) -> Row:
    """Figures of one set; of neutral faces also how many were called what, by group."""
    found = evaluate(network, images)
    figures = {key: found[key] for key in KEPT if key in found}
    figures["recall"] = {name: c["recall"] for name, c in found["per_class"].items() if c["support"]}
    neutral = EMOTION_CLASSES.index("neutral")
    called = dict(zip(map(str, EMOTIONS), found["confusion"][neutral], strict=True))
    figures["neutral_called"] = {name: n for name, n in called.items() if n}
    groups = found.get("groups", {})
    figures["groups"] = {name: {k: g[k] for k in ("n", "accuracy", "ci95")} for name, g in groups.items()}
    return figures


def readings(stem: str, images: LabelledImages) -> list[tuple[str, LabelledImages]]:
    """The set by its labels; where there are FER+ votes also by those, and under CONDITIONS."""
    title, tested = TITLES.get(stem, stem), with_sexes(held_out(images))
    if not (tested.votes >= 0).any():
        return [(title, tested)]
    harder = [(f"{title}, {c.name}", replace(tested, x=c.apply(tested.x))) for c in CONDITIONS]
    named = plurality(tested)
    voted = replace(tested, y=np.maximum(named, 0).astype(np.uint8)).take(named >= 0)
    return [(title, tested), *harder, (f"{title}, by FER+ votes", voted)]


def with_sexes(images: LabelledImages) -> LabelledImages:
    """Groups told apart by sex where every subject's name says it, as CFD's do: W-F-001."""
    sexes = [SEX.search(subject) for subject in images.subject.tolist()]
    if not all(sexes):
        return images
    joined = [f"{group}-{sex[1]}" for group, sex in zip(images.group, sexes, strict=True) if sex]
    return replace(images, group=np.array(joined, np.str_))


def board(networks: dict[str, Measured], files: Sequence[Path]) -> list[Row]:
    """One row for each reading of each set, with every network's figures by its name."""
    rows = []
    for file in files:
        for title, images in readings(file.stem, load_arrays(file)):
            figures = {name: figures_of(network, images) for name, network in networks.items()}
            first = next(iter(figures.values()))
            rows.append({"set": title, "n": first["n"], "subjects": first.get("subjects")} | {"by": figures})
    return rows


def networks_of(model: Path, peers: Sequence[Path], threads: int) -> dict[str, Measured]:
    """The artifact's heads, the one that is shown first, and the peers, by name. Raises as load_network."""
    card = load_card(model)
    heads = sorted(card.heads, key=lambda head: head != card.head)
    found = {head: load_network(model, threads=threads, head=head) for head in heads}
    return found | {peer.name: peer for peer in (load_network(path, threads=threads) for path in peers)}


def table(rows: Sequence[Row]) -> str:
    names = list(rows[0]["by"])
    width = max(len(row["set"]) for row in rows) + 2
    lines = [f"{'':{width}}{'images':>7}{'people':>7}  " + "".join(f"{name:32}" for name in names)]
    for row in rows:
        cells = "".join(f"{_cell(row['by'][name]):32}" for name in names)
        lines.append(f"{row['set']:{width}}{row['n']:>7}{row['subjects'] or '':>7}  {cells}".rstrip())
        lines += _details(row, names, width)
    return "\n".join(lines)


def _cell(figures: Row) -> str:
    low, high = figures.get("mean_recall_ci95") or figures["ci95"]
    value = figures["mean_recall"] if "mean_recall_ci95" in figures else figures["accuracy"]
    kind = "recall" if "mean_recall_ci95" in figures else "right"
    return f"{kind} {value:.3f} ({low:.3f}-{high:.3f})"


def _details(row: Row, names: Sequence[str], width: int) -> list[str]:
    """Recall by class and sureness of the shown head; of neutral faces by group, the worst named."""
    shown = row["by"][names[0]]
    recalls = ", ".join(f"{name} {share:.2f}" for name, share in shown["recall"].items())
    sure = f"sure of {1 - shown['not_sure_share']:.0%}, then right in {shown['accuracy_when_sure']:.1%}"
    said = [f"{recalls}; {sure}; calibration error {shown['ece']:.1%}"]
    if len(shown["groups"]) > 1:
        said += [", ".join(f"{name} {g['accuracy']:.2f}" for name, g in sorted(shown["groups"].items()))]
    return [f"{'':{width}}  {line}" for line in said]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="training.scoreboard", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", required=True, type=Path, help="artifact folder")
    parser.add_argument("--data", required=True, nargs="+", type=Path, help="array files, or folders of them")
    parser.add_argument("--peer", nargs="*", default=[], type=Path, help="other people's network files")
    parser.add_argument("--note", action="append", default=[], help="a sentence for the card and the page")
    parser.add_argument("--record", action="store_true", help="also write the table into the card")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    options = parser.parse_args(arguments)
    try:
        rows = board(networks_of(options.model, options.peer, options.threads), array_files(options.data))
        files = " ".join(portable(path) for path in options.data)
        command = f"python -m training.scoreboard --model {portable(options.model)} --data {files}"
        entry = {"command": command, "notes": options.note, "rows": rows}
        if options.record:
            record_scoreboard(options.model, entry)
    except (TrainingError, ModelError, OSError) as error:
        print(f"training.scoreboard: {error}", file=sys.stderr)
        return 1
    print(json.dumps(entry) if options.json else table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
