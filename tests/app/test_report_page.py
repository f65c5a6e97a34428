"""The report, without a browser: full, empty, unknown, running, deleted, group only."""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from dashboard.consent import PRESENCE_ONLY
from dashboard.report.sections import CLEAR, COMMON
from dashboard.sessions.demo import write_demo
from dashboard.wording import NOTHING, escaped
from db.store import Store
from model.emotions import Emotion
from model.observations import FrameRecord, Observation, QualityFlag, Signals
from tests.app.opening import OpenedApp, just_now, texts
from tests.made.faces import face, seconds
from tests.made.sessions import STARTED_AT, stored

PARTS = ["Overview", "People", "Expressions", "Moments", "Words", "Method"]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OpenedApp:
    return OpenedApp(tmp_path, monkeypatch)


def figures(page: AppTest) -> dict[str, str]:
    """The number above everything, and the line of facts below it."""
    line = next(one for one in texts(page).split("\n") if one.startswith("Duration "))
    facts = {name: value.replace("\\", "") for name, value in re.findall(r"(\w[\w ]*) \*\*(.+?)\*\*", line)}
    number = re.findall(r"(?s)weight:650[^>]*>(.*?)<", "".join(one.proto.body for one in page.get("html")))
    return facts | dict(zip(["Engagement"], number, strict=False))


def charts(page: AppTest) -> int:
    return len(page.get("plotly_chart"))


def people_table(page: AppTest) -> pd.DataFrame:
    return next(table.value for table in page.dataframe if "name" in table.value)


def widget(elements: Iterable[Any], label: str) -> Any:
    return next(element for element in elements if element.label == label)


def looking(track_id: int, away: bool = False) -> Observation:
    """A neutral face with open eyes, on the screen or off it, and a head turned accordingly."""
    signals = Signals(30.0 if away else 2.0, 1.0, 0.0, 0.36, 0.1 if away else 0.9, 0.02)
    return replace(face(track_id, Emotion.NEUTRAL, share=1.0), signals=signals)


def group(people: int, count: int = 30) -> list[list[Observation]]:
    moods = [Emotion.HAPPY, Emotion.NEUTRAL, Emotion.SAD]
    return [[face(track + 1, moods[track % 3]) for track in range(people)] for _ in range(count)]


def labelled(page: AppTest, label: str) -> Selectbox[str]:
    """The list of choices with that label."""
    return next(one for one in page.selectbox if one.label == label)


def test_a_demo_session_fills_every_part(opened: OpenedApp) -> None:
    session_id = write_demo(Store(opened.engine), STARTED_AT)
    page = opened.page("report", session=session_id)
    assert figures(page)["Duration"] == "20 min"
    assert figures(page)["People"] == "6"
    assert figures(page)[COMMON] == "Neutral"
    assert charts(page) == 2, "the line, and who looks below it"
    assert [tab.label for tab in page.tabs] == PARTS
    page = opened.page("report", session=session_id, part="People")
    assert people_table(page)["name"].tolist() == ["Ada", "Ben", "Chen", "Dina", "Emil", "Fay"]
    assert "Demo: made by code" in texts(page)
    assert "arxiv.org/abs/1909.12913" in texts(page), "the source stands beside the line"
    assert "Expressions are not feelings" in texts(page)


def test_the_figures_are_those_that_were_stored(opened: OpenedApp) -> None:
    frames = [[face(1, Emotion.HAPPY)]] * 30 + [[face(1, Emotion.SAD, QualityFlag.DARK)]] * 10
    session_id = stored(Store(opened.engine), seconds(frames))
    shown = figures(opened.page("report", session=session_id))
    assert shown == {
        "Duration": "40 s",
        "People": "1",
        "Engagement": "61\u00a0%",
        "Looking": NOTHING,
        COMMON: "Happy",
        CLEAR: "75\u00a0%",
    }


