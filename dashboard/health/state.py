"""How the server stands: database, recorders, disk, running sessions. Never a name, nor a host."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from dashboard.errors import DashboardError
from dashboard.running.status import LiveStatus
from dashboard.servers.load import Load
from db.errors import DatabaseError
from db.servers import servers

LEAST_FREE_MB = 100


class Session(Protocol):
    """What is asked of a running session."""

    def status(self) -> LiveStatus: ...


@dataclass(frozen=True, slots=True)
class State:
    """`recorder`: "idle" without a session, "writing", or "stuck" when one of them cannot store. `servers`
    that share the database are alive; `load` is this one's, None while that is not known."""

    database: bool
    recorder: str
    free_mb: int
    sessions: tuple[LiveStatus, ...] = ()
    servers: int = 0
    load: Load | None = None

    @property
    def is_well(self) -> bool:
        return self.database and self.recorder != "stuck" and self.free_mb >= LEAST_FREE_MB


def _unknown() -> None:
    return None


def read_state(
    database: Callable[[], Engine],
    running: Callable[[], Sequence[Session]],
    load: Callable[[], Load | None] = _unknown,
) -> State:
    """Ask all of it now; may wait for the database. Call from a worker thread."""
    sessions = tuple(one.status() for one in running())
    stuck = any(one.recorder.error for one in sessions)
    recorder = "stuck" if stuck else "writing" if sessions else "idle"
    try:
        engine = database()
        alive = len(servers(engine))
        return State(True, recorder, _free_mb(engine), sessions, alive, load())
    except (DashboardError, DatabaseError, SQLAlchemyError):
        return State(False, recorder, _free_mb(None), sessions)


def _free_mb(engine: Engine | None) -> int:
    """On the disk of SQLite's file; with another database on that of temporary files."""
    is_file = engine is not None and engine.dialect.name == "sqlite"
    place = Path(str(engine.url.database)).parent if is_file and engine else Path(tempfile.gettempdir())
    return shutil.disk_usage(place).free // 1_000_000


def as_json(state: State) -> dict[str, object]:
    """What /health tells."""
    return {
        "status": "ok" if state.is_well else "failing",
        "database": "reachable" if state.database else "unreachable",
        "recorder": state.recorder,
        "disk_left_mb": state.free_mb,
    }


def as_metrics(state: State, refused: int) -> str:
    """What /metrics tells, in Prometheus's text format 0.0.4; seconds and bytes, as is its custom."""
    live = state.sessions
    figures = (
        ("attune_database_up", "gauge", "Whether the database answers.", int(state.database)),
        ("attune_disk_left_bytes", "gauge", "Free on the database's disk.", state.free_mb * 1_000_000),
        ("attune_sessions", "gauge", "Sessions that run.", len(live)),
        ("attune_analyses_per_second", "gauge", "Of all sessions.", sum(one.analysed_hz for one in live)),
        (
            "attune_latency_p95_seconds",
            "gauge",
            "From arrival to scores, of the slowest session.",
            _worst([one.latency_p95_ms for one in live]),
        ),
        (
            "attune_commit_p95_seconds",
            "gauge",
            "A transaction's length, of the slowest session.",
            _worst([one.recorder.write_p95_ms for one in live]),
        ),
        (
            "attune_queued_frames",
            "gauge",
            "Analysed and not stored yet.",
            sum(one.recorder.queued_frames for one in live),
        ),
        (
            "attune_dropped_frames",
            "gauge",
            "Analysed and lost, of the sessions that run.",
            sum(one.recorder.dropped_frames for one in live),
        ),
        ("attune_servers", "gauge", "Alive on this database.", state.servers),
        *(_of_load(state.load) if state.load else ()),
        ("attune_refused_requests_total", "counter", "Of foreign names and pages.", refused),
    )
    return "".join(
        f"# HELP {name} {meaning}\n# TYPE {name} {kind}\n{name} {value:.6g}\n"
        for name, kind, meaning, value in figures
    )


def _of_load(load: Load) -> list[tuple[str, str, str, float]]:
    """What is known of it: room only once a session has shown its cost."""
    told: list[tuple[str, str, str, float]] = [
        ("attune_cores", "gauge", "Of this machine.", load.cores),
        ("attune_cores_busy", "gauge", "By everything on this machine.", load.used),
    ]
    if load.each is not None and load.room is not None:
        told.append(("attune_session_cores", "gauge", "What a session takes, as measured.", load.each))
        told.append(("attune_session_room", "gauge", "Sessions that still fit.", load.room))
    return told


def _worst(values_ms: Sequence[float | None]) -> float:
    return max((one for one in values_ms if one is not None), default=0.0) / 1000
