"""PostgreSQL filled by the program's own recorder: `python -m tests.bench.postgresql --json`.

A server of its own that waits for the disk with every commit. `--millions N` sessions of a million rows are
recorded one after the other; `report_*`: the whole report of one of them from its sums, `report_cpu_s` this
program's and `report_server_cpu_s` the server's part; `retention_*`: another one deleted,
with its sums, as when its days are over.
"""

import argparse
import json
import time
from statistics import median
from typing import Any

import psutil
from sqlalchemy import Engine, text

from dashboard.stored.report import View, read_report
from db.engine import open_database
from db.reports import get_session, list_sessions
from db.store import Store
from db.sums import EVERYTHING
from tests.bench.recorder import flood
from tests.made.postgresql import start_server
from tests.made.sums import sum_all

MILLION = 1_000_000
ON_DISK = "SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('observation')"
SAFE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "max_wal_size": "4GB"}


def asked(engine: Engine, query: str) -> Any:
    with engine.connect() as connection:
        return connection.execute(text(query)).scalar_one()


def server_cpu_s(engine: Engine) -> float:
    """Of all connections of this program, which must stay open."""
    with engine.connect() as connection:
        pids = connection.execute(text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()"))
        times = [psutil.Process(pid).cpu_times() for pid in pids.scalars()]
    return sum(one.user + one.system for one in times)


def report(engine: Engine, session_id: int) -> dict[str, float]:
    session, walls, cpus, servers = get_session(engine, session_id), [], [], []
    for _ in range(5):
        wall, cpu, server = time.perf_counter(), time.process_time(), server_cpu_s(engine)
        read_report(engine, session, View(), 5)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
        servers.append(server_cpu_s(engine) - server)
    return {
        "report_s": round(median(walls), 3),
        "report_cpu_s": round(median(cpus), 3),
        "report_server_cpu_s": round(median(servers), 3),
    }


def retention(engine: Engine, session_id: int) -> dict[str, float]:
    sum_all(engine, session_id, EVERYTHING)
    before, began = asked(engine, "SELECT pg_current_wal_lsn()::text"), time.perf_counter()
    cpu_s = time.process_time() + server_cpu_s(engine)
    Store(engine).delete_sessions([session_id])
    took_s = time.perf_counter() - began
    cpu_s = time.process_time() + server_cpu_s(engine) - cpu_s
    wal = asked(engine, f"SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '{before}')")
    return {
        "retention_s": round(took_s, 3),
        "retention_cpu_s": round(cpu_s, 3),
        "retention_wal_mb": round(float(wal) / 1e6, 1),
    }


def run(millions: int) -> dict[str, Any]:
    engine = open_database(start_server(**SAFE))
    cpu_s, rates = time.process_time(), []
    for _ in range(millions):
        rates.append(flood(engine, MILLION)["observations_per_s"])
    cpu_us = (time.process_time() - cpu_s) / millions
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    sessions = [one.id for one in list_sessions(engine)]
    kept_bytes = asked(engine, ON_DISK) / (millions * MILLION)
    sum_all(engine, sessions[0], EVERYTHING)
    found = {
        "observations": millions * MILLION,
        "observations_per_s": median(rates),
        "cpu_us_each": round(cpu_us, 1),
        "bytes_each": round(kept_bytes),
        **report(engine, sessions[0]),
        **retention(engine, sessions[-1]),
    }
    engine.dispose()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object on one line")
    parser.add_argument("--millions", type=int, default=10)
    given = parser.parse_args()
    print(json.dumps(run(given.millions), indent=None if given.json else 2))


if __name__ == "__main__":
    main()
