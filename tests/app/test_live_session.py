"""A running session on the Live page, without a browser: a change of source, STOP, and a locked database."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import streamlit_webrtc.component
import streamlit_webrtc.shutdown
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from dashboard import resources
from dashboard.live import stage
from dashboard.live.source_events import SourceEvent
from dashboard.live.stream import StreamState
from dashboard.live.tab import LiveTab
from dashboard.stored.enough import TOO_LITTLE
from db.reports import get_session, markers
from db.rights.ballots import Answer, Choice, ballot_of, cast
from db.store import EndReason
from tests.app.opening import OpenedApp, texts
from tests.made.running import Bench, analyse
from tests.made.storage import locked_by_another_program, with_pragma
from tests.made.tabs import SETUP
from tests.made.waiting import wait_until

SHARED = SourceEvent(number=1, kind="capturing", wanted="screen", surface="browser")
CAMERA = SourceEvent(number=2, kind="capturing", wanted="camera", surface="camera")


@dataclass
class Running:
    """A browser tab in the middle of a session."""

    path: Path
    engine: Engine
    bench: Bench
    tab: LiveTab
    page: AppTest

    def stored(self) -> bool:
        return self.bench.live.status().stored


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    # AppTest has no server session, which the streamer asks for.
    for module in (streamlit_webrtc.component, streamlit_webrtc.shutdown):
        monkeypatch.setattr(module, "get_this_session_info", lambda: None)
    opened = OpenedApp(tmp_path, monkeypatch)
    page, bench = opened.page("live"), Bench(opened.engine)
    with_pragma(resources.database(), "busy_timeout = 50")
    tab = LiveTab(lambda _setup, _consent_at: bench.live)
    tab.agree(SETUP)
    tab.hear([SHARED])
    tab.follow(playing=True, signalling=False)
    page.session_state["live_tab"] = tab
    analyse(bench, 3)
    yield Running(tmp_path / "attune.db", opened.engine, bench, tab, page)
    bench.live.finish(EndReason.STOPPED)


def test_a_change_of_source_is_marked_also_when_the_database_was_locked(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What the browser tells: the picture plays, and now it is the camera's.
    monkeypatch.setattr(stage, "open_stream", lambda *_, **__: StreamState(playing=True, signalling=False))
    monkeypatch.setattr(stage, "watch_source", lambda *_, **__: (SHARED, CAMERA))
    bench = running.bench
    with locked_by_another_program(running.path):
        running.page.run()
        assert not running.page.exception and markers(running.engine, bench.session_id) == []
        assert "Source at 00:0" in texts(running.page).replace("\\", "")
    analyse(bench, 1)
    wait_until(lambda: bench.live.status().recorder.written_frames == 4)
    running.page.run()
    [marked] = markers(running.engine, bench.session_id)
    assert (marked.label, marked.note) == ("Source", "camera")


def test_the_page_waits_for_nothing_while_the_last_moments_are_stored(running: Running) -> None:
    bench, page = running.bench, running.page
    bench.perception.gate = threading.Event()
    with locked_by_another_program(running.path):
        bench.feed()
        wait_until(lambda: len(bench.perception.sizes) == 4)
        running.tab.stop()
        page.run()
        assert bench.live.end_reason is EndReason.STOPPED and bench.ended == []
        assert "Storing the last moments" in texts(page) and "Session ended" not in texts(page)
    bench.perception.gate.set()
    wait_until(running.stored)
    page.run()
    assert not page.exception
    assert "You stopped the session" in texts(page) and "Storing" not in texts(page)
    assert "Three moments" in texts(page) and "Who was there**: 1 person" in texts(page)
    assert any(TOO_LITTLE in each.proto.body for each in page.get("html")), "four frames are no figure"
    ways = [each.proto.label for each in page.get("page_link")]
    assert ways == ["Open the report", "Print", "Export the data"]
    assert not page.metric and not page.warning, "nothing was lost, so nothing is counted"
    kept = get_session(running.engine, bench.session_id)
    assert (kept.frames, kept.end_reason, len(bench.ended)) == (4, "stopped", 1)


@pytest.mark.parametrize(("here", "there"), [("live", "help"), ("help", "live")])
def test_a_press_on_stop_holds_where_another_page_is_opened_in_the_same_moment(
    running: Running, monkeypatch: pytest.MonkeyPatch, here: str, there: str
) -> None:
    monkeypatch.setattr(stage, "open_stream", lambda *_, **__: StreamState(playing=True, signalling=False))
    monkeypatch.setattr(stage, "watch_source", lambda *_, **__: (SHARED,))
    page = running.page
    page.switch_page(f"../pages/{here}.py").run()
    [stop] = [one for one in page.button if one.label == "STOP"]
    stop.click()
    page.switch_page(f"../pages/{there}.py").run()
    assert not page.exception and running.bench.live.end_reason is EndReason.STOPPED


def test_another_session_may_be_set_up_while_the_last_moments_are_stored(running: Running) -> None:
    bench, page = running.bench, running.page
    bench.perception.gate = threading.Event()
    bench.feed()
    wait_until(lambda: len(bench.perception.sizes) == 4)
    running.tab.stop()
    page.run()
    [again] = [one for one in page.button if one.label == "Start another session"]
    again.click().run()
    assert not page.exception and page.button[0].key == "continue" and bench.ended == []
    bench.perception.gate.set()
    wait_until(running.stored)
    assert get_session(running.engine, bench.session_id).frames == 4
    assert [reason for reason, _ in bench.ended] == [EndReason.STOPPED]


def test_people_vote_once_the_host_opens_the_session_to_them(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "open_stream", lambda *_, **__: StreamState(playing=True, signalling=False))
    monkeypatch.setattr(stage, "watch_source", lambda *_, **__: (SHARED,))
    page, number = running.page, running.bench.session_id
    page.run()
    assert "Votes" not in texts(page) and ballot_of(running.engine, number) is None, "off at first"
    page.session_state[f"more-{number}"] = page.session_state["panel-votes"] = True
    page.run()
    [switch] = [one for one in page.toggle if one.label == "Let people vote"]
    switch.set_value(True).run()
    assert not page.exception and "**Votes** now: 0 clear · 0 lost · 0 questions" in texts(page)
    opened = ballot_of(running.engine, number)
    assert opened is not None and opened.title is None
    assert any(one.value.endswith(f"/vote/{opened.code}") for one in page.code)
    assert any("QR code" in one.proto.body for one in page.get("html"))
    assert cast(running.engine, opened.code, "a phone", Choice.LOST, datetime.now(UTC)) is Answer.COUNTED
    page.run()
    assert "**Votes** now: 0 clear · 1 lost · 0 questions" in texts(page)
    [switch] = [one for one in page.toggle if one.label == "Let people vote"]
    switch.set_value(False).run()
    assert not page.exception and "Votes" not in texts(page)
    assert cast(running.engine, opened.code, "a phone", Choice.CLEAR, datetime.now(UTC)) is Answer.CLOSED
