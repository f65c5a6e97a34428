"""Recorder and reports: `python -m tests.bench.recorder --json` prints one JSON object.

- `observations_per_s`: frames of 25 faces through Recorder into a file, from the first submit until
  the recorder is closed and the write-ahead log is back in the database file.
- `paced_*`: the same at a fixed rate for some seconds, as a camera would; `submit` times are of this run.
- `lost_s`: a child process records 25 faces at 10 Hz and is killed with SIGKILL; the time between the last
  frame it submitted and the last one found in the file. The worst of several kills.
- `*_540000_s`: the time to read a session of 540,000 observations (36 minutes of 25 faces at 10 Hz).
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from dashboard.running.recorder import Recorder
from db.engine import give_space_back, open_database
from db.reports import (
    frame_buckets,
    gaze_buckets,
    get_session,
    iter_observations,
    list_sessions,
    participants,
)
from db.store import Store
from model.emotions import Certainty
from model.observations import USABLE, FrameRecord, Observation, QualityFlag
from tests import ROOT
from tests.made.storage import new_session

FACES, HZ = 25, 10


def begun_now(store: Store) -> int:
    """A new session that begins at this moment."""
    return store.start_session(new_session(title="Benchmark", started_at=datetime.now(UTC), analysis_hz=HZ))


def made_up_frames(faces: int = FACES, step_ms: int = 1000 // HZ) -> Iterator[FrameRecord]:
    """Frames without end; scores and flags drawn from a fixed seed."""
    draw = random.Random(1)
    pool = [_scores(draw) for _ in range(500)]
    number = 0
    while True:
        seen = tuple(_observation(draw, track_id, draw.choice(pool)) for track_id in range(1, faces + 1))
        yield FrameRecord(number, number * step_ms, seen)
        number += 1


def _scores(draw: random.Random) -> tuple[float, ...]:
    raw = [draw.random() ** 3 for _ in range(7)]
    return tuple(value / sum(raw) for value in raw)


def _observation(draw: random.Random, track_id: int, scores: tuple[float, ...]) -> Observation:
    flags = USABLE if draw.random() < 0.8 else QualityFlag.BLURRED
    box = (draw.random() * 600, draw.random() * 300, 700.0, 350.0)
    return Observation(track_id, box, draw.random(), flags, scores, Certainty().leading(scores))


def flood(engine: Engine, observations: int) -> dict[str, float]:
    """As fast as the queue allows, to the end of the transaction log."""
    store = Store(engine)
    source = made_up_frames()
    frames = [next(source) for _ in range(observations // FACES)]
    session_id = begun_now(store)
    recorder = Recorder(store, session_id)
    began = time.perf_counter()
    for frame in frames:
        while recorder.status().queued_rows > 20_000:
            time.sleep(0.002)
        recorder.submit(frame)
    recorder.close(60.0)
    give_space_back(engine)
    took_s = time.perf_counter() - began
    assert get_session(engine, session_id).faces == len(frames) * FACES
    return {"observations": len(frames) * FACES, "observations_per_s": round(len(frames) * FACES / took_s)}


def paced(engine: Engine, observations_per_s: int, seconds: float) -> dict[str, float | None]:
    """At a steady rate, timing every submit."""
    store = Store(engine)
    source = made_up_frames()
    frames = [next(source) for _ in range(int(observations_per_s / FACES * seconds))]
    recorder = Recorder(store, begun_now(store))
    spent_ms = []
    began = time.perf_counter()
    for index, frame in enumerate(frames):
        time.sleep(max(0.0, began + index * FACES / observations_per_s - time.perf_counter()))
        before = time.perf_counter()
        recorder.submit(frame)
        spent_ms.append(1000 * (time.perf_counter() - before))
    took_s = time.perf_counter() - began
    status = recorder.close(60.0)
    spent_ms.sort()
    return {
        "paced_observations_per_s": round(len(frames) * FACES / took_s),
        "paced_dropped": status.dropped_rows,
        "submit_p50_ms": round(spent_ms[len(spent_ms) // 2], 4),
        "submit_p99_ms": round(spent_ms[int(0.99 * len(spent_ms))], 4),
        "submit_max_ms": round(spent_ms[-1], 4),
        "write_p95_ms": status.write_p95_ms and round(status.write_p95_ms, 2),
    }


def record_until_killed(url: str, batch_s: float) -> None:
    """The child: 25 faces at 10 Hz, telling on stdout which frame was submitted."""
    store = Store(open_database(url))
    session_id = begun_now(store)
    recorder = Recorder(store, session_id, batch_s=batch_s)
    began = time.monotonic()
    for frame in made_up_frames():
        time.sleep(max(0.0, began + frame.offset_ms / 1000 - time.monotonic()))
        recorder.submit(frame)
        os.write(1, f"{session_id} {frame.offset_ms}\n".encode())


def lost_after_kill(folder: Path, run_s: float, batch_s: float = 1.0) -> dict[str, Any]:
    """Kill a recording child after about `run_s` seconds; what did the file keep?"""
    url = f"sqlite:///{folder}/killed-{run_s}.db"
    command = [sys.executable, "-m", "tests.bench.recorder", "--record-until-killed", url, str(batch_s)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert child.stdout is not None
    lines = [child.stdout.readline()]
    time.sleep(run_s)
    child.send_signal(signal.SIGKILL)
    lines += child.stdout.readlines()
    child.wait()
    session_id, submitted_ms = (int(part) for part in lines[-1].split())
    engine = open_database(url)
    kept = list(iter_observations(engine, session_id))
    engine.dispose()
    kept_ms = kept[-1].offset_ms if kept else -1000 // HZ
    return {"session_id": session_id, "url": url, "submitted_ms": submitted_ms, "kept_ms": kept_ms}


def reading(engine: Engine, observations: int = 540_000) -> dict[str, float]:
    store = Store(engine)
    session_id = begun_now(store)
    source = made_up_frames()
    for _ in range(observations // FACES // 200):
        store.write_frames(session_id, [next(source) for _ in range(200)])
    calls: dict[str, Callable[[], object]] = {
        "list": lambda: list_sessions(engine),
        "timeline_10s": lambda: gaze_buckets(engine, session_id, 10_000),
        "timeline_1s": lambda: gaze_buckets(engine, session_id, 1_000),
        "timeline_10s_by_track": lambda: gaze_buckets(engine, session_id, 10_000, by_person=True),
        "one_minute_1s": lambda: gaze_buckets(engine, session_id, 1_000, 600_000, 660_000),
        "frame_timeline_1s": lambda: frame_buckets(engine, session_id, 1_000),
        "participants": lambda: participants(engine, session_id),
        "stream_all": lambda: sum(1 for _ in iter_observations(engine, session_id)),
    }
    return {f"{name}_540000_s": round(min(_timed(call) for _ in range(2)), 4) for name, call in calls.items()}


def _timed(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def run(folder: Path) -> dict[str, Any]:
    engine = open_database(f"sqlite:///{folder}/bench.db")
    kills = [lost_after_kill(folder, run_s) for run_s in (2.1, 3.5, 4.9)]
    return {
        **flood(engine, 300_000),
        **paced(engine, 20_000, 10.0),
        "lost_s": max((kill["submitted_ms"] - kill["kept_ms"]) / 1000 for kill in kills),
        **reading(engine),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object on one line")
    parser.add_argument("--record-until-killed", nargs=2, metavar=("URL", "BATCH_S"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.record_until_killed:
        url, batch_s = arguments.record_until_killed
        record_until_killed(url, float(batch_s))
        return
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(run(Path(folder)), indent=None if arguments.json else 2))


if __name__ == "__main__":
    main()
