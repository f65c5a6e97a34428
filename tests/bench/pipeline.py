"""The whole of perception, one stream: `python -m tests.bench.pipeline --json` prints one JSON object.

- `frames_per_s`: one over the median time of `FramePipeline.process` and `observe` together.
- `over_networks`: that time over the bare time of the networks, which is YuNet on the picture it was given
  and the classifier on the crops it was given, called directly, frame by frame in turns in the same run.
- Frames: the one-face clip of ../shared/media or, without it, a made one; made grids of real faces, of which
  `people_49_1920x1080` has moving ones of different people and is left out without ../shared/media.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import cv2
import numpy as np

from model.classifier import load_classifier
from model.crops import Crops, cut_crops
from model.detection.frame_scale import reduced
from model.detection.yunet import CANDIDATES, MIN_CONFIDENCE, OVERLAP_LIMIT, network_path
from model.images import Image
from model.pipeline import FramePipeline, make_pipeline
from tests.bench.grid_people import people
from tests.made.media import MEDIA, face_frame, face_grid, read_frames

WARM_UP = 10
FRAME_MS = 100
DIFFERENT_PEOPLE = 39

T = TypeVar("T")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true", help="the default; one JSON object")
    parser.add_argument("--threads", type=int, help="OpenCV's threads, instead of the program's own choice")
    given = parser.parse_args()
    cases: dict[str, tuple[Sequence[Image], int]] = {
        "one_face_640x360": (one_face(), 300),
        "faces_25_1280x720": ([face_grid(5, 5, 1280, 720, seed) for seed in range(4)], 60),
        "faces_49_1920x1080": ([face_grid(7, 7, 1920, 1080, seed) for seed in range(4)], 30),
        "people_49_1920x1080": (crowd(7, 1920, 1080), 40),
        "one_face_1920x1080": ([face_frame(1920, 1080)], 60),
        "one_face_3840x2160": ([face_frame(3840, 2160)], 60),
    }
    found: dict[str, Any] = {
        name: measure(*case, threads=given.threads) for name, case in cases.items() if case[0]
    }
    found["opencv_threads"] = cv2.getNumThreads()
    print(json.dumps(found, indent=1))


def one_face() -> list[Image]:
    """A face that moves, 640x360."""
    clip = MEDIA / "pyfeat_single_face.mp4"
    if clip.is_file():
        return read_frames(clip)[0]
    return [face_frame(640, 360, shift=(20 * np.sin(i / 9), 9 * np.cos(i / 7))) for i in range(60)]


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


def measure(frames: Sequence[Image], count: int, threads: int | None) -> dict[str, float]:
    """Times of `count` frames, cycling through `frames` 100 ms apart."""
    pipeline, bare = make_pipeline(), BareNetworks()
    if threads is not None:
        cv2.setNumThreads(threads)
    whole_ms: list[float] = []
    bare_ms: list[float] = []
    seen: list[int] = []
    for i in range(count + WARM_UP):
        image = frames[i % len(frames)]
        small, crops = bare.inputs(image, pipeline)
        run_whole = partial(analyse, pipeline, image, i * FRAME_MS)
        run_bare = partial(bare.run, small, crops)
        # In turns: whoever comes second finds the caches warm.
        if i % 2:
            spent, (alone, _) = timed_ms(run_whole), timed_ms(run_bare)
        else:
            (alone, _), spent = timed_ms(run_bare), timed_ms(run_whole)
        if i >= WARM_UP:
            whole_ms.append(spent[0])
            bare_ms.append(alone)
            seen.append(spent[1])
    return {
        "frames_per_s": round(1000 / statistics.median(whole_ms), 1),
        "median_ms": round(statistics.median(whole_ms), 2),
        "p95_ms": round(float(np.percentile(whole_ms, 95)), 2),
        "networks_median_ms": round(statistics.median(bare_ms), 2),
        "over_networks": round(statistics.median(whole_ms) / statistics.median(bare_ms), 3),
        "faces_per_frame": round(statistics.mean(seen), 2),
        "frames": count,
    }


def analyse(pipeline: FramePipeline, image: Image, offset_ms: int) -> int:
    """One frame as the program does it; how many faces it gave."""
    return len(pipeline.observe(pipeline.process(image, offset_ms)))


class BareNetworks:
    """The two networks without anything around them."""

    def __init__(self) -> None:
        self.classifier = load_classifier()
        self.detector = cv2.FaceDetectorYN.create(
            str(network_path()), "", (320, 320), MIN_CONFIDENCE, OVERLAP_LIMIT, CANDIDATES
        )

    def inputs(self, image: Image, pipeline: FramePipeline) -> tuple[Image, Crops]:
        """What `pipeline` gives to its networks for `image`."""
        card, faces = self.classifier.card, pipeline.detector.detect(image)
        crops = cut_crops(image, faces, card.crop_margin, card.input_size_px, card.crop_aligned)
        return reduced(image)[0], crops

    def run(self, small: Image, crops: Crops) -> None:
        self.detector.setInputSize((small.shape[1], small.shape[0]))
        self.detector.detect(small)
        self.classifier.logits(crops)


def timed_ms(call: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    result = call()
    return (time.perf_counter() - began) * 1000, result


if __name__ == "__main__":
    main()
