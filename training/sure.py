"""`python -m training.sure --config NAME --artifact DIR --data F.npz --posed P.npz ... --away A.npz ...`

What being sure is worth on faces that nothing was fitted to: heads that learned nothing of a `--posed` set
read it, on the artifact's trunk, and everybody is judged under a temperature and limits that were fitted at
home (FER+ votes of PublicTest) and on the other half of the people. Under the card's own limits, too, which
know of all of them. `--posed` sets are what the head learned of; of those named by `--reported`, with the
`--away` ones, the figure is.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np

from model.card import HEADS, load_card
from model.classifier import softmax
from model.emotions import Certainty
from model.errors import ModelError
from training import metrics
from training.away import Told, crosswise, fitted
from training.blending import of_artifact
from training.calibration import coverage
from training.config import Config, load_config
from training.datasets import PUBLIC_TEST, TRAINING, LabelledImages
from training.datasets.arrays import load_all, load_arrays
from training.errors import TrainingError
from training.evaluate import held_out
from training.features import Trunk, head_of
from training.labels import plurality
from training.people_head import acted_faces, people_head, voted_photos, without

LABELS = HEADS.index("fer2013")


def under(sets: Sequence[Told], temperature: float, certainty: Certainty) -> dict[str, Any]:
    """All sets together under one temperature and one pair of limits."""
    scores = np.concatenate([softmax(each.logits, temperature) for each in sets])
    labels = np.concatenate([each.labels for each in sets])
    rule = coverage(scores, labels, certainty)
    return {
        "sets": [each.name for each in sets],
        "n": len(labels),
        "ece": metrics.expected_calibration_error(scores, labels),
        "sure_share": rule.coverage,
        "accuracy_when_sure": rule.accuracy,
    }


def sure(config: Config, options: argparse.Namespace) -> dict[str, Any]:
    """The figures, by how temperature and limits were found. Raises RunError, DataError, ArtifactError."""
    card, data = load_card(options.artifact), load_all(options.data)
    network = of_artifact(config, options.artifact)
    trunk, zooms = Trunk(network), config.runtime.zooms
    # The head of labels learned nothing of acted faces; the head that is shown did.
    start, training, public = head_of(network, LABELS), data.split(TRAINING), data.split(PUBLIC_TEST)
    voted = voted_photos(trunk, training, config.refit)
    sets = [load_arrays(path).as_emotions() for path in options.posed]
    posed = [acted_faces(trunk, images, zooms, config.refit) for images in sets]
    away = []
    for number, path in enumerate(options.posed):
        if path.stem in options.reported:
            away.append(_told(path, sets[number], without(voted, posed, number, start, config.refit)))
    head = people_head(voted, posed, start, config.refit)
    for path in options.away:
        images = held_out(load_arrays(path)).as_emotions()
        away.append(_told(path, images, head.logits(trunk.features(images.x, zooms))))
    named = plurality(public)
    asked = public.take(named >= 0)
    home = Told("FER+ votes", head.logits(trunk.features(asked.x, zooms)), named[named >= 0])
    own = under(away, card.temperature, card.certainty)
    alone = fitted([home])
    at_home = Certainty(alone["min_share"], alone["min_lead"])
    return {
        "crosswise": crosswise(home, away),
        "card's limits": own,
        "fitted at home alone": under(away, alone["temperature"], at_home),
        "each under the card's limits": [under([each], card.temperature, card.certainty) for each in away],
        "at home under the card's limits": under([home], card.temperature, card.certainty),
    }


def _told(path: Path, images: LabelledImages, logits: Any) -> Told:
    return Told(path.stem, logits, images.y.astype(np.int64), images.subject)


def table(found: dict[str, Any]) -> str:
    lines = []
    for how, given in found.items():
        for one in given if isinstance(given, list) else [given]:
            lines.append(
                f"{how}: {', '.join(one['sets'])} ({one['n']}): sure of {one['sure_share']:.1%}, then right "
                f"in {one['accuracy_when_sure']:.1%}; calibration error {one['ece']:.1%}"
            )
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="training.sure", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--config", required=True, help="name in training/configs, or a .toml file")
    parser.add_argument("--artifact", required=True, type=Path, help="artifact folder of two heads")
    parser.add_argument("--data", required=True, nargs="+", type=Path, help="what it was trained on")
    parser.add_argument("--posed", nargs="+", default=[], type=Path, help="acted faces its head learned of")
    parser.add_argument("--reported", nargs="+", default=["ckplus48"], help="of these, by file name")
    parser.add_argument("--away", nargs="+", default=[], type=Path, help="sets that are never learned of")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    options = parser.parse_args(arguments)
    try:
        with redirect_stdout(sys.stderr):  # the converter prints what it saves
            found = sure(load_config(options.config), options)
    except (TrainingError, ModelError, OSError) as error:
        print(f"training.sure: {error}", file=sys.stderr)
        return 1
    print(json.dumps(found) if options.json else table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
