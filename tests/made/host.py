"""A server process with a session on it, without a camera: `python -m tests.made.host DATABASE_URL`.

Its figures are those of made-up frames; everything else is the program's own. Prints the session's number.
"""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from dashboard.running.session import LiveSession
from dashboard.servers.heart import Heart
from dashboard.servers.load import LoadMeter
from db.engine import open_database
from tests import ROOT
from tests.made.running import Bench


@contextmanager
def host(url: str, under: Sequence[str] = ()) -> Iterator["tuple[subprocess.Popen[str], int]"]:
    """A server process with a session on it, and the session's number. `under`: a command that starts it."""
    command = [*under, sys.executable, "-m", "tests.made.host", url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


def main() -> None:
    """Run until killed."""
    engine = open_database(sys.argv[1])
    sessions: list[LiveSession] = []
    heart = Heart(engine, lambda: [one.session_id for one in sessions], LoadMeter(lambda: sessions), None)
    heart.start()
    bench = Bench(engine, analysis_hz=10.0, server_id=heart.server_id)
    sessions.append(bench.live)
    print(bench.session_id, flush=True)
    while True:
        bench.feed()
        time.sleep(0.1)


if __name__ == "__main__":
    main()