def test_a_time_range_counts_only_what_lies_in_it(opened: OpenedApp) -> None:
    frames = [[face(1, Emotion.HAPPY)]] * 30 + [[face(2, Emotion.SAD)]] * 30
    page = opened.page("report", session=stored(Store(opened.engine), seconds(frames)))
    page.select_slider[0].set_range(30_000, 60_000).run()
    assert not page.exception
    assert figures(page)[COMMON] == "Sad"
    assert figures(page)["People"] == "1"
    assert figures(page)["Duration"] == "30 s"


def test_no_smoothing_says_so_in_the_explanation(opened: OpenedApp) -> None:
    page = opened.page("report", session=stored(Store(opened.engine), seconds(group(1))), part="Method")
    assert "no time (off)" in texts(page)
    widget(page.selectbox, "Smoothing").select("30 s").run()
    assert "rolling mean over 30 s" in texts(page)


def test_without_a_session_the_page_asks_for_one(opened: OpenedApp) -> None:
    assert "Nothing is recorded yet" in texts(opened.page("report"))
    session_id = stored(Store(opened.engine), seconds(group(2)))
    page = opened.page("report")
    choice = labelled(page, "Session")
    choice.select(choice.options[0]).run()
    assert page.query_params["session"] == str(session_id)
    assert figures(page)["People"] == "2"


@pytest.mark.parametrize(
    "wanted",
    ["99", "-1", "0", "abc", "", "1e3", "9" * 40, "\u0661", "<script>", "[Sign in](https://example.org)"],
)
def test_an_unknown_session_is_a_sentence_with_a_way_on(opened: OpenedApp, wanted: str) -> None:
    page = opened.page("report", session=wanted)
    assert f"There is no session {escaped(repr(wanted))}" in texts(page)
    assert charts(page) == 0


def test_a_session_deleted_in_another_window_is_a_sentence(opened: OpenedApp) -> None:
    session_id = stored(Store(opened.engine), seconds(group(2)))
    page = opened.page("report", session=session_id)
    Store(opened.engine).delete_session(session_id)
    widget(page.selectbox, "Smoothing").select("30 s").run()
    assert not page.exception
    assert "it was deleted" in texts(page)


def test_a_session_without_faces_draws_no_empty_axes(opened: OpenedApp) -> None:
    session_id = stored(Store(opened.engine), seconds([[]] * 20))
    page = opened.page("report", session=session_id)
    assert "20 frames were analysed in 20 s, and none showed a face" in texts(page)
    assert charts(page) == 0


def test_a_session_without_frames_says_that_no_picture_came(opened: OpenedApp) -> None:
    page = opened.page("report", session=stored(Store(opened.engine), []))
    assert "No frame was analysed" in texts(page)


def test_faces_that_were_never_usable_are_counted_but_not_averaged(opened: OpenedApp) -> None:
    session_id = stored(Store(opened.engine), seconds([[face(1, flags=QualityFlag.SMALL)]] * 20))
    page = opened.page("report", session=session_id, part="Method")
    assert "at no instant was one scored" in texts(page)
    assert figures(page)[CLEAR] == "0\u00a0%"
    assert figures(page)["Engagement"] == figures(page)[COMMON] == "\N{EN DASH}"
    assert charts(page) == 1, "only how much was usable"


def test_a_running_session_shows_what_is_stored_so_far(opened: OpenedApp) -> None:
    session_id = stored(Store(opened.engine), seconds(group(1)), ended=False, started_at=just_now(30))
    page = opened.page("report", session=session_id, part="Method")
    assert "Still running" in texts(page)
    assert "30 frames were analysed" in texts(page)


def test_a_single_frame_is_a_whole_report(opened: OpenedApp) -> None:
    session_id = stored(Store(opened.engine), seconds([[face()]]), ended=False, started_at=just_now(1))
    page = opened.page("report", session=session_id, part="Method")
    assert "1 frame was analysed" in texts(page)
    assert "Too short for a timeline" in texts(page)
    assert charts(page) == 0, "no axes without a line"
    assert charts(opened.page("report", session=session_id, part="Expressions")) == 0, "no mix of a moment"
    for part in ("Moments", "Spread"):
        opened.page("report", session=session_id, part=part)


