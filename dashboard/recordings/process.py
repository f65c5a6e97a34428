"""The process that analyses files, as seen by who started it. No Streamlit."""

import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress

from dashboard.errors import DashboardError
from dashboard.recordings.bounds import ended_by
from dashboard.recordings.messages import Done, Message, Refused, Task
from dashboard.settings import ROOT

END_S = 5.0


class ProcessEndedError(DashboardError):
    """The process ended in the middle of a file: killed, or brought down by it."""


class AnalysisProcess:
    """One process of dashboard.recordings.worker. `analyse` runs on one thread; `kill` on any.

    Not `multiprocessing`: its children run the main script again, which under Streamlit is the app's.
    """

    def __init__(self) -> None:
        """Raises OSError when it cannot be started."""
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  open as long as the process
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dashboard.recordings.worker"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
        )

    def analyse(self, task: Task) -> Iterator[Message]:
        """The messages about one file, as they come. Raises ProcessEndedError."""
        given, answers = self._process.stdin, self._process.stdout
        assert given is not None and answers is not None
        try:
            pickle.dump(task, given)
            given.flush()
            while True:
                message: Message = pickle.load(answers)
                yield message
                if isinstance(message, Done | Refused):
                    return
        except (EOFError, OSError, ValueError, pickle.UnpicklingError) as error:
            raise ProcessEndedError(self._last_words()) from error

    def kill(self) -> None:
        """End it at once, whatever it does."""
        with suppress(OSError):
            self._process.kill()

    def close(self) -> None:
        """End it and wait for its end."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait(END_S)
        self._said.close()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def _last_words(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(END_S)
        if bound := ended_by(self._process.returncode):
            return bound
        with suppress(ValueError, OSError):
            self._said.seek(0)
            lines = self._said.read().decode("utf-8", "replace").strip().splitlines()
            if lines and not lines[-1].startswith("INFO"):
                return (
                    f"The analysis ended unexpectedly ({lines[-1][:200]}). Save the file anew and try again."
                )
        return "The analysis of this file ended unexpectedly. Save the file anew and try again."
