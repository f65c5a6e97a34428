"""Recordings against real time: `python -m tests.bench.recordings --json` prints one JSON object.

Each clip goes through `python -m dashboard.analyse` as a person runs it: processes, networks, database.

- `times_real`: the clip's length over the analysis of the file; `whole_times_real`: over the whole command.
- `processor_s`: what the command took of the processors, whatever else they did meanwhile.
- Clips: the one-face clip of ../shared/media or, without it, a made one, 640x360; made grids of four and 25
  faces that sway (still ones would be told as pictures, and not scored) at 1280x720; each repeated to the
  asked length.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np

from model.images import Image
from tests import ROOT
from tests.made.media import MEDIA, face_frame, read_frames
from tests.made.videos import living_face, write_video

RATE_HZ, SWAY_FRAMES = 25, 63
GRIDS = {"faces_4_1280x720": (2, 2), "faces_25_1280x720": (5, 5)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true", help="the default; one JSON object")
    parser.add_argument("--seconds", type=int, default=60, help="length of every clip (default %(default)s)")
    parser.add_argument("--hz", type=float, default=5.0, help="looks per second (default %(default)s)")
    given = parser.parse_args()
    found: dict[str, Any] = {"hz": given.hz, "seconds": given.seconds, "load_before": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory() as folder:
        for name, images in clips().items():
            clip = write_clip(Path(folder) / f"{name}.mp4", images, given.seconds)
            found[name] = measure(clip, given.hz)
    print(json.dumps(found, indent=1))


def clips() -> dict[str, list[Image]]:
    """Pictures of each clip, to be repeated."""
    real = MEDIA / "pyfeat_single_face.mp4"
    one = read_frames(real)[0] if real.is_file() else [face_frame(640, 360, shift=(i, 0)) for i in range(50)]
    grids = {name: living_grid(*size) for name, size in GRIDS.items()}
    return {"one_face_640x360": [*one, *reversed(one)], **grids}


def living_grid(rows: int, columns: int) -> list[Image]:
    tiles = living_face(SWAY_FRAMES, (1280 // columns, 720 // rows))
    return [np.tile(tile, (rows, columns, 1)) for tile in tiles]


def write_clip(path: Path, images: list[Image], seconds: int) -> Path:
    frames = list(islice(cycle(images), seconds * RATE_HZ))
    times_ms = [round(i * 1000 / RATE_HZ) for i in range(len(frames))]
    return write_video(path, frames, times_ms, "libx264")


def measure(clip: Path, hz: float) -> dict[str, Any]:
    """One run of the command."""
    out = clip.with_suffix(".json")
    command = [sys.executable, "-m", "dashboard.analyse", str(clip), "--json", str(out), "--hz", str(hz)]
    began_s, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*command, "--quiet"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    whole_s, after = time.perf_counter() - began_s, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    (told,) = json.loads(out.read_text(encoding="utf-8"))["files"]
    return {
        "times_real": told["times_real"],
        "whole_times_real": round(told["length_s"] / whole_s, 2),
        "processor_s": round(processor_s, 1),
        "largest_process_mb": round(after.ru_maxrss / 1024),
        "frames": told["frames"],
        "people": told["people"],
        "faces_per_frame": round(told["faces"] / told["frames"], 2),
    }


if __name__ == "__main__":
    main()
