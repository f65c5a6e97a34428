"""Recordings over many machines: Ray's actors, one a core, one recording at a time each. No Streamlit.

The only file that knows Ray. Nothing is retried by Ray itself: a worker that ends is replaced here, and its
recording given to another one, once.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from dashboard.cluster.places import name_of
from dashboard.cluster.worker import POISON, Analyst, FarOrder, Outcome
from dashboard.errors import DashboardError
from dashboard.recordings.order import Source, cores, size_bytes
from dashboard.recordings.status import FileStatus, RunStatus, State, run_status
from dashboard.settings import ROOT
from db.store.analysed import MOST_TRIES

LOGGER = logging.getLogger(__name__)

LOCAL = "local"
LOOK_S, ASK_S = 0.2, 2.0
STARTS = 2
"""A cluster of this machine's own has 30 s to start, whatever else the machine does; so often it is tried."""
NO_RAY = "--ray needs Ray: pip install -r requirements-cluster.txt"
CANCELLED = "Cancelled; nothing of this file is kept. The same command begins it at its start."


class NoRayError(DashboardError):
    """Ray is not installed, or no cluster answers."""


class ClusterRun:
    """Analyses `places` on the cluster at `address`, or on one of this machine's own. As RecordingRun to use:
    its methods may be called from any thread."""

    def __init__(
        self, places: Sequence[str], order: FarOrder, address: str, *, jobs: int | None = None
    ) -> None:
        """`jobs`: workers at most. Raises NoRayError."""
        self._places, self._jobs = list(places), jobs
        self._ray = _connected(address, jobs or cores())
        self._lock = threading.Lock()  # for what the thread that follows the workers and pages share
        titles = [Source(ROOT, name_of(place)).title for place in places]
        sizes = [size_bytes(Path(place)) for place in places]  # of what lies elsewhere nobody asks
        self._files = [FileStatus(title, size) for title, size in zip(titles, sizes, strict=True)]
        self._cancel, self._ended = threading.Event(), threading.Event()
        self._began_s = time.monotonic()
        self._following = _Following(self._ray, order, self._places, self._set)

    def start(self) -> None:
        """Begin; returns at once."""
        threading.Thread(target=self._run, name="cluster", daemon=True).start()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Whether everything has ended, `timeout_s` later at the latest."""
        return self._ended.wait(timeout_s)

    def cancel(self) -> None:
        """Stop what runs and begin nothing more; recordings that are through keep their sessions."""
        self._cancel.set()
        self._following.cancel()

    def status(self) -> RunStatus:
        """How it stands now, over all machines."""
        with self._lock:
            spent_s, files = time.monotonic() - self._began_s, self._files
            finished = all(file.state.final for file in files)
            return run_status(files, spent_s, finished=finished, cancelled=self._cancel.is_set())

    def _run(self) -> None:
        try:
            self._following.run(self._workers())
        except Exception:
            LOGGER.exception("the cluster cannot be followed any more")
        finally:
            with self._lock:
                self._files = [one if one.state.final else _given_up(one) for one in self._files]
            self._ended.set()
            self._ray.shutdown()

    def _workers(self) -> int:
        there = int(self._ray.cluster_resources().get("CPU", 1))
        return max(1, min(self._jobs or there, there, len(self._places)))

    def _set(self, index: int, **changes: Any) -> None:
        with self._lock:
            self._files[index] = replace(self._files[index], **changes)


class _Following:
    """Gives recordings to workers and takes what became of them. Of one thread."""

    def __init__(self, ray: Any, order: FarOrder, places: Sequence[str], say: Callable[..., None]) -> None:
        self._ray, self._order, self._places, self._say = ray, order, places, say
        self._cancelled = threading.Event()
        self._actors: list[Any] = []
        self._waiting = deque(range(len(places)))
        self._lost = [0] * len(places)
        self._at_work: dict[Any, tuple[Any, int]] = {}
        self._asked: dict[Any, int] = {}
        self._asked_s = 0.0

    def cancel(self) -> None:
        """Kill what works. Call from any thread."""
        self._cancelled.set()
        for actor in list(self._actors):
            with suppress(Exception):
                self._ray.kill(actor)

    def run(self, workers: int) -> None:
        """Until nothing is left, or cancelled."""
        for _ in range(workers):
            self._give(self._begun())
        while self._at_work and not self._cancelled.is_set():
            ready, _ = self._ray.wait([*self._at_work], num_returns=1, timeout=LOOK_S)
            for answer in ready:
                self._take(answer)
            self._follow_progress()

    def _begun(self) -> Any:
        """Another worker."""
        made = self._ray.remote(
            num_cpus=1, max_restarts=0, max_task_retries=0, max_concurrency=2, scheduling_strategy="SPREAD"
        )(Analyst)
        actor = made.remote(self._order, uuid4().hex)
        self._actors.append(actor)
        if self._cancelled.is_set():  # `cancel` may have looked before it was there
            self._ray.kill(actor)
        return actor

    def _give(self, actor: Any) -> None:
        if self._waiting:
            index = self._waiting.popleft()
            self._say(index, state=State.RUNNING, done=0.0)
            self._at_work[actor.analyse.remote(self._places[index])] = (actor, index)

    def _take(self, answer: Any) -> None:
        actor, index = self._at_work.pop(answer)
        try:
            outcome: Outcome = self._ray.get(answer)
        except self._ray.exceptions.RayError:  # killed, or its machine is gone
            self._actors.remove(actor)
            actor = self._replaced(index)
        else:
            self._say(index, **asdict(outcome), done=1.0)
        self._give(actor)

    def _replaced(self, index: int) -> Any:
        self._lost[index] += 1
        if self._lost[index] < MOST_TRIES:
            self._waiting.appendleft(index)
            self._say(index, state=State.WAITING, done=0.0)
        elif not self._cancelled.is_set():
            self._say(index, state=State.FAILED, notes=(POISON,))
        return self._begun()

    def _follow_progress(self) -> None:
        """What is asked is answered when the worker has time; nobody waits for it."""
        if not self._asked and time.monotonic() - self._asked_s > ASK_S:
            self._asked = {actor.progress.remote(): index for actor, index in self._at_work.values()}
            self._asked_s = time.monotonic()
        if not self._asked:
            return
        ready, _ = self._ray.wait([*self._asked], num_returns=len(self._asked), timeout=0)
        for answer in ready:
            index = self._asked.pop(answer)
            with suppress(self._ray.exceptions.RayError):
                done: float = self._ray.get(answer)
                if index in [at for _, at in self._at_work.values()]:
                    self._say(index, done=done)


def _given_up(file: FileStatus) -> FileStatus:
    return replace(file, state=State.CANCELLED, notes=(CANCELLED,))


def _connected(address: str, jobs: int) -> Any:
    try:
        import ray
    except ImportError as error:
        raise NoRayError(NO_RAY) from error
    told: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    if address == LOCAL:
        told |= {"num_cpus": jobs, "include_dashboard": False, "_node_ip_address": "127.0.0.1"}
    else:
        told |= {"address": address}
    told |= {"runtime_env": {"env_vars": {"PYTHONPATH": str(ROOT)}}}
    for tries_left in range(STARTS if address == LOCAL else 1, 0, -1):
        try:
            ray.init(**told)
            break
        except Exception as error:  # Ray itself raises a bare one of a node that was too slow to start
            ray.shutdown()
            if tries_left == 1:
                raise NoRayError(f"--ray {address}: no cluster answers there ({error}).") from error
    return ray
