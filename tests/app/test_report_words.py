"""A transcript on the report: imported whole or refused in a sentence, searched, deleted."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from db.reports import utterances
from db.store import Store
from tests.app.opening import OpenedApp, texts
from tests.app.test_report_page import looking
from tests.made.faces import seconds
from tests.made.sessions import stored

VTT = (
    "WEBVTT\n\n00:00:10.000 --> 00:00:14.500\n<v Ann>I love this, thank you so much!</v>\n\n"
    "00:01:02.000 --> 00:01:07.000\n<v Ben>I am so sad, I miss him</v>\n"
)


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
    assert "I am so sad" in texts(page) and "thank you" not in texts(page)
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
    assert "Words" not in [tab.label for tab in page.tabs] and "thank you" not in texts(page)
