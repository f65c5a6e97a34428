"""The Live page's script, without a browser: form, consent and what appears when."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import streamlit as st
import streamlit_webrtc.component
import streamlit_webrtc.shutdown
from streamlit.testing.v1 import AppTest

from dashboard.consent import CONSENT_TEXT
from db.engine import open_database
from db.store import EndReason
from tests import ROOT
from tests.made.storage import new_session, open_store

APP = ROOT / "dashboard" / "app.py"


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AppTest:
    monkeypatch.setenv("ATTUNE_DATABASE_URL", f"sqlite:///{(tmp_path / 'a.db').as_posix()}")
    # AppTest has no server session, which the streamer asks for.
    for module in (streamlit_webrtc.component, streamlit_webrtc.shutdown):
        monkeypatch.setattr(module, "get_this_session_info", lambda: None)
    st.cache_resource.clear()
    return AppTest.from_file(str(APP), default_timeout=100)


def answer(app: AppTest) -> None:
    app.button_group(key="purpose").select("research")
    app.button_group(key="region").select("elsewhere").run()


@pytest.mark.parametrize("missing", ["purpose", "region"])
def test_purpose_and_place_are_stated_by_the_person(app: AppTest, missing: str) -> None:
    app.run()
    assert not app.exception
    assert app.button(key="continue").disabled
    answer(app)
    assert not app.button(key="continue").disabled
    app.button_group(key=missing).set_value(None).run()
    assert app.button(key="continue").disabled


def test_the_press_that_goes_on_says_that_everyone_agreed_to_what_stands_above_it(app: AppTest) -> None:
    app.run()
    answer(app)
    assert "agreed" in app.button(key="continue").label
    assert any(CONSENT_TEXT in text.value for text in app.markdown)
    assert any("deleted after 30 days, on " in text.value for text in app.caption)


def test_a_new_set_up_has_a_notice_for_the_meetings_chat_before_it_starts(app: AppTest) -> None:
    app.run()
    assert not app.code
    answer(app)
    app.text_input(key="title").input("Board").run()
    assert app.code[0].value.startswith("“Board” (research) is watched by Attune")
    assert "deleted after 30 days, on " in app.code[0].value


def test_after_consent_the_page_waits_for_start(app: AppTest) -> None:
    app.run()
    answer(app)
    app.button(key="continue").click().run()
    assert not app.exception
    assert any("Press START" in text.value for text in app.markdown)


def test_resting_faces_are_compared_with_when_asked_and_as_the_setting_proposes(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.run()
    assert app.toggle(key="own-neutral").value is False
    answer(app)
    app.toggle(key="own-neutral").set_value(True).run()
    app.button(key="continue").click().run()
    assert not app.exception
    assert app.session_state["live_tab"].now().setup.own_neutral is True
    monkeypatch.setenv("ATTUNE_OWN_NEUTRAL", "true")
    st.cache_resource.clear()
    again = AppTest.from_file(str(APP), default_timeout=30).run()
    assert again.toggle(key="own-neutral").value is True


def test_work_in_the_eu_shows_the_law_and_offers_grounds(app: AppTest) -> None:
    app.run()
    app.button_group(key="purpose").select("work")
    app.button_group(key="region").select("EU or UK").run()
    assert not app.exception
    assert any("Article 5(1)(f)" in info.value for info in app.info)
    assert app.selectbox(key="ground").value == "none: presence only"


def test_the_way_back_to_the_form_asks_for_everything_again(app: AppTest) -> None:
    app.run()
    answer(app)
    app.button(key="continue").click().run()
    next(one for one in app.button if one.label == "Change the set-up").click().run()
    assert not app.exception
    assert app.button(key="continue").disabled


def test_the_last_set_ups_start_again_with_one_press_and_stay_their_course(
    app: AppTest, tmp_path: Path
) -> None:
    store = open_store(tmp_path / "a.db")
    stated = {"purpose": "research", "region": "elsewhere", "series": "Maths 7b"}
    for week in (1, 2):
        when = datetime(2026, 11, week, 9, tzinfo=UTC)
        session = store.start_session(new_session(title=f"Maths week {week}", started_at=when, **stated))
        store.end_session(session, when + timedelta(minutes=40), EndReason.STOPPED)
    app.run()
    assert any(CONSENT_TEXT in text.value for text in app.caption)
    starts = [one for one in app.button if one.label == "Everyone has agreed: start"]
    assert len(starts) == 1, "one course is offered once"
    starts[0].click().run()
    assert not app.exception
    assert any("Press START" in text.value for text in app.markdown)
    setup = app.session_state["live_tab"].now().setup
    assert setup is not None and (setup.title, setup.series) == ("Maths week 2", "Maths 7b")


def test_a_wrong_setting_stops_every_page_with_a_sentence(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTUNE_ANALYSIS_HZ", "1000")
    app.run()
    assert not app.exception
    assert any("ATTUNE_ANALYSIS_HZ" in error.value and "1000" in error.value for error in app.error)


def test_a_database_of_a_newer_version_is_a_sentence(app: AppTest, tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    open_database(f"sqlite:///{path.as_posix()}").dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
        connection.commit()
    app.run()
    assert not app.exception
    assert any("newer" in error.value for error in app.error)


def test_a_session_whose_tab_was_loaded_again_can_be_gone_on_with(app: AppTest, tmp_path: Path) -> None:
    store = open_store(tmp_path / "a.db")
    agreed = {"purpose": "my own rehearsal", "region": "EU or UK", "started_at": datetime.now(UTC)}
    session = store.start_session(new_session(title="Weekly <b>review</b>", **agreed))
    assert not app.run().info, "a session that is well elsewhere is nobody's business here"
    store.end_session(session, datetime.now(UTC), EndReason.DISCONNECTED)
    [said] = app.run().info
    assert "loaded again" in said.value and r"\<b" in said.value
    assert app.button(key="go-on").label == "Everyone still agrees: go on"
    store.delete_session(session)
    ended = store.start_session(new_session(started_at=datetime.now(UTC)))
    store.end_session(ended, datetime.now(UTC), EndReason.STOPPED)
    assert not app.run().info
