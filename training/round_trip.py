"""`python -m training.round_trip --model DIR --data F.npz --json`: what the live crop changes.

Each image is enlarged, pasted into a frame, found by a detector and cut out again as the dashboard cuts it.
The network scores the image and its live crop; both figures are over the images whose face was found.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from model.card import ModelCard, load_card
from model.crops import cut_crops
from model.detection import DETECTORS, FaceDetector, make_detector
from model.errors import ModelError
from model.images import Image
from training import metrics
from training.adapters import Artifact, Measured, load_network
from training.datasets import LabelledImages
from training.datasets.arrays import load_all
from training.errors import ConfigError, DataError, TrainingError
from training.evaluate import array_files, held_out

FRAME_PX = (640, 480)
FACE_SIDES_PX = (110, 300)
"""Sides of the pasted images: from the smallest face a meeting shows to one that fills the frame."""
LIMIT = 500


@dataclass(frozen=True)
class RoundTrip:
    """The images whose face was found, in the order given, and the live crop of each."""

    found: NDArray[np.intp]
    crops: NDArray[np.uint8]


def in_frame(image: NDArray[np.uint8], side_px: int) -> Image:
    """A grey image `side_px` large in the middle of a BGR frame, its border repeated outwards."""
    large = cv2.resize(image, (side_px, side_px), interpolation=cv2.INTER_CUBIC)
    across, down = FRAME_PX[0] - side_px, FRAME_PX[1] - side_px
    edges = (down // 2, down - down // 2, across // 2, across - across // 2)
    frame = cv2.copyMakeBorder(large, *edges, cv2.BORDER_REPLICATE)
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR), np.uint8)


def round_trip(images: NDArray[np.uint8], detector: FaceDetector, margin: float, aligned: bool) -> RoundTrip:
    """(n, s, s) grey images through frame, detector and live crop; the most confident face counts."""
    sides_px = np.random.default_rng(0).integers(*FACE_SIDES_PX, len(images))
    found, crops = [], [np.empty((0, *images.shape[1:]), np.uint8)]
    for i, image in enumerate(images):
        frame = in_frame(image, int(sides_px[i]))
        faces = detector.detect(frame).take(slice(0, 1))
        if len(faces):
            found.append(i)
            crops.append(cut_crops(frame, faces, margin, images.shape[1], aligned))
    return RoundTrip(np.array(found, np.intp), np.concatenate(crops))


def compared(network: Measured, images: LabelledImages, trip: RoundTrip) -> dict[str, Any]:
    """Both accuracies, and their difference with its 95 % interval.

    The interval is that of a difference of paired shares (Newcombe 1998, method 1): only images of which one
    of the two is right and the other wrong widen it.
    """
    labels = images.y[trip.found]
    if not len(labels):
        return {"found_share": 0.0, "n": 0}
    direct = network.scores(images.x[trip.found]).argmax(axis=1) == labels
    live = network.scores(trip.crops).argmax(axis=1) == labels
    change = live.astype(int) - direct.astype(int)
    half = metrics.Z_95 * float(change.std()) / np.sqrt(len(labels))
    return {
        "found_share": len(labels) / len(images),
        "n": len(labels),
        "direct_accuracy": float(direct.mean()),
        "live_accuracy": float(live.mean()),
        "difference": float(change.mean()),
        "difference_ci95": (float(change.mean() - half), float(change.mean() + half)),
    }


def measured(network: Measured, card: ModelCard, images: LabelledImages, limit: int) -> dict[str, Any]:
    """The figures of every detector over `limit` images taken at random, always the same ones.

    Raises ConfigError for a limit below 1, DataError when none is of a class the network knows.
    """
    if limit < 1:
        raise ConfigError(f"--limit: wanted at least 1 image, got {limit}")
    tested = held_out(images).as_emotions()
    if not len(tested):
        raise DataError(f"none of the classes {images.classes} is one the network knows")
    chosen = tested.take(np.random.default_rng(5).permutation(len(tested))[:limit])
    direct = network.scores(chosen.x).argmax(axis=1) == chosen.y
    detectors = {}
    for name in DETECTORS:
        trip = round_trip(chosen.x, make_detector(name), card.crop_margin, card.crop_aligned)
        detectors[name] = compared(network, chosen, trip)
    return {
        "model": card.name,
        "images": len(chosen),
        "crop_margin": card.crop_margin,
        "crop_aligned": card.crop_aligned,
        "direct_accuracy": float(direct.mean()),
        "detectors": detectors,
    }


def _table(figures: dict[str, Any]) -> str:
    lines = [f"{figures['model']}: {figures['images']} images, direct {figures['direct_accuracy']:.2%}"]
    for name, d in figures["detectors"].items():
        if not d["n"]:
            lines.append(f"{name}: no face found")
            continue
        low, high = d["difference_ci95"]
        lines.append(
            f"{name}: found {d['found_share']:.1%}; of those direct {d['direct_accuracy']:.2%}, "
            f"live {d['live_accuracy']:.2%}, {100 * d['difference']:+.1f} points "
            f"({100 * low:.1f} to {100 * high:.1f})"
        )
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="training.round_trip", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", required=True, type=Path, help="artifact folder; its card names the crop")
    parser.add_argument("--data", required=True, nargs="+", type=Path, help="array files, or folders of them")
    parser.add_argument("--limit", type=int, default=LIMIT, help=f"images at random (default {LIMIT})")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    options = parser.parse_args(arguments)
    try:
        network = load_network(options.model)
        if not isinstance(network, Artifact):
            raise ConfigError(f"{options.model}: wanted an artifact folder, whose card names the live crop")
        images = load_all(array_files(options.data))
        figures = measured(network, load_card(options.model), images, options.limit)
    except (TrainingError, ModelError, OSError) as error:
        print(f"training.round_trip: {error}", file=sys.stderr)
        return 1
    print(json.dumps(figures) if options.json else _table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
