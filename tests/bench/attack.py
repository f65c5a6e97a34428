"""What attacks and ends cost a running session: `python -m tests.bench.attack --json`.

The real server records a portrait. It is killed and stopped again and again: how many analysed frames are not
in the database afterwards? And foreign pages ask it for a WebSocket, several times a second, in every second
stretch of a run: what rate and latency are left, against the quiet stretches between?
"""

import argparse
import json
import os
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from tests import ROOT
from tests.browser.server import free_port
from tests.made.waiting import wait_until

RECORDED_FRAMES = 15
STRETCH_S, STRETCHES, HANDSHAKES_A_SECOND = 4.0, 10, 5
HANDSHAKE = (
    "GET /_stcore/stream HTTP/1.1\r\nHost: localhost:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Origin: http://evil-{number}.example\r\n\r\n"
)


class Recording:
    """A server that records, in a process of its own; `under`: a command that starts it."""

    def __init__(self, folder: Path, under: Sequence[str] = ()) -> None:
        self.database, self._status, self.port = folder / "a.db", folder / "status", free_port()
        command = [*under, sys.executable, "-m", "tests.bench.recording_server", str(self._status)]
        address = f"sqlite:///{self.database.as_posix()}"
        with (folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--server.port", str(self.port)],
                cwd=ROOT,
                env={**os.environ, "ATTUNE_DATABASE_URL": address},
                stdout=log,
                stderr=log,
            )
        wait_until(self._answers, 120)

    def _answers(self) -> bool:
        with closing(socket.socket()) as way:
            return way.connect_ex(("127.0.0.1", self.port)) == 0 and self.told()["analysed"] > 0

    def told(self) -> dict[str, float]:
        """What the session said last."""
        if not self._status.exists():
            return {"analysed": 0, "at_s": time.monotonic(), "latency_p95_ms": 0.0}
        found: dict[str, float] = json.loads(self._status.read_text(encoding="utf-8"))
        return found

    def stored(self) -> tuple[int, str | None]:
        """Frames in the database, and why the session ended."""
        with closing(sqlite3.connect(self.database)) as connection:
            [(reason,)] = connection.execute("SELECT end_reason FROM session").fetchall()
            [(frames,)] = connection.execute("SELECT count(*) FROM frame").fetchall()
        return int(frames), reason


@contextmanager
def recording(under: Sequence[str] = ()) -> Iterator[Recording]:
    with tempfile.TemporaryDirectory() as folder:
        running = Recording(Path(folder), under)
        try:
            yield running
        finally:
            running.process.kill()
            running.process.wait()


def ended_by(told: signal.Signals, times: int) -> dict[str, object]:
    """Frames lost when the server gets this signal in the middle of a session."""
    lost, analysed, reasons = [], 0, set()
    for _ in range(times):
        with recording() as running:
            wait_until(lambda: running.told()["analysed"] >= RECORDED_FRAMES, 120)
            running.process.send_signal(told)
            running.process.wait(60)
            frames, reason = running.stored()
            lost.append(max(0, int(running.told()["analysed"]) - frames))
            analysed += int(running.told()["analysed"])
            reasons.add(str(reason))
    return {
        "times": times,
        "analysed": analysed,
        "lost": sum(lost),
        "worst": max(lost),
        "ended": sorted(reasons),
    }


def under_handshakes() -> dict[str, object]:
    """The rate and latency of a session while foreign pages knock, in turns with quiet ones: a machine that
    others use is never as fast twice."""
    quiet_hz, attacked_hz, refused = [], [], 0
    with recording() as running:
        wait_until(lambda: running.told()["analysed"] >= 100, 120)  # warm
        for _ in range(STRETCHES):
            quiet_hz.append(stretch(running, 0)[0])
            rate_hz, more = stretch(running, HANDSHAKES_A_SECOND)
            attacked_hz.append(rate_hz)
            refused += more
        p95_ms = running.told()["latency_p95_ms"]
    quiet, attacked = statistics.fmean(quiet_hz), statistics.fmean(attacked_hz)
    return {
        "handshakes_refused": refused,
        "quiet_hz": round(quiet, 2),
        "attacked_hz": round(attacked, 2),
        "ratio": round(attacked / quiet, 3),
        "latency_p95_ms": round(p95_ms),
    }


def stretch(running: Recording, knocks_a_second: int) -> tuple[float, int]:
    """Analyses a second over STRETCH_S, and how many handshakes were refused meanwhile."""
    first, refused, until_s = running.told(), 0, time.monotonic() + STRETCH_S
    while time.monotonic() < until_s:
        refused += knock(running.port, refused) if knocks_a_second else 0
        time.sleep(1 / (knocks_a_second or 5))
    last = running.told()
    return (last["analysed"] - first["analysed"]) / (last["at_s"] - first["at_s"]), refused


def knock(port: int, number: int) -> int:
    """One handshake of a foreign page, by as little as does it; 1 if it was refused."""
    with socket.create_connection(("localhost", port), timeout=60) as way:
        way.sendall(HANDSHAKE.format(port=port, number=number).encode())
        return int(way.recv(1000).startswith(b"HTTP/1.1 403"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", choices=("handshakes", "sigterm", "kill"), help="one of the three")
    parser.add_argument("--times", type=int, default=20, help="how often it is killed, and stopped")
    given = parser.parse_args()
    figures: dict[str, object] = {}
    for name, measure in (
        ("handshakes", under_handshakes),
        ("sigterm", partial(ended_by, signal.SIGTERM, given.times)),
        ("kill", partial(ended_by, signal.SIGKILL, given.times)),
    ):
        if given.only in (None, name):
            figures[name] = measure()
            print(f"{name}: {figures[name]}", file=sys.stderr, flush=True)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
