"""Utterances and what people said of them: a TSV of GoEmotions' form, or any CSV of text and label."""

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.emotions import EMOTIONS
from training.errors import DataError

EKMAN = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
"""What the label numbers 0 to 6 of GoEmotions' Ekman mapping mean: the alphabet of its English names."""
NAMES = {
    **{str(one): str(one) for one in EMOTIONS},
    **{"anger": "angry", "joy": "happy", "happiness": "happy", "sadness": "sad", "surprised": "surprise"},
    **{str(number): name for number, name in enumerate(EKMAN)},
}
HEADERS = {"label", "labels", "emotion", "emotions"}


@dataclass(frozen=True, eq=False)
class Sentences:
    """`said` (n, 7) bool: which of EMOTIONS people named; one or more in each row."""

    texts: Sequence[str]
    said: NDArray[np.bool_]
    sha256: str

    def __len__(self) -> int:
        return len(self.texts)

    def per_class(self) -> dict[str, int]:
        return {str(one): int(self.said[:, place].sum()) for place, one in enumerate(EMOTIONS)}


def read_sentences(path: Path) -> Sentences:
    """Text in the first column and labels, names or numbers joined by commas, in the second; a first line
    of column names is passed over. Raises DataError naming the line."""
    try:
        raw = path.read_bytes()
        lines = raw.decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: wanted UTF-8 text, got {error}") from error
    texts, said = [], []
    for number, cells in _rows(path, lines):
        if len(cells) < 2:
            raise DataError(f"{path}, line {number}: wanted a text and a label, got {len(cells)} column")
        if number == 1 and cells[1].strip().lower() in HEADERS:
            continue
        texts.append(cells[0])
        said.append(_labels(path, number, cells[1]))
    if not texts:
        raise DataError(f"{path}: wanted one row at least of a text and its label, found none")
    return Sentences(texts, np.array(said), hashlib.sha256(raw).hexdigest())


def _rows(path: Path, lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    if path.suffix.lower() == ".csv":
        reader = csv.reader(lines)
        yield from ((reader.line_num, cells) for cells in reader if cells)
    else:  # a quotation mark in a TSV of comments is a quotation mark
        yield from ((n, line.split("\t")) for n, line in enumerate(lines, start=1) if line.strip())


def _labels(path: Path, number: int, cell: str) -> list[bool]:
    names = [NAMES.get(one.strip().lower()) for one in cell.split(",")]
    if None in names:
        wanted = ", ".join(str(one) for one in EMOTIONS)
        raise DataError(f"{path}, line {number}: wanted labels out of {wanted} or 0 to 6, got {cell[:40]!r}")
    return [str(one) in names for one in EMOTIONS]
