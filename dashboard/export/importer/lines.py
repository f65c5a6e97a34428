"""A file that says it is a long CSV, cell by cell: checked as it is read, a line in memory at a time."""

import codecs
import csv
from collections.abc import Iterator
from typing import IO

from dashboard.errors import ImportRefusedError
from dashboard.export.formats.columns import LONG_HEADER

LONGEST_LINE = 65_536
HOW = "Import a long CSV as the Export page gives it, without saving it in a spreadsheet."
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def long_rows(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    """The number of the line each row ends on, and its cells, in the order of LONG_HEADER.

    Raises ImportRefusedError naming the line, what was wanted, what came and what to do.
    """
    reader = csv.reader(_lines(file), strict=True)
    try:
        header = next(reader, None)
        _check_header(header)
        for row in reader:
            if len(row) != len(LONG_HEADER):
                raise ImportRefusedError(
                    f"Line {reader.line_num} has {len(row)} cells instead of {len(LONG_HEADER)}: the file "
                    f"was cut off there, or changed. {HOW}"
                )
            yield reader.line_num, row
    except csv.Error as error:
        raise ImportRefusedError(f"Line {reader.line_num} is no CSV ({error}). {HOW}") from error


def _lines(file: IO[bytes]) -> Iterator[str]:
    """Raises ImportRefusedError for what is no text in UTF-8, or has no lines."""
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if number == 1:
            if line.startswith(UTF_16) or b"\0" in line:
                raise ImportRefusedError(f"The file is not in UTF-8; it looks like UTF-16. {HOW}")
            line = line.removeprefix(codecs.BOM_UTF8)
        if not line.endswith(b"\n"):
            raise ImportRefusedError(_endless(number, len(line)))
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ImportRefusedError(
                f"Line {number} is not in UTF-8 (byte {line[error.start]:#04x}). {HOW}"
            ) from error


def _endless(number: int, length: int) -> str:
    if length == LONGEST_LINE:
        return f"Line {number} is longer than {LONGEST_LINE} bytes, so this is no long CSV. {HOW}"
    return f"Line {number}, the last, does not end: the file was cut off there. Download it again."


def _check_header(header: list[str] | None) -> None:
    """Raises ImportRefusedError unless the columns are those of LONG_HEADER, in their order."""
    if not header:
        raise ImportRefusedError(f"The file is empty. {HOW}")
    if tuple(header) == LONG_HEADER:
        return
    for sign, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and header[0].count(sign) >= len(LONG_HEADER) - 1:
            raise ImportRefusedError(
                f"The columns are divided by {name} instead of commas: a spreadsheet saved the file again, "
                f"perhaps with decimal commas too. {HOW}"
            )
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
