"""What one browser tab does on the Live page: setting up, waiting, live, or done. No Streamlit."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dashboard.consent import Setup
from db.store import EndReason

if TYPE_CHECKING:
    from dashboard.live import LiveSession

Image = NDArray[np.uint8]
GRACE_S = 2.0


class Host:
    """One tab's way through a session. Pages read it; the stream's threads call `on_frame` and `on_ended`."""

    def __init__(
        self, open_live: "Callable[[Setup, datetime], LiveSession]", grace_s: float = GRACE_S
    ) -> None:
        self._open_live, self._grace_s = open_live, grace_s
        self.setup: Setup | None = None
        self.consent_at: datetime | None = None
        self.live: LiveSession | None = None
        self.attempt = 0
        self.refusal: str | None = None
        self._waiting_since_s: float | None = None
        self._opening = threading.Lock()  # two runs of the page's script may overlap

    def agree(self, setup: Setup) -> None:
        """Keep the answers of the form, and when consent was stated."""
        self.setup, self.consent_at, self.live = setup, datetime.now(UTC), None
        self.attempt += 1

    def follow(self, playing: bool, signalling: bool) -> None:
        """Follow the streamer's state: start with the picture, stop with it.

        Raises DatabaseError when the session cannot be made; the next call tries again.
        """
        if not (playing or signalling):
            self._waiting_since_s = None
        else:
            self.refusal = None
            self._waiting_since_s = self._waiting_since_s or time.monotonic()
        with self._opening:
            if playing and self.live is None and self.setup is not None and self.consent_at is not None:
                self.live = self._open_live(self.setup, self.consent_at)
        if self.live is not None and not playing:
            self.live.finish(EndReason.STOPPED)

    def waiting_s(self) -> float:
        """Seconds since START during which no frame has come; 0 when one has, or none is awaited."""
        if self._waiting_since_s is None or (self.live is not None and self.live.status().received):
            return 0.0
        return time.monotonic() - self._waiting_since_s

    def on_frame(self, image: Image, captured_s: float) -> Image:
        """The stream's thread: the picture to show for this one."""
        return image if self.live is None else self.live.handle_frame(image, captured_s)

    def on_error(self, error: Exception) -> None:
        """The stream's thread: a frame could not be handled."""
        if self.live is not None:
            self.live.report_error(error)

    def on_ended(self) -> None:
        """The server's event loop: the picture is gone. Returns at once.

        STOP ends the picture too; the page gets a moment to say so before this counts as a lost connection.
        """
        threading.Thread(target=self._end_later, args=(self.attempt,), daemon=True).start()

    def _end_later(self, attempt: int) -> None:
        # Twice, because a session that was only just opened has not been silent for long the first time.
        for _ in range(2):
            time.sleep(self._grace_s)
            with self._opening:  # a session that is just being opened is ended too
                live = self.live if self.attempt == attempt else None
            # A picture that still comes belongs to a later START of the same set-up.
            if live is not None and live.status().since_frame_s > self._grace_s / 2:
                live.finish(EndReason.DISCONNECTED)
                return

    def reset(self) -> None:
        """Back to the form. A session that still runs is ended."""
        if self.live is not None:
            self.live.finish(EndReason.STOPPED)
        self.setup = self.consent_at = self.live = self.refusal = None
        self._waiting_since_s = None
