"""Runs in an environment of its own, in which PyPI's `fer` is installed; see tests/bench/against_fer.py.

Argument: a .npy file of BGR frames (n, h, w, 3). Then for every line with a frame's number on stdin one line
of JSON on stdout: the milliseconds `FER.detect_emotions` took, those of the processor, and how many faces it
gave.
"""

import json
import sys
import time
from importlib.metadata import version

import numpy as np
from fer.fer import FER


def main() -> None:
    frames = np.load(sys.argv[1], mmap_mode="r")
    recogniser = FER(mtcnn=False)
    print(json.dumps({"fer": version("fer")}), flush=True)
    for line in sys.stdin:
        frame = np.array(frames[int(line)])
        began, before_s = time.perf_counter(), time.process_time()
        faces = recogniser.detect_emotions(frame)
        spent_ms = (time.perf_counter() - began) * 1000
        cpu_ms = (time.process_time() - before_s) * 1000
        print(json.dumps({"ms": spent_ms, "cpu_ms": cpu_ms, "faces": len(faces)}), flush=True)


if __name__ == "__main__":
    main()
