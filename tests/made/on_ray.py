"""Recordings on a cluster of this machine alone, with what goes wrong there: `python -m tests.made.on_ray`.

Prints one JSON object of the files' states, notes and sessions. `--kill N`: so often a worker with a
recording in hand is killed; `--cancel`: it is cancelled while workers are at work.
"""

import argparse
import json
import time
from pathlib import Path
from uuid import uuid4

import psutil

from dashboard.cluster.places import places
from dashboard.cluster.run import ClusterRun
from dashboard.cluster.worker import FarOrder
from dashboard.recordings.messages import Look
from dashboard.recordings.sessions import Statement

AT_WORK = "dashboard.recordings.worker"


def at_work() -> list[psutil.Process]:
    """Workers that have a recording in hand: they have a process for it."""
    found = []
    for one in psutil.Process().children(recursive=True):
        try:
            if AT_WORK in one.cmdline():
                found.append(one.parent())
        except psutil.Error:
            continue
    return [one for one in found if one is not None]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("url")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--kill", type=int, default=0)
    parser.add_argument("--every", type=float, default=0.0)
    parser.add_argument("--cancel", action="store_true")
    given = parser.parse_args()
    order = FarOrder(given.url, uuid4().hex, Look(), Statement())
    began_s = time.monotonic()
    run = ClusterRun(places([given.folder]), order, "local", jobs=given.jobs)
    ready_s = time.monotonic()
    run.start()
    killed, cancel_s, last_s = set[int](), None, ready_s
    while not run.wait(0.05):
        busy = [one for one in at_work() if one.pid not in killed]
        if busy and len(killed) < given.kill and time.monotonic() - last_s >= given.every:
            killed.add(busy[0].pid)
            busy[0].kill()
            last_s = time.monotonic()
        if busy and given.cancel and cancel_s is None:
            cancel_s = time.monotonic()
            run.cancel()
            while at_work():
                time.sleep(0.02)
            cancel_s = time.monotonic() - cancel_s
    files = {one.name: [str(one.state), list(one.notes), one.session_id] for one in run.status().files}
    told = {"files": files, "killed": len(killed), "cancel_s": cancel_s}
    print(json.dumps(told | {"start_s": ready_s - began_s, "wall_s": time.monotonic() - ready_s}))


if __name__ == "__main__":
    main()
