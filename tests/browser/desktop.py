"""A desktop that nobody sees: an X display with a window manager, for real windows to be shared."""

import os
import shutil
import subprocess
from typing import IO, Self

PROGRAMS = ("Xvfb", "openbox", "xdotool")
MISSING = [name for name in PROGRAMS if shutil.which(name) is None]
"""What has to be installed first; Chromium offers a window only once a window manager has taken it in."""


class Desktop:
    """An X display of `width` x `height` px on a free number; a context manager."""

    def __init__(self, width: int = 1200, height: int = 700) -> None:
        self._screen = f"{width}x{height}x24"
        self._started: list[subprocess.Popen[bytes]] = []
        self.display = ""

    def __enter__(self) -> Self:
        server = self._start(
            "Xvfb", "-displayfd", "1", "-screen", "0", self._screen, "-nolisten", "tcp", out=subprocess.PIPE
        )
        assert server.stdout is not None
        self.display = f":{server.stdout.readline().decode().strip()}"
        self._start("openbox", "--sm-disable")
        return self

    def _start(self, *command: str, out: int | IO[bytes] = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.DEVNULL, env={**os.environ, "DISPLAY": self.display}
        )
        self._started.append(process)
        return process

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._started):
            process.terminate()
            process.wait(10)

    def window(self, title: str) -> str:
        """The number of the one window that can be seen and whose title has this in it."""
        [number] = self._told("search", "--onlyvisible", "--name", title).split()
        return number

    def resize(self, window: str, width: int, height: int) -> None:
        self._told("windowsize", window, str(width), str(height))

    def minimise(self, window: str) -> None:
        self._told("windowminimize", window)

    def bring_back(self, window: str) -> None:
        self._told("windowmap", window)

    def _told(self, *command: str) -> str:
        done = subprocess.run(
            ["xdotool", *command],
            env={**os.environ, "DISPLAY": self.display},
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
        return done.stdout
