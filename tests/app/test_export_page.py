"""The export page, without a browser."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.export.formats import EXPORTERS, pieces
from dashboard.export.formats.columns import LONG_HEADER
from dashboard.sessions.demo import write_demo
from db.reports import get_session
from db.store import Store
from tests.app.opening import OpenedApp, just_now, texts
from tests.made.faces import face, seconds
from tests.made.sessions import STARTED_AT, stored


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OpenedApp:
    return OpenedApp(tmp_path, monkeypatch)


def dictionaries(page: AppTest) -> list[str]:
    """Where the data dictionaries beside the files are."""
    return re.findall(r"\[columns]\((.*?)\)", texts(page))


def test_a_session_shows_what_the_file_will_hold(opened: OpenedApp) -> None:
    session_id = stored(Store(opened.engine), seconds([[face(1), face(2)]] * 30))
    page = opened.page("export", session=session_id)
    assert "60 rows" in texts(page)
    preview = page.dataframe[0].value
    assert tuple(preview.columns) == LONG_HEADER
    assert preview["track_id"].tolist() == ["1", "2", "1", "2", "1"]
    assert page.table[0].value["Column"].tolist() == list(LONG_HEADER)


def test_the_download_is_offered(opened: OpenedApp) -> None:
    session_id = stored(Store(opened.engine), seconds([[face()]]))
    page = opened.page("export", session=session_id)
    offered = [button.proto.url for button in page.get("link_button")]
    assert offered[0] == f"download/{session_id}/all"
    assert sorted(offered) == sorted(f"download/{session_id}/{key}" for key in EXPORTERS)
    beside = [key for key, exporter in EXPORTERS.items() if exporter.dictionary_suffix]
    assert dictionaries(page) == [f"download/{session_id}/{key}/dictionary" for key in beside]
    page.toggle[0].set_value(True).run()
    offered = [button.proto.url for button in page.get("link_button")]
    groups = [key for key, exporter in EXPORTERS.items() if not exporter.of_people]
    assert sorted(offered) == sorted(f"download/{session_id}/{key}?group=only" for key in groups)
    beside = ["seconds", "markers", "votes"]
    assert dictionaries(page) == [f"download/{session_id}/{key}/dictionary?group=only" for key in beside]
    assert not page.dataframe, "no single rows are shown"


def test_a_demo_says_so_in_title_and_rows(opened: OpenedApp) -> None:
    page = opened.page("export", session=write_demo(Store(opened.engine), STARTED_AT))
    assert "Demo" in page.header[0].value
    assert set(page.dataframe[0].value["session_title"]) == {"Demo: product review with six people"}


def test_a_session_without_faces_has_nothing_to_export(opened: OpenedApp) -> None:
    page = opened.page("export", session=stored(Store(opened.engine), seconds([[]] * 5)))
    assert "nothing to export" in texts(page)
    assert not page.get("link_button")


def test_a_running_session_says_that_more_may_come(opened: OpenedApp) -> None:
    page = opened.page(
        "export",
        session=stored(Store(opened.engine), seconds([[face()]]), ended=False, started_at=just_now(1)),
    )
    assert "still running" in texts(page)


def test_whoever_is_left_out_of_the_report_is_left_out_of_the_file(opened: OpenedApp) -> None:
    store = Store(opened.engine)
    session_id = stored(store, seconds([[face(1), face(2)]] * 30))
    store.exclude_participant(session_id, 1)
    page = opened.page("export", session=session_id)
    assert "30 rows" in texts(page) and "Without 30 rows" in texts(page)
    assert set(page.dataframe[0].value["person"]) == {"2"}
    store.exclude_participant(session_id, 2)
    assert "Everybody is left out" in texts(opened.page("export", session=session_id))
    assert "Everybody is left out" in texts(opened.page("report", session=session_id))


def test_an_unknown_session_is_a_sentence(opened: OpenedApp) -> None:
    assert "There is no session '5'" in texts(opened.page("export", session=5))
    assert "Nothing is recorded yet" in texts(opened.page("export"))


def test_a_title_of_an_imported_file_is_text_where_it_is_told_to_be_cut(opened: OpenedApp) -> None:
    engine = opened.engine
    first = stored(Store(engine), seconds([[face()]] * 3), "Weekly")
    file = b"".join(pieces(engine, get_session(engine, first)))
    page = opened.page("export")
    page.file_uploader[0].set_value(
        ("a.csv", file.replace(b"Weekly", b"[a](http://b.example)\0"), "text/csv")
    )
    page.selectbox(key="import_purpose").set_value("research")
    page.selectbox(key="import_region").set_value("elsewhere")
    page.checkbox[0].check()
    page.run()
    next(one for one in page.button if one.label == "Import").click().run()
    told = next(one.value for one in page.caption if "what is left of it" in one.value)
    assert "[a]" not in told and r"\[a\]" in told
