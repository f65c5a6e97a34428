"""The answer above a report: its course, what was too little to say, a text for a mail, votes."""

from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from db.rights.ballots import Choice, cast
from db.store import EndReason, Store
from model.observations import FrameRecord, QualityFlag
from tests.app.opening import OpenedApp, texts
from tests.app.test_one_fall import read
from tests.app.test_report_page import looking
from tests.made.faces import face, seconds
from tests.made.sessions import STARTED_AT, stored
from tests.made.storage import MONDAY, new_session


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OpenedApp:
    return OpenedApp(tmp_path, monkeypatch)


def big(opened: OpenedApp, session_id: int, **query: object) -> str:
    """The number in large type with its words."""
    return "".join(one.proto.body for one in opened.page("report", session=session_id, **query).get("html"))


def test_the_number_is_held_against_the_other_sessions_of_its_course(opened: OpenedApp) -> None:
    store = Store(opened.engine)
    for week, away_s in enumerate((40, 40, 20)):
        frames = [[looking(1, away=second < away_s), looking(2)] for second in range(100)]
        at = STARTED_AT + timedelta(days=7 * week)
        session_id = stored(store, seconds(frames), f"Physics week {week}", started_at=at)
    assert "high, 6 above this course&#x27;s usual" in big(opened, session_id)
    assert "course" not in big(opened, session_id, **{"from": 50}), "a part is held against nothing"


def test_what_was_hardly_usable_is_grey_and_has_no_sentences(opened: OpenedApp) -> None:
    frames = [[looking(1)]] * 12 + [[face(1, flags=QualityFlag.SMALL)]] * 100
    session_id = stored(Store(opened.engine), seconds(frames))
    assert "too little to say" in big(opened, session_id) and "opacity" in big(opened, session_id)
    page = opened.page("report", session=session_id)
    assert not [one for one in page.button if "lowest" in one.label]
    assert [one.label for one in page.select_slider] == ["Time range"], "nor a moment to be asked about"
    assert "Somebody was usable for 12 s of 1 min 52 s" in texts(page).replace("\\", "")
    assert "**Attention**: too little to say" in texts(page)
    assert "led 100" not in texts(opened.page("report", session=session_id, part="Expressions"))
    summary = opened.page("summary", session=session_id)
    assert texts(summary).count("Too little to say") == 4, "three figures, and why there is no more"
    assert "Looking" not in summary.code[0].value


def test_a_person_who_was_hardly_usable_is_told_so_among_others(opened: OpenedApp) -> None:
    hidden = face(2, flags=QualityFlag.SMALL)
    frames = [[looking(1), looking(2) if second < 5 else hidden] for second in range(60)]
    session_id = stored(Store(opened.engine), seconds(frames))
    table = opened.page("report", session=session_id, part="People").dataframe[0].value
    assert table["leading"].tolist() == ["Neutral", "Too little to say"]
    spread = opened.page("report", session=session_id, part="People", show="Spread")
    assert "P2" not in spread.dataframe[1].value.index, "nor has a box of their own"


def test_what_was_hardly_usable_has_no_figure_in_the_list_and_says_nothing_of_its_course(
    opened: OpenedApp,
) -> None:
    store = Store(opened.engine)
    clip = seconds([[face()]] * 12 + [[face(flags=QualityFlag.SMALL)]] * 588)
    for week in (1, 2, 3):
        stored(store, clip, f"Maths week {week}")
    page = opened.page("sessions")
    assert sum(one.value == "Too little to say" for one in page.caption) == 3
    assert not [one for one in page.get("html") if "<b" in str(one.proto.body)]


def test_a_moment_that_is_none_of_the_view_is_a_sentence(opened: OpenedApp) -> None:
    session_id = stored(Store(opened.engine), seconds([[looking(1)]] * 60))
    page = opened.page("report", session=session_id, moment="fall-9999")
    assert "The address names the moment “fall-9999”" in texts(page).replace("\\", "")


def test_a_report_can_be_pasted_into_a_mail(opened: OpenedApp) -> None:
    frames = [[looking(1, away=second >= 60), looking(2)] for second in range(120)]
    session_id = stored(Store(opened.engine), seconds(frames))
    Store(opened.engine).add_marker(session_id, 60_000, "Poll", note="Who has read it?")
    page = opened.page("summary", session=session_id)
    text = page.code[0].value.replace("\u00a0", " ")
    assert text.startswith("Weekly review, 05 Mar 2026, 09:30\n\n85 % (high): Concentration")
    assert "- 01:00 lowest (70 %) after a fall of 30 points: one of two looked away" in text
    assert "Marked:\n- 01:00 Poll: Who has read it?" in text
    assert "lowest (70 %) after a fall of 30 points" in read(page), "as on the page itself"


def voted(opened: OpenedApp, devices: int, *, faces: int = 1) -> int:
    """A session of forty seconds in which so many devices pressed once."""
    store = Store(opened.engine)
    number = store.start_session(new_session())
    seen = tuple(face(track) for track in range(1, faces + 1))
    store.write_frames(number, [FrameRecord(n, n * 1000, seen) for n in range(40)])
    code = store.open_voting(number)
    for device in range(devices):
        cast(opened.engine, code, str(device), Choice.LOST, MONDAY + timedelta(seconds=10 + device))
    store.end_session(number, MONDAY + timedelta(seconds=40), EndReason.STOPPED)
    return number


def charts(page: AppTest) -> list[str]:
    return [str(one.proto.id) for one in page.get("plotly_chart") if "chart_votes" in str(one.proto.id)]


@pytest.mark.parametrize(("page", "faces"), [("report", 1), ("report", 0), ("summary", 1)])
def test_votes_stand_in_report_and_summary_also_where_no_face_was_seen(
    opened: OpenedApp, page: str, faces: int
) -> None:
    shown = opened.page(page, session=voted(opened, 2, faces=faces))
    assert "2 devices voted, 2 times in all" in texts(shown) and charts(shown)


def test_the_group_alone_shows_no_votes_of_too_few(
    opened: OpenedApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTUNE_MIN_GROUP_SIZE", "3")
    few, enough = voted(opened, 2, faces=3), voted(opened, 3, faces=3)
    page = opened.page("report", session=few, group=1)
    assert "Fewer than 3 devices voted" in texts(page) and not charts(page)
    assert "3 devices voted" in texts(opened.page("report", session=enough, group=1))
    assert not charts(opened.page("summary", session=few, group=1))


def test_a_session_without_votes_says_nothing_of_them(opened: OpenedApp) -> None:
    session_id = voted(opened, 0)
    for page in ("report", "summary"):
        assert "Votes" not in texts(opened.page(page, session=session_id))
