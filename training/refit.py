"""`python -m training.refit --config NAME --run RUN --data F.npz --posed P.npz ... --out ARTIFACT`

The heads of a trained run, whose trunk stays as it is, blended with what it began from (`--weights`): the
head `fer2013` fitted to its labels (training.refit_labels), and the head `people`, which learns of FER+
votes, FER2013's labels and sets of acted faces, each of one weight, with as much neutral as expressive; the
trunk has seen none of these. What an acted set reaches is measured on heads that did not learn of its people
(folds), and on one that learned nothing of the set.
`--away` names sets that are never learned of: with the acted ones they say when scores may be called sure
away from home (training.away).
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.card import HEADS, ModelCard
from model.errors import ModelError
from model.evaluation import OtherData
from training import metrics
from training.away import Told, calibrated_away
from training.blending import blended
from training.card_entries import portable, record_card, record_other_data
from training.config import Config, Refit, load_config
from training.datasets import PUBLIC_TEST, TRAINING, VOTE_NAMES, LabelledImages
from training.datasets.arrays import load_all, load_arrays
from training.errors import TrainingError
from training.evaluate import by_person, held_out
from training.export import write_artifact
from training.features import Head, Trunk, fitted, head_of, put_head
from training.folds import subject_folds
from training.heads import WIDTH, Floats
from training.labels import balance, plurality, soft_targets
from training.refit_labels import refit_labels
from training.runs import finished_epochs

PEOPLE = HEADS.index("people")
NEUTRAL = WIDTH - 1
NEUTRAL_VOTES = 8
"""FER+ voters who must say so of a face that stands beside acted ones as neutral."""


@dataclass(frozen=True, eq=False)
class Measured:
    """A set's images with their features (n, d)."""

    images: LabelledImages
    features: Floats

    def take(self, rows: NDArray[Any]) -> "Measured":
        return Measured(self.images.take(rows), self.features[rows])


def people_head(voted: Measured, posed: Sequence[Measured], start: Head, how: Refit) -> Head:
    """Fitted to votes and acted faces, then adjusted by the log of what each class weighed there."""
    targets = [soft_targets(voted.images, how.vote_weight, 0)]
    weights: list[NDArray[Any]] = [np.ones(len(voted.images), np.float32)]
    sure = voted.images.votes[:, VOTE_NAMES.index("neutral")] >= NEUTRAL_VOTES
    for part in posed:
        each = how.posed_share * len(voted.images) / max(1, len(part.images))
        targets.append(np.eye(WIDTH, dtype=np.float32)[part.images.y])
        weights.append(np.full(len(part.images), each, np.float32))
        missing = int((part.images.y != NEUTRAL).sum()) - int((part.images.y == NEUTRAL).sum())
        weights[0] = weights[0] + sure * np.float32(max(0, missing) * each / max(1, sure.sum()))
    features = np.concatenate([voted.features, *(part.features for part in posed)])
    joined, weight = np.concatenate(targets), np.concatenate(weights)
    head = fitted(features, joined, weight, start, how.pull)
    return replace(head, bias=head.bias + balance((weight[:, None] * joined).sum(axis=0), how.adjustment))


def crossed(
    voted: Measured, posed: Sequence[Measured], number: int, start: Head, how: Refit, *, folds: int
) -> Floats:
    """Logits (n, 7) of one acted set, each image's from a head that learned of other people only."""
    part, others = posed[number], [each for i, each in enumerate(posed) if i != number]
    logits = np.zeros((len(part.images), WIDTH), np.float32)
    for learned, asked in subject_folds(part.images, folds, 0):
        head = people_head(voted, [*others, part.take(learned)], start, how)
        logits[asked] = head.logits(part.features[asked])
    return logits


def without(voted: Measured, posed: Sequence[Measured], number: int, start: Head, how: Refit) -> Floats:
    """The same from a head that learned nothing of the set."""
    others = [each for i, each in enumerate(posed) if i != number]
    return people_head(voted, others, start, how).logits(posed[number].features)


