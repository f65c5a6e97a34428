"""The list of sessions, without a browser."""

import textwrap
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from dashboard import resources
from db.reports import get_session, list_sessions
from db.schema import session as session_table
from db.store import EndReason, Store
from tests.app.opening import OpenedApp, just_now, texts
from tests.made.faces import face, seconds
from tests.made.running import Bench
from tests.made.sessions import stored
from tests.made.storage import new_session
from tests.made.waiting import wait_until


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OpenedApp:
    return OpenedApp(tmp_path, monkeypatch)


def fill(opened: OpenedApp, *titles: str) -> list[int]:
    store = Store(opened.engine)
    return [stored(store, seconds([[face()]] * 3), title) for title in titles]


def test_an_empty_list_offers_a_demo_session(opened: OpenedApp) -> None:
    page = opened.page("sessions")
    assert "Nothing is recorded yet" in texts(page)
    assert page.button[0].label == "Make a demo"


def test_the_offered_demo_is_made_and_opened(opened: OpenedApp) -> None:
    page = opened.page("sessions")
    page.button[0].click().run(timeout=110)
    assert not page.exception
    assert [session.is_demo for session in list_sessions(opened.engine)] == [True] * 3
    assert page.title[0].value.startswith("Demo")


def test_every_session_shows_its_date_length_and_people(opened: OpenedApp) -> None:
    fill(opened, "Weekly review")
    shown = texts(opened.page("sessions"))
    assert "**Weekly review**" in shown
    assert "05 Mar" in shown and "09:30 · 3 s · 1 person" in shown


def test_search_finds_a_part_of_the_title_and_says_when_nothing_fits(opened: OpenedApp) -> None:
    fill(opened, "Weekly review", "Physics class")
    page = opened.page("sessions")
    labelled(page.text_input, "Search").input("phys").run()
    assert "Physics class" in texts(page) and "Weekly review" not in texts(page)
    labelled(page.text_input, "Search").input("nowhere").run()
    assert "No session fits: “nowhere”" in texts(page)
    labelled(page.button, "Show all sessions").click().run()
    assert "Physics class" in texts(page) and "Weekly review" in texts(page)
    assert labelled(page.text_input, "Search").value == ""


def labelled(kind: Iterable[Any], label: str) -> Any:
    """The one control of this label."""
    [found] = [one for one in kind if one.label == label]
    return found


def test_the_list_is_narrowed_by_kind_course_and_day_and_the_address_says_so(opened: OpenedApp) -> None:
    store = Store(opened.engine)
    for day, (title, kind) in enumerate(
        [("Maths week 1", "class"), ("Maths week 2", "class"), ("Board", "meeting")], start=1
    ):
        began = datetime(2026, 3, day, 12, tzinfo=UTC)
        number = store.start_session(new_session(title=title, kind=kind, started_at=began))
        store.end_session(number, began + timedelta(minutes=1), EndReason.STOPPED)
    page = opened.page("sessions")
    labelled(page.selectbox, "Kind").select("class").run()
    assert "Board" not in texts(page) and page.query_params["kind"] == "class"
    labelled(page.date_input, "From").set_value(date(2026, 3, 2)).run()
    assert "**Maths week 2**" in texts(page) and "**Maths week 1**" not in texts(page)
    labelled(page.date_input, "Until").set_value(date(2026, 3, 1)).run()
    assert "No session fits: kind class, from 02 Mar 2026, until 01 Mar 2026" in texts(page)
    sent = opened.page("sessions", series="maths week", until="2026-03-01")
    assert "**Maths week 1**" in texts(sent) and "1 session" in texts(sent)
    assert "Board" not in texts(sent) and "week 2" not in texts(sent)
    assert labelled(sent.selectbox, "Course or series").value == "maths week"
    strange = opened.page("sessions", since="yesterday", kind="party", pages="x")
    assert "No session fits: kind party" in texts(strange)


def test_a_session_that_waits_for_a_source_is_still_running_and_an_abandoned_one_is_not(
    opened: OpenedApp,
) -> None:
    bench = Bench(opened.engine)
    abandoned = bench.store.start_session(new_session())
    with opened.engine.begin() as connection:
        connection.execute(update(session_table).values(started_at=just_now(50)))
    resources._running.add(bench.live)
    page = opened.page("sessions")
    wait_until(lambda: get_session(opened.engine, abandoned).ended_at)
    page.run()
    assert len([one for one in page.markdown if "Running" in one.value]) == 1
    assert get_session(opened.engine, bench.session_id).ended_at is None
    bench.live.finish(EndReason.STOPPED)


def form(opened: OpenedApp, name: str, of: int = 1) -> AppTest:
    """A dialog's content on a page of its own: AppTest cannot rerun a dialog alone, as a browser does."""
    script = f"""
        from dashboard.sessions import dialogs
        from dashboard.resources import database, store
        from db.reports import list_sessions
        sessions = list_sessions(database())[-{of}:]
        dialogs.{name}({"sessions" if name == "delete_form" else "*sessions"}, store())
    """
    return AppTest.from_string(textwrap.dedent(script), default_timeout=100).run()


