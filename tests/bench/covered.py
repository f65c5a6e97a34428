"""Who is called covered, and who is: `python -m tests.bench.covered --json` prints one JSON object.

Faces in plain view whom the network never saw (Chicago Face Database, JAFFE, Yale, people of the London set
left out of its training) are taken by a camera of `--side` px (default: 32 to 112) with its blur, noise and
JPEG, through mesh, covering network and quality flags as live.

- `plain`, each light and each harmless thing: share called covered; `usable`: without any flag.
- each covering: share called covered, and `refused`: flagged with anything that keeps a face from counting.
- `false_covered`, `found_covered`: over all of them. `glasses_cost`: points of usable share that they cost.
- `by_group`: false alarms of plain faces by the group that CFD names.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from typing import Any

import cv2
import numpy as np

from model.crops import FER2013_MARGIN, cut_crops
from model.faces import Faces
from model.images import Image
from model.observations import QualityFlag
from model.quality import QualityLimits, judge_crops
from model.signals import LEAST_PRESENCE, SignalReader, with_signals
from model.signals.landmarks import LandmarkFinder, Landmarks
from tests.made.media import DATA
from training.covering.__main__ import PORTRAIT_MARGIN, learned_people
from training.covering.canvas import Canvas, Random
from training.covering.coverings import HARMLESS, HIDING
from training.covering.examples import DRAWN_PX, Face, box_of
from training.covering.lights import LIGHTS, Camera

SETS = ("cfd_neutral", "jaffe", "yale", "london")
EVERY = {"cfd_neutral": 3, "jaffe": 2, "yale": 1, "london": 1}
SIDES_PX = (32, 112)

Change = Callable[[Image, Landmarks, Random], tuple[Image, bool]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true", help="the default; one JSON object")
    parser.add_argument("--side", type=int, help="px of every face, instead of any")
    parser.add_argument("--every", type=int, default=1, help="only so many faces: every second, third...")
    given = parser.parse_args()
    if not DATA.is_dir():
        parser.error(f"wanted the faces in {DATA}, which is not there")
    cv2.setNumThreads(1)
    print(json.dumps(figures(given.side, given.every), indent=1))


def figures(side_px: int | None = None, every: int = 1) -> dict[str, Any]:
    """As the module's docstring has them."""
    judge = Judge()
    faces = [
        (group, image, judge.finder.find(image, box_of(DRAWN_PX, PORTRAIT_MARGIN), 0.0))
        for group, image in drawn()
    ]
    faces = [face for face in faces if face[2].presence >= LEAST_PRESENCE][::every]
    rows: dict[str, list[tuple[str, bool, QualityFlag]]] = {name: [] for name in changes()}
    for name, change in changes().items():
        for number, (group, image, mesh) in enumerate(faces):
            changed, hidden = change(image, mesh, np.random.default_rng((7, number)))
            camera = np.random.default_rng((8, number))  # the same for every change
            rows[name].append((group, hidden, judge.flags(changed, side_px, camera)))
    return {"faces": len(faces), **summed(rows)}


class Judge:
    """Flags of a face seen by some camera."""

    def __init__(self) -> None:
        self.finder, self._reader = LandmarkFinder(), SignalReader()

    def flags(self, image: Image, side_px: int | None, random: Random) -> QualityFlag:
        camera = Camera.any(random, SIDES_PX, side_px)
        seen = camera.takes(image, random)
        faces = Faces(box_of(len(seen), PORTRAIT_MARGIN)[None], np.full(1, 0.9, np.float32))
        side = float(faces.boxes[0, 2] - faces.boxes[0, 0])
        faces = with_signals(faces, [self._reader.landmarks(seen, faces.boxes[0], 0.0, side)])
        crops = cut_crops(seen, faces, FER2013_MARGIN, 48, aligned=False)
        return judge_crops(faces, crops, seen.shape[1::-1], QualityLimits()).quality[0]


def drawn() -> Iterator[tuple[str, Image]]:
    """Group and picture of every face."""
    for name in SETS:
        given = np.load(DATA / f"dev_{name}.npz")
        rows = np.arange(len(given["x112"]))
        if name == "london":
            rows = rows[~np.isin(given["subject"], learned_people(given["subject"]))]
        for row in rows[:: EVERY[name]].tolist():
            group = str(given["group"][row]) if name == "cfd_neutral" else ""
            yield group, Face(given["x112"][row], PORTRAIT_MARGIN).drawn()


def changes() -> dict[str, Change]:
    """What is done to a face, by name; each gives the picture and whether a part of it is hidden now."""

    def lit(change: Callable[[Image, Random], Image]) -> Change:
        return lambda image, _, random: (change(image, random), False)

    def put(painter: Callable[[Canvas, Random], None]) -> Change:
        def on(image: Image, mesh: Landmarks, random: Random) -> tuple[Image, bool]:
            canvas = Canvas.of(image, mesh.mesh)
            painter(canvas, random)
            return np.clip(np.rint(canvas.image), 0, 255).astype(np.uint8), bool(
                (canvas.covered() == 1).any()
            )

        return on

    plain: Change = lambda image, _mesh, _random: (image, False)  # noqa: E731
    return {
        "plain": plain,
        **{name: lit(change) for name, change in LIGHTS.items()},
        **{name: put(painter) for name, painter in (HARMLESS | HIDING).items()},
    }


def summed(rows: dict[str, list[tuple[str, bool, QualityFlag]]]) -> dict[str, Any]:
    """Shares by kind and over all; of coverings only those that hide a part."""
    told: dict[str, Any] = {"shares": {}}
    false: list[bool] = []
    found: list[bool] = []
    for name, seen in rows.items():
        hiding = name in HIDING
        flags = [flag for _, hidden, flag in seen if hidden or not hiding]
        covered = [QualityFlag.OCCLUDED in flag for flag in flags]
        (found if hiding else false).extend(covered)
        other = "refused" if hiding else "usable"
        share = np.mean([bool(flag) is hiding for flag in flags])
        told["shares"][name] = {
            "covered": _share(covered),
            other: round(float(share), 4),
            "faces": len(flags),
        }
    usable = {name: told["shares"][name]["usable"] for name in ("plain", "glasses")}
    groups = {group for group, _, _ in rows["plain"] if group}
    return told | {
        "false_covered": _share(false),
        "found_covered": _share(found),
        "glasses_cost": round(100 * (usable["plain"] - usable["glasses"]), 1),
        "by_group": {
            group: _share([QualityFlag.OCCLUDED in flag for g, _, flag in rows["plain"] if g == group])
            for group in sorted(groups)
        },
    }


def _share(flags: list[bool]) -> float:
    return round(float(np.mean(flags)), 4)


if __name__ == "__main__":
    main()
