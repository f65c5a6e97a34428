"""What libraries that write files write to, so that the bytes can be sent on as they come."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard.temporary_folder import UploadFolder

PIECE_BYTES = 1 << 18


class Sink(io.RawIOBase):
    """A file that cannot be read or wound back. `taken` gives what was written since the last time."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._written = 0

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        data = bytes(memoryview(piece))  # type: ignore[arg-type]
        self._pieces.append(data)
        self._written += len(data)
        return len(data)

    def tell(self) -> int:
        """How many bytes were written."""
        return self._written

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


@contextmanager
def passing_folder() -> Iterator[Path]:
    """A folder for formats that cannot be written from start to end.

    Deleted when the file is sent or its reader goes away, and by the next start if the server was killed.
    """
    folder = UploadFolder()
    try:
        yield folder.path
    finally:
        folder.delete()


def file_pieces(file: Path) -> Iterator[bytes]:
    """The file in pieces. Raises OSError."""
    with file.open("rb") as opened:
        while piece := opened.read(PIECE_BYTES):
            yield piece
