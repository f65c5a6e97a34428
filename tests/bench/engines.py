"""YuNet's two engines beside each other: `python -m tests.bench.engines --json` prints one JSON object.

For pictures as large as the detector sees them, processor time in ms (medians, in turns in one run), how many
times as fast LiteRT is, and the largest difference of boxes (px), points (px) and confidence over all faces,
of the pictures of ../shared/media where they are there. With --record the ratios go into
tests/bench/history.csv.
"""

import argparse
import json
import statistics
import time
from typing import Any

import cv2
import numpy as np

from model.detection.yunet import OpenCVEngine, YuNetDetector
from model.detection.yunet_litert import LiteRTEngine
from model.images import Image, resized
from tests.bench.history import record
from tests.made.media import MEDIA, face_grid, read_image

SIZES_PX = ((480, 270), (640, 360), (960, 540))
TIMES = 30


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true", help="the default; one JSON object")
    parser.add_argument("--record", action="store_true", help="add the ratios to tests/bench/history.csv")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    detectors = {"opencv": YuNetDetector(engine=OpenCVEngine), "litert": YuNetDetector(engine=LiteRTEngine)}
    found: dict[str, Any] = {f"{w}x{h}": speed(detectors, face_grid(3, 5, w, h)) for w, h in SIZES_PX}
    if given.record:
        record("litert_times_as_fast", {size: told["times_as_fast"] for size, told in found.items()})
    print(json.dumps(found | {"differences": differences(detectors)}, indent=1))


def speed(detectors: dict[str, YuNetDetector], image: Image) -> dict[str, float]:
    """Of one picture, again and again, each engine in its turn."""
    spent: dict[str, list[float]] = {name: [] for name in detectors}
    for _ in range(TIMES + 3):
        for name, detector in detectors.items():
            began_s = time.process_time()
            detector.detect(image)
            spent[name].append((time.process_time() - began_s) * 1000)
    medians = {name: statistics.median(ms[3:]) for name, ms in spent.items()}
    told = {f"{name}_cpu_ms": round(ms, 2) for name, ms in medians.items()}
    return told | {"times_as_fast": round(medians["opencv"] / medians["litert"], 2)}


def differences(detectors: dict[str, YuNetDetector]) -> dict[str, Any]:
    """The largest over all faces that either finds."""
    photos = [read_image(path) for path in sorted(MEDIA.glob("*.jpg"))]
    images = [*photos, *(resized(one, (640, 360), cv2.INTER_AREA) for one in photos)]
    images += [face_grid(side, side, 1280, 720, side) for side in (1, 3, 5, 7)]
    faces, unequal, largest = 0, 0, np.zeros(3)
    for image in images:
        one, other = (detector.detect(image) for detector in detectors.values())
        faces, unequal = faces + len(one), unequal + abs(len(one) - len(other))
        if len(one) == len(other) > 0 and one.points is not None and other.points is not None:
            pairs = (one.boxes, other.boxes), (one.points, other.points), (one.confidence, other.confidence)
            largest = np.maximum(largest, [float(np.abs(a - b).max()) for a, b in pairs])
    named = dict(zip(("boxes_px", "points_px", "confidence"), largest.tolist(), strict=True))
    return {"images": len(images), "faces": faces, "found_by_one_alone": unequal, **named}


if __name__ == "__main__":
    main()
