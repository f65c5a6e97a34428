"""The week of a series in a text: the figures of its reports, and nothing made up where there are none."""

import html
import random
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.compare.week import TOO_FEW, digest, read_session, weeks_of
from dashboard.consent import PRESENCE_ONLY
from db.reports import get_session
from db.store import Store
from model.emotions import Emotion
from tests.app.opening import OpenedApp, texts
from tests.app.test_report_page import widget
from tests.made.faces import face, seconds
from tests.made.sessions import STARTED_AT, stored
from tests.unit.dashboard.compare.test_lines import session

WEEK = "Week of a series"


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OpenedApp:
    return OpenedApp(tmp_path, monkeypatch)


def lesson(opened: OpenedApp, day: int, model_name: str = "compact48") -> int:
    """Two minutes of three people, the first called Ada; STARTED_AT is a Thursday."""
    draw, store = random.Random(day), Store(opened.engine)
    moods = draw.choices([Emotion.HAPPY, Emotion.NEUTRAL], [0.2 + day / 5, 2.0], k=120)
    frames = seconds([[face(one + 1, mood) for one in range(3)] for mood in moods])
    number = stored(
        store, frames, "Physics", started_at=STARTED_AT + timedelta(days=day), model_name=model_name
    )
    store.name_participant(number, 1, "Ada")
    return number


def text_of(page: AppTest) -> str:
    return str(page.code[0].value)


def test_a_week_tells_the_figures_of_its_reports(opened: OpenedApp) -> None:
    first, second, *_ = (lesson(opened, day) for day in (0, 1, 7, 14))
    page = opened.page("compare", part=WEEK, week="2026-03-02")
    text = text_of(page)
    assert text.startswith("Physics: 02 Mar to 08 Mar 2026, 2 sessions\nBest moment: ")
    assert "3 people in view: Ada, P2, P3" in text and "never a person's inner state" in text
    for number in (first, second):
        report = opened.page("report", session=number)
        shown = html.unescape("".join(one.proto.body for one in list[Any](report.get("html"))))
        value, words = re.findall(r">([^<>]+)</span>", shown)[:2]
        assert f"- {value}, {words} (" in text
        sentences = [
            one.label.replace("\\", "") for one in report.button if re.search(r"lowest|highest", one.label)
        ]
        assert len(sentences) == 2 and all(f"- {one}" in text for one in sentences)
    links = [str(one.proto.query_string) for one in list[Any](page.get("page_link"))]
    assert any(f"session={first}" in one for one in links)
    page = widget(page.selectbox, "Week").set_value("2026-03-16").run()
    assert page.query_params["week"] == "2026-03-16"
    assert "1 session\n" in text_of(page) and "Best moment" not in text_of(page)


def test_an_address_of_another_week_shows_the_last_with_a_sentence(opened: OpenedApp) -> None:
    lesson(opened, 0)
    lesson(opened, 7)
    page = opened.page("compare", part=WEEK, week="next")
    assert "no session in the week “next”" in texts(page) and "09 Mar to 15 Mar" in text_of(page)


def test_what_has_no_scores_has_no_figure(opened: OpenedApp) -> None:
    lesson(opened, 0)
    lesson(opened, 1, model_name=PRESENCE_ONLY)
    text = text_of(opened.page("compare", part=WEEK))
    assert "- Presence only, without scores\n" in text and "Best moment" not in text


def test_of_a_group_alone_nobody_is_named(opened: OpenedApp) -> None:
    summary = get_session(opened.engine, lesson(opened, 0))
    for least, told in ((3, "3 people in view\n"), (5, TOO_FEW)):
        read = read_session(opened.engine, summary, None, least, group_only=True)
        text = digest("Physics", STARTED_AT.date(), [read], {summary.id: "then"})
        assert told in text and "Ada" not in text and "P2" not in text


def test_the_summary_leads_to_its_week(opened: OpenedApp) -> None:
    number = lesson(opened, 0)
    assert "Week of its course" not in texts(opened.page("summary", session=number))
    lesson(opened, 1)
    assert "Week of its course" in texts(opened.page("summary", session=number))


def test_a_week_goes_from_monday_to_sunday() -> None:
    sunday = datetime(2026, 3, 8, 23, 59, tzinfo=STARTED_AT.tzinfo)
    members = [replace(session(one), started_at=sunday + timedelta(minutes=2 * one)) for one in (0, 1)]
    weeks = weeks_of(members, datetime.date)
    assert {day: [one.id for one in found] for day, found in weeks.items()} == {
        date(2026, 3, 9): [1],
        date(2026, 3, 2): [0],
    }
    assert next(iter(weeks)) == date(2026, 3, 9)
