"""MP4s whose edit list shows parts of what is stored, as editors write that trim without encoding anew."""

import struct
from collections.abc import Sequence

WHOLE_SPEED = 0x10000
Place = tuple[int, int]
"""Where a box begins, and how long it is."""


def with_edits(mp4: bytes, edits_ms: Sequence[tuple[int, int]]) -> bytes:
    """`mp4`, its index behind its pictures, with other edits of its first track: how long, from where."""
    data = bytearray(mp4)
    movie = _box(data, b"moov", (-8, len(data) + 8))
    track = _box(data, b"trak", movie)
    media = _box(data, b"mdhd", _box(data, b"mdia", track))
    (scale_hz,) = struct.unpack_from(">I", data, media[0] + 20)
    at, length = _box(data, b"edts", track)
    (start,) = struct.unpack_from(">i", data, at + 8 + 20)  # of the pictures that are reordered
    lines = [(long_ms, start + from_ms * scale_hz // 1000, WHOLE_SPEED) for long_ms, from_ms in edits_ms]
    content = struct.pack(">II", 0, len(lines)) + b"".join(struct.pack(">iiI", *line) for line in lines)
    edits = struct.pack(">I4sI4s", 16 + len(content), b"edts", 8 + len(content), b"elst") + content
    data[at : at + length] = edits
    for begin, size in (movie, track):
        data[begin : begin + 4] = struct.pack(">I", size + len(edits) - length)
    return bytes(data)


def _box(data: bytes | bytearray, wanted: bytes, inside: Place) -> Place:
    at = inside[0] + 8
    while True:
        size, name = struct.unpack_from(">I4s", data, at)
        if name == wanted:
            return at, size
        at += size
