"""Processes that analyse files, shared by all tabs: as many as cores, lent in order. No Streamlit."""

import threading
from collections import deque

from dashboard.recordings.order import cores
from dashboard.recordings.process import AnalysisProcess

LOOK_S = 0.2


class Workers:
    """`most` processes at once. Its methods may be called from any thread.

    A file is lent for at a time, so that a tab with one file does not wait for all hundred of another.
    """

    def __init__(self, most: int) -> None:
        self._most, self._lent = most, 0
        self._changed = threading.Condition()
        self._waiting: deque[object] = deque()
        self._idle: list[AnalysisProcess] = []

    def lend(self, given_up: threading.Event) -> AnalysisProcess | None:
        """A process for one file, once it is this caller's turn; None when given up. Raises OSError."""
        if not self._take_turn(given_up):
            return None
        try:
            return self._living() or AnalysisProcess()
        except BaseException:
            self._return_turn()
            raise

    def take_back(self, process: AnalysisProcess) -> None:
        """The file is through; the process waits for the next one."""
        with self._changed:
            self._idle.append(process)
        self._return_turn()

    def tidy(self) -> None:
        """End the processes that nobody waits for. To be called by whoever has no more files."""
        with self._changed:
            left = [] if self._waiting or self._lent else self._idle
            self._idle = self._idle if self._waiting or self._lent else []
        for process in left:
            process.close()

    def _take_turn(self, given_up: threading.Event) -> bool:
        ticket = object()
        with self._changed:
            self._waiting.append(ticket)
            try:
                while self._waiting[0] is not ticket or self._lent >= self._most:
                    if given_up.is_set():
                        return False
                    self._changed.wait(LOOK_S)
                self._lent += 1
                return True
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()

    def _return_turn(self) -> None:
        with self._changed:
            self._lent -= 1
            self._changed.notify_all()

    def _living(self) -> AnalysisProcess | None:
        """One that waits and was not ended with its last file."""
        while True:
            with self._changed:
                if not self._idle:
                    return None
                process = self._idle.pop()
            if process.alive:
                return process
            process.close()


EVERYBODY = Workers(cores())
"""Those of this program."""
