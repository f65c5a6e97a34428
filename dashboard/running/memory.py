"""Gives memory that was freed back to the operating system while a session runs. No Streamlit.

Frames, charts and messages are allocated and freed on a dozen threads, and glibc keeps what lies between:
in three minutes with 25 faces the memory in use stayed at 175 MB, and what was free in between grew from 41
to 107 MB. `malloc_trim` returns it, in milliseconds. glibc also raises, up to 32 MB, the size from which a
block has a mapping of its own, and then cuts whole pictures out of its arenas, which grew by 16 MB a minute;
`keep_pictures_apart` holds that size. Other systems' allocators do so by themselves.
"""

import ctypes
import threading
from collections.abc import Callable
from functools import cache

EVERY_S, AFTERWARDS = 20.0, 3
MAPPED_FROM_BYTES = 256 * 1024
_M_MMAP_THRESHOLD = -3  # malloc.h


@cache
def keep_pictures_apart() -> bool:
    """From now on a block of 256 KiB or more goes back once it is freed; False where this is not glibc."""
    try:
        return bool(ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, MAPPED_FROM_BYTES) == 1)
    except (OSError, AttributeError, TypeError):  # macOS, musl; Windows
        return False


@cache
def _trim() -> Callable[[int], int] | None:
    try:
        found: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):  # macOS, musl; Windows
        return None
    return found


def give_back() -> bool:
    """Return freed memory now; False where the system has no way to be asked."""
    trim = _trim()
    if trim is None:
        return False
    trim(0)
    return True


def give_back_while(running: Callable[[], bool], every_s: float = EVERY_S) -> threading.Thread:
    """Do so again and again, from a thread of its own, until `running` says no, and AFTERWARDS times more:
    what networks and connections held is free only then, and 2 MB of each session stayed."""

    def work() -> None:
        pause, left = threading.Event(), AFTERWARDS
        while left and not pause.wait(every_s) and give_back():
            left = AFTERWARDS if running() else left - 1

    thread = threading.Thread(target=work, name="memory", daemon=True)
    thread.start()
    return thread
