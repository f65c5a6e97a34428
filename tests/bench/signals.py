"""What the signals of a face cost: `python -m tests.bench.signals --json` prints one JSON object.

- `ms_per_face`: median time of mesh, both irises, pose, eyes, gaze, mouth and hidden eyes, one face after
  the other, without detection, tracking and classification.
- `over_networks`: that time over the bare networks' (one mesh, two irises, on ready crops), in turns in the
  same run.
- `pipelines`: frames_per_s of the whole pipeline with the detector at every frame, with it every
  DETECT_EVERY_MS, and without signals; the three in turns, frame by frame.

All times are CPU time of the calling thread, which does all the work: what else the machine does at the time
counts only as far as it empties the caches.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np

from model.detection import make_detector
from model.images import Image
from model.pipeline import DETECT_EVERY_MS, FramePipeline, make_pipeline
from model.signals import SignalReader, with_signals
from model.signals.landmark_networks import IRIS_SIDE_PX, MESH_SIDE_PX, IrisNetwork, MeshNetwork
from model.signals.landmarks import upright_deg
from tests.bench.pipeline import one_face
from tests.made.media import face_frame, face_grid

WARM_UP = 6
FRAME_MS = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true", help="the default; one JSON object")
    parser.parse_args()
    cv2.setNumThreads(1)
    found: dict[str, Any] = {
        "one_face": cost_of_a_face(face_frame(640, 360), 200),
        "faces_25": cost_of_a_face(face_grid(5, 5, 1280, 720), 12),
        "pipelines": {
            "one_face_640x360": pipelines(one_face(), 150),
            "faces_25_1280x720": pipelines([face_grid(5, 5, 1280, 720, seed=1)], 24),
        },
        "detect_every_ms": DETECT_EVERY_MS,
    }
    print(json.dumps(found, indent=1))


def cost_of_a_face(image: Image, count: int) -> dict[str, float]:
    """Times of `count` frames, divided by the faces in them."""
    reader, faces = SignalReader(), make_detector("yunet").detect(image)
    rolls_deg = upright_deg(faces)
    sides_px = (faces.boxes[:, 2:] - faces.boxes[:, :2]).max(axis=1)
    bare = bare_networks()

    def signals() -> None:
        found = [
            reader.landmarks(image, faces.boxes[i], float(rolls_deg[i]), float(sides_px[i]))
            for i in range(len(faces))
        ]
        with_signals(faces, found)

    def networks() -> None:
        for side_px in sides_px:
            bare(float(side_px))

    whole_ms, alone_ms = in_turns([signals, networks], count)
    per_face = statistics.median(whole_ms) / len(faces)
    return {
        "ms_per_face": round(per_face, 2),
        "networks_ms_per_face": round(statistics.median(alone_ms) / len(faces), 2),
        "over_networks": round(statistics.median(whole_ms) / statistics.median(alone_ms), 3),
        "fastest_ms_per_face": round(min(whole_ms) / len(faces), 2),
        "faces": len(faces),
    }


def bare_networks() -> Callable[[float], None]:
    """The networks a face of a given longer side goes through, on ready crops."""
    mesh, iris = MeshNetwork(), IrisNetwork()
    face = np.full((MESH_SIDE_PX, MESH_SIDE_PX, 3), 120, np.uint8)
    eye = np.full((IRIS_SIDE_PX, IRIS_SIDE_PX, 3), 120, np.uint8)

    def run(side_px: float) -> None:
        mesh.run(face)
        for _ in range(2 if side_px >= 64 else 0):
            iris.run(eye)

    return run


def pipelines(frames: Sequence[Image], count: int) -> dict[str, dict[str, float]]:
    """Frames per second of three pipelines over the same frames."""
    made = {
        "detector_at_every_frame": make_pipeline(detect_every_ms=0),
        "detector_every_so_often": make_pipeline(),
        "without_signals": make_pipeline(signals=False),
    }
    turn = [iter(analysing(pipeline, frames)) for pipeline in made.values()]
    times_ms = in_turns([one.__next__ for one in turn], count)
    return {name: speeds(spent_ms) for name, spent_ms in zip(made, times_ms, strict=True)}


def analysing(pipeline: FramePipeline, frames: Sequence[Image]) -> Any:
    """One frame analysed at every step, without end."""
    offset_ms = 0
    while True:
        yield pipeline.observe(pipeline.process(frames[offset_ms // FRAME_MS % len(frames)], offset_ms))
        offset_ms += FRAME_MS


def speeds(spent_ms: list[float]) -> dict[str, float]:
    """One over the mean and over the median: detections come in some frames only."""
    return {
        "frames_per_s": round(1000 / statistics.mean(spent_ms), 1),
        "frames_per_s_by_median": round(1000 / statistics.median(spent_ms), 1),
        "slowest_ms": round(max(spent_ms), 1),
    }


def in_turns(calls: Sequence[Callable[[], object]], count: int) -> list[list[float]]:
    """Milliseconds of each of `calls`, `count` times in turns."""
    spent_ms: list[list[float]] = [[] for _ in calls]
    for i in range(count + WARM_UP):
        for call, spent in zip(calls, spent_ms, strict=True):
            began = time.thread_time()
            call()
            if i >= WARM_UP:
                spent.append((time.thread_time() - began) * 1000)
    return spent_ms


if __name__ == "__main__":
    main()
