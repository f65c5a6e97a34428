"""What is read of files of many kinds: `python -m tests.bench.formats --json` prints one JSON object.

One second of known content, a face over the number of each picture, in every container and codec of
tests/made/containers.py for which PyAV brings an encoder, read as a recording is.

- `times_right`: files of which every picture came, at 25 looks a second, within a frame (40 ms) of its time.
- `faces_right`: files with one person in every one of five looks, whose box covers that of the same picture
  without loss by 70 % (intersection over union, in shares of the picture).
- `happy`: mean score over these looks; `spread`: the largest minus the smallest of all files.
"""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from dashboard.errors import DashboardError
from dashboard.files.frames import SampledVideo
from dashboard.recordings.analysis import analyse
from dashboard.recordings.messages import Look, Message, Part, Task
from model.emotions import EMOTIONS, Emotion
from model.observations import Observation
from tests.made.containers import HZ, KINDS, PICTURES, Kind, number_of, write_kind

TRUTH = Kind("without loss", "matroska", "ffv1")
FRAME_MS = 1000 / HZ
LOOKS_HZ = 5.0
LEAST_COVER = 0.7
HAPPY = EMOTIONS.index(Emotion.HAPPY)
Box = tuple[float, float, float, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true", help="the default; one JSON object")
    parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        truth = boxes_of(write_kind(Path(folder) / "truth", TRUTH))[0]
        rows = [measured(Path(folder), kind, truth) for kind in KINDS]
    print(json.dumps(summary(rows) | {"files": rows}, indent=1))


def measured(folder: Path, kind: Kind, truth: list[Box]) -> dict[str, Any]:
    """What is read of one kind."""
    path = folder / "a.bin"
    try:
        write_kind(path, kind)
    except (ValueError, OSError) as error:
        return {"kind": kind.name, "not_made": f"{type(error).__name__}: {error}"[:120]}
    try:
        return {"kind": kind.name, **times_of(path), **faces_of(path, truth)}
    except DashboardError as error:
        return {"kind": kind.name, "refused": str(error), "times_right": False, "faces_right": False}


def times_of(path: Path) -> dict[str, Any]:
    source = SampledVideo(path, HZ)
    try:
        read = [(timed.offset_ms, number_of(timed.image), timed.image.shape) for timed in source]
    finally:
        source.close()
    off_ms = [abs(offset_ms - number * FRAME_MS) for offset_ms, number, _ in read]
    missing = sorted(set(range(PICTURES)) - {number for _, number, _ in read})
    return {
        "pictures": source.reading.pictures,
        "shown_px": [read[0][2][1], read[0][2][0]],
        "end_ms": source.reading.end_ms,
        "off_by_at_most_ms": max(off_ms),
        "missing": missing,
        "notes": source.reading.notes,
        "times_right": max(off_ms) <= FRAME_MS and not missing,
    }


def faces_of(path: Path, truth: list[Box]) -> dict[str, Any]:
    boxes, seen, looks = boxes_of(path)
    covers = [cover(*pair) for pair in zip(boxes, truth, strict=False)]
    scores = [one.scores[HAPPY] for one in seen if one.scores]
    return {
        "looks": looks,
        "faces": len(boxes),
        "least_cover": round(min(covers, default=0.0), 3),
        "happy": round(float(np.mean(scores)), 3) if scores else None,
        "faces_right": looks == len(boxes) == len(truth) and min(covers) >= LEAST_COVER,
    }


def boxes_of(path: Path) -> tuple[list[Box], list[Observation], int]:
    """Of every look the faces as shares of the picture; how many looks there were."""
    source = SampledVideo(path, LOOKS_HZ)
    try:
        high, wide = next(iter(source)).image.shape[:2]
    finally:
        source.close()
    messages: list[Message] = []
    analyse(Task(path, Look(LOOKS_HZ)), messages.append)
    records = [record for part in messages if isinstance(part, Part) for record in part.records]
    seen = [one for record in records for one in record.observations]
    boxes = [(x0 / wide, y0 / high, x1 / wide, y1 / high) for x0, y0, x1, y1 in (one.box for one in seen)]
    return boxes, seen, len(records)


def cover(one: Box, other: Box) -> float:
    """Intersection over union."""
    wide = max(0.0, min(one[2], other[2]) - max(one[0], other[0]))
    high = max(0.0, min(one[3], other[3]) - max(one[1], other[1]))
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return wide * high / (sum(areas) - wide * high)


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    made = [row for row in rows if "not_made" not in row]
    happy = [row["happy"] for row in made if row.get("happy") is not None]
    return {
        "made": len(made),
        "read": sum("refused" not in row for row in made),
        "times_right": sum(row["times_right"] for row in made),
        "faces_right": sum(row["faces_right"] for row in made),
        "happy": {"median": float(np.median(happy)), "spread": round(max(happy) - min(happy), 3)},
        "wrong": [row["kind"] for row in made if not (row["times_right"] and row["faces_right"])],
    }


if __name__ == "__main__":
    main()
