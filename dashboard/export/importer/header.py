"""The line that names the columns of a long CSV, as it is or as a spreadsheet left it."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.errors import ImportRefusedError
from dashboard.export.formats.columns import LONG_HEADER
from dashboard.export.importer.letters import HOW

DIVIDERS = (",", ";", "\t")
HINT = "sep="
"""Spreadsheets read and write it before the first line: which sign divides."""
OTHERS_LEFT = "A long CSV has no column {}: left out."


@dataclass(frozen=True, slots=True)
class Header:
    """Where in a row the columns of LONG_HEADER stand. `width`: cells of a row up to its last column."""

    divider: str
    places: tuple[int, ...]
    width: int
    notes: tuple[str, ...]

    def cells(self, row: list[str]) -> list[str] | None:
        """Those of LONG_HEADER, in its order; None for a row of another length."""
        row = _apart(row)
        if len(row) < self.width or any(row[self.width :]):
            return None
        return [row[place] for place in self.places]


def _apart(row: list[str]) -> list[str]:
    """A row that a spreadsheet which divides otherwise took for one cell."""
    return next(csv.reader(row, strict=True), row) if len(row) == 1 else row


def read_header(line: str, number: int) -> Header:
    """Columns go by name, in any order and case. Raises ImportRefusedError."""
    rows = {one: next(csv.reader([line], delimiter=one), []) for one in DIVIDERS}
    divider = max(DIVIDERS, key=lambda one: len(rows[one]))
    names = [name.strip().lower() for name in _apart(rows[divider])]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise ImportRefusedError(f"The file is empty. {HOW}")
    others = [name for name in names if name not in LONG_HEADER]
    missing = [name for name in LONG_HEADER if name not in names]
    twice = [name for name in LONG_HEADER if names.count(name) > 1]
    if missing or twice:
        raise ImportRefusedError(_wrong(number, missing, others, twice))
    told = tuple(OTHERS_LEFT.format(repr(name[:40])) for name in others if name)
    return Header(divider, tuple(names.index(name) for name in LONG_HEADER), len(names), told)


def _wrong(number: int, missing: Sequence[str], others: Sequence[str], twice: Sequence[str]) -> str:
    parts = {"missing": missing, "unknown": [repr(name[:40]) for name in others], "twice": twice}
    told = "; ".join(f"{what}: {_some(names)}" for what, names in parts.items() if names)
    return f"Line {number} does not name the {len(LONG_HEADER)} columns of a long CSV ({told}). {HOW}"


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
