"""What the recorder tells about itself."""

from collections import deque
from dataclasses import dataclass

from model.observations import FrameRecord

DELETED = "This session was deleted, so nothing more of it is recorded."


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """A snapshot. Rows are observations; `queued` includes the batch being written.

    `error` is a sentence for the host, None while all is well. `write_p95_ms` is the length of a
    transaction, `stored_p95_ms` the time from capture (or submit) to committed, both over the last
    writes. `finished` is True when nothing will be written any more.
    """

    written_frames: int
    written_rows: int
    queued_frames: int
    queued_rows: int
    dropped_frames: int
    dropped_rows: int
    error: str | None
    write_p95_ms: float | None
    stored_p95_ms: float | None
    finished: bool


@dataclass(slots=True)
class FrameCount:
    """Frames and rows. Each instance is changed by one side only, so no lock is shared with readers."""

    frames: int = 0
    rows: int = 0

    def add(self, record: FrameRecord) -> None:
        self.frames += 1
        self.rows += len(record.observations)


def p95_ms(seconds: deque[float]) -> float | None:
    """The 95th percentile in ms of durations in s; None without any."""
    ranked = sorted(seconds.copy())
    return 1000.0 * ranked[int(0.95 * (len(ranked) - 1))] if ranked else None
