"""A long CSV that a spreadsheet saved again comes back the same: its signs, its letters, its line ends."""

import codecs
import re
from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from dashboard.export.formats.columns import LONG_HEADER
from tests.integration.export.test_import import brought_back, exported, small, without_number

SAVED: dict[str, Callable[[bytes], bytes]] = {
    "semicolons": lambda f: f.replace(b",", b";"),
    "semicolons and decimal commas": lambda f: with_commas(f.replace(b",", b";")),
    "tabs and decimal commas": lambda f: with_commas(f.replace(b",", b"\t")),
    "UTF-16": lambda f: f.decode().encode("utf-16"),
    "UTF-16 with its long end first": lambda f: codecs.BOM_UTF16_BE + f.decode().encode("utf-16-be"),
    "UTF-16 without a mark": lambda f: f.decode().encode("utf-16-le"),
    "UTF-16, tabs, decimal commas": lambda f: with_commas(f.replace(b",", b"\t")).decode().encode("utf-16"),
    "a mark, semicolons, Unix": lambda f: b"\xef\xbb\xbf" + f.replace(b",", b";").replace(b"\r\n", b"\n"),
    "a hint": lambda f: b"sep=;\r\n" + with_commas(f.replace(b",", b";")),
    "no last line end": lambda f: f.removesuffix(b"\r\n"),
    "empty lines": lambda f: f + b"\r\n" + b"," * (len(LONG_HEADER) - 1) + b"\r\n",
}


def with_commas(file: bytes) -> bytes:
    return re.sub(rb"(?<=[0-9])\.(?=[0-9]+[;\t])", b",", file)


@pytest.mark.parametrize("kind", SAVED)
def test_what_spreadsheets_make_of_a_long_csv_comes_back_the_same(engine: Engine, kind: str) -> None:
    file = small(engine)
    again = brought_back(engine, SAVED[kind](file))
    assert again.rows == 6
    assert without_number(exported(engine, again.session_id)) == without_number(file)
    assert any("decimal commas" in note for note in again.notes) == ("commas" in kind or kind == "a hint")
    assert any("no end" in note for note in again.notes) == (kind == "no last line end")
