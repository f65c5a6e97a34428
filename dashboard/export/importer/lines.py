"""A file that says it is a long CSV, cell by cell: checked as it is read, a line in memory at a time.

Also as spreadsheets save it again: with semicolons or tabs, decimal commas, in UTF-16, with a mark or a hint
at its beginning.
"""

import codecs
import csv
from collections.abc import Iterator
from itertools import chain
from typing import IO

from dashboard.errors import ImportRefusedError
from dashboard.export.formats.columns import LONG_COLUMNS, LONG_HEADER, Kind

LONGEST_LINE = 65_536
HOW = "Import a long CSV as the Export page gives it."
DIVIDERS = (",", ";", "\t")
HINT = "sep="
"""Spreadsheets read and write it before the first line: which sign divides."""
NUMBERS = [place for place, one in enumerate(LONG_COLUMNS) if one.kind in (Kind.INTEGER, Kind.DECIMAL)]
ENDLESS = "The file's last line has no end; it is whole and was read."
FROM_SPREADSHEET = "A spreadsheet had saved the file again; its numbers were read with decimal commas."


def long_rows(file: IO[bytes], notes: list[str]) -> Iterator[tuple[int, list[str]]]:
    """The number of the line each row ends on, and its cells, in the order of LONG_HEADER.

    `notes` gets sentences about how it was read. Raises ImportRefusedError naming the line, what was wanted,
    what came and what to do.
    """
    lines = _lines(file, notes)
    try:
        first, skipped = _first_line(lines)
        divider = _divider(first)
        reader = csv.reader(_again(first, lines), strict=True, delimiter=divider)
        _check_header(next(reader, None))
        for row in reader:
            line = reader.line_num + skipped
            if not any(row):
                continue  # what spreadsheets leave below the last row
            if len(row) != len(LONG_HEADER):
                raise ImportRefusedError(
                    f"Line {line} has {len(row)} cells instead of {len(LONG_HEADER)}: the file was cut off "
                    f"there, or changed. {HOW}"
                )
            yield line, row if divider == "," else _with_points(row, notes)
    except csv.Error as error:
        raise ImportRefusedError(f"Line {reader.line_num + skipped} is no CSV ({error}). {HOW}") from error


def _first_line(lines: Iterator[str]) -> tuple[str, int]:
    """The line that names the columns, and how many came before it."""
    first = next(lines, "")
    return (next(lines, ""), 1) if first.lower().startswith(HINT) else (first, 0)


def _again(first: str, lines: Iterator[str]) -> Iterator[str]:
    if first:
        yield first
    yield from lines


def _divider(header: str) -> str:
    """What divides the columns: the sign by which the header names them all, else the comma."""
    return next((one for one in DIVIDERS if header.count(one) >= len(LONG_HEADER) - 1), ",")


def _with_points(row: list[str], notes: list[str]) -> list[str]:
    """A row whose commas divide nothing: in its numbers they stand for the decimal point."""
    for place in NUMBERS:
        if "," in row[place]:
            row[place] = row[place].replace(",", ".")
            if FROM_SPREADSHEET not in notes:
                notes.append(FROM_SPREADSHEET)
    return row


def _lines(file: IO[bytes], notes: list[str]) -> Iterator[str]:
    """Raises ImportRefusedError for what is no text, or has lines without end."""
    pieces = iter(lambda: file.readline(LONGEST_LINE), b"")
    first = next(pieces, b"")
    encoding = _wide_encoding(first)
    pieces = chain([first.removeprefix(codecs.BOM_UTF8)], pieces)
    lines = _narrow_lines(pieces) if encoding is None else _wide_lines(pieces, encoding)
    for number, line in enumerate(lines, 1):
        if not line.endswith("\n"):
            if len(line) >= LONGEST_LINE:
                raise ImportRefusedError(
                    f"Line {number} is longer than {LONGEST_LINE} signs, so this is no long CSV. {HOW}"
                )
            notes.append(ENDLESS)
        yield line


def _wide_encoding(start: bytes) -> str | None:
    """Of a file in UTF-16, marked or not: its header is of plain letters, so every other byte is 0."""
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    if start[1:4:2] == b"\0\0":
        return "utf-16-le"
    return "utf-16-be" if start[:4:2] == b"\0\0" else None


def _narrow_lines(pieces: Iterator[bytes]) -> Iterator[str]:
    for number, piece in enumerate(pieces, 1):
        try:
            # A piece that was cut at the longest length may end in the middle of a letter.
            yield piece.decode("utf-8", "strict" if len(piece) < LONGEST_LINE else "replace")
        except UnicodeDecodeError as error:
            raise ImportRefusedError(
                f"Line {number} is not in UTF-8 (byte {piece[error.start]:#04x}). A spreadsheet writes it as "
                f"“CSV UTF-8”. {HOW}"
            ) from error


def _wide_lines(pieces: Iterator[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    left = ""
    try:
        for piece in chain(pieces, [b""]):
            *whole, left = (left + decoder.decode(piece, final=not piece)).split("\n")
            yield from (line + "\n" for line in whole)
            if len(left) >= LONGEST_LINE:
                break
    except UnicodeDecodeError as error:
        raise ImportRefusedError(f"The file is not whole UTF-16 ({error.reason}). {HOW}") from error
    if left:
        yield left


def _check_header(header: list[str] | None) -> None:
    """Raises ImportRefusedError unless the columns are those of LONG_HEADER, in their order."""
    if not header:
        raise ImportRefusedError(f"The file is empty. {HOW}")
    if tuple(header) == LONG_HEADER:
        return
    missing = [name for name in LONG_HEADER if name not in header]
    unknown = [repr(name[:40]) for name in header if name not in LONG_HEADER]
    told = [
        *([f"missing: {_some(missing)}"] if missing else []),
        *([f"unknown: {_some(unknown)}"] if unknown else []),
    ]
    raise ImportRefusedError(
        f"Line 1 does not name the {len(LONG_HEADER)} columns of a long CSV "
        f"({'; '.join(told) or 'they are in another order, or twice'}). {HOW}"
    )


def _some(names: list[str]) -> str:
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
