"""The real server in a process of its own, on a free port of this machine, with its own database."""

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from tests import ROOT
from tests.made.waiting import wait_until

START_S = 120.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_up(url: str) -> bool:
    """Whether Streamlit answers at `url`."""
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


class Server:
    """`streamlit run dashboard/app.py` with settings; a context manager that ends the process it started.

    `database`: a file, or a URL. `root`: another copy of the program. `under`: a command that starts it, such
    as strace and its options.
    """

    def __init__(
        self,
        database: Path | str,
        log: Path,
        *,
        root: Path = ROOT,
        under: Sequence[str] = (),
        **settings: str,
    ) -> None:
        self.port, self.log = free_port(), log
        self._root, self._under = root, under
        self.url = f"http://localhost:{self.port}"
        kept_in = database if isinstance(database, str) else f"sqlite:///{database.as_posix()}"
        self._environment = {
            **os.environ,
            "ATTUNE_DATABASE_URL": kept_in,
            "ATTUNE_FULL_AT": "0",  # its clients' browsers keep this machine busy, too
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def set(self, **settings: str) -> None:
        """Settings that name the server's own address, before it starts."""
        self._environment |= settings

    def __enter__(self) -> Self:
        command = [*self._under, sys.executable, "-m", "streamlit", "run", "dashboard/app.py"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--server.port", str(self.port)],
                cwd=self._root,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        self._wait()
        return self

    def _wait(self) -> None:
        def answers() -> bool:
            assert self.process is not None and self.process.poll() is None, self.log.read_text()
            return is_up(self.url)

        try:
            wait_until(answers, START_S)
        except AssertionError as error:
            raise AssertionError(f"no server at {self.url}: {self.log.read_text()}") from error

    def kill(self) -> None:
        """What a power cut does."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def __exit__(self, *_: object) -> None:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
