"""The presenter's panel without a browser: nothing runs, what ended, what is unknown."""

from pathlib import Path

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from dashboard import resources
from db.store import EndReason, Store
from tests.app.opening import OpenedApp, texts
from tests.made.faces import face, seconds
from tests.made.running import Bench, analyse
from tests.made.sessions import stored


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OpenedApp:
    return OpenedApp(tmp_path, monkeypatch)


def large(page: AppTest) -> str:
    return "\n".join(str(each.proto.body) for each in page.get("html"))


def test_without_a_session_the_panel_waits_for_one(opened: OpenedApp) -> None:
    page = opened.page("presenter")
    assert "No session runs now" in large(page)
    assert "by itself" in texts(page)


def test_a_session_that_ended_leads_to_its_report(opened: OpenedApp) -> None:
    session_id = stored(Store(opened.engine), seconds([[face()]] * 3))
    page = opened.page("presenter", session=session_id)
    assert "The session has ended" in large(page)
    assert [each.proto.label for each in page.get("page_link")] == ["Open the report"]


@pytest.mark.parametrize("wanted", ["99", "x", "\u0661", "9" * 40])
def test_a_wrong_link_is_a_sentence_and_leads_on(opened: OpenedApp, wanted: str) -> None:
    page = opened.page("presenter", session=wanted)
    assert "There is no such session" in large(page)
    assert [each.proto.label for each in page.get("page_link")] == ["Choose another session"]


def test_the_forms_are_kept_in_the_address(opened: OpenedApp) -> None:
    page = opened.page("presenter", contrast="true", still="true")
    assert "background:#000" in large(page) and "animation:none" in large(page)
    assert "background:#000" not in large(opened.page("presenter"))


def test_a_running_session_that_cannot_be_read_is_a_sentence_and_comes_back(opened: OpenedApp) -> None:
    bench = Bench(opened.engine)
    resources._running.add(bench.live)
    analyse(bench, 1)
    page = opened.page("presenter")
    assert "With you" in large(page)
    for before, after, said in (("session", "away", "cannot be read now"), ("away", "session", "With you")):
        with opened.engine.begin() as connection:
            connection.execute(text(f"ALTER TABLE {before} RENAME TO {after}"))
        page.run()
        assert not page.exception and said in large(page)

    bench.store.delete_session(bench.session_id)
    page.run()
    assert not page.exception and "There is no such session" in large(page)
    bench.live.finish(EndReason.STOPPED)
