"""`python -m training.refit --config NAME --run RUN --data F.npz --posed P.npz ... --out ARTIFACT`

The heads of a trained run, whose trunk stays as it is, blended with what it began from (`--weights`), or of
an artifact (`--artifact` in place of `--run`): the head `fer2013` fitted to its labels
(training.refit_labels; not with `--labels-stay`), and the head `people`, which learns of FER+ votes,
FER2013's labels and sets of acted faces, each of one weight, with as much neutral as expressive; the trunk
has seen none of these. What an acted set reaches is measured on heads that did not learn of its people
(folds), and on one that learned nothing of the set.
`--away` names sets that are never learned of: with the acted ones they say when scores may be called sure
away from home (training.away).
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from model.card import HEADS, ModelCard, load_card
from model.errors import ModelError
from model.evaluation import OtherData
from training.away import Told, calibrated_away
from training.blending import blended, of_artifact
from training.card_entries import portable, record_card, record_other_data
from training.config import Config, load_config
from training.datasets import PUBLIC_TEST, TRAINING, LabelledImages
from training.datasets.arrays import load_all, load_arrays
from training.errors import TrainingError
from training.evaluate import held_out
from training.export import write_artifact
from training.features import Trunk, head_of, put_head
from training.labels import plurality
from training.people_head import (
    PEOPLE,
    Measured,
    acted_faces,
    crossed,
    figures,
    people_head,
    voted_photos,
    without,
)
from training.refit_labels import refit_labels
from training.runs import Log, finished_epochs


def begun(config: Config, options: argparse.Namespace, x: NDArray[np.uint8]) -> tuple[keras.Model, Log]:
    """The network whose heads are fitted, with the epochs of its training: the artifact's, or the run's."""
    if options.artifact:
        return of_artifact(config, options.artifact), list(load_card(options.artifact).curves)
    progress, log = finished_epochs(options.run, config.schedule.ema_decay)
    return blended(config, progress, options.weights, x), log


def refit(
    config: Config, options: argparse.Namespace
) -> tuple[ModelCard, dict[str, OtherData], dict[str, Any]]:
    """Writes the artifact; the card, what acted sets reach by name, and what being sure is worth.

    Raises RunError, DataError.
    """
    data = load_all(options.data)
    training, public = data.split(TRAINING), data.split(PUBLIC_TEST)
    network, log = begun(config, options, training.x)
    if not options.labels_stay:
        refit_labels(network, training, config.refit)
    trunk, zooms = Trunk(network), config.runtime.zooms
    start = head_of(network, HEADS.index(config.refit.begin))
    voted = voted_photos(trunk, training, config.refit)
    names = [path.stem for path in options.posed]
    sets = [load_arrays(path).as_emotions() for path in options.posed]
    posed = [acted_faces(trunk, images, zooms, config.refit) for images in sets]
    entries, told = {}, []
    for i, name in enumerate(names):
        by_fold = crossed(voted, posed, i, start, config.refit, folds=options.folds)
        left_out = without(voted, posed, i, start, config.refit)
        for how, logits in (
            (f"{options.folds} folds by subject", by_fold),
            ("nothing of it learned", left_out),
        ):
            entries[f"{name}, {how}"] = figures(logits, sets[i], f"Head people refitted: {how}.")
        told.append(Told(name, left_out, sets[i].y.astype(np.int64), sets[i].subject))
    head = people_head(voted, posed, start, config.refit)
    named = plurality(public)
    home = _measured(trunk, public.take(named >= 0), zooms)
    home_told = Told("FER+ votes", head.logits(home.features), named[named >= 0], None)
    for path in options.away:
        away = _measured(trunk, held_out(load_arrays(path)), zooms)
        labels = away.images.y.astype(np.int64)
        told.append(Told(path.stem, head.logits(away.features), labels, away.images.subject))
    put_head(network, PEOPLE, head)
    calibration, honest = calibrated_away(home_told, told)
    notes = tuple(options.note)
    card = write_artifact(config, network, data, log, files=options.data, out=options.out, notes=notes)
    return card.calibrated("people", calibration), entries, honest


def _measured(trunk: Trunk, images: LabelledImages, zooms: Sequence[float]) -> Measured:
    return Measured(images, trunk.features(images.x, zooms))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="training.refit", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--config", required=True, help="name in training/configs, or a .toml file")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--run", type=Path, help="run folder of training.distill or .train")
    source.add_argument("--artifact", type=Path, help="artifact folder of two heads, in place of a run")
    parser.add_argument("--weights", type=Path, help="a Keras file to blend with: what the run began from")
    parser.add_argument("--data", required=True, nargs="+", type=Path, help="what the run was trained on")
    parser.add_argument("--posed", nargs="+", default=[], type=Path, help="acted faces that name subjects")
    parser.add_argument("--away", nargs="+", default=[], type=Path, help="sets that are never learned of")
    parser.add_argument("--labels-stay", action="store_true", help="the head fer2013 is not fitted again")
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--out", required=True, type=Path, help="artifact folder")
    parser.add_argument("--note", action="append", default=[], help="a sentence for the card's notes")
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
    source = f"--artifact {portable(options.artifact)}" if options.artifact else f"--run {options.run.name}"
    stay = " --labels-stay" * options.labels_stay
    command = f"python -m training.refit --config {options.config} {source}"
    return f"{command} --data {files} --posed {posed}{stay}"


if __name__ == "__main__":
    sys.exit(main())
