"""From frames of sound to whether a voice is heard, beside the pictures and never in their way.

The event loop hands a frame over and goes on; a thread takes what waits about ten times a second. What it
cannot take in time is left out, oldest first: sound is lost then, never a picture. Nothing of it is stored.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

import av
import numpy as np

from model.behaviour.voice import SAMPLE_HZ, Samples, VoiceDetector
from model.errors import ModelError

LOGGER = logging.getLogger(__name__)

MOST_WAITING = 100
"""Frames of 20 ms."""
EVERY_S = 0.1
"""Listening to more at once makes fewer stops for Python's lock; a voice is told so much later."""
PATIENCE_S = 5.0
"""So long without a frame ends the thread; the next frame begins another."""
FAILED = "The sound could not be listened to, so nobody's voice is told; the pictures go on."

Hear = Callable[[float, bool], None]
"""When its sound came, in monotonic seconds, and whether a voice was in it. Must not wait."""


class Detector(Protocol):
    def hear(self, samples: Samples) -> bool | None: ...


class Listener:
    """One stream's. `take` may be called from any thread and never waits; `hear` and `fail`, with a sentence
    for people, are called on the listener's own."""

    def __init__(
        self, hear: Hear, fail: Callable[[str], None], detector: Callable[[], Detector] = VoiceDetector
    ) -> None:
        self._hear, self._fail, self._make_detector = hear, fail, detector
        self._waiting: deque[tuple[float, av.AudioFrame]] = deque(maxlen=MOST_WAITING)
        self._came, self._lock = threading.Event(), threading.Lock()
        self._thread: threading.Thread | None = None
        self._failed = False

    def take(self, frame: av.AudioFrame) -> None:
        """One frame of sound, 20 ms of it."""
        if self._failed:
            return
        self._waiting.append((time.monotonic(), frame))
        self._came.set()
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._listen, name="listener", daemon=True)
                self._thread.start()

    def _listen(self) -> None:
        try:
            self._follow(self._make_detector())
        except ModelError as error:
            self._give_up(str(error))
        except Exception:
            LOGGER.exception("sound could not be listened to; the session goes on without")
            self._give_up(FAILED)

    def _give_up(self, sentence: str) -> None:
        self._failed = True
        self._waiting.clear()
        self._fail(sentence)

    def _follow(self, detector: Detector) -> None:
        resampler = av.AudioResampler("flt", "mono", SAMPLE_HZ)
        while self._more_came():
            self._came.clear()
            time.sleep(EVERY_S)
            came_s, samples = self._taken(resampler)
            voice = detector.hear(samples)
            if voice is not None:
                self._hear(came_s, voice)

    def _more_came(self) -> bool:
        if self._came.wait(PATIENCE_S):
            return True
        with self._lock:  # a frame that comes now finds no thread, or this one goes on
            if not self._came.is_set():
                self._thread = None
            return self._came.is_set()

    def _taken(self, resampler: Any) -> tuple[float, Samples]:
        """When the last frame that waits came, and all of them as samples."""
        came_s, samples = 0.0, [np.empty(0, np.float32)]
        while self._waiting:
            came_s, frame = self._waiting.popleft()
            samples += [one.to_ndarray().reshape(-1) for one in resampler.resample(frame)]
        return came_s, np.concatenate(samples).astype(np.float32)
