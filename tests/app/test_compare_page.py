"""The Compare page, without a browser: what is compared, what is refused with a sentence."""

import random
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.consent import PRESENCE_ONLY
from dashboard.wording import NOTHING
from db.store import Store
from model.emotions import Emotion
from model.observations import FrameRecord, QualityFlag
from tests.app.opening import OpenedApp, texts
from tests.app.test_report_page import charts, widget
from tests.app.test_report_spread import drawn
from tests.made.faces import face, scores_of, seconds
from tests.made.paper_concentration import soft_percent
from tests.made.sessions import STARTED_AT, stored


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OpenedApp:
    return OpenedApp(tmp_path, monkeypatch)


def a_class(opened: OpenedApp, week: int, people: int = 3, **facts: object) -> int:
    """Two minutes; happier, and so by the default definition less concentrated, each week."""
    draw = random.Random(week)
    moods = draw.choices([Emotion.HAPPY, Emotion.NEUTRAL], [0.2 + week, 2.0], k=120)
    frames = seconds([[face(one + 1, mood) for one in range(people)] for mood in moods])
    began = STARTED_AT + timedelta(days=7 * week)
    return stored(Store(opened.engine), frames, f"Physics week {week}", started_at=began, **facts)  # type: ignore[arg-type]


def headings(page: AppTest) -> list[str]:
    return [one.value for one in page.header]


def test_where_nothing_is_recorded_the_page_says_so_and_leads_to_the_sessions(opened: OpenedApp) -> None:
    page = opened.page("compare")
    assert "Nothing is recorded yet" in texts(page)
    assert "Go to Sessions" in [each.proto.label for each in page.get("page_link")]


def test_sessions_are_compared_and_choosing_others_changes_the_address(opened: OpenedApp) -> None:
    first, second, third = (a_class(opened, week) for week in (0, 2, 5))
    page = opened.page("compare", sessions=f"{first},{second}")
    assert "below Physics week 0" in headings(page)[0]
    assert charts(page) == 2
    [table] = [one.value for one in page.dataframe]
    assert table["Name"].tolist() == ["Physics week 0", "Physics week 2"]
    assert "Physics week 2\t" in page.code[0].value
    widget(page.multiselect, "Sessions").set_value([first, third]).run()
    assert page.query_params["sessions"] == f"{first},{third}"
    assert not page.exception and "Physics week 5 is" in headings(page)[0]
    widget(page.toggle, "As a share of the length").set_value(True).run()
    assert page.query_params["axis"] == "share" and charts(page) == 2
    widget(page.selectbox, "Definition").select("expressiveness").run()
    assert page.query_params["definition"] == "expressiveness"
    assert "above Physics week 0" in headings(page)[0]


def test_people_and_parts_of_one_session_are_compared_and_hidden_in_a_group(opened: OpenedApp) -> None:
    number = a_class(opened, 0, people=6)
    page = opened.page("compare", sessions=number)
    assert "second session" in texts(page)
    widget(page.selectbox, "Equal parts of this session").select(3).run()
    assert page.query_params["ranges"] == "0-40,40-80,80-120" and charts(page) == 2
    widget(page.multiselect, "People of this session").set_value([1, 2]).run()
    assert page.query_params["people"] == "1,2" and "ranges" not in page.query_params
    assert "No difference to the first is clear" in headings(page)[0]
    widget(page.toggle, "Group only").set_value(True).run()
    assert not [one for one in page.multiselect if one.label.startswith("People")]
    assert charts(page) == 0 and not page.dataframe, "nobody is shown alone"


@pytest.mark.parametrize(
    ("sessions", "sentence"),
    [
        ("", "Choose 2 to 10"),
        ("1,1", "Compared with itself"),
        ("1,99", "There is no session 99"),
        ("1,<script>", "is no number"),
        (",".join(map(str, range(1, 14))), "at most 10"),
    ],
)
def test_what_cannot_be_compared_is_a_sentence(opened: OpenedApp, sessions: str, sentence: str) -> None:
    a_class(opened, 0)
    page = opened.page("compare", sessions=sessions, definition="flow", part="nonsense")
    assert sentence in texts(page) and "There is no definition “flow”" in texts(page)
    assert charts(page) == 0


def test_a_session_deleted_in_another_tab_is_named_and_the_others_stay(opened: OpenedApp) -> None:
    numbers = [a_class(opened, week) for week in range(3)]
    page = opened.page("compare", sessions=",".join(map(str, numbers)))
    Store(opened.engine).delete_session(numbers[1])
    page.run()
    assert not page.exception
    assert f"There is no session {numbers[1]}" in texts(page) and charts(page) == 2


def test_unlike_sessions_are_named_and_not_silently_mixed(opened: OpenedApp) -> None:
    real, other = a_class(opened, 0), a_class(opened, 1)
    demo, presence = a_class(opened, 2, is_demo=True), a_class(opened, 3, model_name=PRESENCE_ONLY)
    page = opened.page("compare", sessions=f"{real},{demo},{presence},{other}")
    assert "demos are compared with demos only" in texts(page) and "presence only" in texts(page)
    [table] = [one.value for one in page.dataframe]
    assert table["Name"].tolist() == ["Physics week 0", "Physics week 1"]


