"""`python -m training.flagged --model DIR --data F.npz ... --json`: how sure of turned and covered faces?

Each image is enlarged, put in a frame and read as the program reads a photo: detector, mesh, flags, network.
Of the faces that are flagged but scored, and of the others, the output says how many are called sure and how
often that is right, at the card's limits and with more asked of share and lead; images with FER+ votes are
right where most voters say so. What `model.observations` asks more of flagged faces is chosen here.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.card import load_card
from model.emotions import Certainty
from model.errors import ModelError
from model.observations import COVERED_ASKS_MORE, TURNED_ASKS_MORE, QualityFlag
from model.pipeline import FramePipeline, make_pipeline
from model.tracking import Tracker, TrackingLimits
from training import metrics
from training.calibration import is_sure
from training.datasets import LabelledImages
from training.datasets.arrays import load_all
from training.errors import DataError, TrainingError
from training.evaluate import array_files, held_out
from training.labels import plurality
from training.round_trip import in_frame

SIDE_PX = 220
AT_ONCE = TrackingLimits(birth_ms=0, birth_hits=1)
MARGINS = (0.0, 0.05, 0.10, 0.15, 0.20, 0.25, 0.30)
LOGGED_EVERY = 500


@dataclass(frozen=True, eq=False)
class Read:
    """Faces that were found and scored: scores (n, 7), labels (n,), flags (n,)."""

    scores: NDArray[np.float32]
    labels: metrics.Labels
    flags: NDArray[np.int64]

    def take(self, rows: NDArray[np.bool_]) -> "Read":
        return Read(self.scores[rows], self.labels[rows], self.flags[rows])


def read(pipeline: FramePipeline, images: LabelledImages, labels: metrics.Labels) -> Read:
    """The largest face of each image whose label is known (0 or above). Raises DataError where none is."""
    found = list(_looks(pipeline, images.x, labels))
    if not found:
        raise DataError("wanted images in which a face is found and scored, got none")
    scores, known, flags = zip(*found, strict=True)
    return Read(np.array(scores, np.float32), np.array(known, np.int64), np.array(flags, np.int64))


def _looks(
    pipeline: FramePipeline, x: NDArray[np.uint8], labels: metrics.Labels
) -> Iterator[tuple[tuple[float, ...], int, int]]:
    for number, (image, label) in enumerate(zip(x, labels.tolist(), strict=True)):
        if number % LOGGED_EVERY == 0:
            print(f"training.flagged: {number} of {len(x)}", file=sys.stderr)
        if label < 0:
            continue
        pipeline.tracker = Tracker(AT_ONCE)
        # Minutes apart, so that nothing of the last image is followed or smoothed into this one.
        seen = pipeline.observe(pipeline.process(in_frame(image, SIDE_PX), 600_000 * number))
        if seen:
            largest = max(seen, key=lambda one: one.box[2] - one.box[0])
            if largest.usable and largest.scores is not None:
                yield largest.scores, label, int(largest.flags)


def at(found: Read, certainty: Certainty) -> dict[str, Any]:
    """How many are called sure, and how often that is right, with its 95 % interval."""
    sure = is_sure(found.scores, certainty)
    right = int((found.scores.argmax(axis=1) == found.labels)[sure].sum())
    return {
        "sure_share": float(sure.mean()) if len(sure) else 0.0,
        "accuracy_when_sure": right / max(1, int(sure.sum())),
        "ci95": metrics.wilson(right, int(sure.sum())),
    }


def measured(found: Read, certainty: Certainty) -> dict[str, Any]:
    """By group of faces, at each of MARGINS."""
    groups = {"not flagged": found.flags == 0, "flagged": found.flags != 0}
    for flag in (QualityFlag.TURNED_AWAY, QualityFlag.CUT_OFF, QualityFlag.OCCLUDED):
        groups[", ".join(flag.names())] = (found.flags & int(flag)) != 0
    told = {}
    for name, rows in groups.items():
        part = found.take(rows)
        right = part.scores.argmax(axis=1) == part.labels
        told[name] = {
            "n": len(part.labels),
            "accuracy": float(right.mean()) if len(right) else None,
            "by_margin": {f"{margin:.2f}": at(part, certainty.stricter(margin)) for margin in MARGINS},
        }
    return {"asked_now": {"turned": TURNED_ASKS_MORE, "covered": COVERED_ASKS_MORE}, "groups": told}


def labels_of(images: LabelledImages) -> metrics.Labels:
    """What most FER+ voters say, where there are votes, -1 where they say none of ours; else the labels."""
    if (images.votes >= 0).any():
        return plurality(images)
    return images.y.astype(np.int64)


def table(found: dict[str, Any]) -> str:
    lines = []
    for name, group in found["groups"].items():
        accuracy = "" if group["accuracy"] is None else f", right in {group['accuracy']:.1%}"
        lines.append(f"{name}: {group['n']} faces{accuracy}")
        for margin, one in group["by_margin"].items():
            low, high = one["ci95"]
            lines.append(
                f"  {margin} more: sure of {one['sure_share']:.1%}, then right in "
                f"{one['accuracy_when_sure']:.1%} ({low:.1%} to {high:.1%})"
            )
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="training.flagged", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", required=True, type=Path, help="artifact folder")
    parser.add_argument("--data", required=True, nargs="+", type=Path, help="array files, or folders of them")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    options = parser.parse_args(arguments)
    try:
        pipeline = make_pipeline(artifact=options.model, smoothing_ms=0, detect_every_ms=0)
        images = held_out(load_all(array_files(options.data))).as_emotions()
        found = measured(read(pipeline, images, labels_of(images)), load_card(options.model).certainty)
    except (TrainingError, ModelError, OSError) as error:
        print(f"training.flagged: {error}", file=sys.stderr)
        return 1
    print(json.dumps(found) if options.json else table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
