"""What a container declares to be cut off is not seen, as in players."""

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.files.cropping import WHOLE, declared_crop
from dashboard.files.film import Film
from dashboard.files.parts import Part

WIDTH, HEIGHT, CUT = 320, 240, 40
GREEN, RED = (0, 200, 0), (0, 0, 255)


def framed(path: Path, codec: str = "mpeg4") -> Path:
    """A video of a green picture with a red frame of CUT px about it."""
    image = np.full((HEIGHT, WIDTH, 3), RED, np.uint8)
    image[CUT:-CUT, CUT:-CUT] = GREEN
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for _ in range(3):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        out.mux(stream.encode())
    return path


def with_clean_aperture(path: Path) -> Path:
    """The box `clap` put into the track's description, whose parents grow by it; `moov` is the last box."""
    data = path.read_bytes()
    clean = struct.pack(">I4sIIIIiIiI", 40, b"clap", WIDTH - 2 * CUT, 1, HEIGHT - 2 * CUT, 1, 0, 1, 0, 1)
    entry = data.index(b"mp4v", data.index(b"stsd")) - 4
    end = entry + struct.unpack_from(">I", data, entry)[0]
    grown = bytearray(data[:end] + clean + data[end:])
    places = [data.index(name) - 4 for name in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")]
    for at in (*places, entry):
        struct.pack_into(">I", grown, at, struct.unpack_from(">I", grown, at)[0] + len(clean))
    path.write_bytes(grown)
    return path


def with_pixel_crop(path: Path) -> Path:
    """Tracks written anew, with the four elements; what follows moves along."""
    data = path.read_bytes()
    tracks = data.rindex(b"\x16\x54\xae\x6b")  # named in the index before
    length = 9 - data[tracks + 4].bit_length()
    size = int.from_bytes(data[tracks + 4 : tracks + 4 + length], "big") & ((1 << 7 * length) - 1)
    end = tracks + 4 + length + size
    crop = b"".join(bytes((0x54, name, 0x81, CUT)) for name in (0xAA, 0xBB, 0xCC, 0xDD))
    extent = element(0xB0, struct.pack(">H", WIDTH)) + element(0xBA, struct.pack(">H", HEIGHT))
    number = b"".join(element(name, b"\1") for name in (0xD7, 0x73C5, 0x83))
    entry = element(0xAE, number + element(0x86, b"V_VP8") + element(0xE0, extent + crop))
    path.write_bytes(data[:tracks] + element(0x1654AE6B, entry) + data[end:])
    return path


def element(name: int, content: bytes) -> bytes:
    return name.to_bytes((name.bit_length() + 7) // 8, "big") + long_size(len(content)) + content


def long_size(size: int) -> bytes:
    return (size | 1 << 56).to_bytes(8, "big")


@pytest.mark.parametrize(
    ("name", "codec", "change"),
    [("a.mp4", "mpeg4", with_clean_aperture), ("a.mkv", "libvpx", with_pixel_crop)],
)
def test_what_is_declared_to_be_cut_off_is_not_seen(
    tmp_path: Path, name: str, codec: str, change: Callable[[Path], Path]
) -> None:
    assert shape(framed(tmp_path / name, codec)) == (HEIGHT, WIDTH, 3)
    film = Film(Part(change(tmp_path / name)))
    image = film.image(next(film.pictures())[0])
    film.close()
    assert image.shape == (HEIGHT - 2 * CUT, WIDTH - 2 * CUT, 3)
    assert np.abs(image[4:-4, 4:-4].astype(int) - GREEN).max() < 40


def shape(path: Path) -> tuple[int, ...]:
    film = Film(Part(path))
    found = film.image(next(film.pictures())[0]).shape
    film.close()
    return found


@given(st.sampled_from((b"\x1aE\xdf\xa3", b"\0\0\0\x14ftyp")), st.binary(max_size=200))
def test_any_other_head_cuts_nothing(
    tmp_path_factory: pytest.TempPathFactory, start: bytes, rest: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "head"
    path.write_bytes(start + rest)
    crop = declared_crop(path, 0)
    assert crop == WHOLE or crop.right - crop.left > 0
