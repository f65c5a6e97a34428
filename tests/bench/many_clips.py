"""Many clips on two Ray workers, one killed now and then: `python -m tests.bench.many_clips --json`.

The same clips by the present processes (`dashboard.analyse --jobs 2`), by Ray's workers, and by Ray's workers
of whom one is killed every `--every` seconds: into PostgreSQL, in a network namespace with nothing but `lo`.
`*_cpu_s`: of all processes, database and cluster included, whoever was killed too; `sessions`: how many there
are; `twice`: how many clips have more than one; `cancel_s`: from cancelling until no worker works.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from tests import ROOT
from tests.made.alone import alone
from tests.made.postgresql import start_server
from tests.made.videos import moving_face, write_video

HZ, SIZE_PX = 25, (640, 360)
FREE = 8


def clips(folder: Path, many: int, seconds: int) -> Path:
    """So many different files of one film: a box that players pass over has each one's number."""
    pictures, times_ms = moving_face(seconds * HZ, SIZE_PX), range(0, seconds * 1000, 1000 // HZ)
    film = write_video(folder / "film.mp4", pictures, times_ms).read_bytes()
    (folder / "clips").mkdir()
    for number in range(many):
        told = f"{number:08}".encode()
        box = (FREE + len(told)).to_bytes(4, "big") + b"free" + told
        (folder / "clips" / f"{number:04}.mp4").write_bytes(film + box)
    return folder / "clips"


def inside(folder: str, how: str, every_s: str) -> None:
    """One of the three, in the namespace; prints a JSON object."""
    url, began_s = start_server(), time.monotonic()
    ray = (sys.executable, "-m", "tests.made.on_ray", folder, url)
    commands = {
        "present": (
            *(sys.executable, "-m", "dashboard.analyse", *map(str, sorted(Path(folder).iterdir()))),
            *("--jobs", "2", "--quiet", "--database", url),
        ),
        "ray": ray,
        "killed": (*ray, "--kill", "1000000", "--every", every_s),
        "cancelled": (*ray, "--cancel"),
    }
    done = subprocess.run(commands[how], cwd=ROOT, capture_output=True, text=True, check=False)
    told: dict[str, Any] = {"wall_s": round(time.monotonic() - began_s, 1), "sessions": 0, "twice": 0}
    engine = create_engine(url)
    with engine.connect() as connection:
        query = text(
            "SELECT count(*), count(*) - count(DISTINCT source) FROM session WHERE ended_at IS NOT NULL"
        )
        told["sessions"], told["twice"] = connection.execute(query).one()
    engine.dispose()
    for line in done.stdout.splitlines():
        if how != "present" and line.startswith("{"):
            found = json.loads(line)
            states = [state for state, *_ in found["files"].values()]
            told |= {
                "killed": found["killed"],
                "cancel_s": found["cancel_s"],
                "failed": states.count("failed"),
            }
    if not told["sessions"] and how != "cancelled":
        raise SystemExit(done.stderr)
    print(json.dumps(told))


def measured(folder: Path, how: str, every_s: float) -> dict[str, Any]:
    """A process namespace of its own, so that whoever was killed is counted, too."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = (sys.executable, "-m", "tests.bench.many_clips", "--inside", how, str(folder), str(every_s))
    own = ["unshare", "--pid", "--fork", "--mount-proc", "--", *alone(*command)]
    done = subprocess.run(own, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    told = json.loads(done.stdout.splitlines()[-1]) | {"cpu_s": round(spent_s, 1)}
    return {f"{how}_{name}": value for name, value in told.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true", help="the default; one JSON object")
    parser.add_argument("--clips", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=10, help="of each clip")
    parser.add_argument("--every", type=float, default=60.0, help="seconds between two kills")
    parser.add_argument("--inside", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        how, folder, every_s = given.inside
        inside(folder, how, every_s)
        return
    place = Path(tempfile.mkdtemp(prefix="attune-clips-"))
    try:
        folder, found = clips(place, given.clips, given.seconds), {"clips": given.clips}
        for how in ("present", "ray", "killed", "cancelled"):
            found |= measured(folder, how, given.every)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
