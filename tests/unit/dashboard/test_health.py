import re
from pathlib import Path

import pytest
from sqlalchemy import Engine

from dashboard.health.state import LEAST_FREE_MB, State, as_json, as_metrics, read_state
from dashboard.servers.load import Load
from db.servers import ServerNow, beat
from db.store import EndReason
from tests import ROOT
from tests.made.running import Bench, analyse
from tests.made.storage import open_empty


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_empty(tmp_path / "attune.db")


def test_a_running_session_is_told_in_figures(engine: Engine) -> None:
    bench = Bench(engine)
    analyse(bench, 3)
    state = read_state(lambda: engine, lambda: [bench.live])
    assert as_json(state)["recorder"] == "writing"
    told = dict(line.split() for line in as_metrics(state, 7).splitlines() if not line.startswith("#"))
    assert (told["attune_sessions"], told["attune_dropped_frames"]) == ("1", "0")
    assert float(told["attune_analyses_per_second"]) > 0 and float(told["attune_latency_p95_seconds"]) > 0
    assert told["attune_refused_requests_total"] == "7"
    bench.live.end(EndReason.STOPPED)


def test_servers_that_are_alive_and_what_fits_are_told(engine: Engine) -> None:
    for server_id in ("a" * 32, "b" * 32):
        beat(engine, ServerNow(server_id, None, 0, None))
    known = Load(cores=8.0, used=2.2, sessions=4, each=0.5)
    for load, room in ((known, "10"), (Load(8.0, 0.1, 0, None), None)):
        state = read_state(lambda: engine, list, lambda load=load: load)  # type: ignore[misc]
        told = dict(line.split() for line in as_metrics(state, 0).splitlines() if not line.startswith("#"))
        assert (told["attune_servers"], told["attune_cores"]) == ("2", "8")
        assert told.get("attune_session_room") == room


def test_every_figure_of_the_dashboard_is_one_that_is_told() -> None:
    drawn = set(re.findall(r"attune_[a-z0-9_]+", (ROOT / "grafana.json").read_text(encoding="utf-8")))
    load = Load(cores=8.0, used=2.2, sessions=4, each=0.5)
    told = as_metrics(State(True, "idle", 10_000, (), 1, load), 0)
    assert drawn and drawn <= set(re.findall(r"^attune_[a-z0-9_]+", told, re.MULTILINE))


def test_a_database_that_is_gone_is_unreachable(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "attune.db").unlink()
    state = read_state(lambda: engine, list)
    assert (state.database, state.is_well, as_json(state)["database"]) == (False, False, "unreachable")


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State(True, "idle", LEAST_FREE_MB), "ok"),
        (State(True, "idle", LEAST_FREE_MB - 1), "failing"),
        (State(True, "stuck", 10_000), "failing"),
        (State(False, "idle", 10_000), "failing"),
    ],
)
def test_a_full_disk_a_stuck_recorder_or_no_database_is_no_good_health(state: State, status: str) -> None:
    assert as_json(state)["status"] == status
