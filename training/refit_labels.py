"""`python -m training.refit_labels --config NAME --artifact DIR --data F.npz ... --out ARTIFACT`

The head `fer2013` of an artifact fitted once more to its labels, on the trunk as it is. A trunk that was
blended, or taught by voters, has moved away from under it: on PublicTest that cost 1.4 points, which the last
layer alone gives back. The trunk, every other head and their calibrations stay.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from model.card import HEADS, ModelCard, load_card
from model.errors import ModelError
from training.blending import of_artifact
from training.card_entries import record_card
from training.config import Config, Refit, load_config
from training.datasets import TRAINING, LabelledImages
from training.datasets.arrays import load_all
from training.errors import TrainingError
from training.export import write_artifact
from training.features import Head, Trunk, fitted, head_of, put_head
from training.heads import WIDTH, Floats

LABELS = HEADS.index("fer2013")


def labels_head(features: Floats, labels: NDArray[np.uint8], start: Head, how: Refit) -> Head:
    """The head of least cross-entropy with labels (n,) of 0 to 6; features (n, d) of one weight each."""
    targets = np.eye(WIDTH, dtype=np.float32)[labels]
    return fitted(features, targets, np.ones(len(features), np.float32), start, how.label_pull)


def refit_labels(network: keras.Model, training: LabelledImages, how: Refit) -> None:
    """Fits the network's head `fer2013` to the labels of all `training` images."""
    features, times = Trunk(network).of_changed(training.x, how.label_changed)
    labels = np.tile(training.y, times)
    put_head(network, LABELS, labels_head(features, labels, head_of(network, LABELS), how))


def refitted(config: Config, artifact: Path, files: list[Path], out: Path) -> ModelCard:
    """Writes `out`; its card keeps what it says of other heads. Raises RunError, DataError, ModelError."""
    before, data = load_card(artifact), load_all(files)
    network = of_artifact(config, artifact)
    refit_labels(network, data.split(TRAINING), config.refit)
    card = write_artifact(config, network, data, list(before.curves), files=files, out=out)
    return _kept(card, before)


def _kept(card: ModelCard, before: ModelCard) -> ModelCard:
    own = card.calibrations[HEADS[LABELS]]
    return replace(
        card,
        head=before.head,
        calibrations=before.calibrations | {HEADS[LABELS]: own},
        temperature=before.temperature,
        min_share=before.min_share,
        min_lead=before.min_lead,
        minutes=before.minutes,
        other_data=before.other_data,
        robustness=before.robustness,
        own_neutral=before.own_neutral,
        notes=before.notes,
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="training.refit_labels", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--config", required=True, help="name in training/configs, or a .toml file")
    parser.add_argument("--artifact", required=True, type=Path, help="artifact folder of two heads")
    parser.add_argument("--data", required=True, nargs="+", type=Path, help="what it was trained on")
    parser.add_argument("--out", required=True, type=Path, help="artifact folder")
    options = parser.parse_args(arguments)
    try:
        card = refitted(load_config(options.config), options.artifact, options.data, options.out)
        record_card(options.out, card)
    except (TrainingError, ModelError, OSError) as error:
        print(f"training.refit_labels: {error}", file=sys.stderr)
        return 1
    print(f"{options.out}: {100 * card.evaluation['accuracy']:.1f} % of PublicTest by head fer2013")
    return 0


if __name__ == "__main__":
    sys.exit(main())
