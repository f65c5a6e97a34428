"""Whether a voice is heard now, for the frame that is analysed now. Told by a thread that listens."""

import time
from collections.abc import Callable

HELD_S = 0.6
"""So long after it was last heard a voice counts: words have pauses, and what is heard is known 0.1 to 0.3 s
after its picture is analysed."""
STALE_S = 2.0
"""Sound that came last so long ago tells nothing of now: the microphone is gone, or muted by the browser."""


class VoiceNow:
    """What was heard last. Safe to share: one thread tells, another asks, each by one number at a time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._listened_s = self._voice_s = float("-inf")

    def hear(self, came_s: float, voice: bool) -> None:
        """Whether a voice was in the sound that came at `came_s`, by the clock."""
        self._listened_s = came_s
        if voice:
            self._voice_s = came_s

    def now(self) -> bool | None:
        """Whether a voice is heard; None where nobody listens."""
        now_s = self._clock()
        if now_s - self._listened_s > STALE_S:
            return None
        return now_s - self._voice_s <= HELD_S
