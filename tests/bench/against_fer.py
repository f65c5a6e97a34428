"""Beside PyPI's `fer` 25.10 (Haar cascade and its own network), on the same frames in the same run:

    python3 -m venv fer-env && fer-env/bin/pip install fer==25.10.3
    python -m tests.bench.against_fer --json --fer-python fer-env/bin/python

`fer` needs TensorFlow, moviepy, torch and NumPy 1, hence an environment of its own. It runs as a process
that is given one frame at a time, in turns with ours, and times its own call; starting and loading count
for neither. Both see every frame once, after WARM_UP calls on the first one. `fer` uses as many threads as
it likes; ours reads a frame's faces on as many as there are cores, as for a recording. Beside the clock's
time, which depends on who else runs, stands the processor's.
Ours scores every face here, also those it would leave out as too small.
One JSON object: for each clip of ../shared/media frames a second, processor time in ms a frame, their ratios
and faces a frame. With --record the ratios go into tests/bench/history.csv.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from model.images import Image
from model.lanes import SpareCores
from model.pipeline import make_pipeline
from model.quality import QualityLimits
from tests.bench.history import record
from tests.bench.pipeline import analyse, timed_ms
from tests.made.media import MEDIA, read_frames

CLIPS = (
    "intel_classroom.gif",
    "intel_head-pose-face-detection-female-and-male.gif",
    "intel_face-demographics-walking.gif",
    "pyfeat_single_face.mp4",
)
WARM_UP = 5
FRAME_MS = 100
LONGEST = 72
EVERY_FACE = QualityLimits(min_side_px=0, min_sharpness=0, min_highlight=0, max_saturated=1, min_confidence=0)


class Spent(NamedTuple):
    """One frame: the clock's time, the processor's, and the faces given."""

    ms: float
    cpu_ms: float
    faces: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true", help="the default; one JSON object")
    parser.add_argument("--fer-python", type=Path, help="the Python of an environment with fer 25.10")
    parser.add_argument("--record", action="store_true", help="add the ratios to tests/bench/history.csv")
    given = parser.parse_args()
    if given.fer_python is None:
        parser.error("wanted --fer-python PATH; this makes one:\n" + (__doc__ or "").split("\n\n")[1])
    if not MEDIA.is_dir():
        parser.error(f"wanted the clips in {MEDIA}, which is not there")
    found: dict[str, Any] = {}
    for clip in CLIPS:
        found |= {clip: compare(read_frames(MEDIA / clip, LONGEST)[0], given.fer_python)}
        found["fer"] = found[clip].pop("version")
    found["all_clips_times_as_fast"] = overall(found)
    if given.record:
        one_face = found["pyfeat_single_face.mp4"]["times_less_cpu"]
        ratios = {"all_clips": found["all_clips_times_as_fast"], "cpu_of_one_face": one_face}
        record("fer_times_as_fast", ratios)
    print(json.dumps(found, indent=1))


def overall(found: dict[str, Any]) -> float:
    """How many times as fast all frames of all clips are done."""
    spent: list[float] = [
        sum(found[clip]["frames"] / found[clip][rate] for clip in CLIPS)
        for rate in ("fer_frames_per_s", "frames_per_s")
    ]
    return float(round(spent[0] / spent[1], 2))


def compare(frames: list[Image], fer_python: Path) -> dict[str, Any]:
    """Both over `frames`, frame by frame in turns."""
    pipeline = make_pipeline(cores=SpareCores(os.cpu_count() or 1, always=True))
    pipeline.limits = EVERY_FACE
    ours: list[Spent] = []
    theirs: list[Spent] = []
    with worker(frames, fer_python) as process:
        version = answer(process)["fer"]
        for turn, index in enumerate([0] * WARM_UP + list(range(len(frames)))):
            began_s = time.process_time()
            ms, faces = timed_ms(partial(analyse, pipeline, frames[index], turn * FRAME_MS))
            ours.append(Spent(ms, (time.process_time() - began_s) * 1000, faces))
            theirs.append(Spent(**answer(process, index)))
    ours, theirs = ours[WARM_UP:], theirs[WARM_UP:]
    rates = [1000 / statistics.median(one.ms for one in times) for times in (ours, theirs)]
    cpus = [statistics.mean(one.cpu_ms for one in times) for times in (ours, theirs)]
    return {
        "version": version,
        "frames": len(frames),
        "frames_per_s": round(rates[0], 1),
        "fer_frames_per_s": round(rates[1], 1),
        "times_as_fast": round(rates[0] / rates[1], 2),
        "cpu_ms": round(cpus[0], 2),
        "fer_cpu_ms": round(cpus[1], 2),
        "times_less_cpu": round(cpus[1] / cpus[0], 2),
        "faces_per_frame": round(statistics.mean(one.faces for one in ours), 2),
        "fer_faces_per_frame": round(statistics.mean(one.faces for one in theirs), 2),
    }


@contextmanager
def worker(frames: list[Image], fer_python: Path) -> Iterator["subprocess.Popen[str]"]:
    """The process in which `fer` waits for the numbers of frames."""
    with tempfile.TemporaryDirectory() as folder:
        stored = Path(folder) / "frames.npy"
        np.save(stored, np.array(frames))
        process = subprocess.Popen(
            [str(fer_python), str(Path(__file__).with_name("fer_worker.py")), str(stored)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            yield process
        finally:
            process.communicate(timeout=60)


def answer(process: "subprocess.Popen[str]", index: int | None = None) -> dict[str, Any]:
    """The worker's next answer, to frame `index` if one is given."""
    assert process.stdin is not None and process.stdout is not None
    if index is not None:
        process.stdin.write(f"{index}\n")
        process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        sys.exit(f"{process.args!s} ended early; try it by hand: is fer 25.10 installed there?")
    reply: dict[str, Any] = json.loads(line)
    return reply


if __name__ == "__main__":
    main()