def test_a_title_with_markup_is_shown_as_typed(opened: OpenedApp) -> None:
    fill(opened, "Board [meeting](http://x)")
    page = opened.page("sessions")
    shown = texts(page).replace("\u2060", "")
    assert r"**Board \[meeting\]\(http\://x\)**" in shown
    hidden = next(one.label for one in page.checkbox if one.label.startswith("Select")).replace("\u2060", "")
    assert hidden == r"Select Board \[meeting\]\(http\://x\)"


def test_rename_and_delete_open_a_dialog(opened: OpenedApp) -> None:
    (session_id,) = fill(opened, "Weekly review")
    page = opened.page("sessions")
    page.button(key=f"rename_{session_id}").click().run()
    assert page.text_input(key=f"title_{session_id}").value == "Weekly review"
    page.button(key=f"delete_{session_id}").click().run()
    assert "deleted for good" in texts(page)
    assert len(list_sessions(opened.engine)) == 1, "nothing is deleted before it is confirmed"


def test_a_session_gets_another_title(opened: OpenedApp) -> None:
    (session_id,) = fill(opened, "Weekly review")
    page = form(opened, "rename_form")
    page.text_input(key=f"title_{session_id}").input("  Board meeting ").run()
    page.button(key=f"do_rename_{session_id}").click().run()
    assert not page.exception
    assert list_sessions(opened.engine)[0].title == "Board meeting"


def test_an_empty_title_is_not_taken(opened: OpenedApp) -> None:
    (session_id,) = fill(opened, "Weekly review")
    page = form(opened, "rename_form")
    page.text_input(key=f"title_{session_id}").input("   ").run()
    assert page.button(key=f"do_rename_{session_id}").disabled


def test_a_confirmed_session_is_deleted(opened: OpenedApp) -> None:
    (session_id,) = fill(opened, "Weekly review")
    page = form(opened, "delete_form")
    page.button(key=f"do_delete_{session_id}").click().run()
    assert not page.exception
    assert list_sessions(opened.engine) == []


def test_a_session_deleted_in_another_window_counts_as_deleted(opened: OpenedApp) -> None:
    (session_id,) = fill(opened, "Weekly review")
    page = form(opened, "delete_form")
    Store(opened.engine).delete_session(session_id)
    page.button(key=f"do_delete_{session_id}").click().run()
    assert not page.exception and not page.error


def test_deleting_a_running_session_warns(opened: OpenedApp) -> None:
    stored(Store(opened.engine), seconds([[face()]]), ended=False, started_at=just_now(1))
    assert "still running" in form(opened, "delete_form").warning[0].value


def test_a_demo_and_a_running_session_are_marked(opened: OpenedApp) -> None:
    store = Store(opened.engine)
    stored(store, seconds([[face()]]), "Board", is_demo=True)
    stored(store, seconds([[face()]]), "Now", ended=False, started_at=just_now(1))
    shown = texts(opened.page("sessions"))
    assert r"**Demo\: Board**" in shown
    assert "Running" in shown


def test_a_long_list_comes_in_parts(opened: OpenedApp) -> None:
    store = Store(opened.engine)
    for number in range(23):
        stored(store, [], f"Session {number}")
    page = opened.page("sessions")
    more = next(button for button in page.button if button.label.startswith("Show more"))
    assert more.label == "Show more (3 left)"
    more.click().run()
    assert sum(button.label == "Delete" for button in page.button) == 23


def test_ticked_sessions_can_be_compared_or_deleted_together(opened: OpenedApp) -> None:
    first, second, third = fill(opened, "Maths 1", "Maths 2", "Art")
    page = opened.page("sessions")
    for number in (first, second):
        page.checkbox(key=f"tick_{number}").check().run()
    assert "2 selected" in texts(page) and "Compare" in texts(page)
    led = [one.proto.query_string for one in page.get("page_link") if one.proto.page.endswith("export")]
    assert {f"session={first}", f"session={second}"} <= set(led), "each leaves in files of its own"
    page.button(key="delete_chosen").click().run()
    assert "deleted for good" in texts(page)
    asked = form(opened, "delete_form", of=2)
    asked.button(key="do_delete_chosen").click().run()
    assert not asked.exception
    assert [one.id for one in list_sessions(opened.engine)] == [third]


def test_a_session_is_kept_beyond_its_time_and_no_longer(
    opened: OpenedApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTUNE_RETENTION_DAYS", "3650")
    (session_id,) = fill(opened, "Weekly review")
    store = Store(opened.engine)
    page = opened.page("sessions")
    page.button(key=f"keep_{session_id}").click().run()
    assert not page.exception
    assert get_session(opened.engine, session_id).kept
    assert session_id not in store.kept_since(), "retention does not see it"
    page.button(key=f"keep_{session_id}").click().run()
    assert session_id in store.kept_since()


def test_a_row_says_how_a_session_stands_to_its_course(opened: OpenedApp) -> None:
    store = Store(opened.engine)
    for title in ("Maths week 1", "Maths week 2", "Maths week 3", "Art"):
        stored(store, seconds([[face()]] * 40), title)
    page = opened.page("sessions")
    rows = [row for one in page.get("html") if "<b" in (row := str(one.proto.body))]
    assert sum("as usual" in row for row in rows) == 3, "of one session nothing is usual"
    assert all("<img" in row for row in rows)
