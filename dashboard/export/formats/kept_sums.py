"""Sums by second and person that several tables of one export are made of: read once, then kept in a file."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO

import numpy as np

from dashboard.export.formats.face_rows import FaceRows
from dashboard.export.formats.seconds import PersonSums, person_seconds


class KeptSums:
    """About 230 bytes for each second that somebody is seen in, on the disk; gone with this object.

    The file has no name, so that nothing is left of it however the program ends.
    """

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._names: Mapping[int, str | None] = {}
        self._parts = 0

    def read(self, rows: Callable[[], Iterable[FaceRows]]) -> Iterator[PersonSums]:
        """As `person_seconds` of `rows`, which are asked for unless they were read to their end before."""
        if self._file is None:
            yield from self._kept(rows())
            return
        self._file.seek(0)
        for _ in range(self._parts):
            second, person, first_ms, last_ms, sums = (np.load(self._file) for _ in range(5))
            yield PersonSums(second, person, first_ms, last_ms, sums, self._names)

    def _kept(self, rows: Iterable[FaceRows]) -> Iterator[PersonSums]:
        file, parts = tempfile.TemporaryFile(prefix="attune-sums-"), 0  # noqa: SIM115
        for cells in person_seconds(rows):
            for column in (cells.second, cells.person, cells.first_ms, cells.last_ms, cells.sums):
                np.save(file, column)
            parts += 1
            self._names = cells.names
            yield cells
        self._file, self._parts = file, parts
