"""Faces of one frame on more than one thread, where a core is free for it.

Networks let go of Python's lock while they run, so that two threads read a crowd in little more than half
the time. Each thread has networks of its own, for those are not safe to share.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

PAYS_FROM = 1.4
"""Processor time over the clock's, of two threads: 1.9 on a free machine, 1 where they wait for one core."""
PAUSE_S = 5.0
CROWD = 8
"""Fewer faces than these and one more are read on one thread, unless all cores are this program's."""

Worker = TypeVar("Worker")
Result = TypeVar("Result")


class SpareCores:
    """How many threads pay now: told by what they gained the last time, tried again every PAUSE_S.

    With `always`, every frame of two faces or more gets all of them: a recording leaves nobody a core.
    """

    def __init__(
        self, threads: int = 1, *, always: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.threads, self._always, self._clock = threads, always, clock
        self._resume_s = float("-inf")

    def threads_for(self, faces: int) -> int:
        """How many threads to use for so many faces."""
        if faces < 2 or (faces <= CROWD and not self._always):
            return 1
        pays = self._always or self._clock() >= self._resume_s
        return min(self.threads, faces) if pays else 1

    def gained(self, busy_s: float, passed_s: float) -> None:
        """Threads were busy for so long in all, while so much time passed."""
        if busy_s < PAYS_FROM * passed_s:
            self._resume_s = self._clock() + PAUSE_S


class Lanes(Generic[Worker]):
    """A worker a thread; the first one is used on the calling thread. Not thread-safe itself.

    Further workers are made by `more` when they are first needed.
    """

    def __init__(self, first: Worker, more: Callable[[], Worker], cores: SpareCores) -> None:
        self._workers, self._more, self._cores = [first], more, cores
        self._threads: ThreadPoolExecutor | None = None

    @property
    def first(self) -> Worker:
        return self._workers[0]

    def each(self, count: int, work: Callable[[Worker, int], Result]) -> list[Result]:
        """`work` for every face below `count`, in order. What it raises is raised here."""
        return self._each(count, work, self._cores.threads_for(count))

    def parts(self, count: int, work: Callable[[Worker, slice], Result]) -> list[Result]:
        """`work` for all of `count` faces in as many even parts as there are threads for them."""
        threads = self._cores.threads_for(count)
        edges = [count * i // threads for i in range(threads + 1)]
        return self._each(threads, lambda worker, i: work(worker, slice(edges[i], edges[i + 1])), threads)

    def _each(self, count: int, work: Callable[[Worker, int], Result], threads: int) -> list[Result]:
        if threads < 2:
            return [work(self.first, i) for i in range(count)]
        results: dict[int, Result] = {}
        numbers = iter(range(count))  # taken by whoever is free: one call of Python's own cannot be split

        def share(worker: Worker) -> float:
            began_s = time.thread_time()
            for i in numbers:
                results[i] = work(worker, i)
            return time.thread_time() - began_s

        began_s = time.perf_counter()
        others = [self._pool().submit(share, worker) for worker in self._enough(threads)[1:threads]]
        busy_s = share(self.first) + sum(other.result() for other in others)
        self._cores.gained(busy_s, time.perf_counter() - began_s)
        return [results[i] for i in range(count)]

    def _enough(self, threads: int) -> list[Worker]:
        while len(self._workers) < threads:
            self._workers.append(self._more())
        return self._workers

    def _pool(self) -> ThreadPoolExecutor:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self._cores.threads - 1, thread_name_prefix="faces")
        return self._threads
