"""The next picture of a file is decoded while one is analysed. No Streamlit."""

from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

_END = object()


def read_ahead(things: Iterable[T], ahead: int = 1) -> Generator[T, None, None]:
    """`things`, of which up to `ahead` are taken on another thread before they are asked for.

    What their iterator raises is raised where it would have been. Close it, and nothing reads any more.
    """
    source = iter(things)
    with ThreadPoolExecutor(1, thread_name_prefix="reading") as thread:
        waiting = deque(thread.submit(next, source, _END) for _ in range(ahead))
        while (thing := waiting.popleft().result()) is not _END:
            waiting.append(thread.submit(next, source, _END))
            yield thing  # type: ignore[misc]
