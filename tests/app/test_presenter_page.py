"""The presenter's panel without a browser: nothing runs, what ended, what is unknown."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from dashboard import resources
from db.rights.ballots import Choice, cast
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


def test_votes_stand_beside_the_faces_and_are_no_more_telling_in_a_view_of_the_group(
    opened: OpenedApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTUNE_MIN_GROUP_SIZE", "4")
    bench = Bench(opened.engine)
    resources._running.add(bench.live)
    analyse(bench, 1)
    assert "Votes" not in large(opened.page("presenter")), "off at first"
    code = bench.store.open_voting(bench.session_id)
    cast(opened.engine, code, "a phone", Choice.LOST, datetime.now(UTC))
    assert "0 clear · 1 lost · 0 questions" in large(opened.page("presenter"))

    alone = large(opened.page("presenter", group="true"))
    assert "Fewer than 4 devices" in alone and "lost" not in alone
    for phone in range(3):
        cast(opened.engine, code, f"phone {phone}", Choice.CLEAR, datetime.now(UTC))
    assert "3 clear · 1 lost · 0 questions" in large(opened.page("presenter", group="true"))
    bench.store.close_voting(bench.session_id)
    assert "Votes" not in large(opened.page("presenter"))
    bench.live.finish(EndReason.STOPPED)
