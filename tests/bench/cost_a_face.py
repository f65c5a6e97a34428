"""`python -m tests.bench.cost_a_face --before ARTIFACT`: processor time of a face, beside another net.

Both networks take turns on the same crops, so that whoever else runs slows both. The net before is in the
history: `git show 6ed574a:model/artifacts/compact48_distilled/...`. Reading scores against a resting face is
timed beside them, one face a frame.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from model.card import DEFAULT_ARTIFACT
from model.classifier import load_classifier
from model.faces import Faces
from model.own_neutral import QUIET_MS, OwnNeutral

ROUNDS, WARM = 300, 20
STEP_MS = 500


def spent_ms(run: Callable[[], object]) -> float:
    began_s = time.process_time()
    run()
    return (time.process_time() - began_s) * 1000


def known_face(own: OwnNeutral) -> Callable[[], object]:
    """One more look at a face whose resting face is learned."""
    scores = np.array([[0.05, 0.01, 0.04, 0.02, 0.38, 0.01, 0.49]], np.float32)
    box = np.array([[0, 0, 99, 99]], np.float32)
    faces = Faces(box, np.ones(1, np.float32), track_id=np.ones(1, np.int64), scores=scores)
    for at_ms in range(0, 2 * QUIET_MS, STEP_MS):
        own.update(faces, at_ms)
    return lambda: own.update(faces, 2 * QUIET_MS)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="tests.bench.cost_a_face", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--before", required=True, type=Path, help="artifact folder of the net before")
    options = parser.parse_args(arguments)
    crops = np.random.default_rng(0).integers(0, 256, (1, 48, 48), dtype=np.uint8)
    now, before = load_classifier(DEFAULT_ARTIFACT), load_classifier(options.before)
    runs: dict[str, Callable[[], object]] = {
        "now": lambda: now.scores(crops),
        "before": lambda: before.scores(crops),
        "resting face": known_face(OwnNeutral(now.card.usual_neutral or ())),
    }
    found: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(ROUNDS + WARM):
        for name, run in runs.items():
            taken = spent_ms(run)
            if number >= WARM:
                found[name].append(taken)
    medians = {name: float(np.median(taken)) for name, taken in found.items()}
    told = {f"{name}_ms": round(taken, 3) for name, taken in medians.items()}
    ratios = {"now_to_before": round(medians["now"] / medians["before"], 3)}
    print(json.dumps(told | ratios | {"parameters": now.card.parameters}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
