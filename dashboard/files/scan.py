"""How long a small file goes on, whatever it declares, read without decoding a picture. No Streamlit."""

from pathlib import Path

from av.error import FFmpegError

from dashboard.errors import RecordingError
from dashboard.files.clock import FileClock
from dashboard.files.film import LONGEST_HOLD_S
from dashboard.files.kinds import Kind, kind_of
from dashboard.files.parts import Part, parts_of
from dashboard.files.probe import open_video

MOST_BYTES = 32_000_000
"""What is larger is found out while it is read."""
ANIMATION_FRAME, HEAD_BYTES, STAYS_AT = b"ANMF", 8, 12
"""A WebP's picture: its head, and where in it stands for how many ms it stays (RFC 9649, section 2.7.1.1)."""


def scanned_s(path: Path, track: int | None = None) -> float | None:
    """For how many seconds its pictures are shown, as they will be read; None for what is too large.

    Raises RecordingError.
    """
    if path.stat().st_size > MOST_BYTES:
        return None
    if kind_of(path) is Kind.ANIMATION:
        return _animation_s(path.read_bytes())
    return sum(_film_s(part, track) for part in parts_of(path))


def _film_s(part: Part, track: int | None) -> float:
    try:
        container, video = open_video(part.path, track, part.url)
    except RecordingError:
        return 0.0  # told when it is read
    shown_s = last_s = 0.0
    try:
        clock = FileClock(container, container.streams[video.track.index])
        for packet in container.demux(*clock.streams):
            clock.place(packet)
            step_s = clock.picture_end_s - last_s
            if step_s <= LONGEST_HOLD_S:  # a damaged stamp is jumped to
                shown_s += step_s
            last_s = clock.picture_end_s
    except FFmpegError:
        pass  # what is damaged is told when it is read
    finally:
        container.close()
    return shown_s


def _animation_s(content: bytes) -> float:
    at, total_ms = STAYS_AT, 0
    while at + HEAD_BYTES <= len(content):
        length = int.from_bytes(content[at + 4 : at + 8], "little")
        if content[at : at + 4] == ANIMATION_FRAME:
            begin = at + HEAD_BYTES + STAYS_AT
            total_ms += int.from_bytes(content[begin : begin + 3], "little")
        at += HEAD_BYTES + length + length % 2
    return total_ms / 1000
