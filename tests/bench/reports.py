"""Ten million observations: `python -m tests.bench.reports --json` prints one JSON object.

The database (200 sessions, see tests.bench.report_data) is made once, with its sums, in --database or a
temporary file. `*_s` are medians of server time: reading and computing all that the first view of a page
needs; `cpu_s` is the processor's part of it, which a busy machine leaves alone. `with_words` also reads a
transcript of 2,000 cues, its mood and who talked; `raw` reads a session of which nothing was summed yet.
`resident_mb` is this process's memory at its largest.
"""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Engine, func, select

from dashboard.reading import Neutral, Reading
from dashboard.spoken.told import mood_line, talk_shares
from dashboard.stored.report import View, read_report
from db.engine import open_database, write_transaction
from db.reports import Utterance, count_sessions, get_session, list_sessions, roster, utterances
from db.schema import observation
from db.store import Store
from db.sums import EVERYTHING, WITHOUT_EXCLUDED, outdate
from db.sums_schema import gaze_sum
from model.engagement.definitions import DEFINITIONS
from model.text.classifier import text_classifier
from tests.bench.report_data import FULL, LARGE, by_title, fill
from tests.made.sums import sum_all

LEAST, TIMES, CUES = 5, 5, 2_000
SAID = "I think that this part is really good, and we should talk about the next one"


def made(url: str, observations: int) -> tuple[Engine, dict[str, float]]:
    """The database, filled and summed if it is new."""
    engine, began = open_database(url), time.perf_counter()
    if not count_sessions(engine):
        fill(engine, observations)
    filled = time.perf_counter()
    for session in list_sessions(engine, limit=10_000):
        large, left_out = session.faces > 100_000, roster(engine, session.id).excluded
        kinds = [EVERYTHING, *([LEAST] if large else []), *([WITHOUT_EXCLUDED] if left_out else [])]
        for kind in kinds:
            sum_all(engine, session.id, kind)
    summed_s = time.perf_counter() - filled
    return engine, {"fill_s": round(filled - began, 1), "sum_s": round(summed_s, 1)}


def timed(call: Callable[[], object], times: int = TIMES) -> dict[str, float]:
    walls, cpus = [], []
    for _ in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        call()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return {"s": round(median(walls), 3), "cpu_s": round(median(cpus), 3)}


def views(duration_ms: int) -> dict[str, View]:
    """What a person may ask for first."""
    middle = duration_ms // 2 + 345
    second = DEFINITIONS["second_screen"]
    valence = DEFINITIONS["valence"]
    return {
        "whole": View(),
        "group_only": View(group_only=True),
        "valence": View(reading=Reading(valence, dict(valence.weights))),
        "second_screen": View(reading=Reading(second, dict(second.weights))),
        "fixed_neutral": View(reading=Reading(neutral=Neutral.FIXED)),
        "range_10_minutes": View(start_ms=middle - 300_000, end_ms=middle + 300_000),
    }


def reports_of(engine: Engine, session_id: int) -> dict[str, Any]:
    session = get_session(engine, session_id)
    told: dict[str, Any] = {"observations": session.faces, "minutes": round(session.duration_ms / 60_000)}
    for name, view in views(session.duration_ms).items():
        begin = max(0, view.start_ms)
        end_ms = None if view.end_ms is None else min(view.end_ms, session.duration_ms)
        asked = View(begin, end_ms, view.smoothing_ms, view.group_only, view.reading)
        told[name] = timed(lambda asked=asked: read_report(engine, session, asked, LEAST))  # type: ignore[misc]
    return told


def with_words(engine: Engine, session_id: int) -> dict[str, Any]:
    """The whole report and what its Words tab computes of a transcript of CUES cues."""
    session = get_session(engine, session_id)
    step_ms = max(1, session.duration_ms // CUES)
    said = [Utterance(n * step_ms, (n + 1) * step_ms, "Ann", f"{SAID} {n}") for n in range(CUES)]
    Store(engine).write_transcript(session_id, said)

    def words() -> None:
        report = read_report(engine, session, View(), LEAST)
        found = utterances(engine, session_id, end_ms=session.duration_ms)
        times, points = report.timeline["time_ms"].tolist(), report.reading.circumplex
        mood_line(found, text_classifier(), times, report.bucket_ms, points)
        talk_shares(found)

    told = timed(words)
    Store(engine).write_transcript(session_id, [])
    return told


def unsummed(engine: Engine, session_id: int) -> dict[str, float]:
    """The whole report when no sums are there; they are made again afterwards."""
    with write_transaction(engine) as connection:
        outdate(connection, session_id)
    session = get_session(engine, session_id)
    told = timed(lambda: read_report(engine, session, View(), LEAST), 2)
    for kind in (EVERYTHING, LEAST):
        sum_all(engine, session_id, kind)
    return told


def rows(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        tables = {"observations": observation, "gaze_sums": gaze_sum}
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in tables.items()
        }


def run(url: str, observations: int) -> dict[str, Any]:
    engine, took = made(url, observations)
    ids = by_title(engine)
    chosen = [*(shape.title for shape in LARGE), "Meeting 100", "Meeting 103"]
    return {
        **took,
        **rows(engine),
        "sessions": count_sessions(engine),
        "list_20": timed(lambda: (list_sessions(engine, limit=20), count_sessions(engine))),
        "list_all": timed(lambda: list_sessions(engine, limit=10_000)),
        "search": timed(lambda: list_sessions(engine, "meeting 1", limit=20)),
        "reports": {title: reports_of(engine, ids[title]) for title in chosen},
        "with_words": with_words(engine, ids[LARGE[0].title]),
        "raw": unsummed(engine, ids[LARGE[0].title]),
        "resident_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object on one line")
    parser.add_argument("--observations", type=int, default=FULL)
    parser.add_argument("--database", type=Path, help="a file to make, or one made before")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = arguments.database or Path(folder) / "bench.db"
        found = run(f"sqlite:///{file.absolute()}", arguments.observations)
    print(json.dumps(found, indent=None if arguments.json else 2))


if __name__ == "__main__":
    main()
