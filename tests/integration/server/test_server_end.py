"""The program ends while sessions run: each is stored to its last frame, for the reason that came first."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from db.reports import list_sessions
from tests import ROOT
from tests.bench.attack import ended_by
from tests.made.signals import HANG_UP
from tests.made.storage import open_file

_ENDS = """
import atexit, sys
from dashboard import resources
from db.engine import open_database
from db.store import EndReason
from tests.made.running import Bench, analyse
engine = open_database(sys.argv[1])
atexit.register(resources.end_all)
stopped, running = Bench(engine), Bench(engine)
for bench in (stopped, running):
    resources._running.add(bench.live)
    analyse(bench, 3)
stopped.live.end(EndReason.STOPPED)
"""

_LOCKED = """
import sqlite3, sys
from dashboard import resources
from db.engine import open_database
from tests.made.running import Bench, analyse
engine = open_database(sys.argv[1])
bench = Bench(engine)
resources._running.add(bench.live)
resources.END_S = 3.0
other = sqlite3.connect(engine.url.database, isolation_level=None)
other.execute("BEGIN IMMEDIATE")
analyse(bench, 3)
resources.end_all()
"""


def test_what_a_locked_database_does_not_take_at_the_end_is_told_with_its_number(path: Path) -> None:
    command = [sys.executable, "-c", _LOCKED, f"sqlite:///{path}"]
    done = subprocess.run(command, cwd=ROOT, check=True, timeout=90, capture_output=True, text=True)
    assert "session 1: 3 frames with 3 observations could not be stored" in done.stderr


@pytest.mark.parametrize("told", [signal.SIGTERM, HANG_UP])
def test_a_stopped_server_has_stored_all_that_was_analysed(told: signal.Signals) -> None:
    figures = ended_by(told, 1)
    assert (figures["lost"], figures["ended"]) == (0, ["server_stopped"])


def test_the_programs_end_stores_every_session_to_its_last_frame(path: Path) -> None:
    subprocess.run([sys.executable, "-c", _ENDS, f"sqlite:///{path}"], cwd=ROOT, check=True, timeout=90)
    ended = sorted(list_sessions(open_file(path)), key=lambda one: one.id)
    assert [(one.end_reason, one.frames) for one in ended] == [("stopped", 3), ("server_stopped", 3)]
