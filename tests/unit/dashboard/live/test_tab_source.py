"""A session whose picture is shared: what the picker gave, what is lost, what takes over."""

import time
from dataclasses import replace

import pytest

from dashboard.consent import Source
from dashboard.live.source_events import SourceEvent
from dashboard.live.tab import LiveTab
from db.store import EndReason
from tests.made.tabs import SETUP, Opener


@pytest.fixture
def opener() -> Opener:
    return Opener()


TAB = SourceEvent(number=1, kind="capturing", wanted="screen", surface="browser")
ENDED = SourceEvent(number=2, kind="ended", wanted="screen")


def sharing(opener: Opener, source_wait_s: float = 60.0) -> LiveTab:
    """A page whose session shows another browser tab."""
    tab = LiveTab(opener, source_wait_s=source_wait_s)
    tab.agree(replace(SETUP, source=Source.WINDOW))
    tab.hear([TAB])
    tab.follow(playing=True, signalling=False)
    return tab


def test_the_session_keeps_what_the_picker_gave(opener: Opener) -> None:
    sharing(opener)
    assert opener.sources == [Source.TAB]


def test_a_browser_that_does_not_tell_shares_a_window(opener: Opener) -> None:
    tab = LiveTab(opener)
    tab.agree(replace(SETUP, source=Source.WINDOW))
    tab.hear([SourceEvent(number=1, kind="capturing", wanted="screen")])
    tab.follow(playing=True, signalling=False)
    assert opener.sources == [Source.WINDOW]


def test_a_session_without_its_source_waits_and_then_ends_because_of_that(opener: Opener) -> None:
    tab = sharing(opener, source_wait_s=0.2)
    tab.hear([TAB, ENDED])
    assert opener.sessions[0].reasons == []
    assert opener.sessions[0].ended.wait(30)
    assert opener.sessions[0].reasons == [EndReason.SOURCE_ENDED]


def test_another_source_in_time_goes_on_with_the_session(opener: Opener) -> None:
    tab = sharing(opener, source_wait_s=0.5)
    camera = SourceEvent(number=3, kind="capturing", wanted="camera", surface="camera")
    changed = tab.hear([ENDED, camera])
    time.sleep(0.7)
    assert (changed, tab.now().wait_left_s()) == ((camera,), None)
    assert opener.sessions[0].reasons == []


def test_the_wait_for_another_source_is_counted_down(opener: Opener) -> None:
    tab = sharing(opener)
    assert tab.now().wait_left_s() is None
    tab.hear([ENDED])
    first = tab.now().wait_left_s()
    second = tab.now().wait_left_s()
    assert first is not None and second is not None and 0 < second <= first <= 60


def test_who_stops_a_session_without_its_source_ends_it_for_that_reason(opener: Opener) -> None:
    tab = sharing(opener)
    tab.hear([ENDED])
    tab.stop()
    assert opener.sessions[0].reasons == [EndReason.SOURCE_ENDED]


def test_what_was_told_is_heard_once(opener: Opener) -> None:
    tab = sharing(opener)
    tab.hear([TAB, ENDED])
    tab.hear([SourceEvent(number=3, kind="capturing", wanted="screen", surface="browser")])
    tab.hear([TAB, ENDED])  # the component's value stays what it was until something happens
    assert tab.now().wait_left_s() is None


def test_a_cancelled_picker_while_live_ends_nothing(opener: Opener) -> None:
    tab = sharing(opener)
    tab.hear([SourceEvent(number=2, kind="refused", wanted="screen", name="NotAllowedError")])
    assert "picker was closed" in str(tab.now().refusal)
    assert opener.sessions[0].reasons == [] and tab.now().wait_left_s() is None


def test_a_refused_change_of_source_stays_told_while_the_picture_goes_on(opener: Opener) -> None:
    tab = sharing(opener)
    tab.hear([SourceEvent(number=2, kind="refused", wanted="screen", name="NotAllowedError")])
    tab.follow(playing=True, signalling=False)
    assert tab.now().refusal is not None
