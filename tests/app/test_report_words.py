"""A transcript on the report: imported whole or refused in a sentence, searched, deleted."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.spoken.aligning import DAY_MS
from db.reports import Utterance, utterances
from db.store import Store
from tests.app.opening import OpenedApp, texts
from tests.app.test_report_page import looking
from tests.made.faces import seconds
from tests.made.languages import ENGLISH, FOREIGN
from tests.made.sessions import stored

SHIFT = "Shift all words by (seconds)"
VTT = (
    "WEBVTT\n\n00:00:10.000 --> 00:00:14.500\n<v Ann>I love this, thank you so much!</v>\n\n"
    "00:01:02.000 --> 00:01:07.000\n<v Ben>I am so sad, I miss him</v>\n"
)
SAID = [
    Utterance(10_000, 14_500, "Ann", "I love this, thank you so much!", 1),
    Utterance(62_000, 67_000, "Ben", "I am so sad, I miss him"),
]
SENTENCE = re.compile(r"(?<=[.?!]) ")


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OpenedApp:
    return OpenedApp(tmp_path, monkeypatch)


def session(opened: OpenedApp) -> int:
    store = Store(opened.engine)
    frames = [[looking(1, away=second >= 60), looking(2)] for second in range(120)]
    session_id = stored(store, seconds(frames))
    store.name_participant(session_id, 1, "Ann")
    return session_id


def given(opened: OpenedApp, session_id: int, text: str | bytes, name: str = "talk.vtt") -> AppTest:
    page = opened.page("report", session=session_id, part="Words")
    raw = text.encode() if isinstance(text, str) else text
    uploaders: list[Any] = list(page.get("file_uploader"))
    uploader = next(one for one in uploaders if one.label == "Transcript")
    shown: AppTest = uploader.set_value((name, raw, "text/plain")).run()
    return shown


def words(page: AppTest) -> str:
    """The list of what was said."""
    return "".join(str(one.proto.body) for one in list[Any](page.get("html")))


def pressed(page: AppTest, label: str) -> AppTest:
    return next(one for one in page.button if one.label == label).click().run()


def test_a_transcript_is_imported_matched_searched_and_deleted(opened: OpenedApp) -> None:
    session_id = session(opened)
    page = given(opened, session_id, VTT)
    assert "2 of 2 cues lie within the session" in texts(page)
    page = pressed(page, "Import")
    assert [(one.speaker, one.person) for one in utterances(opened.engine, session_id)] == [
        ("Ann", 1),
        ("Ben", None),
    ]
    assert "Words and faces" in [one.value for one in page.header]
    assert page.dataframe[0].value["Speaker"].tolist() == ["Ben", "Ann"]
    search = next(one for one in page.text_input if one.label == "Search in the words")
    page = search.set_value("miss").run()
    assert "I am so sad" in words(page) and "thank you" not in words(page)
    pressed(page, "Delete the transcript")
    assert utterances(opened.engine, session_id) == []


def test_words_stand_beside_the_moment_that_is_opened(opened: OpenedApp) -> None:
    session_id = session(opened)
    pressed(given(opened, session_id, VTT), "Import")
    page = opened.page("report", session=session_id)
    page = next(one for one in page.button if "lowest" in one.label).click().run()
    assert "Said then" in texts(page)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"caf\xe9 \xff", "UTF-8"),
        (b"WEBVTT\n\n00:05.000 --> 00:03.000\nhi\n", "before it begins"),
        (b"WEBVTT\n\n09:00:05.000 --> 09:00:06.000\nhi\n", "Wanted words within this session"),
    ],
)
def test_what_cannot_be_used_is_a_sentence_and_leaves_nothing(
    opened: OpenedApp, content: bytes, told: str
) -> None:
    session_id = session(opened)
    page = given(opened, session_id, content)
    if not page.error:
        page = pressed(page, "Import")
    assert told in "".join(one.value for one in page.error).replace("\\", "")
    assert utterances(opened.engine, session_id) == []


def test_a_view_of_the_group_alone_has_no_words(opened: OpenedApp) -> None:
    session_id = session(opened)
    pressed(given(opened, session_id, VTT), "Import")
    page = opened.page("report", session=session_id, group=1, part="Words")
    assert "Words" not in [tab.label for tab in page.tabs]
    assert "thank you" not in texts(page) + words(page)


def field(page: AppTest, kind: str, label: str) -> Any:
    found: list[Any] = list(page.get(kind))
    return next(one for one in found if one.label.replace("\\", "") == label)


def starts(opened: OpenedApp, session_id: int) -> list[int]:
    said = utterances(opened.engine, session_id, start_ms=-DAY_MS)
    return [one.start_ms for one in said]


def test_a_transcript_is_shifted_by_seconds_and_back_but_not_out_of_the_session(opened: OpenedApp) -> None:
    session_id = session(opened)
    Store(opened.engine).write_transcript(session_id, SAID)
    page = opened.page("report", session=session_id, part="Words")
    page = field(page, "number_input", SHIFT).set_value(30.5).run()
    assert "Shifted by +00:30, 2 of 2 utterances would lie within" in texts(page)
    page = pressed(page, "Shift the words")
    assert starts(opened, session_id) == [40_500, 92_500] and field(page, "number_input", SHIFT).value == 0
    page = field(page, "number_input", SHIFT).set_value(3600.0).run()
    page = pressed(page, "Shift the words")
    assert "Wanted words within this session" in page.error[0].value
    assert starts(opened, session_id) == [40_500, 92_500]


def test_words_that_lie_an_hour_away_are_brought_back_by_one_press(opened: OpenedApp) -> None:
    session_id = session(opened)
    Store(opened.engine).write_transcript(session_id, SAID)
    Store(opened.engine).shift_transcript(session_id, -3_600_000)
    page = opened.page("report", session=session_id, part="Words")
    assert "Nobody spoke in the range shown" in texts(page)
    pressed(page, "Shift by +1:00:00, where most lie within")
    assert starts(opened, session_id) == [10_000, 62_000]


def test_a_speaker_is_matched_to_a_participant_and_to_nobody_again(opened: OpenedApp) -> None:
    session_id = session(opened)
    Store(opened.engine).write_transcript(session_id, SAID)
    page = opened.page("report", session=session_id, part="Words")
    page = field(page, "selectbox", "Ben is").set_value(2).run()
    page = pressed(page, "Match the speakers")
    assert [one.person for one in utterances(opened.engine, session_id)] == [1, 2]
    page = field(page, "selectbox", "Ann is").select_index(0).run()
    pressed(page, "Match the speakers")
    assert [one.person for one in utterances(opened.engine, session_id)] == [None, 2]


def test_whom_nobody_is_called_like_may_be_of_another_meeting(opened: OpenedApp) -> None:
    session_id = session(opened)
    page = given(opened, session_id, VTT.replace("Ann", "Zoe"))
    assert "may be the transcript of another meeting" in texts(page)


def in_turn(session_id: int, opened: OpenedApp, text: str) -> AppTest:
    """The tab with the sentences of `text` said one after the other."""
    said = [Utterance(5000 * n, 5000 * n + 4000, "Ann", one, 1) for n, one in enumerate(SENTENCE.split(text))]
    Store(opened.engine).write_transcript(session_id, said)
    return opened.page("report", session=session_id, part="Words")


def test_another_language_has_its_words_but_no_mood(opened: OpenedApp) -> None:
    page = in_turn(session(opened), opened, FOREIGN["German"])
    assert "100" in page.warning[0].value and "is not shown" in page.warning[0].value
    assert "Guten Morgen" in words(page) and "Words and faces were" not in texts(page)


def test_of_two_languages_the_mood_of_the_english_words_is_shown(opened: OpenedApp) -> None:
    page = in_turn(session(opened), opened, f"{ENGLISH[0]} {ENGLISH[1]} {FOREIGN['French']}")
    assert "is left out of the line" in page.warning[0].value and "Words were never glad" in texts(page)


def test_the_player_knows_the_words_and_nobody_of_a_group(opened: OpenedApp) -> None:
    session_id = session(opened)
    Store(opened.engine).write_transcript(session_id, SAID)
    known = player(opened.page("report", session=session_id, moment="lowest-60000"))
    assert known["words"][1] == [62_000, 67_000, "Ben: I am so sad, I miss him"]
    assert (known["length_s"], known["whole"]) == (120, False) and 60_000 in known["moments"]
    assert player(opened.page("report", session=session_id, group=1))["words"] == []


def player(page: AppTest) -> dict[str, Any]:
    """What the component that plays a recording is told."""
    found: list[Any] = list(page.get("bidi_component"))
    told: dict[str, Any] = json.loads(found[0].proto.json)
    return told


def test_what_was_said_is_text_and_never_a_page(opened: OpenedApp) -> None:
    session_id = session(opened)
    hostile = Utterance(1_000, 2_000, "<b>Eve", "<script>alert(1)</script> & so on")
    Store(opened.engine).write_transcript(session_id, [hostile])
    shown = words(opened.page("report", session=session_id, part="Words"))
    assert "&lt;b&gt;Eve: &lt;script&gt;alert(1)" in shown and "<script" not in shown and "<b>" not in shown
