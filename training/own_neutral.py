"""`python -m training.own_neutral --model DIR --data F.npz ... --json`: scores against one's own neutral.

Sets that name people and have a neutral picture of each. A person's neutral is the mean over their neutral
pictures, the one that is asked left out where there are others; everybody is read without it, and with it:
as pictured, in another light and place than the neutral was learned in, and under a neutral learned by
mistake from a face that was not at rest. `--choose` prints the same for other shares; `--record` writes what
resting faces are like on average, over the first set, and these figures into the card.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.emotions import EMOTIONS, Emotion
from model.errors import ModelError
from model.own_neutral import OWN_SHARE, USUAL_SHARE, compared, log_scores
from training import metrics
from training.adapters import Measured, load_network
from training.augmentation import Augmentation, augment
from training.by_person import mean_recall_interval
from training.calibration import coverage
from training.card_entries import portable, record_own_neutral
from training.datasets import LabelledImages
from training.datasets.arrays import load_arrays
from training.errors import DataError, TrainingError
from training.evaluate import array_files
from training.scoreboard import TITLES

NEUTRAL = EMOTIONS.index(Emotion.NEUTRAL)
MOMENTS = 3
OTHER_LIGHT = Augmentation(
    flip=False, shift=0.06, rotation_deg=8, zoom=0.08, brightness=25, contrast=0.25, erase=0,
    photometric=0.5, mixup=0,
)  # fmt: skip
TRIED = [(own, usual) for own in (0.5, 0.75, 1.0) for usual in (0.0, 0.25, 0.5, 0.6, 0.75)]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Figures = dict[str, Any]


@dataclass(frozen=True, eq=False)
class People:
    """A set's scores (n, 7) as pictured, and (m, n, 7) in other light, with the labels and who is shown;
    `own` (n, 7): log-scores of each one's neutral, `mistaken`: of a face of theirs that is not at rest."""

    name: str
    scores: Floats
    moments: Floats
    labels: metrics.Labels
    subject: NDArray[np.str_]
    own: Doubles
    mistaken: Doubles

    @property
    def usual(self) -> Doubles:
        """(7,) mean log-scores of the neutral pictures."""
        return np.asarray(log_scores(self.scores[self.labels == NEUTRAL]).mean(axis=0))


def people_of(network: Measured, name: str, images: LabelledImages) -> People:
    """Whoever has a neutral picture. Raises DataError where people are not named or nobody has one."""
    asked = images.as_emotions()
    with_neutral = set(asked.subject[asked.y == NEUTRAL].tolist()) - {""}
    asked = asked.take(np.isin(asked.subject, sorted(with_neutral)))
    if not len(asked):
        raise DataError(f"{name}: wanted pictures that name people, with a neutral one of each; found none")
    labels, rng = asked.y.astype(np.int64), np.random.default_rng(0)
    scores = network.scores(asked.x)
    changed = [
        np.rint(augment(asked.x, OTHER_LIGHT, rng)).clip(0, 255).astype(np.uint8) for _ in range(MOMENTS)
    ]
    logs = log_scores(scores)
    own = np.array([_mean_of_others(logs, labels == NEUTRAL, asked.subject, i) for i in range(len(asked))])
    mistaken = np.array(
        [_mean_of_others(logs, labels != NEUTRAL, asked.subject, i) for i in range(len(asked))]
    )
    moments = np.array([network.scores(x) for x in changed], np.float32)
    return People(name, scores, moments, labels, asked.subject, own, mistaken)


