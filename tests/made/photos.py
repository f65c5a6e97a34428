"""Photo files as people upload them, made by code: formats, modes, turns, headers that lie."""

import io
import struct
import zlib

import numpy as np
from numpy.typing import NDArray
from PIL import Image

ORIENTATION = 0x0112
INVERSE_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How a camera held so stores the picture: EXIF's orientation undoes it."""


def encoded(picture: Image.Image, form: str = "PNG", **options: object) -> bytes:
    """The bytes of a file."""
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def bgr_png(image: NDArray[np.uint8]) -> bytes:
    """A BGR image as a PNG."""
    return encoded(Image.fromarray(np.ascontiguousarray(image[:, :, ::-1])))


def turned_png(picture: Image.Image, orientation: int) -> bytes:
    """`picture` stored as a camera held so would, with the EXIF that says so."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    turn = INVERSE_TURNS.get(orientation)
    return encoded(picture if turn is None else picture.transpose(turn), exif=exif)


def png_that_declares(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header promises that many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", b"") + _chunk(b"IEND", b"")


def gif_that_declares(width: int, height: int) -> bytes:
    """A GIF of one small picture whose header promises that many pixels."""
    content = encoded(Image.new("RGB", (8, 8)), "GIF")
    return content[:6] + struct.pack("<HH", width, height) + content[10:]


def jpeg_of_scans(picture: Image.Image, scans: int) -> bytes:
    """A progressive JPEG whose last scan comes that many times more."""
    content = encoded(picture, "JPEG", progressive=True)
    last = content.rfind(b"\xff\xda")
    return content[:-2] + content[last:-2] * scans + b"\xff\xd9"


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check
