"""How fast each format leaves and comes back, and in how much memory: rows a second and peak RSS.

    python -m tests.bench.exports --json [--rows 1000000] [--people 10] [--only long parquet]

Every format is read to its end in a process of its own, from one database file; what is written is counted
and thrown away. Processor time is what the program took, wall time what the machine let it have.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from db.engine import open_database, write_transaction
from db.inserting import insert_rows
from db.schema import FOREVER_MS, frame, observation, session, tracklet
from db.store import Store
from tests.made.storage import new_session

STEP_MS, BATCH_FRAMES = 100, 4_000
STARTED_AT = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
IMPORT = "import"


def fill(database: Path, rows: int, people: int) -> int:
    """A session of so many rows, in which everybody moves, talks and looks about; its number."""
    engine = open_database(f"sqlite:///{database}")
    new = new_session(
        title="Benchmark", started_at=STARTED_AT, model_name="compact48", analysis_hz=1000 / STEP_MS
    )
    session_id = Store(engine).start_session(new)
    frames = -(-rows // people)
    random = np.random.default_rng(5)
    for first in range(0, frames, BATCH_FRAMES):
        numbers = range(first, min(first + BATCH_FRAMES, frames))
        with write_transaction(engine) as connection:
            at = [(session_id, n, n * STEP_MS, people, people, None) for n in numbers]
            insert_rows(connection, frame, at)
            insert_rows(connection, observation, list(_faces(random, session_id, numbers, people)))
    everybody = range(1, people + 1)
    with write_transaction(engine) as connection:
        insert_rows(connection, tracklet, [(session_id, n, 0, FOREVER_MS, n, n, False) for n in everybody])
        totals = {"frames": frames, "faces": frames * people, "last_ms": frames * STEP_MS}
        connection.execute(session.update().where(session.c.id == session_id).values(**totals))
    end = STARTED_AT + timedelta(milliseconds=frames * STEP_MS)
    Store(engine).end_session(session_id, end, "made by code")
    engine.dispose()
    return session_id


def _faces(
    random: np.random.Generator, session_id: int, numbers: range, people: int
) -> Iterator[tuple[Any, ...]]:
    count = len(numbers) * people
    scores = random.dirichlet([0.5] * 7, count)
    box, signals = random.random((count, 5)) * [900, 500, 1, 1, 1], random.normal(0, 1, (count, 6))
    signals = np.abs(signals * [9, 6, 3, 0.02, 0.2, 0.06] + [0, 0, 0, 0.33, 0.8, 0.1]).clip(0, 80)
    signals[:, 4] = signals[:, 4].clip(0, 1)
    lead = scores.argmax(axis=1).tolist()
    told = zip(box.tolist(), scores.tolist(), lead, signals.tolist(), strict=True)
    for place, ((x, y, width, height, sure), shares, led, measured) in enumerate(told):
        n, person = numbers[place // people], place % people + 1
        edges = (x, y, x + 80 + 40 * width, y + 100 + 50 * height)
        seen = (*edges, sure, int(place % 11 == 0), *shares, led, *measured)
        yield (session_id, n, person, n * STEP_MS, *seen)


def one(database: Path, session_id: int, key: str, folder: Path) -> dict[str, Any]:
    """What one format takes, measured inside a process that does nothing else."""
    from dashboard.export.formats import pieces
    from db.reports import get_session

    engine = open_database(f"sqlite:///{database}")
    began_s, ran_s, written, first_s = time.perf_counter(), time.process_time(), 0, 0.0
    if key == IMPORT:
        from dashboard.export.importer.session import ImportStatement, import_long_csv

        stated = ImportStatement("research", "elsewhere", None, STARTED_AT, "Agreed.")
        with (folder / "long").open("rb") as file:
            import_long_csv(engine, file, "long.csv", stated)
            written = file.tell()
    else:
        kept = (folder / key).open("wb") if key == "long" else None
        for piece in pieces(engine, get_session(engine, session_id), key):
            first_s = first_s or time.perf_counter() - began_s
            written += len(piece)
            if kept is not None:
                kept.write(piece)
        if kept is not None:
            kept.close()
    wall_s, cpu_s = time.perf_counter() - began_s, time.process_time() - ran_s
    return {
        "bytes": written,
        "wall_s": wall_s,
        "cpu_s": cpu_s,
        "first_piece_s": first_s,
        "peak_mb": _peak_mb(),
    }


def _peak_mb() -> float:
    """Of this program alone: getrusage also counts the one that started it. NaN but on Linux."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return float(found[1]) * 1024 / 1e6 if found else float("nan")


def measure(rows: int, people: int, keys: list[str]) -> dict[str, Any]:
    """All formats asked for, as figures and as ratios to the long CSV."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = folder / "bench.db"
        session_id = fill(database, rows, people)
        found = {}
        for key in keys:
            given = [
                sys.executable,
                "-m",
                "tests.bench.exports",
                "--one",
                str(database),
                str(session_id),
                key,
            ]
            told = json.loads(subprocess.run(given, check=True, capture_output=True, text=True).stdout)
            found[key] = told | {"rows_a_s": rows / told["wall_s"], "rows_a_cpu_s": rows / told["cpu_s"]}
            print(f"{key}: {found[key]['rows_a_cpu_s']:,.0f} rows a CPU second", file=sys.stderr)
    long_s = found["long"]["cpu_s"]
    return {
        "rows": rows,
        "people": people,
        "formats": {
            key: {name: round(value, 3) for name, value in told.items()}
            | {"cpu_times_long": round(told["cpu_s"] / long_s, 2)}
            for key, told in found.items()
        },
    }


def main() -> None:
    from dashboard.export.formats import EXPORTERS

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--only", nargs="*", default=[*EXPORTERS, IMPORT], help="formats; long is always one")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        database, session_id, key = given.one
        print(json.dumps(one(Path(database), int(session_id), key, Path(database).parent)))
        return
    keys = ["long", *(key for key in given.only if key != "long")]
    told = measure(given.rows, given.people, keys)
    if given.json:
        print(json.dumps(told, indent=1))
        return
    for key, figures in told["formats"].items():
        speed, memory, size = figures["rows_a_s"], figures["peak_mb"], figures["bytes"]
        print(f"{key:9} {speed:>10,.0f} rows/s {memory:6.0f} MB {size:>13,} bytes")


if __name__ == "__main__":
    main()
