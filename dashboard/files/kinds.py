"""What the picture of a file is: one answer for command and pages, by its contents alone. No Streamlit.

A photo is what viewers show still: also a phone's JPEG with a second picture behind it, and an HEIC with a
burst behind its main picture. Everything else is read over time.
"""

from enum import StrEnum
from pathlib import Path

from dashboard.files.probe import start_of

JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
STILL_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"mif2", b"avif"}
"""Of HEIF's family; those of sequences (msf1, hevc, avis) are read as videos."""
WEBP_MOVES = 0x02


class Kind(StrEnum):
    """How a file is read."""

    PHOTO = "photo"
    ANIMATION = "animation"
    VIDEO = "video"


def kind_of(path: Path) -> Kind:
    """How this file is read; a file that is nothing known is called a video. Raises RecordingError."""
    start = start_of(path)
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        is_moving = start[12:16] == b"VP8X" and len(start) > 20 and bool(start[20] & WEBP_MOVES)
        return Kind.ANIMATION if is_moving else Kind.PHOTO
    if start.startswith(PNG):
        return Kind.VIDEO if _png_moves(path) else Kind.PHOTO
    is_still = start[4:8] == b"ftyp" and start[8:12] in STILL_BRANDS
    return Kind.PHOTO if is_still or start.startswith(JPEG) else Kind.VIDEO


def _png_moves(path: Path) -> bool:
    """Whether the chunk that makes a PNG move (acTL) stands before its first picture."""
    with path.open("rb") as file:
        file.seek(len(PNG))
        while len(head := file.read(8)) == 8 and head[4:] not in (b"IDAT", b"IEND"):
            if head[4:] == b"acTL":
                return True
            file.seek(int.from_bytes(head[:4], "big") + 4, 1)
    return False
