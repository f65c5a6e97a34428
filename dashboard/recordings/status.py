"""How the analysis of several files stands: a snapshot to print or draw. No Streamlit."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class State(StrEnum):
    """Of one file. The last four are final."""

    WAITING = "waiting"
    STARTING = "starting"
    RUNNING = "running"
    STORING = "storing"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        return self in (State.DONE, State.SKIPPED, State.FAILED, State.CANCELLED)


@dataclass(frozen=True, slots=True)
class FileStatus:
    """One file. `done`: 0..1. `notes`: sentences about what could not be read, was changed, or why it failed.

    `end_ms`: length of what was analysed; `spent_s`: how long that took; both 0 until it is done.
    """

    name: str
    size_bytes: int
    state: State = State.WAITING
    done: float = 0.0
    notes: tuple[str, ...] = ()
    session_id: int | None = None
    photo: bool = False
    frames: int = 0
    end_ms: int = 0
    spent_s: float = 0.0
    annotated: Path | None = None

    @property
    def times_real(self) -> float | None:
        """How many times faster than the file plays; None for a photo or before the end."""
        if self.photo or not self.end_ms or not self.spent_s:
            return None
        return self.end_ms / 1000 / self.spent_s


@dataclass(frozen=True, slots=True)
class RunStatus:
    """All files. `done`: 0..1 by their sizes; `left_s`: an estimate, None while there is nothing to go by."""

    files: tuple[FileStatus, ...]
    done: float
    left_s: float | None
    finished: bool
    cancelled: bool

    def count(self, *states: State) -> int:
        """How many files are in one of `states`."""
        return sum(file.state in states for file in self.files)


LEAST_DONE, LEAST_SPENT_S = 0.01, 3.0


def run_status(files: Sequence[FileStatus], spent_s: float, *, finished: bool, cancelled: bool) -> RunStatus:
    """The snapshot. `spent_s`: since the first file began."""
    weights = [max(file.size_bytes, 1) for file in files]
    shares = [1.0 if file.state.final else file.done for file in files]
    done = sum(w * s for w, s in zip(weights, shares, strict=True)) / max(sum(weights), 1)
    # A file that was skipped or failed took no time, so it says nothing about the others.
    timed = [
        (w, s)
        for w, s, file in zip(weights, shares, files, strict=True)
        if not file.state.final or file.state is State.DONE
    ]
    share = sum(w * s for w, s in timed) / max(sum(w for w, _ in timed), 1)
    left_s = None
    if not finished and share >= LEAST_DONE and spent_s >= LEAST_SPENT_S:
        left_s = spent_s * (1 - share) / share
    return RunStatus(tuple(files), done, left_s, finished, cancelled)
