"""A long CSV that a spreadsheet saved again comes back the same, or a sentence says what is in the way."""

import codecs
import csv
import io
import re
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import Engine

from dashboard.export.formats.columns import LONG_HEADER
from dashboard.export.importer.letters import AS_WESTERN
from db.reports import get_session
from tests.integration.export.test_import import (
    ROW,
    assert_refused,
    brought_back,
    changed,
    exported,
    small,
    without_number,
)

Rows = list[list[str]]
TIME, CONFIDENCE, BOX = ROW["time_utc"], ROW["face_confidence"], ROW["box_x"]


def with_commas(file: bytes) -> bytes:
    return re.sub(rb"(?<=[0-9])\.(?=[0-9]+[;\t])", b",", file)


def table(file: bytes, change: Callable[[Rows], Rows], divider: str = ",", ending: str = "\r\n") -> bytes:
    """The file's rows, changed and written again."""
    rows = list(csv.reader(io.StringIO(file.decode(), newline="")))
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=divider, lineterminator=ending).writerows(change(rows))
    return text.getvalue().encode()


def cells(place: int, change: Callable[[str], str]) -> Callable[[Rows], Rows]:
    """Every cell of one column below its name."""
    return lambda rows: [
        [*row[:place], change(row[place]) if number else row[place], *row[place + 1 :]]
        for number, row in enumerate(rows)
    ]


def with_decimal_commas(rows: Rows) -> Rows:
    return [
        [cell.replace(".", ",") if re.fullmatch(r"-?\d+\.\d+", cell) else cell for cell in row]
        for row in rows
    ]


def since_1970(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


SAVED: dict[str, Callable[[bytes], bytes]] = {
    "semicolons": lambda f: f.replace(b",", b";"),
    "semicolons and decimal commas": lambda f: with_commas(f.replace(b",", b";")),
    "tabs and decimal commas": lambda f: with_commas(f.replace(b",", b"\t")),
    "decimal commas in quotation marks": lambda f: table(f, with_decimal_commas),
    "UTF-16": lambda f: f.decode().encode("utf-16"),
    "UTF-16 with its long end first": lambda f: codecs.BOM_UTF16_BE + f.decode().encode("utf-16-be"),
    "UTF-16 without a mark": lambda f: f.decode().encode("utf-16-le"),
    "UTF-16, tabs, decimal commas": lambda f: with_commas(f.replace(b",", b"\t")).decode().encode("utf-16"),
    "a mark, semicolons, Unix": lambda f: b"\xef\xbb\xbf" + f.replace(b",", b";").replace(b"\r\n", b"\n"),
    "line ends of an old Macintosh": lambda f: f.replace(b"\r\n", b"\r"),
    "the same in UTF-16": lambda f: f.replace(b"\r\n", b"\r").decode().encode("utf-16"),
    "a hint": lambda f: b"sep=;\r\n" + with_commas(f.replace(b",", b";")),
    "a hint in quotation marks": lambda f: b'"sep=,"\r\n' + f,
    "no last line end": lambda f: f.removesuffix(b"\r\n"),
    "empty lines": lambda f: f + b"\r\n" + b"," * (len(LONG_HEADER) - 1) + b"\r\n",
    "empty lines before": lambda f: b"\r\n;;\r\n" + f,
    "empty columns behind": lambda f: f.replace(b"\r\n", b",,\r\n"),
    "everything in quotation marks": lambda f: re.sub(rb"[^,\r\n]+", rb'"\g<0>"', f),
    "every line taken for one cell": lambda f: re.sub(rb"[^\r\n]+", rb'"\g<0>"', f),
    "every line but the first taken for one cell": lambda f: re.sub(rb"(?<=\n)[^\r\n]+", rb'"\g<0>"', f),
    "columns turned round": lambda f: table(f, lambda rows: [row[::-1] for row in rows]),
    "other case": lambda f: table(f, lambda rows: [[f" {name.title()}" for name in rows[0]], *rows[1:]]),
    "a column of one's own": lambda f: b"Comment," + f[:-2].replace(b"\r\n", b"\r\nso,") + b"\r\n",
    "percents": lambda f: table(f, cells(CONFIDENCE, lambda cell: f"{100 * float(cell):.2f} %")),
    "instants in seconds since 1970": lambda f: table(f, cells(TIME, lambda cell: f"{since_1970(cell):.3f}")),
    "instants in ms since 1970": lambda f: table(f, cells(TIME, lambda cell: f"{since_1970(cell):.0f}250")),
    "instants with a blank": lambda f: table(f, cells(TIME, lambda cell: cell.replace("T", " ").rstrip("Z"))),
    "instants of another zone": lambda f: f.replace(b"T09:", b"T11:").replace(b"50Z", b"50+02:00"),
    "instants with the day first": lambda f: table(
        f, cells(TIME, lambda cell: re.sub(r"(\d+)-(\d+)-(\d+)T(.*)Z", r"\3.\2.\1 \4", cell))
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", SAVED)
def test_what_spreadsheets_make_of_a_long_csv_comes_back_the_same(engine: Engine, kind: str) -> None:
    file = small(engine)
    again = brought_back(engine, SAVED[kind](file))
    assert again.rows == 6
    assert without_number(exported(engine, again.session_id)) == without_number(file)
    assert any("decimal commas" in note for note in again.notes) == ("commas" in kind or kind == "a hint")
    assert any("no end" in note for note in again.notes) == (kind == "no last line end")
    assert any("'comment': left out" in note for note in again.notes) == (kind == "a column of one's own")


def test_instants_rounded_to_the_second_are_those_of_the_first_row(engine: Engine) -> None:
    file = table(small(engine), cells(TIME, lambda cell: cell[:-5]))
    started_at = get_session(engine, brought_back(engine, file).session_id).started_at
    assert started_at.isoformat() == "2026-03-05T09:30:00+00:00"


def test_letters_of_plain_excel_are_read_and_told(engine: Engine) -> None:
    file = small(engine).replace(b"Weekly", "Wöchentlich".encode("cp1252"))
    again = brought_back(engine, file)
    assert get_session(engine, again.session_id).title == "Wöchentlich review"
    assert AS_WESTERN.format("Wöchentlich") in again.notes


BROKEN: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "damaged UTF-8": (
        lambda f: f.replace(b"Weekly", "Wöche".encode(), 1).replace(b"Weekly", b"W\xffche"),
        "Line 3 is not in UTF-8",
    ),
    "damaged after a mark": (lambda f: codecs.BOM_UTF8 + f.replace(b"Weekly", b"W\xf6"), "Line 2 is not in"),
    "a workbook": (lambda f: b"PK\x03\x04" + f, "this is a workbook"),
    "a column twice": (lambda f: f.replace(b"yaw_deg", b"frame", 1), "missing: yaw_deg; twice: frame"),
    "days in American order": (lambda f: f.replace(b"2026-03-05T", b"03/05/2026 "), "column time_utc"),
    "a number turned into a date": (lambda f: changed(f, 3, "box_x", "01. Feb"), "Line 3, column box_x"),
    "points among commas": (
        lambda f: with_commas(changed(f, 3, "box_x", "~").replace(b",", b";")).replace(b"~", b"0.125"),
        "got '0.125'. Decimals are written with a comma in this file",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BROKEN)
def test_what_cannot_be_read_in_one_way_only_is_a_sentence(engine: Engine, kind: str) -> None:
    assert_refused(engine, *BROKEN[kind])
