"""The whole of perception, one stream: `python -m tests.bench.pipeline --json` prints one JSON object.

- `frames_per_s`: one over the median time of `FramePipeline.process` and `observe` together; `cpu_ms`: the
  processor's part of it, which a busy machine leaves alone.
- `over_networks`: the processor time of all frames over that of the bare networks: every call that the
  pipeline made to detector, mesh, iris, covering and expression network, with what it was given, once more on
  networks of their own, right after its frame. So each counts at the rate at which it runs.
- `networks_ms`: of that, a frame's mean for each network; `calls`: how often a frame it ran.
- `frames_of`: the clip of ../shared/media, or "made" where it is not there: the ratio is then another one.
- Cases: one face that moves, a classroom of four small ones, meetings of 25 and 49 different people who move
  (left out without ../shared/media), made grids, and one face in a large picture.

With --record the ratios go into tests/bench/history.csv (`python -m tests.bench.history`).
"""

import argparse
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import cv2
import numpy as np

from model.images import Image
from model.lanes import SpareCores
from model.pipeline import FramePipeline
from tests.bench.bare_networks import Networks, heard_pipeline
from tests.bench.grid_people import people
from tests.bench.history import record
from tests.made.media import MEDIA, face_frame, face_grid, read_frames

WARM_UP = 10
FRAME_MS = 100
DIFFERENT_PEOPLE = 39
CLIPS = {"one_face_640x360": "pyfeat_single_face.mp4", "classroom_480x270": "intel_classroom.gif"}

T = TypeVar("T")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true", help="the default; one JSON object")
    parser.add_argument("--threads", type=int, default=1, help="for a frame's faces (default %(default)s)")
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES), help="only these")
    parser.add_argument("--record", action="store_true", help="add the ratios to tests/bench/history.csv")
    given = parser.parse_args()
    found: dict[str, Any] = {"threads": given.threads}
    for name in given.cases:
        frames, count = CASES[name]()
        if frames:
            found[name] = measure(frames, count, given.threads) | {"frames_of": source_of(name)}
    if given.record:
        ratios = {name: found[name]["over_networks"] for name in CASES if name in found}
        record("pipeline_over_networks", ratios)
    print(json.dumps(found, indent=1))


def source_of(name: str) -> str:
    clip = CLIPS.get(name)
    if clip and (MEDIA / clip).is_file():
        return clip
    return "photographs, made to move" if name.startswith("people") else "made"


def clip_or_made(name: str, made: Callable[[], list[Image]]) -> list[Image]:
    clip = MEDIA / CLIPS[name]
    return read_frames(clip)[0] if clip.is_file() else made()


def one_face() -> list[Image]:
    """A face that moves, 640x360."""
    return [face_frame(640, 360, shift=(20 * np.sin(i / 9), 9 * np.cos(i / 7))) for i in range(60)]


def classroom() -> list[Image]:
    """Four small faces, 480x270."""
    return [face_grid(2, 2, 480, 270)]


def crowd(side: int, width: int, height: int, seconds: float = 2.0) -> list[Image]:
    """`side` x `side` tiles of real faces that move, 10 frames a second; nothing without the pictures.

    There are fewer people in the pictures than 49: the first ones come twice, each moving in a way of theirs.
    """
    if not MEDIA.is_dir():
        return []
    there = people(DIFFERENT_PEOPLE, 12, seed=3)
    sitting = [replace(there[i % len(there)], seed=3000 + i, _rooms={}) for i in range(side * side)]
    tile_width, tile_height = width // side, height // side
    frames = [np.full((height, width, 3), 28, np.uint8) for _ in range(round(seconds * 1000 / FRAME_MS))]
    for number, frame in enumerate(frames):
        for i, person in enumerate(sitting):
            tile, _ = person.tile(tile_width - 4, tile_height - 4, number * FRAME_MS)
            y, x = i // side * tile_height, i % side * tile_width
            frame[y : y + tile_height - 4, x : x + tile_width - 4] = tile
    return [*frames, *frames[-2:0:-1]]


CASES: dict[str, Callable[[], tuple[Sequence[Image], int]]] = {
    "one_face_640x360": lambda: (clip_or_made("one_face_640x360", one_face), 300),
    "classroom_480x270": lambda: (
        clip_or_made("classroom_480x270", lambda: [face_grid(2, 2, 480, 270)]),
        150,
    ),
    "people_25_1280x720": lambda: (crowd(5, 1280, 720), 80),
    "people_49_1920x1080": lambda: (crowd(7, 1920, 1080), 40),
    "faces_49_1920x1080": lambda: ([face_grid(7, 7, 1920, 1080, seed) for seed in range(4)], 30),
    "one_face_3840x2160": lambda: ([face_frame(3840, 2160)], 60),
}


def measure(frames: Sequence[Image], count: int, threads: int) -> dict[str, Any]:
    """Times of `count` frames, cycling through `frames` 100 ms apart."""
    pipeline, heard = heard_pipeline(SpareCores(threads, always=True))
    bare, seen = Networks.fresh(), []
    wall_ms, cpu_ms, bare_ms = [], [], []
    parts: dict[str, list[float]] = defaultdict(list)
    for i in range(count + WARM_UP):
        heard.calls.clear()
        cpu_s = time.process_time()
        spent_ms, faces = timed_ms(partial(analyse, pipeline, frames[i % len(frames)], i * FRAME_MS))
        cpu_s = time.process_time() - cpu_s
        alone = bare.again(heard.calls)
        if i >= WARM_UP:
            wall_ms.append(spent_ms)
            cpu_ms.append(cpu_s * 1000)
            bare_ms.append(sum(ms for _, ms in alone))
            seen.append(faces)
            for name, ms in alone:
                parts[name].append(ms)
    return {
        "frames_per_s": round(1000 / statistics.median(wall_ms), 1),
        "median_ms": round(statistics.median(wall_ms), 2),
        "p95_ms": round(float(np.percentile(wall_ms, 95)), 2),
        "cpu_ms": round(statistics.mean(cpu_ms), 2),
        "networks_cpu_ms": round(statistics.mean(bare_ms), 2),
        # A second thread has networks of its own that nobody listens to.
        "over_networks": round(sum(cpu_ms) / sum(bare_ms), 3) if threads == 1 else None,
        "networks_ms": {name: round(sum(ms) / count, 2) for name, ms in sorted(parts.items())},
        "calls": {name: round(len(ms) / count, 2) for name, ms in sorted(parts.items())},
        "faces_per_frame": round(statistics.mean(seen), 2),
        "frames": count,
        "opencv_threads": cv2.getNumThreads(),
    }


def analyse(pipeline: FramePipeline, image: Image, offset_ms: int) -> int:
    """One frame as the program does it; how many faces it gave."""
    return len(pipeline.observe(pipeline.process(image, offset_ms)))


def timed_ms(call: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    result = call()
    return (time.perf_counter() - began) * 1000, result


if __name__ == "__main__":
    main()
