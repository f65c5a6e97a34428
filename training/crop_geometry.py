"""Where the detectors' boxes lie on FER2013 images: `python -m training.crop_geometry DATA.npz --json`.

The live crop must show as much of a face as the images the network learned from. Each image is enlarged
and surrounded by its repeated border, so that a detector has room, and the square image is measured against
the box found on it. From here come `FER2013_MARGIN` in model/crops.py and `BOX_GROWTH` in
model/detection/haar.py.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from model.detection import DETECTORS, FaceDetector, make_detector
from model.faces import Faces
from model.images import Image
from training.datasets.arrays import load_arrays
from training.errors import DataError

ENLARGED = 4
PADDING = 0.5
"""Border on each side, over the image's side."""
PERCENTILES = (5, 25, 50, 75, 95)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path, help="FER2013 arrays with `x` (n, 48, 48) uint8")
    parser.add_argument("--limit", type=int, default=1000, help="images taken at random (default 1000)")
    parser.add_argument("--json", action="store_true", help="the default; one JSON object")
    given = parser.parse_args(arguments)
    try:
        images = load_arrays(given.data).x
    except DataError as error:
        print(f"training.crop_geometry: {error}", file=sys.stderr)
        return 1
    chosen = images[np.random.default_rng(0).permutation(len(images))[: given.limit]]
    print(json.dumps({name: measure(chosen, make_detector(name)) for name in DETECTORS}, indent=1))
    return 0


def measure(images: NDArray[np.uint8], detector: FaceDetector) -> dict[str, Any]:
    """Percentiles over (n, s, s) grey images; lengths are shares of the image's side."""
    found = [detector.detect(framed(image)) for image in images]
    rows = [geometry(faces, images.shape[1]) for faces in found if len(faces)]
    columns = {name: [row[name] for row in rows if name in row] for name in rows[0]} if rows else {}
    return {
        "images": len(images),
        "found_share": round(len(rows) / max(1, len(images)), 4),
        "percentiles": PERCENTILES,
        **{name: np.percentile(values, PERCENTILES).round(3).tolist() for name, values in columns.items()},
    }


def framed(image: NDArray[np.uint8]) -> Image:
    """A grey image enlarged, with its border repeated outwards, BGR."""
    side = image.shape[0] * ENLARGED
    border = round(side * PADDING)
    large = cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC)
    large = cv2.copyMakeBorder(large, border, border, border, border, cv2.BORDER_REPLICATE)
    return np.asarray(cv2.cvtColor(large, cv2.COLOR_GRAY2BGR), np.uint8)


def geometry(faces: Faces, side_px: int) -> dict[str, float]:
    """Of the most confident face: margin, the box centre's offset from the image's, the eyes' place."""
    side, border = side_px * ENLARGED, round(side_px * ENLARGED * PADDING)
    x0, y0, x1, y1 = ((faces.boxes[0] - border) / side).tolist()
    found = {
        "margin": 1 / max(x1 - x0, y1 - y0),
        "centre_x_offset": (x0 + x1) / 2 - 0.5,
        "centre_y_offset": (y0 + y1) / 2 - 0.5,
    }
    if faces.points is not None:
        left, right = (faces.points[0, :2] - border) / side
        across = right - left
        found["eye_distance"] = float(np.hypot(*across))
        found["eye_y"] = float((left[1] + right[1]) / 2)
        found["eye_tilt_deg"] = float(np.degrees(np.arctan2(across[1], across[0])))
    return found


if __name__ == "__main__":
    sys.exit(main())
