"""Debian's coturn on this machine's own address, started and ended by the test."""

import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any, Self

import pytest

from tests.browser.server import free_port

COTURN = shutil.which("turnserver")
needs_coturn = pytest.mark.skipif(COTURN is None, reason="no coturn: apt-get install coturn")
REALM = "attune.test"
START_S = 20.0


def own_address() -> str:
    """The address by which others reach this machine; no packet is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("203.0.113.1", 9))
        return str(probe.getsockname()[0])


class TurnServer:
    """`turnserver` with one user, or with a shared `secret`; a context manager."""

    def __init__(
        self, folder: Path, *, secret: str = "", username: str = "host", password: str = "pw"
    ) -> None:
        self.address, self.port = own_address(), free_port()
        self._log = folder / "turn.log"
        users = (
            ["--use-auth-secret", f"--static-auth-secret={secret}"]
            if secret
            else [
                "--lt-cred-mech",
                f"--user={username}:{password}",
            ]
        )
        self._command = [
            str(COTURN), "-n", "-c", "/dev/null", "--log-file=stdout", "--simple-log", "--verbose",
            f"--listening-ip={self.address}", f"--relay-ip={self.address}", f"--listening-port={self.port}",
            f"--realm={REALM}", f"--userdb={folder / 'turn.db'}", f"--pidfile={folder / 'turn.pid'}",
            "--no-tls", "--no-dtls", "--no-cli", *users,
        ]  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"turn:{self.address}:{self.port}"

    @property
    def stun(self) -> str:
        return f"stun:{self.address}:{self.port}"

    def entry(self, **credentials: str) -> dict[str, Any]:
        """As ATTUNE_ICE_SERVERS has it."""
        return {"urls": self.url, **credentials}

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=subprocess.STDOUT)
        give_up_s = time.monotonic() + START_S
        while not self._listens():
            assert self._process.poll() is None and time.monotonic() < give_up_s, self.log
            time.sleep(0.05)
        return self

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((self.address, self.port)) == 0

    def stop(self) -> None:
        """End the process this object started, and wait until it is gone."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def __exit__(self, *_: object) -> None:
        self.stop()
