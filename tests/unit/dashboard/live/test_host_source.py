"""A session whose picture is shared: what the picker gave, what is lost, what takes over."""

import time
from dataclasses import replace

import pytest

from dashboard.consent import Source
from dashboard.live.source_events import SourceEvent
from dashboard.live.tab import Host
from db.store import EndReason
from tests.made.hosts import SETUP, Opener


@pytest.fixture
def opener() -> Opener:
    return Opener()


TAB = SourceEvent(number=1, kind="capturing", wanted="screen", surface="browser")
ENDED = SourceEvent(number=2, kind="ended", wanted="screen")


def sharing(opener: Opener, source_wait_s: float = 60.0) -> Host:
    """A host whose session shows a tab."""
    host = Host(opener, source_wait_s=source_wait_s)
    host.agree(replace(SETUP, source=Source.WINDOW))
    host.hear([TAB])
    host.follow(playing=True, signalling=False)
    return host


def test_the_session_keeps_what_the_picker_gave(opener: Opener) -> None:
    sharing(opener)
    assert opener.sources == [Source.TAB]


def test_a_browser_that_does_not_tell_shares_a_window(opener: Opener) -> None:
    host = Host(opener)
    host.agree(replace(SETUP, source=Source.WINDOW))
    host.hear([SourceEvent(number=1, kind="capturing", wanted="screen")])
    host.follow(playing=True, signalling=False)
    assert opener.sources == [Source.WINDOW]


def test_a_session_without_its_source_waits_and_then_ends_because_of_that(opener: Opener) -> None:
    host = sharing(opener, source_wait_s=0.2)
    host.hear([TAB, ENDED])
    assert opener.sessions[0].reasons == []
    assert opener.sessions[0].ended.wait(5)
    assert opener.sessions[0].reasons == [EndReason.SOURCE_ENDED]


def test_another_source_in_time_goes_on_with_the_session(opener: Opener) -> None:
    host = sharing(opener, source_wait_s=0.5)
    changed = host.hear([ENDED, SourceEvent(number=3, kind="capturing", wanted="camera", surface="camera")])
    time.sleep(0.7)
    assert (changed, host.wait_left_s()) == (Source.CAMERA, None)
    assert opener.sessions[0].reasons == []


def test_the_wait_for_another_source_is_counted_down(opener: Opener) -> None:
    host = sharing(opener)
    assert host.wait_left_s() is None
    host.hear([ENDED])
    first = host.wait_left_s()
    second = host.wait_left_s()
    assert first is not None and second is not None and 0 < second <= first <= 60


def test_who_stops_a_session_without_its_source_ends_it_for_that_reason(opener: Opener) -> None:
    host = sharing(opener)
    host.hear([ENDED])
    host.stop()
    assert opener.sessions[0].reasons == [EndReason.SOURCE_ENDED]


def test_what_was_told_is_heard_once(opener: Opener) -> None:
    host = sharing(opener)
    host.hear([TAB, ENDED])
    host.hear([SourceEvent(number=3, kind="capturing", wanted="screen", surface="browser")])
    host.hear([TAB, ENDED])  # the component's value stays what it was until something happens
    assert host.wait_left_s() is None


def test_a_cancelled_picker_while_live_ends_nothing(opener: Opener) -> None:
    host = sharing(opener)
    host.hear([SourceEvent(number=2, kind="refused", wanted="screen", name="NotAllowedError")])
    assert host.refusal is not None and "picker was closed" in host.refusal
    assert opener.sessions[0].reasons == [] and host.wait_left_s() is None


def test_a_refused_change_of_source_stays_told_while_the_picture_goes_on(opener: Opener) -> None:
    host = sharing(opener)
    host.hear([SourceEvent(number=2, kind="refused", wanted="screen", name="NotAllowedError")])
    host.follow(playing=True, signalling=False)
    assert host.refusal is not None
