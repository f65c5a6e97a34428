import threading
import time

import numpy as np
import pytest

from dashboard.live.tab import LiveTab
from dashboard.running.incoming import Incoming
from db.errors import DatabaseUnavailableError
from db.store import EndReason
from tests.made.tabs import SETUP, Opener


@pytest.fixture
def opener() -> Opener:
    return Opener()


def test_nothing_starts_before_consent(opener: Opener) -> None:
    tab = LiveTab(opener)
    tab.follow(playing=True, signalling=False)
    assert opener.sessions == []


def test_a_session_starts_with_the_picture_and_is_cut_off_with_it(opener: Opener) -> None:
    tab = LiveTab(opener)
    tab.agree(SETUP)
    tab.follow(playing=False, signalling=True)
    assert opener.sessions == []
    tab.follow(playing=True, signalling=False)
    tab.follow(playing=True, signalling=False)
    tab.follow(playing=False, signalling=False)
    assert [session.reasons for session in opener.sessions] == [[EndReason.DISCONNECTED]]


def test_a_session_that_its_host_stops_is_told_so(opener: Opener) -> None:
    tab = LiveTab(opener)
    tab.agree(SETUP)
    tab.follow(playing=True, signalling=False)
    tab.stop()
    assert [session.reasons for session in opener.sessions] == [[EndReason.STOPPED]]


def test_a_database_that_fails_at_the_start_is_tried_again(opener: Opener) -> None:
    tab = LiveTab(opener)
    tab.agree(SETUP)
    opener.broken = True
    with pytest.raises(DatabaseUnavailableError):
        tab.follow(playing=True, signalling=False)
    opener.broken = False
    tab.follow(playing=True, signalling=False)
    assert len(opener.sessions) == 1


def test_a_closed_tab_ends_the_session_as_disconnected(opener: Opener) -> None:
    tab = LiveTab(opener, grace_s=0.01)
    tab.agree(SETUP)
    tab.follow(playing=True, signalling=False)
    tab.on_ended()
    assert opener.sessions[0].ended.wait(30)
    assert opener.sessions[0].reasons == [EndReason.DISCONNECTED]


def test_a_late_end_of_an_old_stream_does_not_touch_the_new_session(opener: Opener) -> None:
    tab = LiveTab(opener, grace_s=0.5)
    tab.agree(SETUP)
    tab.follow(playing=True, signalling=False)
    tab.on_ended()
    tab.reset()
    tab.agree(SETUP)
    tab.follow(playing=True, signalling=False)
    time.sleep(0.8)
    assert [session.reasons for session in opener.sessions] == [[EndReason.STOPPED], []]


def test_two_runs_of_the_page_at_once_open_one_session(opener: Opener) -> None:
    tab = LiveTab(opener)
    tab.agree(SETUP)
    opener.slow_s = 0.2
    runs = [threading.Thread(target=tab.follow, args=(True, False)) for _ in range(3)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert len(opener.sessions) == 1


def test_a_tab_closed_while_its_session_opens_ends_that_session(opener: Opener) -> None:
    tab = LiveTab(opener, grace_s=0.05)
    tab.agree(SETUP)
    opener.slow_s = 0.4
    run = threading.Thread(target=tab.follow, args=(True, False))
    run.start()
    time.sleep(0.1)
    tab.on_ended()
    run.join()
    assert opener.sessions[0].ended.wait(30)


def test_a_session_opened_at_the_last_moment_for_a_closed_tab_is_ended_too(opener: Opener) -> None:
    tab = LiveTab(opener, grace_s=0.3)
    tab.agree(SETUP)
    tab.follow(playing=True, signalling=False)
    session = opener.sessions[0]
    session.since_frame_s = 0.05
    tab.on_ended()
    time.sleep(0.4)
    assert session.reasons == []
    session.since_frame_s = 0.35
    assert session.ended.wait(30)


def test_a_picture_that_still_comes_is_not_ended_by_an_earlier_stream(opener: Opener) -> None:
    tab = LiveTab(opener, grace_s=0.05)
    tab.agree(SETUP)
    tab.follow(playing=True, signalling=False)
    opener.sessions[0].since_frame_s = 0.01
    tab.on_ended()
    time.sleep(0.2)
    assert opener.sessions[0].reasons == []


def test_frames_before_the_session_pass_through(opener: Opener) -> None:
    tab = LiveTab(opener)
    image = np.zeros((4, 4, 3), np.uint8)
    assert tab.on_frame(Incoming.of(image, 0.0), True) is image
    assert tab.on_frame(Incoming.of(image, 0.0), False) is None
    tab.agree(SETUP)
    tab.follow(playing=True, signalling=False)
    shown = tab.on_frame(Incoming.of(image, 0.0), True)
    assert shown is not None and shown.max() == 1
    assert tab.on_frame(Incoming.of(image, 0.0), False) is None


def test_waiting_counts_from_start_until_stop(opener: Opener) -> None:
    tab = LiveTab(opener)
    tab.agree(SETUP)
    assert tab.now().waiting_s() == 0
    tab.follow(playing=False, signalling=True)
    first = tab.now().waiting_s()
    assert tab.now().waiting_s() >= first >= 0
    tab.follow(playing=False, signalling=False)
    assert tab.now().waiting_s() == 0
