"""The network that tells whether eyes and mouth are covered, from faces in plain view that are painted on:
`python -m training.covering --data FER2013.npz ... --portraits LONDON.npz --out FOLDER`.

`--data`: array files of `training.prepare`, of which Training is used. `--portraits`: such a file with
`x112`, crops of margin 1.25, and `subject`; two thirds of the people are learned from, the others are for
`python -m tests.bench.covered`. FOLDER then holds covering.tflite and card.json, as model/artifacts/covering.
"""

import argparse
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from model.signals.covering import CARD_FILE, NETWORK_FILE, PARTS
from training.covering.examples import Examples, Face, made
from training.covering.network import build, said_loss, varied
from training.litert import to_litert

PORTRAIT_MARGIN = 1.25
LEARNED_PEOPLE = 70
SEED = 1
DATA = (
    "FER2013 Training and the Face Research Lab London Set (DeBruine and Jones 2017, CC BY 4.0), painted on"
)
BATCH, PEAK_RATE = 128, 3e-3


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="training.covering", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", nargs="+", type=Path, required=True)
    parser.add_argument("--portraits", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--examples", type=int, default=36_000, help="painted FER2013 faces; a fifth of portraits"
    )
    parser.add_argument("--epochs", type=int, default=20)
    given = parser.parse_args(arguments)
    examples = joined(
        small_faces(given.data, given.examples), portraits(given.portraits, given.examples // 3)
    )
    write(trained(examples, given.epochs), examples, given.out)


def small_faces(files: Sequence[Path], count: int) -> Examples:
    """Painted Training images, without those of which a rater said that they show no face."""
    arrays = [np.load(file) for file in files]
    x, usage = (np.concatenate([each[name] for each in arrays]) for name in ("x", "usage"))
    no_face = np.concatenate([each["votes"][:, -1] > 0 for each in arrays])
    rows = np.flatnonzero((usage == 0) & ~no_face & (x.std(axis=(1, 2)) > 10))
    chosen = np.random.default_rng(SEED).permutation(rows)[:count]
    return made(lambda row: Face(x[row], 1.0), chosen, SEED, largest_px=64)


def portraits(file: Path, count: int) -> Examples:
    """Each portrait of a learned person painted on many times."""
    given = np.load(file)
    rows = np.flatnonzero(np.isin(given["subject"], learned_people(given["subject"])))
    return made(
        lambda row: Face(given["x112"][row], PORTRAIT_MARGIN),
        np.resize(rows, count),
        SEED + 1,
        largest_px=112,
    )


def learned_people(subjects: NDArray[np.str_]) -> NDArray[np.str_]:
    """Of all people in the portraits those who are learned from."""
    return np.asarray(np.random.default_rng(SEED).permutation(np.unique(subjects))[:LEARNED_PEOPLE])


def joined(some: Examples, others: Examples) -> Examples:
    x, y = np.concatenate([some.x, others.x]), np.concatenate([some.y, others.y])
    return Examples(x, y, np.concatenate([some.source, others.source]))


def trained(examples: Examples, epochs: int) -> keras.Model:
    """Adam and a cosine; every epoch sees each example moved and mirrored anew."""
    keras.utils.set_random_seed(SEED)
    network, random = build(), np.random.default_rng(SEED)
    steps = -(-len(examples.x) // BATCH) * epochs
    network.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(PEAK_RATE, steps)), said_loss
    )
    for _ in range(epochs):
        network.fit(*varied(examples.x, examples.y, random), batch_size=BATCH, verbose=2)
    return network


def write(network: keras.Model, examples: Examples, out: Path) -> None:
    """The network and its card."""
    out.mkdir(parents=True, exist_ok=True)
    content = to_litert(network)
    (out / NETWORK_FILE).write_bytes(content)
    card = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "least_log_odds": [0.0] * PARTS,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "parameters": int(network.count_params()),
        "examples": len(examples.x),
        "data": DATA,
    }
    (out / CARD_FILE).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
