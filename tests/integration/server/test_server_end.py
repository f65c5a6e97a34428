"""The program ends while sessions run: each is stored to its last frame, for the reason that came first."""

import subprocess
import sys
from pathlib import Path

from db.reports import list_sessions
from tests import ROOT
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


def test_the_programs_end_stores_every_session_to_its_last_frame(path: Path) -> None:
    subprocess.run([sys.executable, "-c", _ENDS, f"sqlite:///{path}"], cwd=ROOT, check=True, timeout=90)
    ended = sorted(list_sessions(open_file(path)), key=lambda one: one.id)
    assert [(one.end_reason, one.frames) for one in ended] == [("stopped", 3), ("server_stopped", 3)]
