"""Independent pieces of work: here one after the other, or as Ray tasks on many machines.

The only file of the training side that knows Ray. Each machine needs the program, and the networks that are
worked with at the same paths.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from training.errors import RunError, TrainingError

T = TypeVar("T")
R = TypeVar("R")
ROOT = Path(__file__).resolve().parents[1]
LOCAL = "local"
MOST_TRIES = 2
NO_RAY = "--ray needs Ray: pip install -r requirements-cluster.txt"
ONE_CORE = dict.fromkeys(("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"), "1")


def add_ray_option(parser: argparse.ArgumentParser) -> None:
    """--ray ADDRESS, as dashboard.analyse has it."""
    told = f"the address of a Ray cluster, or '{LOCAL}' for one of this machine; by default one process"
    parser.add_argument("--ray", metavar="ADDRESS", help=told)


def each(work: Callable[[T], R], items: Sequence[T], ray: str | None) -> Iterator[tuple[int, R]]:
    """What `work` makes of each item, with its place: in order here, as they end on the cluster at `ray`.

    A worker that is killed has its item tried once more. Raises what `work` raises, RunError where no cluster
    answers or an item brings its workers down.
    """
    if ray is None or not items:
        for place, item in enumerate(items):
            yield place, work(item)
        return
    with _connected(ray) as cluster:
        yield from _on(cluster, work, items)


def _on(cluster: Any, work: Callable[[T], R], items: Sequence[T]) -> Iterator[tuple[int, R]]:
    told = cluster.put(work)  # with the data it brings, once for all of a machine's tasks
    task = cluster.remote(num_cpus=1, max_retries=MOST_TRIES - 1)(_do)
    running = {task.remote(told, item): place for place, item in enumerate(items)}
    while running:
        for done in cluster.wait([*running], num_returns=1)[0]:
            place = running.pop(done)
            try:
                yield place, cluster.get(done)
            except cluster.exceptions.RayTaskError as error:  # the work's own, with the worker's whole trace
                raise (error.cause if isinstance(error.cause, TrainingError) else error) from None
            except cluster.exceptions.RayError as error:
                raise RunError(f"{items[place]}: its workers ended in the middle ({error})") from error


def _do(work: Callable[[T], R], item: T) -> R:
    return work(item)


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    """Ray, connected; to the cluster that this program is connected to, if it is."""
    try:
        import ray
    except ImportError as error:
        raise RunError(NO_RAY) from error
    if ray.is_initialized():
        yield ray
        return
    told: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    if address == LOCAL:
        told |= {"include_dashboard": False, "_node_ip_address": "127.0.0.1"}
    else:
        told |= {"address": address}
    try:
        ray.init(**told, runtime_env={"env_vars": {"PYTHONPATH": str(ROOT), **ONE_CORE}})
    except Exception as error:  # Ray itself raises a bare one of a node that was too slow to start
        raise RunError(f"--ray {address}: no cluster answers there ({error})") from error
    try:
        yield ray
    finally:
        ray.shutdown()
