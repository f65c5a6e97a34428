"""FER2013 as Kaggle gives it, a csv `emotion,pixels,Usage`, and the FER+ votes of fer2013new.csv."""

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from model.emotions import EMOTIONS
from training.datasets import IMAGE_SIZE_PX, USAGES, VOTE_NAMES
from training.datasets.reading import BadRow, Reading, gathered
from training.errors import DataError

HEADER = ("emotion", "pixels", "Usage")
PIXELS = IMAGE_SIZE_PX * IMAGE_SIZE_PX


def read_fer2013_csv(path: Path) -> Reading:
    """Every usable row of the file, in order. Raises DataError for another header or no usable row."""
    images, labels, usages, bad = [], [], [], []
    with path.open(newline="", encoding="utf-8", errors="replace") as file:
        rows = csv.reader(file)
        header = tuple(name.strip() for name in next(rows, []))
        if header != HEADER:
            raise DataError(f"{path}: wanted the header {','.join(HEADER)}, got {','.join(header)[:80]!r}")
        for row in tqdm(rows, desc=path.name, unit=" rows", leave=False):
            try:
                label, pixels, usage = _parsed(row)
            except DataError as error:
                bad.append(BadRow(path.name, rows.line_num, str(error)))
                continue
            images.append(pixels)
            labels.append(label)
            usages.append(usage)
    return gathered(images, labels, usages, bad, str(path))


def _parsed(row: list[str]) -> tuple[int, NDArray[np.uint8], int]:
    if len(row) != len(HEADER):
        raise DataError(f"wanted {len(HEADER)} columns, got {len(row)}")
    emotion, pixels, usage = (value.strip() for value in row)
    if emotion not in {str(i) for i in range(len(EMOTIONS))}:
        raise DataError(f"emotion: wanted 0..{len(EMOTIONS) - 1}, got {emotion[:20]!r}")
    if usage not in USAGES:
        raise DataError(f"Usage: wanted one of {', '.join(USAGES)}, got {usage[:20]!r}")
    return int(emotion), parse_pixels(pixels), USAGES.index(usage)


def parse_pixels(text: str) -> NDArray[np.uint8]:
    """(2304,) uint8 of grey values separated by spaces. Raises DataError otherwise."""
    parts = text.split()
    if len(parts) != PIXELS:
        raise DataError(f"pixels: wanted {PIXELS} values, got {len(parts)}")
    try:
        values = np.array(parts).astype(np.float64)
    except ValueError as error:
        raise DataError(f"pixels: wanted whole numbers 0..255: {error}") from error
    if not np.all((values >= 0) & (values <= 255) & (values == np.floor(values))):
        raise DataError("pixels: wanted whole numbers 0..255, got others or NaN")
    return values.astype(np.uint8)


def read_votes(path: Path, n: int) -> NDArray[np.int8]:
    """(n, 10) int8 FER+ votes in the order of VOTE_NAMES; the file's rows follow the csv's.

    Raises DataError for other columns, another number of rows or a value that is no count.
    """
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        missing = set(VOTE_NAMES) - set(rows.fieldnames or ())
        if missing:
            raise DataError(
                f"{path}: wanted the columns {', '.join(VOTE_NAMES)}; {min(missing)!r} is missing"
            )
        votes = []
        for row in rows:
            try:
                votes.append([int(row[name]) for name in VOTE_NAMES])
            except (TypeError, ValueError) as error:
                raise DataError(
                    f"{path}, row {rows.line_num}: wanted whole numbers of votes: {error}"
                ) from error
    if len(votes) != n:
        raise DataError(
            f"{path}: wanted {n} rows, one for each image of the csv in its order, got {len(votes)}"
        )
    return np.array(votes, np.int8)