@pytest.mark.parametrize("hours", [1, 6])
def test_moments_say_by_which_rule_they_are_found_however_long_the_session(
    opened: OpenedApp, hours: int
) -> None:
    frames = [*seconds(group(1)), FrameRecord(30, hours * 3_600_000 - 1000, (face(),))]
    page = opened.page("report", session=stored(Store(opened.engine), frames), part="Moments")
    assert "to its lowest step of 5 s: 15 points of the range within 15 s at least" in texts(page)


def test_group_only_hides_individuals(opened: OpenedApp) -> None:
    session_id = stored(Store(opened.engine), seconds(group(6)))
    page = opened.page("report", session=session_id, person=2, part="People")
    assert len(people_table(page)) == 6
    assert widget(page.selectbox, "Person").value == 2
    page.toggle[0].set_value(True).run()
    assert not page.exception
    assert not [each for each in page.dataframe if "name" in each.value or "Ada" in str(each.value)]
    assert not [each for each in page.segmented_control if "Everybody" in each.options]
    assert not [each for each in page.selectbox if each.label == "Person"]
    assert figures(page)["Engagement"] != "\N{EN DASH}"


def test_group_only_shows_nothing_of_a_group_that_is_too_small(opened: OpenedApp) -> None:
    session_id = stored(Store(opened.engine), seconds(group(4)))
    page = opened.page("report", session=session_id, part="Method")
    page.toggle[0].set_value(True).run()
    assert [tab.label for tab in page.tabs] == ["Overview", "Moments", "Method"]
    assert "fewer than 5 people" in texts(page)
    assert figures(page)["Engagement"] == "\N{EN DASH}"
    assert charts(page) == 1


def test_many_people_are_chosen_from_rather_than_drawn_at_once(opened: OpenedApp) -> None:
    session_id = stored(Store(opened.engine), seconds(group(30, 12)))
    page = opened.page("report", session=session_id, part="People")
    shown = widget(page.multiselect, "People shown")
    assert len(shown.value) == 6
    shown.set_value([]).run()
    assert not page.exception
    assert "Choose somebody" in texts(page)


def test_a_title_with_markup_is_shown_as_typed(opened: OpenedApp) -> None:
    session_id = stored(Store(opened.engine), seconds(group(1)), "# $x$ [a](b) :smile:")
    assert opened.page("report", session=session_id).title[0].value == r"\# \$x\$ \[a\]\(b\) \:smile\:"


def test_a_session_that_counted_presence_only_says_so_and_claims_no_usable_share(opened: OpenedApp) -> None:
    frames = [[replace(face(1, Emotion.HAPPY), scores=None, leading=None)]] * 30
    session_id = stored(Store(opened.engine), seconds(frames), model_name=PRESENCE_ONLY)
    page = opened.page("report", session=session_id)
    assert "counted presence only" in texts(page)
    assert not {CLEAR, COMMON} & figures(page).keys() and figures(page)["People"] == "1"
    assert page.dataframe[0].value["Longest absence"].tolist() == [NOTHING]


def test_a_session_that_counted_presence_only_still_shows_who_looked(opened: OpenedApp) -> None:
    frames = [
        [replace(looking(1), scores=None), replace(looking(2, away=number >= 20), scores=None)]
        for number in range(40)
    ]
    session_id = stored(Store(opened.engine), seconds(frames), model_name=PRESENCE_ONLY)
    page = opened.page("report", session=session_id, part="People")
    assert figures(page)["Looking"] == "75\u00a0%"
    assert not {"Engagement", COMMON, CLEAR} & figures(page).keys()
    assert people_table(page)["looking"].tolist() == [100, 50]
    assert people_table(page)["engagement"].isna().all()
    assert not [each for each in page.selectbox if each.label == "Definition"]
