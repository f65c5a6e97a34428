"""What a container says is to be cut off a video's pictures: MP4's clean aperture, Matroska's PixelCrop.

Players cut it off; decoders do not, and PyAV does not tell it, so it is read from the file's head. A head
that cannot be read cuts nothing: whether the file is whole is judged where it is decoded.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from numpy.typing import NDArray

LARGEST_HEAD = 64 * 2**20
EBML, SEGMENT, CLUSTER = 0x1A45DFA3, 0x18538067, 0x1F43B675
TRACKS, ENTRY, VIDEO = 0x1654AE6B, 0xAE, 0xE0
WIDTH, HEIGHT, BOTTOM, TOP, LEFT, RIGHT = 0xB0, 0xBA, 0x54AA, 0x54BB, 0x54CC, 0x54DD
SAMPLE_ENTRY, SIZE_AT = 78, 24
"""Bytes of MP4's description of a video track before the boxes in it, and where in them its size stands."""
LEAST_SHARE = 0.1
"""Less than this of a side is no picture: a damaged head."""


@dataclass(frozen=True, slots=True)
class Crop:
    """The part that is shown: shares 0..1 of width and height, from the top left."""

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0

    def of(self, image: NDArray[Any]) -> NDArray[Any]:
        """That part of (H, W, ...) pixels."""
        height, width = image.shape[:2]
        rows = slice(round(self.top * height), round(self.bottom * height))
        return image[rows, round(self.left * width) : round(self.right * width)]


WHOLE = Crop()


def declared_crop(path: Path, index: int) -> Crop:
    """Of the track that is number `index` in the file, from 0."""
    try:
        with path.open("rb") as file:
            start = file.read(12)
            file.seek(0)
            if start[:4] == EBML.to_bytes(4, "big"):
                found = list(_of_matroska(file))
            else:
                found = list(_of_mp4(file)) if start[4:8] == b"ftyp" else []
    except (OSError, ValueError, IndexError, struct.error, ZeroDivisionError):
        return WHOLE
    crop = found[index] if index < len(found) else WHOLE
    is_picture = (
        0 <= crop.left <= crop.right - LEAST_SHARE
        and 0 <= crop.top <= crop.bottom - LEAST_SHARE
        and max(crop.right, crop.bottom) <= 1
    )
    return crop if is_picture else WHOLE


def _of_mp4(file: BinaryIO) -> Iterator[Crop]:
    while head := file.read(8):
        size, name, begun = *struct.unpack(">I4s", head), 8
        if size == 1:
            size, begun = *struct.unpack(">Q", file.read(8)), 16
        if name == b"moov" and size <= LARGEST_HEAD:
            for track in _boxes(file.read(size - begun), b"trak"):
                yield _of_track(track)
            return
        if size < begun:
            return
        file.seek(size - begun, 1)


def _of_track(track: bytes) -> Crop:
    for name in (b"mdia", b"minf", b"stbl", b"stsd"):
        track = next(_boxes(track, name), b"")
    entry = track[8 + 8 :]  # version, flags and count; the first entry's size and name
    for clean in _boxes(entry[SAMPLE_ENTRY:], b"clap"):
        width, height = struct.unpack_from(">HH", entry, SIZE_AT)
        values = struct.unpack_from(">IIIIiIiI", clean)
        wide, high, x, y = (values[i] / values[i + 1] for i in (0, 2, 4, 6))
        left, top = (width - wide) / 2 + x, (height - high) / 2 + y
        return Crop(left / width, top / height, (left + wide) / width, (top + high) / height)
    return WHOLE


def _boxes(data: bytes, wanted: bytes) -> Iterator[bytes]:
    at = 0
    while at + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        if size < 8:
            return
        if name == wanted:
            yield data[at + 8 : at + size]
        at += size


def _of_matroska(file: BinaryIO) -> Iterator[Crop]:
    while True:
        name, size = _number(file, marked=True), _number(file)
        if name == SEGMENT:
            continue  # its children follow
        if name == CLUSTER or size > LARGEST_HEAD:
            return
        data = file.read(size)
        if name == TRACKS:
            for entry in _elements(data, ENTRY):
                yield _of_video(next(_elements(entry, VIDEO), b""))
            return


def _of_video(data: bytes) -> Crop:
    names = (WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM)
    told = (int.from_bytes(next(_elements(data, name), b""), "big") for name in names)
    width, height, left, top, right, bottom = told
    if not width or not height:
        return WHOLE
    return Crop(left / width, top / height, 1 - right / width, 1 - bottom / height)


def _elements(data: bytes, wanted: int) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        name, at = number_in(data, at, marked=True)
        size, at = number_in(data, at)
        if name == wanted:
            yield data[at : at + size]
        at += size


def _number(file: BinaryIO, *, marked: bool = False) -> int:
    first = file.read(1)
    length = 9 - first[0].bit_length()
    return number_in(first + file.read(length - 1), 0, marked=marked)[0]


def number_in(data: bytes, at: int, *, marked: bool = False) -> tuple[int, int]:
    """EBML's number and where it ends; `marked`: with the bit that tells its length, as names are written."""
    length = 9 - data[at].bit_length()
    if length > 8:
        raise ValueError("no EBML number")
    value = int.from_bytes(data[at : at + length], "big")
    return value if marked else value & ((1 << 7 * length) - 1), at + length
