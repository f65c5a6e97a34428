"""What one file may take of the process that analyses it: length, memory, processor time. No Streamlit.

A file of 46 kB can declare 364 hours, and one of 69 kB a gigabyte of pictures. Length times size is measured
by what the file brings in bytes; memory and processor time are limited by the system, where it can, so that a
decoder's single call is stopped, too.
"""

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from dashboard.errors import RecordingError
from dashboard.wording import duration, size

resource: Any = None
with suppress(ImportError):  # Windows has none; there processor time is looked at between pictures alone
    import resource

LONGEST_S = 24 * 3600
FREE_PIXEL_S = 1920 * 1080 * 600
PIXEL_S_PER_BYTE = 20_000
"""Slides at 1920 x 1080 that never change still take 100 bytes a second; ten minutes are free."""
LEAST_PIXELS = 640 * 360
"""A look at less costs as much."""
PICTURE_CPU_S = 120
CPU_PER_S, CPU_FREE_S = 20.0, 120.0
"""The most costly honest file (2160p at 60/s, 49 faces, 30 looks a second) takes 9 s a second."""
PIPELINE_BYTES = 300_000_000
LEAST_BYTES, MOST_BYTES, BYTES_PER_BYTE = 300_000_000, 1_500_000_000, 100
"""2160p takes 170 MB of it, 4320p 530 MB; the clear pictures of a GIF of 49 million pixels 1,400 MB."""
PICTURE_TOO_COSTLY = (
    f"One picture of this file took more than {PICTURE_CPU_S} s of processor time, the most that is allowed. "
    "Save the file anew, with smaller pictures."
)


def longest_s(size_bytes: int, width_px: int, height_px: int) -> float:
    """How long a file of this size with such pictures may be."""
    pixel_s = FREE_PIXEL_S + PIXEL_S_PER_BYTE * size_bytes
    return min(float(LONGEST_S), pixel_s / max(width_px * height_px, LEAST_PIXELS))


def memory_bytes(size_bytes: int) -> int:
    """How much a file of this size may take beside the networks."""
    return min(MOST_BYTES, LEAST_BYTES + BYTES_PER_BYTE * size_bytes)


class Bounds:
    """Watches over one file while it is analysed; a context manager, of one thread."""

    def __init__(self, path: Path, hz: float) -> None:
        """`hz`: looks a second of the file. Raises OSError."""
        self._size_bytes, self._hz, self._looks = path.stat().st_size, hz, 0
        self._began_s = time.process_time()

    def __enter__(self) -> Self:
        if (taken := _data_bytes()) is not None:
            _bound("RLIMIT_DATA", taken + PIPELINE_BYTES + memory_bytes(self._size_bytes))
        self._allow_a_picture()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in ("RLIMIT_DATA", "RLIMIT_CPU"):
            _bound(name, None)
        if isinstance(error, MemoryError):
            most = size(memory_bytes(self._size_bytes))
            raise RecordingError(
                f"This file takes more than {most} of memory, the most that one of {size(self._size_bytes)} "
                "may, or than is free. Save it with smaller pictures."
            ) from error

    def goes_on(self, length_s: float | None, width_px: int, height_px: int) -> None:
        """Raises RecordingError for a file that goes on for longer than with pictures of this size it may."""
        most_s = longest_s(self._size_bytes, width_px, height_px)
        if length_s is not None and length_s > most_s:
            most = duration(round(most_s * 1000))
            raise RecordingError(
                f"Wanted at most {most} of pictures of {width_px:,} x {height_px:,} "
                f"in {size(self._size_bytes)}; this file goes on for {duration(round(length_s * 1000))}. "
                "Save it anew, as long as it really is, or in parts."
            )

    def looked(self, media_s: float) -> None:
        """A picture was read and analysed, at this instant of the file. Raises RecordingError."""
        self._looks += 1
        if self._looks / self._hz > LONGEST_S:
            raise RecordingError(f"Wanted at most {duration(LONGEST_S * 1000)}; this file is longer. Cut it.")
        spent_s = time.process_time() - self._began_s
        if spent_s > CPU_FREE_S + CPU_PER_S * media_s:
            raise RecordingError(
                f"Wanted a file that takes at most {CPU_PER_S:.0f} s of processor time a second; of this one "
                f"{media_s:.1f} s took {spent_s:.0f} s. Save it anew, with smaller or fewer pictures."
            )
        self._allow_a_picture()

    def _allow_a_picture(self) -> None:
        _bound("RLIMIT_CPU", int(time.process_time()) + PICTURE_CPU_S)


def ended_by(returncode: int | None) -> str | None:
    """The bound that ended a process with this code, in a sentence; None where none did."""
    is_bound = sys.platform != "win32" and returncode == -signal.SIGXCPU
    return PICTURE_TOO_COSTLY if is_bound else None


def _bound(name: str, most: int | None) -> None:
    """Set a soft limit of this process; None: as high as its parent allows."""
    which = getattr(resource, name, None)
    if which is None:
        return
    _, hard = resource.getrlimit(which)
    allowed = hard if most is None or 0 <= hard < most else most
    with suppress(OSError, ValueError):
        resource.setrlimit(which, (allowed, hard))


def _data_bytes() -> int | None:
    """What counts against RLIMIT_DATA now; None where the system limits nothing by it."""
    # Not RLIMIT_AS: on a large machine malloc reserves gigabytes of addresses that nobody uses.
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
