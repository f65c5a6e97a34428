"""Recordings on a cluster of this machine alone, with what goes wrong there: `python -m tests.made.on_ray`.

Prints one JSON object of the files' states, notes and sessions. `--kill N`: so often a worker with a
recording in hand is killed, `--every` seconds apart at least; `--cancel`: it is cancelled while workers are
at work. To be run in a network namespace of its own, whose processes are all the cluster's.
"""

import argparse
import json
import time
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import psutil

from dashboard.cluster.places import places
from dashboard.cluster.run import ClusterRun
from dashboard.cluster.worker import FarOrder
from dashboard.recordings.messages import Look
from dashboard.recordings.sessions import Statement

AT_WORK = "dashboard.recordings.worker"


def in_this_namespace() -> dict[int, psutil.Process]:
    """By number. Whoever is killed may leave children to a process that is not of this namespace."""
    own, found = Path("/proc/self/ns/net").readlink(), {}
    for one in psutil.process_iter():
        with suppress(OSError):
            if Path(f"/proc/{one.pid}/ns/net").readlink() == own:
                found[one.pid] = one
    return found


def at_work() -> tuple[list[psutil.Process], list[psutil.Process]]:
    """Processes that have a recording in hand, and the workers that they belong to."""
    every, busy, workers = in_this_namespace(), [], []
    for one in every.values():
        with suppress(psutil.Error):
            if AT_WORK in one.cmdline():
                busy.append(one)
                workers += [every[parent] for parent in [one.ppid()] if parent in every]
    return busy, workers


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("url")
    parser.add_argument("--ray", default="local")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--kill", type=int, default=0)
    parser.add_argument("--every", type=float, default=0.0)
    parser.add_argument("--cancel", action="store_true")
    given = parser.parse_args()
    order = FarOrder(given.url, uuid4().hex, Look(), Statement())
    began_s = time.monotonic()
    run = ClusterRun(places([given.folder]), order, given.ray, jobs=given.jobs)
    ready_s = time.monotonic()
    run.start()
    killed, cancel_s, last_s = set[int](), None, ready_s
    while not run.wait(0.05):
        kills = len(killed) < given.kill and time.monotonic() - last_s >= given.every
        cancels = given.cancel and cancel_s is None
        # Looking through all processes takes time of the processors that are measured.
        busy = [one for one in at_work()[1] if one.pid not in killed] if kills or cancels else []
        if busy and kills:
            killed.add(busy[0].pid)
            busy[0].kill()
            last_s = time.monotonic()
        if busy and cancels:
            cancel_s = time.monotonic()
            run.cancel()
            while at_work()[0]:
                time.sleep(0.02)
            cancel_s = time.monotonic() - cancel_s
    files = {one.name: [str(one.state), list(one.notes), one.session_id] for one in run.status().files}
    told = {"files": files, "killed": len(killed), "cancel_s": cancel_s}
    print(json.dumps(told | {"start_s": ready_s - began_s, "wall_s": time.monotonic() - ready_s}))


if __name__ == "__main__":
    main()
