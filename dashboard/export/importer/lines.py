"""A file that says it is a long CSV, cell by cell: checked as it is read, a line in memory at a time.

Also as spreadsheets save it again: with semicolons or tabs, a hint at its beginning, columns
in another order.
"""

import csv
from collections.abc import Iterator
from typing import IO

from dashboard.errors import ImportRefusedError
from dashboard.export.formats.columns import LONG_COLUMNS, Kind
from dashboard.export.importer.header import HINT, Header, read_header
from dashboard.export.importer.letters import ENDLESS, HOW, text_lines
from dashboard.export.importer.numerals import Numerals

NUMBERS = [place for place, one in enumerate(LONG_COLUMNS) if one.kind in (Kind.INTEGER, Kind.DECIMAL)]
FROM_SPREADSHEET = "A spreadsheet had saved the file again; its numbers were read with decimal commas."


def long_rows(file: IO[bytes], notes: list[str], numerals: Numerals) -> Iterator[tuple[int, list[str]]]:
    """The number of the line each row ends on, and its cells, in the order of LONG_HEADER.

    `notes` gets sentences about how it was read, `numerals` how numbers are written in it. Raises
    ImportRefusedError naming the line, what was wanted, what came and what to do.
    """
    lines = text_lines(file, notes)
    first, skipped = _first_line(lines)
    header = read_header(first, skipped + 1)
    notes.extend(header.notes)
    reader = csv.reader(lines, strict=True, delimiter=header.divider)
    model = ""
    try:
        for row in reader:
            if not any(row):
                continue  # what spreadsheets leave below the last row
            line = reader.line_num + skipped + 1
            cells = _cells(header, row, line)
            model = model or cells[-1]
            if ENDLESS in notes and cells[-1] != model and model.startswith(cells[-1]):
                raise ImportRefusedError(
                    f"Line {line} breaks off in a cell: the file was cut off there. {HOW}"
                )
            _learn(numerals, cells, notes)
            yield line, cells
    except csv.Error as error:
        line = reader.line_num + skipped + 1
        raise ImportRefusedError(f"Line {line} is no CSV ({error}). {HOW}") from error


def _first_line(lines: Iterator[str]) -> tuple[str, int]:
    """The line that names the columns, and how many came before it."""
    for number, line in enumerate(lines):
        if line.strip(" \r\n,;\t") and not line.lstrip('"').lower().startswith(HINT):
            return line, number
    return "", 0


def _cells(header: Header, row: list[str], line: int) -> list[str]:
    cells = header.cells(row)
    if cells is None:
        raise ImportRefusedError(
            f"Line {line} has {len(row)} cells instead of {header.width}: the file was cut off there, or "
            f"changed. {HOW}"
        )
    return cells


def _learn(numerals: Numerals, cells: list[str], notes: list[str]) -> None:
    """See how numbers are written, as long as nothing has told."""
    if numerals.decimal is None and any(numerals.is_told_by(cells[place]) for place in NUMBERS):
        notes.extend([FROM_SPREADSHEET] if numerals.has_commas() else [])
