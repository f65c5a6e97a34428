"""The FER+ votes (Barsoum et al. 2016), fer2013new.csv, joined to FER2013 by row order or by image name.

The file has one row for each row of the Kaggle csv. Its image names number only the images FER+ kept, so a
name (fer0028638.png) is not the row: folders of pictures are joined by name, a csv by order, never mixed.
"""

import csv
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.datasets import NO_VOTES, USAGES, VOTE_NAMES
from training.datasets.reading import Reading
from training.errors import DataError

MOST_VOTES = 100
NAME_COLUMNS = ("Image name", "Usage")


@dataclass(frozen=True)
class Votes:
    """votes: (n, 10) int8 in the order of VOTE_NAMES; names: pictures' names without ending, "" where FER+
    has none; usages: names of splits, "" where the file says none."""

    file: str
    votes: NDArray[np.int8]
    names: tuple[str, ...]
    usages: tuple[str, ...]


def read_votes(path: Path) -> Votes:
    """Raises DataError for other columns or a value that is no count of votes."""
    votes, names, usages = [], [], []
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
        rows = csv.DictReader(file)
        missing = set(VOTE_NAMES) - set(rows.fieldnames or ())
        if missing:
            raise DataError(
                f"{path}: wanted the columns {', '.join(VOTE_NAMES)}; {min(missing)!r} is missing"
            )
        for row in rows:
            votes.append([_counted(row[name], name, path, rows.line_num) for name in VOTE_NAMES])
            name, usage = ((row.get(column) or "").strip() for column in NAME_COLUMNS)
            names.append(_stem(name))
            usages.append(usage)
    if not votes:
        raise DataError(f"{path}: wanted a row of votes for each image, got none")
    return Votes(str(path), np.array(votes, np.int8), tuple(names), tuple(usages))


def _counted(value: str | None, name: str, path: Path, line: int) -> int:
    try:
        number = int(value or "")
    except ValueError:
        number = -1
    if not 0 <= number <= MOST_VOTES:
        raise DataError(f"{path}, row {line}: {name}: wanted a whole number of votes, got {value!r}")
    return number


def _stem(name: str) -> str:
    return Path(name).stem.lower()


def joined(reading: Reading, votes: Votes) -> Reading:
    """`reading` with its votes: by name where it comes from picture files, otherwise by row order.

    Raises DataError where the two do not belong together.
    """
    named = any(reading.names)
    found = _by_name(reading, votes) if named else _by_row(reading, votes)
    missing = int((found[:, 0] == NO_VOTES).sum())
    note = f"FER+ votes joined by {'image name' if named else 'row order'}: {missing} images have none"
    return replace(reading, images=replace(reading.images, votes=found), notes=(*reading.notes, note))


def _by_row(reading: Reading, votes: Votes) -> NDArray[np.int8]:
    """Unusable rows of the source keep their place, so that the others still meet their own votes."""
    wanted = reading.source_rows or len(reading.images)
    if len(votes.votes) != wanted:
        raise DataError(
            f"{votes.file}: wanted {wanted} rows, one for each image of the csv in its order, "
            f"got {len(votes.votes)}"
        )
    rows = np.array(reading.rows or range(wanted))
    for row, usage in zip(rows.tolist(), reading.images.usage.tolist(), strict=True):
        if votes.usages[row] not in ("", USAGES[usage]):
            raise DataError(
                f"{votes.file}: row {row} is of {votes.usages[row]}, of the images {USAGES[usage]}: "
                "wanted both files in the same order"
            )
    return np.asarray(votes.votes[rows], np.int8)


def _by_name(reading: Reading, votes: Votes) -> NDArray[np.int8]:
    place = {name: row for row, name in enumerate(votes.names) if name}
    rows = np.array([place.get(_stem(name), -1) for name in reading.names])
    if not np.any(rows >= 0):
        first = next(iter(place), "none at all")
        raise DataError(
            f"{votes.file}: wanted names of the pictures, such as {reading.names[0]!r}; "
            f"its names are others, such as {first!r}"
        )
    found = np.asarray(votes.votes[rows], np.int8)
    found[rows < 0] = NO_VOTES
    return found
