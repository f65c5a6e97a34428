"""From the analysis thread to the database, without the analysis ever waiting for it.

`submit` puts a frame into a bounded queue. One writer thread stores batches, each in one transaction:
as soon as `batch_rows` observations wait, and otherwise `batch_s` apart. What a crash can lose is what
came since the last transaction. A database that cannot be written now keeps the queue waiting, and
`status` says why; a full queue refuses the newest frames and counts them.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from dashboard.running.recorder_status import DELETED, FrameCount, RecorderStatus, p95_ms
from db.errors import DatabaseGoneError, DatabaseUnavailableError, SessionNotFoundError
from db.store import Store
from model.observations import FrameRecord

__all__ = ["Recorder", "RecorderStatus"]

LOGGER = logging.getLogger(__name__)

MAX_FRAMES = 6_000  # ten minutes at 10 Hz
MAX_ROWS = 60_000  # four minutes of 25 faces at 10 Hz; about 40 MB
STALLED_AFTER_S = 2.0
FIRST_RETRY_S, LAST_RETRY_S = 0.1, 2.0
LINGER_S = 60.0


@dataclass(frozen=True, slots=True)
class _Queued:
    record: FrameRecord
    captured_at: float


class Recorder:
    """Records one session. `submit` may be called from any thread, `close` any number of times.

    `clock` is monotonic, in seconds; `captured_at` is a reading of the same clock. After `close` has
    run out of time the writer goes on trying for `linger_s`, then gives up and counts the rest as dropped.
    """

    def __init__(
        self,
        store: Store,
        session_id: int,
        *,
        max_frames: int = MAX_FRAMES,
        max_rows: int = MAX_ROWS,
        batch_rows: int = 500,
        batch_s: float = 1.0,
        linger_s: float = LINGER_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._session_id, self._clock = store, session_id, clock
        self._max_frames, self._max_rows = max_frames, max_rows
        self._batch_rows, self._batch_s, self._linger_s = batch_rows, batch_s, linger_s
        # Filled by `submit`, emptied by the writer alone, without a lock between: a deque's ends are safe.
        self._queue: deque[_Queued] = deque()
        self._accepted, self._refused = FrameCount(), FrameCount()  # changed by submit, under _submitting
        self._written, self._lost = FrameCount(), FrameCount()  # changed by the writer thread
        self._submitting = threading.Lock()
        self._wake, self._closing = threading.Event(), threading.Event()
        self._ended = False
        self._error: str | None = None
        self._gone = False  # with the file went what was written into it
        self._write_began_at: float | None = None
        self._give_up_at = float("inf")
        self._write_s: deque[float] = deque(maxlen=200)
        self._stored_s: deque[float] = deque(maxlen=2000)
        self._writer = threading.Thread(target=self._run, name=f"recorder-{session_id}", daemon=True)
        self._writer.start()

    def submit(self, record: FrameRecord, captured_at: float | None = None) -> None:
        """Queue one analysed frame. Never waits for the database and never raises.

        A full queue, a closed recorder or a deleted session drops this newest frame and counts it.
        """
        item = _Queued(record, self._clock() if captured_at is None else captured_at)
        with self._submitting:
            if self._closing.is_set() or self._ended or self._is_full(record):
                self._refused.add(record)
                return
            self._queue.append(item)
            self._accepted.add(record)
        is_first = len(self._queue) <= 1
        if (is_first or self._waiting_rows() >= self._batch_rows) and not self._wake.is_set():
            self._wake.set()

    def status(self) -> RecorderStatus:
        """How recording goes. Cheap; called from any thread."""
        now = self._clock()
        there, gone = (FrameCount(), self._written) if self._gone else (self._written, FrameCount())
        return RecorderStatus(
            written_frames=there.frames,
            written_rows=there.rows,
            queued_frames=max(self._waiting_frames(), 0),
            queued_rows=max(self._waiting_rows(), 0),
            dropped_frames=self._refused.frames + self._lost.frames + gone.frames,
            dropped_rows=self._refused.rows + self._lost.rows + gone.rows,
            error=self._sentence(now),
            write_p95_ms=p95_ms(self._write_s),
            stored_p95_ms=p95_ms(self._stored_s),
            finished=not self._writer.is_alive(),
        )

    def close(self, timeout_s: float = 5.0) -> RecorderStatus:
        """Take no more frames, store what waits, and say how it went, after `timeout_s` at the latest.

        `finished` is False when rows still wait; they are written if the database answers in time.
        """
        with self._submitting:
            # Under the lock of `submit`: what was accepted lies in the queue before the writer's last look.
            if not self._closing.is_set():
                self._give_up_at = self._clock() + timeout_s + self._linger_s
            self._closing.set()
        self._wake.set()
        self._writer.join(timeout_s)
        status = self.status()
        if status.finished or status.error:
            return status
        return replace(
            status, error=f"{status.queued_rows} observations are not stored yet; the database is slow."
        )

    def _waiting_rows(self) -> int:
        return self._accepted.rows - self._written.rows - self._lost.rows

    def _waiting_frames(self) -> int:
        return self._accepted.frames - self._written.frames - self._lost.frames

    def _is_full(self, record: FrameRecord) -> bool:
        rows = self._waiting_rows() + len(record.observations)
        return self._waiting_frames() >= self._max_frames or rows > self._max_rows

    def _sentence(self, now: float) -> str | None:
        began = self._write_began_at
        if self._error is None and began is not None and now - began > STALLED_AFTER_S:
            return f"The database has not answered for {now - began:.0f} s; observations are kept and wait."
        return self._error

    def _run(self) -> None:
        due = self._clock() + self._batch_s
        while not self._ended:
            # Nothing waits: sleep until something does. Waking 50 times a second took 0.5 % of a core.
            self._wake.wait(max(0.0, due - self._clock()) if self._queue else None)
            self._wake.clear()
            closing = self._closing.is_set()
            everything = closing or self._clock() >= due
            self._write_waiting(everything)
            if everything:
                due = self._clock() + self._batch_s
            if closing:
                self._ended = True

    def _write_waiting(self, everything: bool) -> None:
        """Store full batches; a smaller one only of what waits now, when `everything` is due."""
        due_frames = len(self._queue) if everything else 0
        while self._queue and (due_frames > 0 or self._waiting_rows() >= self._batch_rows):
            batch = self._next_batch()
            due_frames -= len(batch)
            self._store_batch(batch)

    def _next_batch(self) -> list[_Queued]:
        batch: list[_Queued] = []
        rows = 0
        while self._queue and rows < self._batch_rows and len(batch) < self._batch_rows:
            batch.append(self._queue.popleft())
            rows += len(batch[-1].record.observations)
        return batch

    def _store_batch(self, batch: list[_Queued]) -> None:
        delay_s = FIRST_RETRY_S
        while not self._ended:
            try:
                return self._write(batch)
            except DatabaseUnavailableError as error:
                self._gone = isinstance(error, DatabaseGoneError)
                self._say(str(error))
            except SessionNotFoundError:
                return self._give_up(batch, DELETED)
            except Exception as error:
                return self._refuse(batch, error)
            if self._clock() > self._give_up_at:
                return self._give_up(batch, f"{self._error} The last observations of this session are lost.")
            self._pause(delay_s)
            delay_s = min(2 * delay_s, LAST_RETRY_S)
        return self._lose(batch)

    def _write(self, batch: list[_Queued]) -> None:
        began = self._clock()
        if self._write_began_at is None:
            self._write_began_at = began
        self._store.write_frames(self._session_id, [item.record for item in batch])
        now = self._clock()
        for item in batch:
            self._written.add(item.record)
        self._write_s.append(now - began)
        self._stored_s.extend(now - item.captured_at for item in batch)
        self._write_began_at = self._error = None
        self._gone = False

    def _refuse(self, batch: list[_Queued], error: Exception) -> None:
        """The database will never take this batch: leave out the frame that is to blame, keep the others."""
        if len(batch) > 1:
            for item in batch:
                self._store_batch([item])
            return
        self._lose(batch)
        self._say(f"Frame {batch[0].record.frame} could not be stored and is left out: {error}")

    def _give_up(self, batch: list[_Queued], sentence: str) -> None:
        with self._submitting:
            self._ended = True
        self._lose([*batch, *self._queue])
        self._queue.clear()
        self._say(sentence)

    def _lose(self, items: list[_Queued]) -> None:
        for item in items:
            self._lost.add(item.record)
        self._write_began_at = None

    def _pause(self, delay_s: float) -> None:
        """Wait before the next attempt; a recorder that is being closed tries more often."""
        if self._closing.wait(delay_s):
            time.sleep(FIRST_RETRY_S)

    def _say(self, sentence: str) -> None:
        if sentence != self._error:
            LOGGER.warning("session %d: %s", self._session_id, sentence)
        self._error = sentence
