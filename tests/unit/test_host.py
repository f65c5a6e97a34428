import threading
import time
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import numpy as np
import pytest

from dashboard.consent import Kind, Purpose, Region, Setup, Source
from dashboard.host import Host
from dashboard.live import LiveSession
from dashboard.source_events import SourceEvent
from db.errors import DatabaseUnavailableError
from db.store import EndReason

SETUP = Setup("Review", Kind.MEETING, Purpose.RESEARCH, Region.OTHER)


class RecordedSession:
    """Stands for a session: remembers how it was ended."""

    def __init__(self) -> None:
        self.reasons: list[EndReason] = []
        self.ended = threading.Event()
        self.since_frame_s = 100.0

    @property
    def end_reason(self) -> EndReason | None:
        return self.reasons[0] if self.reasons else None

    def status(self) -> "RecordedSession":
        return self

    def finish(self, reason: EndReason) -> None:
        self.reasons.append(reason)
        self.ended.set()

    def handle_frame(self, image: Any, captured_s: float) -> Any:
        return image + 1


class Opener:
    def __init__(self) -> None:
        self.sessions: list[RecordedSession] = []
        self.sources: list[Source] = []
        self.broken = False
        self.slow_s = 0.0

    def __call__(self, setup: Setup, consent_at: datetime) -> LiveSession:
        if self.broken:
            raise DatabaseUnavailableError("the database is locked")
        time.sleep(self.slow_s)
        self.sessions.append(RecordedSession())
        self.sources.append(setup.source)
        return cast(LiveSession, self.sessions[-1])


@pytest.fixture
def opener() -> Opener:
    return Opener()


def test_nothing_starts_before_consent(opener: Opener) -> None:
    host = Host(opener)
    host.follow(playing=True, signalling=False)
    assert opener.sessions == []


def test_a_session_starts_with_the_picture_and_stops_with_it(opener: Opener) -> None:
    host = Host(opener)
    host.agree(SETUP)
    host.follow(playing=False, signalling=True)
    assert opener.sessions == []
    host.follow(playing=True, signalling=False)
    host.follow(playing=True, signalling=False)
    host.follow(playing=False, signalling=False)
    assert [session.reasons for session in opener.sessions] == [[EndReason.STOPPED]]


def test_a_database_that_fails_at_the_start_is_tried_again(opener: Opener) -> None:
    host = Host(opener)
    host.agree(SETUP)
    opener.broken = True
    with pytest.raises(DatabaseUnavailableError):
        host.follow(playing=True, signalling=False)
    opener.broken = False
    host.follow(playing=True, signalling=False)
    assert len(opener.sessions) == 1


def test_a_closed_tab_ends_the_session_as_disconnected(opener: Opener) -> None:
    host = Host(opener, grace_s=0.01)
    host.agree(SETUP)
    host.follow(playing=True, signalling=False)
    host.on_ended()
    assert opener.sessions[0].ended.wait(5)
    assert opener.sessions[0].reasons == [EndReason.DISCONNECTED]


def test_a_late_end_of_an_old_stream_does_not_touch_the_new_session(opener: Opener) -> None:
    host = Host(opener, grace_s=0.2)
    host.agree(SETUP)
    host.follow(playing=True, signalling=False)
    host.on_ended()
    host.reset()
    host.agree(SETUP)
    host.follow(playing=True, signalling=False)
    time.sleep(0.5)
    assert [session.reasons for session in opener.sessions] == [[EndReason.STOPPED], []]


def test_two_runs_of_the_page_at_once_open_one_session(opener: Opener) -> None:
    host = Host(opener)
    host.agree(SETUP)
    opener.slow_s = 0.2
    runs = [threading.Thread(target=host.follow, args=(True, False)) for _ in range(3)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert len(opener.sessions) == 1


def test_a_tab_closed_while_its_session_opens_ends_that_session(opener: Opener) -> None:
    host = Host(opener, grace_s=0.05)
    host.agree(SETUP)
    opener.slow_s = 0.4
    run = threading.Thread(target=host.follow, args=(True, False))
    run.start()
    time.sleep(0.1)
    host.on_ended()
    run.join()
    assert opener.sessions[0].ended.wait(5)


def test_a_session_opened_at_the_last_moment_for_a_closed_tab_is_ended_too(opener: Opener) -> None:
    host = Host(opener, grace_s=0.3)
    host.agree(SETUP)
    host.follow(playing=True, signalling=False)
    session = opener.sessions[0]
    session.since_frame_s = 0.05
    host.on_ended()
    time.sleep(0.4)
    assert session.reasons == []
    session.since_frame_s = 0.35
    assert session.ended.wait(5)


def test_a_picture_that_still_comes_is_not_ended_by_an_earlier_stream(opener: Opener) -> None:
    host = Host(opener, grace_s=0.05)
    host.agree(SETUP)
    host.follow(playing=True, signalling=False)
    opener.sessions[0].since_frame_s = 0.01
    host.on_ended()
    time.sleep(0.2)
    assert opener.sessions[0].reasons == []


def test_frames_before_the_session_pass_through(opener: Opener) -> None:
    host = Host(opener)
    image = np.zeros((4, 4, 3), np.uint8)
    assert host.on_frame(image, 0.0) is image
    host.agree(SETUP)
    host.follow(playing=True, signalling=False)
    assert host.on_frame(image, 0.0).max() == 1


def test_waiting_counts_from_start_until_stop(opener: Opener) -> None:
    host = Host(opener)
    host.agree(SETUP)
    assert host.waiting_s() == 0
    host.follow(playing=False, signalling=True)
    first = host.waiting_s()
    assert host.waiting_s() >= first >= 0
    host.follow(playing=False, signalling=False)
    assert host.waiting_s() == 0


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
    host = sharing(opener, source_wait_s=0.2)
    host.hear([TAB, ENDED])
    left_s = host.wait_left_s()
    assert left_s is not None and 0 < left_s <= 0.2
    changed = host.hear([ENDED, SourceEvent(number=3, kind="capturing", wanted="camera", surface="camera")])
    time.sleep(0.4)
    assert (changed, host.wait_left_s()) == (Source.CAMERA, None)
    assert opener.sessions[0].reasons == []


def test_a_source_lost_again_has_the_whole_wait_again(opener: Opener) -> None:
    host = sharing(opener, source_wait_s=0.4)
    host.hear([ENDED])
    time.sleep(0.2)
    host.hear([SourceEvent(number=3, kind="capturing", wanted="screen", surface="window")])
    host.hear([SourceEvent(number=4, kind="ended", wanted="screen")])
    time.sleep(0.3)
    assert opener.sessions[0].reasons == []
    assert opener.sessions[0].ended.wait(5)


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
