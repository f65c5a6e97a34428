"""Where in a file another one begins: recordings copied one behind the other. No Streamlit.

FFmpeg reads on over a second beginning with the first one's tracks and codecs, or not at all. Only heads are
read here, never what is in them; a file that cannot be followed has one part.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from typing import BinaryIO

from dashboard.errors import RecordingError
from dashboard.files.cropping import CLUSTER, EBML, SEGMENT, number_in

MOST_PARTS = 1000
ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
IVF_HEAD = 32
FLV_TAGS = {8, 9, 18}
OGG_FIRST_PAGE = 2
Walk = Callable[[BinaryIO], Iterator[int]]


@dataclass(frozen=True, slots=True)
class Part:
    """A file, or those of its bytes that are a recording of their own."""

    path: Path
    start: int = 0
    end: int | None = None

    @property
    def url(self) -> str:
        """As FFmpeg opens it."""
        if self.end is None:
            return str(self.path)
        return f"subfile,,start,{self.start},end,{self.end},,:{self.path}"


def parts_of(path: Path) -> list[Part]:
    """The recordings in a file, in its order: one, as a rule. Raises RecordingError or OSError."""
    with path.open("rb") as file:
        start = file.read(len(ASF_HEADER))
        walk = next((walk for at, sign, walk in WALKS if start.startswith(sign, at)), None)
        begins = [] if walk is None else list(islice(_followed(walk, file), MOST_PARTS))
    if not begins:
        return [Part(path)]
    if len(begins) == MOST_PARTS:
        raise RecordingError(
            f"Wanted at most {MOST_PARTS:,} recordings joined in a file; this one has more. Join fewer."
        )
    return [Part(path, *ends) for ends in pairwise([0, *begins, path.stat().st_size])]


def _followed(walk: Walk, file: BinaryIO) -> Iterator[int]:
    file.seek(0)
    try:
        yield from walk(file)
    except (struct.error, IndexError, ValueError, OverflowError, OSError):
        return


def _in_mp4(file: BinaryIO) -> Iterator[int]:
    at, is_whole = 0, False
    while True:
        size, name = struct.unpack(">I4s", _head(file, at, 8))
        if name == b"ftyp" and is_whole:
            yield at
        is_whole = is_whole or name == b"moov"
        if size == 1:
            (size,) = struct.unpack(">Q", file.read(8))
        at = _onward(at, size, 8)


def _in_asf(file: BinaryIO) -> Iterator[int]:
    at = 0
    while True:
        name, size = struct.unpack("<16sQ", _head(file, at, 24))
        if at and name == ASF_HEADER:
            yield at
        at = _onward(at, size, 24)


def _in_flv(file: BinaryIO) -> Iterator[int]:
    at = 0
    while True:
        head = _head(file, at, 11)
        if head.startswith(b"FLV"):
            if at:
                yield at
            at += int.from_bytes(head[5:9], "big") + 4
        elif head[0] & 0x1F in FLV_TAGS:
            at += 11 + int.from_bytes(head[1:4], "big") + 4
        else:
            return


def _in_ivf(file: BinaryIO) -> Iterator[int]:
    at = 0
    while True:
        head = _head(file, at, 12)
        if head.startswith(b"DKIF"):
            if at:
                yield at
            at += IVF_HEAD
        else:
            at += 12 + int.from_bytes(head[:4], "little")


def _in_ogg(file: BinaryIO) -> Iterator[int]:
    at, began = 0, False
    while (head := _head(file, at, 27)).startswith(b"OggS"):
        is_first = bool(head[5] & OGG_FIRST_PAGE)
        if is_first and began:
            yield at
        began = not is_first
        at += 27 + head[26] + sum(file.read(head[26]))


def _in_matroska(file: BinaryIO) -> Iterator[int]:
    at = 0
    while True:
        head = _head(file, at, 2) + file.read(14)
        name, begun = number_in(head, 0, marked=True)
        size, length = number_in(head, begun)
        if at and name == EBML:
            yield at
        is_open = size == (1 << 7 * (length - begun)) - 1
        at += length
        if not (is_open and name in (SEGMENT, CLUSTER)):  # of what has no end the children follow
            at += size


def _head(file: BinaryIO, at: int, length: int) -> bytes:
    """Raises ValueError at the end of the file."""
    file.seek(at)
    head = file.read(length)
    if len(head) < length:
        raise ValueError("the end")
    return head


def _onward(at: int, size: int, least: int) -> int:
    if size < least:
        raise ValueError("no size")
    return at + size


WALKS: tuple[tuple[int, bytes, Walk], ...] = (
    (4, b"ftyp", _in_mp4),
    (0, EBML.to_bytes(4, "big"), _in_matroska),
    (0, b"OggS", _in_ogg),
    (0, b"FLV", _in_flv),
    (0, ASF_HEADER, _in_asf),
    (0, b"DKIF", _in_ivf),
)