def _in_other_light(x: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    return np.asarray(np.rint(augment(x, OTHER_LIGHT, rng)).clip(0, 255), np.uint8)


def _mean_of_others(logs: Doubles, wanted: NDArray[np.bool_], who: NDArray[np.str_], asked: int) -> Doubles:
    """(7,) mean over the person's wanted pictures but the one that is asked, unless it is the only one."""
    theirs = np.flatnonzero(wanted & (who == who[asked]))
    others = theirs[theirs != asked]
    rows = others if len(others) else theirs
    return np.asarray(logs[rows].mean(axis=0) if len(rows) else np.zeros(len(EMOTIONS)))


def readings(people: People, usual: Doubles, own_share: float, usual_share: float) -> dict[str, Floats]:
    """Scores (k * n, 7) by condition, people after people."""
    share, every = (own_share, usual_share), people.moments
    own, mistaken = (compared(people.scores, one, usual, *share) for one in (people.own, people.mistaken))
    lit = np.concatenate([compared(one, people.own, usual, *share) for one in every])
    return {
        "as pictured, without": people.scores,
        "as pictured, with": own,
        "in another light, without": np.concatenate(every),
        "in another light, with": lit,
        "with a face learned that was not at rest": mistaken,
    }


def figures_of(network: Measured, people: People, scores: Floats) -> Figures:
    """Recall with intervals over people, what is called sure and how often that is right."""
    times = len(scores) // len(people.labels)
    labels, subject = np.tile(people.labels, times), np.tile(people.subject, times)
    named = scores.argmax(axis=1)
    rule = coverage(scores, labels, network.certainty)
    figures: Figures = {
        "mean_recall": float(np.mean([(named[labels == c] == c).mean() for c in np.unique(labels)])),
        "mean_recall_ci95": mean_recall_interval(labels, named, subject),
        "recall": {},
        "ece": metrics.expected_calibration_error(scores, labels),
        "sure_share": rule.coverage,
        "accuracy_when_sure": rule.accuracy,
    }
    for number in np.unique(labels).tolist():
        rows = labels == number
        interval = mean_recall_interval(labels[rows], named[rows], subject[rows])
        share = float((named[rows] == number).mean())
        figures["recall"][str(EMOTIONS[number])] = {"recall": share, "ci95": interval}
    return figures


def measured(network: Measured, sets: Sequence[People]) -> Figures:
    """Every set in every condition, under the shares at work; `usual` is of the first set."""
    usual = sets[0].usual
    found = {}
    for people in sets:
        told = readings(people, usual, OWN_SHARE, USUAL_SHARE)
        by_condition = {what: figures_of(network, people, scores) for what, scores in told.items()}
        found[people.name] = {
            "n": len(people.labels),
            "subjects": len(np.unique(people.subject)),
            "by_condition": by_condition,
        }
    return {"usual": usual.tolist(), "own_share": OWN_SHARE, "usual_share": USUAL_SHARE, "sets": found}


def choosing(network: Measured, sets: Sequence[People]) -> str:
    """A line for each pair of TRIED: mean recall, neutral kept and right when sure, as pictured / in another
    light."""
    usual, lines = sets[0].usual, []
    for shares in [(0.0, 0.0), *TRIED]:
        cells = []
        for people in sets:
            told = readings(people, usual, *shares)
            pair = [
                figures_of(network, people, told[f"{what}, with"])
                for what in ("as pictured", "in another light")
            ]
            recall = "/".join(f"{one['mean_recall']:.3f}" for one in pair)
            kept = "/".join(f"{one['recall']['neutral']['recall']:.0%}" for one in pair)
            sure = "/".join(f"{one['accuracy_when_sure']:.0%} of {one['sure_share']:.0%}" for one in pair)
            cells.append(f"{people.name}: recall {recall}, neutral {kept}, sure {sure}")
        lines.append(f"own {shares[0]:.2f} usual {shares[1]:.2f}  " + "; ".join(cells))
    return "\n".join(lines)


def table(found: Figures) -> str:
    lines = []
    for name, one in found["sets"].items():
        lines.append(f"{name}: {one['n']} images of {one['subjects']} people")
        for what, figures in one["by_condition"].items():
            low, high = figures["mean_recall_ci95"]
            parts = (
                f"{emotion} {each['recall']:.0%} ({each['ci95'][0]:.0%}-{each['ci95'][1]:.0%})"
                for emotion, each in figures["recall"].items()
            )
            lines.append(
                f"  {what}: recall {figures['mean_recall']:.3f} ({low:.3f}-{high:.3f}); {', '.join(parts)}; "
                f"sure of {figures['sure_share']:.0%}, then right in {figures['accuracy_when_sure']:.1%}; "
                f"calibration error {figures['ece']:.1%}"
            )
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="training.own_neutral", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", required=True, type=Path, help="artifact folder; the head that it shows")
    parser.add_argument("--data", required=True, nargs="+", type=Path, help="sets that name people")
    parser.add_argument("--choose", action="store_true", help="print other shares as well")
    parser.add_argument("--record", action="store_true", help="also write the figures into the card")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    options = parser.parse_args(arguments)
    try:
        network, files = load_network(options.model), array_files(options.data)
        sets = [people_of(network, TITLES.get(f.stem, f.stem), load_arrays(f)) for f in files]
        names = " ".join(portable(path) for path in options.data)
        command = f"python -m training.own_neutral --model {portable(options.model)} --data {names}"
        found = {"command": command} | measured(network, sets)
        if options.record:
            record_own_neutral(options.model, found)
    except (TrainingError, ModelError, OSError) as error:
        print(f"training.own_neutral: {error}", file=sys.stderr)
        return 1
    print(json.dumps(found) if options.json else table(found))
    if options.choose:
        print(choosing(network, sets))
    return 0


if __name__ == "__main__":
    sys.exit(main())
