"""Markers on the report: drawn, read, added, changed, deleted and taken back."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.consent import PRESENCE_ONLY
from db.store import Store
from tests.app.opening import OpenedApp, texts
from tests.app.test_report_page import looking, widget
from tests.made.faces import seconds
from tests.made.sessions import stored


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OpenedApp:
    return OpenedApp(tmp_path, monkeypatch)


def two_minutes(opened: OpenedApp, people: int = 3, model_name: str = "compact48") -> int:
    """Everybody looks at the screen in the first minute and away in the second."""
    one = [[looking(track, away=number >= 60) for track in range(1, people + 1)] for number in range(120)]
    return stored(Store(opened.engine), seconds(one), model_name=model_name)


def report(opened: OpenedApp, session_id: int, **query: object) -> AppTest:
    return opened.page("report", session=session_id, part="Markers", **query)


def table(page: AppTest) -> list[dict[str, str]]:
    return [
        {str(name): str(cell) for name, cell in row.items()}
        for row in page.dataframe[0].value.to_dict("records")
    ]


def test_the_report_tells_what_changed_at_a_marker(opened: OpenedApp) -> None:
    session_id = two_minutes(opened)
    Store(opened.engine).add_marker(session_id, 60_000, "Poll", note="Who has read it?")
    [row] = table(report(opened, session_id))
    assert (row["Time"], row["Marker"], row["Note"]) == ("01:00", "Poll", "Who has read it?")
    assert row["Before"] == "100\u00a0%" and row["Change"].endswith("points, down")
    assert row["People"] == "3, 3; both 3"


def test_a_group_that_is_too_small_is_told_nothing_about(opened: OpenedApp) -> None:
    session_id = two_minutes(opened, people=2)
    Store(opened.engine).add_marker(session_id, 60_000, "Poll")
    page = report(opened, session_id)
    widget(page.toggle, "Group only").set_value(True).run()
    [row] = table(page)
    assert {row["Before"], row["After"], row["Change"]} == {"not enough to say"}


def test_a_session_of_presence_only_lists_its_markers_without_figures(opened: OpenedApp) -> None:
    session_id = two_minutes(opened, model_name=PRESENCE_ONLY)
    Store(opened.engine).add_marker(session_id, 30_000, "Break", end_ms=50_000)
    page = report(opened, session_id)
    assert table(page) == [{"Time": "00:30 to 00:50", "Marker": "Break", "Note": ""}]
    assert "presence only" in texts(page)


def test_a_range_lists_its_own_markers_and_the_stretches_that_reach_into_it(opened: OpenedApp) -> None:
    session_id, store = two_minutes(opened), Store(opened.engine)
    for at_s in (1, 2, 3, 4, 5, 115):
        store.add_marker(session_id, at_s * 1000, "Outside")
    store.add_marker(session_id, 20_000, "Ended before", end_ms=50_000)
    store.add_marker(session_id, 30_000, "Reaches in", end_ms=75_000)
    store.add_marker(session_id, 80_000, "Inside")
    asked = {"from": 50, "to": 110}
    lines = texts(opened.page("summary", session=session_id, **asked)).replace("\\", "")
    assert "00:30 to 01:15 Reaches in" in lines and "01:20 Inside" in lines
    assert "Outside" not in lines and "Ended before" not in lines and "more" not in lines
    reaching, inside = table(report(opened, session_id, **asked))
    assert (reaching["Marker"], inside["Marker"]) == ("Reaches in", "Inside")
    assert reaching["Before"] == "not enough to say", "nothing of the range lies before it"
    assert reaching["After"].endswith("%")


def test_a_stretch_is_told_by_what_of_it_lies_in_the_range(opened: OpenedApp) -> None:
    session_id = two_minutes(opened)
    Store(opened.engine).add_marker(session_id, 30_000, "Reaches in", end_ms=75_000)
    [row] = table(report(opened, session_id, **{"from": 70, "to": 110}))
    assert row["After"] == "not enough to say", "5 s are fewer than 10"


def test_markers_are_drawn_on_the_lines_of_the_report(opened: OpenedApp) -> None:
    session_id = two_minutes(opened)
    Store(opened.engine).add_marker(session_id, 60_000, "Poll")
    page = report(opened, session_id)
    drawn = [chart.proto.spec for chart in page.get("plotly_chart")]
    assert drawn and all("Poll" in spec for spec in drawn)