def test_a_group_below_the_minimum_has_no_line(opened: OpenedApp) -> None:
    small, large = a_class(opened, 0, people=3), a_class(opened, 1, people=6)
    page = opened.page("compare", sessions=f"{small},{large}", group=1)
    [table] = [one.value for one in page.dataframe]
    assert table["Measured"].tolist() == ["0 s", "2 min"]


def test_markers_lie_on_the_lines_of_a_comparison(opened: OpenedApp) -> None:
    numbers = [a_class(opened, week) for week in range(2)]
    page = opened.page("compare", sessions="1,2")
    assert "Diamonds" not in texts(page)
    Store(opened.engine).add_marker(numbers[1], 60_000, "Advert")
    figure = drawn(opened.page("compare", sessions="1,2"))[0]
    [mark] = [one for one in figure["data"] if one["mode"] == "markers"]
    assert (mark["name"], mark["text"]) == ("Physics week 1", ["01:00 Advert"])
    assert "Diamonds: markers" in texts(opened.page("compare", sessions="1,2"))
    shared = drawn(opened.page("compare", sessions=2, people="1,2"))[0]
    assert [one["text"] for one in shared["layout"]["annotations"]] == ["Advert"]


def test_groups_are_aligned_at_the_marker_they_share(opened: OpenedApp) -> None:
    numbers = [a_class(opened, week) for week in range(2)]
    page = opened.page("compare", sessions="1,2", part="At a marker")
    assert "No marker has the same label" in texts(page)
    for number in numbers:
        Store(opened.engine).add_marker(number, 60_000, "=Advert")
    page = opened.page("compare", sessions="1,2", part="At a marker")
    assert "After “=Advert” engagement" in headings(page)[0] and charts(page) == 1
    [table] = [one.value for one in page.dataframe]
    assert table["Group"].tolist()[2:] == ["Mean over groups", "Their standard deviation"]


def test_about_a_marker_too_small_a_group_has_no_line(opened: OpenedApp) -> None:
    for week, people in enumerate((3, 6)):
        Store(opened.engine).add_marker(a_class(opened, week, people=people), 60_000, "Advert")
    page = opened.page("compare", sessions="1,2", part="At a marker", group=1)
    assert "Fewer than two groups have anything measured" in texts(page) and not page.dataframe


def a_jump(opened: OpenedApp, at_ms: int, minutes: int, title: str) -> int:
    """`minutes` long; neutral faces become happy exactly at the marker, filmed from 70 s before it on."""
    began = at_ms // 1000 * 1000 - 70_000
    moods = [Emotion.NEUTRAL if began + n * 250 < at_ms else Emotion.HAPPY for n in range(560)]
    frames = [FrameRecord(n, began + n * 250, (face(1, mood),)) for n, mood in enumerate(moods)]
    frames.append(FrameRecord(560, minutes * 60_000 - 1000, ()))
    number = stored(Store(opened.engine), frames, title)
    Store(opened.engine).add_marker(number, at_ms, "Advert")
    return number


def test_a_jump_at_the_marker_is_told_in_full_however_long_the_session(opened: OpenedApp) -> None:
    """A comparison's own steps are of 10 s at 90 minutes and of 30 s at four hours."""
    a_jump(opened, 2_701_250, 90, "Ninety minutes")
    a_jump(opened, 7_201_750, 240, "Four hours")
    page = opened.page("compare", sessions="1,2", part="At a marker")
    before, after = (soft_percent(scores_of(mood)) for mood in (Emotion.NEUTRAL, Emotion.HAPPY))
    for seconds_before in (30, 5, 45):
        widget(page.number_input, "Before (s)").set_value(seconds_before).run()
        [table] = [one.value.iloc[:2] for one in page.dataframe]
        assert table["Before"].tolist() == pytest.approx([before] * 2, abs=0.06)
        assert table["Change"].tolist() == pytest.approx([after - before] * 2, abs=0.11)
        assert f"Before: {seconds_before} s up to the marker" in texts(page)
    for number, at_ms in ((1, 2_650_000), (2, 7_190_000)):
        Store(opened.engine).add_marker(number, at_ms, "Advert")
    widget(page.number_input, "After (s)").set_value(3_600).run()
    assert "Of the 2 such markers of one session the first 1 are read" in texts(page)


def test_a_series_has_a_trend(opened: OpenedApp) -> None:
    assert "There is no series yet" in texts(opened.page("compare", part="Trend of a series"))
    for week in range(5):
        a_class(opened, week)
    page = opened.page("compare", part="Trend of a series", series="nothing like it")
    assert headings(page)[0].startswith("It falls:") and charts(page) == 1
    assert "There is no series" in texts(page)


def test_a_side_that_was_hardly_usable_has_no_figures_and_no_difference(opened: OpenedApp) -> None:
    first = a_class(opened, 0)
    hidden = [[face(1, flags=QualityFlag.SMALL)]] * 108
    hardly = stored(Store(opened.engine), seconds([[face(1)]] * 12 + hidden), "Physics week 1")
    [table] = [one.value for one in opened.page("compare", sessions=f"{first},{hardly}").dataframe]
    told = table.iloc[1]
    assert told["Mean (%)"] == "Too little to say" and told["Most common expression"] == NOTHING
    assert told["Less the first"] == NOTHING and table.iloc[0]["Mean (%)"] != "Too little to say"
