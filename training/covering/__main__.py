"""The network that tells whether eyes and mouth are covered, from faces in plain view that are painted on:
`python -m training.covering --data FER2013.npz ... --portraits LONDON.npz --development CK.npz --out FOLDER`.

`--data`: array files of `training.prepare`, of which Training is used. `--portraits`: such a file with
`x112`, crops of margin 1.25, and `subject`; two thirds of the people are learned from, the others are for
`python -m tests.bench.covered`. `--development`: faces of other people, `x` as `--data` has it, by which is
chosen from where on a part is told. FOLDER then holds what model/artifacts/covering does.
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

from model.signals.covering import CARD_FILE, NETWORK_FILE, PARTS, standardised
from training.covering.examples import Examples, Face, made
from training.covering.network import build, said_loss, varied
from training.litert import to_litert

PORTRAIT_MARGIN = 1.25
LEARNED_PEOPLE = 70
SEED = 1
DATA = (
    "FER2013 Training and the Face Research Lab London Set (DeBruine and Jones 2017, CC BY 4.0), painted on"
)
DEVELOPMENT_EXAMPLES, MAY_BE_FALSE = 3_000, 0.01
"""Share of the development faces in plain view that may be called covered."""
BATCH, PEAK_RATE, WEIGHT_DECAY = 128, 2e-3, 0.01


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="training.covering", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", nargs="+", type=Path, required=True)
    parser.add_argument("--portraits", type=Path, required=True)
    parser.add_argument("--development", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--examples", type=int, default=18_000, help="painted FER2013 faces, and portraits")
    parser.add_argument("--epochs", type=int, default=14)
    given = parser.parse_args(arguments)
    examples = joined(small_faces(given.data, given.examples), portraits(given.portraits, given.examples))
    network = trained(examples, given.epochs)
    write(network, examples, least_log_odds(network, in_plain_view(given.development)), given.out)


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


def in_plain_view(file: Path) -> Examples:
    """Each face several times in plain view, with things that hide nothing and in all lights."""
    x = np.load(file)["x"]
    rows = np.resize(np.arange(len(x)), DEVELOPMENT_EXAMPLES)
    return made(lambda row: Face(x[row], 1.0), rows, SEED + 2, largest_px=64, hidden_share=0)


def learned_people(subjects: NDArray[np.str_]) -> NDArray[np.str_]:
    """Of all people in the portraits those who are learned from."""
    return np.asarray(np.random.default_rng(SEED).permutation(np.unique(subjects))[:LEARNED_PEOPLE])


def joined(some: Examples, others: Examples) -> Examples:
    x, y = np.concatenate([some.x, others.x]), np.concatenate([some.y, others.y])
    return Examples(x, y, np.concatenate([some.source, others.source]))


def trained(examples: Examples, epochs: int) -> keras.Model:
    """AdamW and a cosine; every epoch sees each example moved and mirrored anew."""
    keras.utils.set_random_seed(SEED)
    network, random = build(), np.random.default_rng(SEED)
    steps = -(-len(examples.x) // BATCH) * epochs
    rate = keras.optimizers.schedules.CosineDecay(PEAK_RATE, steps)
    network.compile(keras.optimizers.AdamW(rate, weight_decay=WEIGHT_DECAY), said_loss)
    for _ in range(epochs):
        network.fit(*varied(examples.x, examples.y, random), batch_size=BATCH, verbose=2)
    return network


def least_log_odds(network: keras.Model, clear: Examples) -> list[float]:
    """Of each part, from where on it is told: in plain view few faces reach it."""
    told = network.predict(standardised(clear.x)[..., None], verbose=0)
    return [round(float(each), 2) for each in np.quantile(told, 1 - MAY_BE_FALSE / PARTS, axis=0)]


def write(network: keras.Model, examples: Examples, least: list[float], out: Path) -> None:
    """The network and its card."""
    out.mkdir(parents=True, exist_ok=True)
    content = to_litert(network)
    (out / NETWORK_FILE).write_bytes(content)
    card = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "least_log_odds": least,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "parameters": int(network.count_params()),
        "examples": len(examples.x),
        "data": DATA,
        "chosen": f"log-odds that {MAY_BE_FALSE:.0%} of the development faces in plain view reach",
    }
    (out / CARD_FILE).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