def figures(logits: Floats, images: LabelledImages, what: str = "") -> OtherData:
    """As an entry of the card's other_data."""
    labels, named = images.y.astype(np.int64), logits.argmax(axis=1)
    return OtherData(
        what=what,
        head=HEADS[PEOPLE],
        per_class=metrics.per_class(metrics.confusion_matrix(labels, named)),
        **asdict(metrics.named_right(labels, named)),
        **by_person(logits, images),
    )


def refit(
    config: Config, options: argparse.Namespace
) -> tuple[ModelCard, dict[str, OtherData], dict[str, Any]]:
    """Writes the artifact; the card, what acted sets reach by name, and what being sure is worth.

    Raises RunError, DataError.
    """
    data = load_all(options.data)
    training, public = data.split(TRAINING), data.split(PUBLIC_TEST)
    progress, log = finished_epochs(options.run, config.schedule.ema_decay)
    network = blended(config, progress, options.weights, training.x)
    trunk, start, zooms = Trunk(network), head_of(network, PEOPLE), config.runtime.zooms
    rows = np.random.default_rng(0).permutation(len(training))[: config.refit.images]
    voted = Measured(some := training.take(rows), trunk.features(some.x))
    names = [path.stem for path in options.posed]
    posed = [_measured(trunk, load_arrays(path).as_emotions(), zooms) for path in options.posed]
    entries, told = {}, []
    for i, name in enumerate(names):
        by_fold = crossed(voted, posed, i, start, config.refit, folds=options.folds)
        left_out = without(voted, posed, i, start, config.refit)
        for how, logits in (
            (f"{options.folds} folds by subject", by_fold),
            ("nothing of it learned", left_out),
        ):
            entries[f"{name}, {how}"] = figures(logits, posed[i].images, f"Head people refitted: {how}.")
        told.append(Told(name, left_out, posed[i].images.y.astype(np.int64), posed[i].images.subject))
    head = people_head(voted, posed, start, config.refit)
    named = plurality(public)
    home = _measured(trunk, public.take(named >= 0), zooms)
    home_told = Told("FER+ votes", head.logits(home.features), named[named >= 0], None)
    for path in options.away:
        away = _measured(trunk, held_out(load_arrays(path)), zooms)
        labels = away.images.y.astype(np.int64)
        told.append(Told(path.stem, head.logits(away.features), labels, away.images.subject))
    put_head(network, PEOPLE, head)
    refit_labels(network, training, config.refit)
    calibration, honest = calibrated_away(home_told, told)
    card = write_artifact(config, network, data, log, files=options.data, out=options.out)
    return card.calibrated("people", calibration), entries, honest


def _measured(trunk: Trunk, images: LabelledImages, zooms: Sequence[float]) -> Measured:
    return Measured(images, trunk.features(images.x, zooms))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="training.refit", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--config", required=True, help="name in training/configs, or a .toml file")
    parser.add_argument("--run", required=True, type=Path, help="run folder of training.distill or .train")
    parser.add_argument("--weights", type=Path, help="a Keras file to blend with: what the run began from")
    parser.add_argument("--data", required=True, nargs="+", type=Path, help="what the run was trained on")
    parser.add_argument("--posed", nargs="+", default=[], type=Path, help="acted faces that name subjects")
    parser.add_argument("--away", nargs="+", default=[], type=Path, help="sets that are never learned of")
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--out", required=True, type=Path, help="artifact folder")
    options = parser.parse_args(arguments)
    try:
        card, entries, honest = refit(load_config(options.config), options)
        record_card(options.out, card)
        for name, entry in entries.items():
            record_other_data(options.out, name, replace(entry, command=_command(options)))
    except (TrainingError, ModelError, OSError) as error:
        print(f"training.refit: {error}", file=sys.stderr)
        return 1
    print(json.dumps({name: entry.as_json() for name, entry in entries.items()} | {"when sure": honest}))
    return 0


def _command(options: argparse.Namespace) -> str:
    files = " ".join(portable(path) for path in options.data)
    posed = " ".join(portable(path) for path in options.posed)
    return f"python -m training.refit --config {options.config} --data {files} --posed {posed}"


if __name__ == "__main__":
    sys.exit(main())
