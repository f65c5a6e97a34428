"""FER2013 as Kaggle gives it, a csv `emotion,pixels,Usage`; CK+ comes in the same form with other labels."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from training.datasets import EMOTION_CLASSES, IMAGE_SIZE_PX, USAGES
from training.datasets.reading import Gathering, Reading
from training.errors import DataError

HEADER = ("emotion", "pixels", "Usage")
PIXELS = IMAGE_SIZE_PX * IMAGE_SIZE_PX


def read_fer2013_csv(path: Path) -> Reading:
    """Every usable row of the file, in order. Raises DataError for another header or no usable row."""
    return gather_csv(path, EMOTION_CLASSES, hint="; 7 is contempt in CK+'s csv: say --form ckplus").reading()


def gather_csv(path: Path, classes: Sequence[str], *, hint: str = "") -> Gathering:
    """The rows of a csv whose labels are indices into `classes`, the three columns in any order.

    `hint` is added to the problem of a label one beyond them. Raises DataError for another header.
    """
    found = Gathering(str(path))
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
        rows = csv.reader(file)
        try:
            order = _columns(path, next(rows, []))
            for row in tqdm(rows, path.name, _lines(path) - 1, unit=" rows", leave=False):
                try:
                    label, pixels, usage = _parsed(row, order, classes, hint)
                except DataError as error:
                    found.refuse(path.name, rows.line_num, str(error))
                else:
                    found.add(pixels, classes[label], usage=usage)
        except csv.Error as error:
            raise DataError(f"{path}, row {rows.line_num}: wanted lines of a csv: {error}") from error
    return found


def _lines(path: Path) -> int:
    """So that the progress bar knows its end."""
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def _columns(path: Path, header: list[str]) -> list[int]:
    names = [name.strip() for name in header]
    if sorted(names) != sorted(HEADER):
        raise DataError(f"{path}: wanted the header {','.join(HEADER)}, got {','.join(names)[:80]!r}")
    return [names.index(name) for name in HEADER]


def _parsed(
    row: list[str], order: list[int], classes: Sequence[str], hint: str
) -> tuple[int, NDArray[np.uint8], int]:
    if len(row) != len(HEADER):
        raise DataError(f"wanted {len(HEADER)} columns, got {len(row)}")
    emotion, pixels, usage = (row[column].strip() for column in order)
    if emotion not in {str(i) for i in range(len(classes))}:
        also = hint if emotion == str(len(classes)) else ""
        raise DataError(f"emotion: wanted 0..{len(classes) - 1}, got {emotion[:20]!r}{also}")
    if usage not in USAGES:
        raise DataError(f"Usage: wanted one of {', '.join(USAGES)}, got {usage[:20]!r}")
    return int(emotion), parse_pixels(pixels), USAGES.index(usage)


def parse_pixels(text: str) -> NDArray[np.uint8]:
    """(2304,) uint8 of grey values separated by spaces. Raises DataError otherwise."""
    parts = text.split()
    if len(parts) != PIXELS:
        raise DataError(f"pixels: wanted {PIXELS} values, got {len(parts)}")
    try:
        return np.frombuffer(bytes(map(int, parts)), np.uint8)
    except ValueError:
        return _whole_numbers(parts)


def _whole_numbers(parts: Sequence[str]) -> NDArray[np.uint8]:
    """The slow way, for numbers such as 70.0, and for saying what is wrong."""
    try:
        values = np.array(parts).astype(np.float64)
    except ValueError as error:
        raise DataError(f"pixels: wanted whole numbers 0..255: {error}") from error
    if not np.all((values >= 0) & (values <= 255) & (values == np.floor(values))):
        raise DataError("pixels: wanted whole numbers 0..255, got others or NaN")
    return values.astype(np.uint8)
