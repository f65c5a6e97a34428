"""The Spread tab of a report: everybody has a row of their own, and whoever has none is told of."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from db.store import Store
from tests.app.opening import OpenedApp, texts
from tests.app.test_report_page import group, widget
from tests.made.faces import seconds
from tests.made.sessions import stored


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OpenedApp:
    return OpenedApp(tmp_path, monkeypatch)


def drawn(page: AppTest) -> list[Any]:
    """The figures as the browser gets them."""
    return [json.loads(one.proto.spec) for one in page.get("plotly_chart")]


def boxes(page: AppTest) -> list[dict[str, Any]]:
    """Those of the people."""
    found: list[dict[str, Any]] = [one for one in drawn(page) if one["data"][0]["type"] == "box"][1]["data"]
    return found


def people_table(page: AppTest) -> pd.DataFrame:
    return [one.value for one in page.dataframe if "median" in one.value][1]


def test_two_people_of_one_name_have_a_box_and_a_row_each(opened: OpenedApp) -> None:
    session_id = stored(Store(opened.engine), seconds(group(3)))
    for person in (1, 3):
        Store(opened.engine).name_participant(session_id, person, "Anna")
    page = opened.page("report", session=session_id, part="Spread")
    shown = ["Anna (P1)", "P2", "Anna (P3)"]
    assert people_table(page).index.tolist() == shown
    assert [one["name"] for one in boxes(page)] == shown
    assert r" in Anna \(P" in texts(page), "the sentence, too, says which one"
    page = opened.page("compare", sessions=session_id, people="1,3")
    assert [one.value["Name"].tolist() for one in page.dataframe] == [["Anna (P1)", "Anna (P3)"]]


def test_of_a_crowd_the_boxes_say_whom_they_leave_out_and_the_table_has_all(opened: OpenedApp) -> None:
    frames = seconds([*group(49, 30), *([one] for one in [group(49, 1)[0][48]] * 10)])
    page = opened.page("report", session=stored(Store(opened.engine), frames), part="Spread")
    assert "Of 49, the 40 measured longest are drawn; the table has all" in texts(page)
    assert len(boxes(page)) == 40 and "P49" in [one["name"] for one in boxes(page)]
    assert len(people_table(page)) == 49


def test_a_short_session_keeps_all_of_its_intervals(opened: OpenedApp) -> None:
    session_id = stored(Store(opened.engine), seconds(group(1, 40)))
    page = opened.page("report", session=session_id, part="Spread")
    widget(page.segmented_control, "Intervals").set_value("10 equal parts").run()
    assert not page.exception
    table = next(one.value for one in page.dataframe if "median" in one.value)
    assert len(table) == 10
