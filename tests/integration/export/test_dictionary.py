"""What the columns mean goes with every file, and a workbook loses no row to the length of its sheets."""

import html
from pathlib import Path

import pytest
from sqlalchemy import Engine

from dashboard.export.formats import EXPORTERS
from dashboard.export.formats.html_report import MEANS, SEEN
from tests.integration.export.test_contract import crowded, file_of, texts_of, tiers, workbook

__all__ = ["crowded"]  # pytest finds the fixture by its name here


@pytest.mark.parametrize("key", ["xlsx", "json", "html", "eaf"])
def test_a_data_dictionary_is_within(engine: Engine, crowded: int, tmp_path: Path, key: str) -> None:
    file = file_of(engine, crowded, key)
    eaf = tiers(file, tmp_path).get_properties() if key == "eaf" else []
    found = html.unescape(texts_of(key, file, tmp_path)) + str(eaf)
    contents = {**EXPORTERS[key].contents}
    if key == "html":
        contents["participants"] = [one for one in contents["participants"] if one.name in (*SEEN, *MEANS)]
        contents["words"] = [one for one in contents["words"] if one.name != "time_utc"]
        contents["markers"] = [one for one in contents["markers"] if one.name != "time_utc"]
    for column in [column for columns in contents.values() for column in columns]:
        assert column.name in found and column.meaning in found, column


def test_a_workbook_goes_on_upon_further_sheets(
    engine: Engine, crowded: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = workbook(file_of(engine, crowded, "xlsx"))["Timeline"].splitlines()
    monkeypatch.setattr("dashboard.export.formats.workbook.SPREADSHEET_ROWS", 3)
    book = workbook(file_of(engine, crowded, "xlsx"))
    assert list(book)[1:5] == ["Timeline", "Timeline 2", "Timeline 3", "Participants"]
    head, *rows = whole
    parts = [book[name].splitlines() for name in ("Timeline", "Timeline 2", "Timeline 3")]
    assert [part[0] for part in parts] == [head] * 3
    assert [row for part in parts for row in part[1:]] == rows
