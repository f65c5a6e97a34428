"""Several files side by side, a process for each: progress, time left, cancel. No Streamlit."""

import logging
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dashboard.errors import DashboardError, RecordingError
from dashboard.recordings.messages import Done, Opened, Part, Refused, Task
from dashboard.recordings.order import Order, Source, cores, made_at, remove, size_bytes
from dashboard.recordings.process import AnalysisProcess, ProcessEndedError
from dashboard.recordings.sessions import Spool, fingerprint, keep, new_session
from dashboard.recordings.status import FileStatus, RunStatus, State, run_status
from dashboard.recordings.workers import EVERYBODY, Workers
from db.errors import DatabaseError
from db.store import NewSession, Store
from model.errors import ModelError

LOGGER = logging.getLogger(__name__)
CANCELLED = "Cancelled; nothing of this file is kept. Given again, it begins at its start."
BEFORE = "Analysed before with the same settings: nothing was done again."
NO_COPY = "So no copy with the faces marked was made, either."


class RecordingRun:
    """Analyses `sources` on threads of its own; its methods may be called from any thread."""

    def __init__(
        self,
        sources: Sequence[Source],
        order: Order,
        store: Store,
        *,
        jobs: int | None = None,
        workers: Workers = EVERYBODY,
    ) -> None:
        """`jobs`: files side by side, as far as the processes of `workers` are free for them."""
        self._sources, self._order, self._store = list(sources), order, store
        self._jobs, self._workers = max(1, min(jobs or cores(), len(self._sources))), workers
        # A file belongs to the thread that took its number; the lock is for what all threads and pages share.
        self._lock = threading.Lock()
        self._files = [FileStatus(one.title, size_bytes(one.path)) for one in self._sources]
        self._next = 0
        self._cancel, self._ended = threading.Event(), threading.Event()
        self._working = self._jobs
        self._processes: set[AnalysisProcess] = set()
        self._began_s: float | None = None
        self.keeps: object = None
        """What must live as long as the run does, such as the folder its files lie in."""
        self._threads = [
            threading.Thread(target=self._work, name=f"recordings-{i}", daemon=True)
            for i in range(self._jobs)
        ]

    def start(self) -> None:
        """Begin; returns at once."""
        for thread in self._threads:
            thread.start()

    def cancel(self) -> None:
        """Stop what runs and begin nothing more; files that are through keep their sessions."""
        self._cancel.set()
        with self._lock:
            for process in self._processes:
                process.kill()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Whether everything has ended, `timeout_s` later at the latest."""
        # Not by joining the threads: Python 3.11 takes one for ended when Ctrl-C interrupts a join.
        return self._ended.wait(timeout_s)

    def status(self) -> RunStatus:
        """How it stands now."""
        with self._lock:
            spent_s = 0.0 if self._began_s is None else time.monotonic() - self._began_s
            finished = all(file.state.final for file in self._files)
            return run_status(self._files, spent_s, finished=finished, cancelled=self._cancel.is_set())

    def _work(self) -> None:
        try:
            while (index := self._take()) is not None:
                self._serve(index)
        finally:
            self._workers.tidy()
            with self._lock:
                self._working -= 1
                if not self._working:
                    self._ended.set()

    def _take(self) -> int | None:
        with self._lock:
            if self._next >= len(self._sources):
                return None
            self._next += 1
            return self._next - 1

    def _serve(self, index: int) -> None:
        """One file to its end, whatever it is."""
        try:
            mark = self._mark(index)
            if not self._is_settled(index, mark):
                self._analyse(index, mark)
        except Exception as error:
            self._fail(index, error)
        finally:
            self._delete(index)

    def _is_settled(self, index: int, mark: str) -> bool:
        """Whether nothing is to be done for a file: cancelled, or analysed before."""
        if self._cancel.is_set():
            self._set(index, state=State.CANCELLED, notes=(CANCELLED,))
            return True
        if not self._order.known or mark not in self._order.known:
            return False
        known = self._order.known[mark]
        notes = (BEFORE,) if self._order.annotate_in is None else (f"{BEFORE} {NO_COPY}",)
        self._set(index, state=State.SKIPPED, done=1.0, session_id=known, notes=notes)
        return True

    def _mark(self, index: int) -> str:
        path = self._sources[index].path
        if self._order.known is None or not path.is_file():
            return ""
        return fingerprint(path, self._order.look)

    def _analyse(self, index: int, mark: str) -> None:
        process = self._workers.lend(self._cancel)
        if process is None:
            return self._set(index, state=State.CANCELLED, notes=(CANCELLED,))
        spool = Spool()
        try:
            self._enter(process)
            self._set(index, state=State.STARTING)
            self._follow(index, process, spool, mark)
        except RecordingError:
            raise
        except BaseException:
            process.kill()  # it may be in the middle of the file
            raise
        finally:
            spool.close()
            self._leave(process)

    def _follow(self, index: int, process: AnalysisProcess, spool: Spool, mark: str) -> None:
        source, began_at = self._sources[index], datetime.now(UTC)
        opened = Opened(photo=False)
        for message in process.analyse(self._task(index)):
            match message:
                case Opened():
                    opened = message
                    self._set(index, state=State.RUNNING, photo=opened.photo)
                case Part():
                    spool.add(message.records)
                    self._set(index, done=message.done, frames=spool.frames)
                case Refused():
                    raise RecordingError(message.sentence)
                case Done():
                    started_at = made_at(source.path, opened.made_at) if self._order.from_file else began_at
                    new = self._session(index, mark, started_at, photo=opened.photo)
                    self._keep(index, spool, new, message)

    def _session(self, index: int, mark: str, started_at: datetime, *, photo: bool) -> NewSession:
        title, order = self._sources[index].title, self._order
        return new_session(title, order.look, order.statement, photo=photo, mark=mark, started_at=started_at)

    def _keep(self, index: int, spool: Spool, new: NewSession, done: Done) -> None:
        self._set(index, state=State.STORING, done=1.0)
        session_id = keep(self._store, spool, new, done, self._cancel.is_set)
        if session_id is None:
            remove(done.annotated)
            return self._set(index, state=State.CANCELLED, notes=(CANCELLED,))
        return self._set(
            index,
            state=State.DONE,
            session_id=session_id,
            notes=done.notes,
            end_ms=done.end_ms,
            spent_s=done.spent_s,
            annotated=done.annotated and done.annotated.replace(self._final(index, done.annotated)),
        )

    def _task(self, index: int) -> Task:
        folder, place = self._order.annotate_in, None
        if folder is not None:
            place = folder.resolve() / f".{os.getpid()}-{index}.part"
        threads = max(1, cores() // self._jobs)
        return Task(self._sources[index].path.resolve(), self._order.look, place, threads)

    def _final(self, index: int, written: Path) -> Path:
        """clip-annotated.mp4; where several files are called alike, the later ones carry a number."""
        stems = [one.path.stem for one in self._sources]
        twin = f"-{index + 1}" if stems[index] in stems[:index] else ""
        return written.with_name(f"{stems[index]}-annotated{twin}{written.suffix}")

    def _fail(self, index: int, error: Exception) -> None:
        place = self._task(index).annotated
        for suffix in (".mp4", ".jpg"):
            remove(place and place.with_name(place.name + suffix))
        if self._cancel.is_set() and isinstance(error, ProcessEndedError):
            return self._set(index, state=State.CANCELLED, notes=(CANCELLED,))
        if not isinstance(error, DashboardError | DatabaseError | ModelError | OSError):
            LOGGER.error("a file could not be analysed", exc_info=error)
        return self._set(index, state=State.FAILED, notes=(str(error) or type(error).__name__,))

    def _delete(self, index: int) -> None:
        if self._order.delete:
            remove(self._sources[index].path)

    def _enter(self, process: AnalysisProcess) -> None:
        # Entered before `_cancel` is asked; `cancel` sets that before it looks here: one of the two kills it.
        with self._lock:
            self._processes.add(process)
            self._began_s = self._began_s or time.monotonic()
        if self._cancel.is_set():
            process.kill()

    def _leave(self, process: AnalysisProcess) -> None:
        # Before another run can have it, which this one's `cancel` must not end.
        with self._lock:
            self._processes.discard(process)
        self._workers.take_back(process)

    def _set(self, index: int, **changes: Any) -> None:
        with self._lock:
            self._files[index] = replace(self._files[index], **changes)
