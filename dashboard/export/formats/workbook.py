"""An Excel workbook: the session, its seconds, participants and markers, and what the columns mean."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from dashboard.export.formats.cells import defused
from dashboard.export.formats.columns import (
    MARKER_COLUMNS,
    SAID_COLUMNS,
    SECOND_COLUMNS,
    SUMMARY_COLUMNS,
    Column,
)
from dashboard.export.formats.facts import dictionary_rows, session_facts
from dashboard.export.formats.short_tables import marker_tables, said_tables, second_tables, summary_tables
from dashboard.export.formats.sink import file_pieces, passing_folder
from dashboard.export.formats.source import ExportSource
from dashboard.export.formats.table import Table, rows_of
from dashboard.wording import SPREADSHEET_ROWS

WIDE, NARROW = 28, 13
# Rows are written through to the disk, and no text is taken for a formula, a link or a number.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def workbook_pieces(source: ExportSource) -> Iterator[bytes]:
    """The file in order, once all of it is written: a workbook cannot be sent before."""
    with passing_folder() as folder:
        file = folder / "session.xlsx"
        with xlsxwriter.Workbook(str(file), {**OPTIONS, "tmpdir": str(folder)}) as book:
            _write_facts(book.add_worksheet("Summary"), session_facts(source))
            _write(book, "Timeline", SECOND_COLUMNS, second_tables(source))
            contents = {"Timeline": SECOND_COLUMNS}
            if not source.group_only:
                _write(book, "Participants", SUMMARY_COLUMNS, summary_tables(source))
                contents["Participants"] = SUMMARY_COLUMNS
                if source.read_said():
                    _write(book, "Words", SAID_COLUMNS, said_tables(source))
                    contents["Words"] = SAID_COLUMNS
            _write(book, "Markers", MARKER_COLUMNS, marker_tables(source))
            contents["Markers"] = MARKER_COLUMNS
            meanings = book.add_worksheet("Dictionary")
            for place, row in enumerate(dictionary_rows(contents)):
                _write_row(meanings, place, row)
            meanings.set_column(0, 3, 18)
            meanings.set_column(4, 4, 80)
        yield from file_pieces(file)


def _write_facts(sheet: Worksheet, facts: Mapping[str, Any]) -> None:
    for place, (name, value) in enumerate(facts.items()):
        _write_row(sheet, place, (name.replace("_", " "), value))
    sheet.set_column(0, 0, WIDE)
    sheet.set_column(1, 1, 60)


def _write(book: xlsxwriter.Workbook, name: str, columns: Sequence[Column], tables: Iterable[Table]) -> None:
    """Onto a sheet called `name`; what it cannot hold goes on in "`name` 2" and so on."""
    sheet = _headed(book, name, columns)
    for number, row in enumerate(row for table in tables for row in rows_of(table)):
        before, place = divmod(number, SPREADSHEET_ROWS)
        if before and not place:
            sheet = _headed(book, f"{name} {before + 1}", columns)
        _write_row(sheet, place + 1, row)


def _headed(book: xlsxwriter.Workbook, name: str, columns: Sequence[Column]) -> Worksheet:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(columns) - 1, NARROW)
    sheet.set_row(0, None, book.add_format({"bold": True}))
    _write_row(sheet, 0, [column.name for column in columns])
    return sheet


def _write_row(sheet: Worksheet, place: int, row: Sequence[Any]) -> None:
    for column, value in enumerate(row):
        if isinstance(value, str):
            sheet.write_string(place, column, defused(value))
        elif isinstance(value, bool):
            sheet.write_boolean(place, column, value)
        elif value is not None:
            sheet.write_number(place, column, value)
