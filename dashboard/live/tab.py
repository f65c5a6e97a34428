"""What one browser tab does on the Live page: setting up, waiting, live, or done. No Streamlit."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dashboard.consent import Setup, Source
from dashboard.live.source_events import SourceEvent
from db.store import EndReason

if TYPE_CHECKING:
    from dashboard.running.session import LiveSession

Image = NDArray[np.uint8]
GRACE_S = 2.0
SOURCE_WAIT_S = 60.0
"""So long a session waits for another source after sharing was stopped or the camera was unplugged."""


class LiveTab:
    """One tab's way through a session. Pages read it; the stream's threads call `on_frame` and `on_ended`."""

    def __init__(
        self,
        open_live: "Callable[[Setup, datetime], LiveSession]",
        grace_s: float = GRACE_S,
        source_wait_s: float = SOURCE_WAIT_S,
    ) -> None:
        self._open_live, self._grace_s, self._source_wait_s = open_live, grace_s, source_wait_s
        self.setup: Setup | None = None
        self.consent_at: datetime | None = None
        self.live: LiveSession | None = None
        self.attempt = 0
        self.refusal: str | None = None
        self.source: Source | None = None
        self.end_was_seen = False
        self._lost_s: float | None = None
        self._heard = 0
        self._waiting_since_s: float | None = None
        self._opening = threading.Lock()  # two runs of the page's script may overlap

    def agree(self, setup: Setup) -> None:
        """Keep the answers of the form, and when consent was stated."""
        self.setup, self.consent_at, self.live = setup, datetime.now(UTC), None
        self.source = self._lost_s = None
        self.end_was_seen = False
        self.attempt += 1

    @property
    def over(self) -> bool:
        """Whether this tab's session has ended and its summary is still to be read."""
        return self.live is not None and self.live.end_reason is not None

    def hear(self, events: Iterable[SourceEvent]) -> Source | None:
        """Take in what the browser told of the source since the last call; the new source if it changed."""
        before = self.source
        for event in events:
            if event.number > self._heard:
                self._heard = event.number
                self._hear(event)
        return self.source if before not in (None, self.source) else None

    def _hear(self, event: SourceEvent) -> None:
        if event.kind == "refused":
            self.refusal = event.sentence
        elif event.kind == "capturing":
            self.source, self.refusal, self._lost_s = event.source, None, None
        elif self.live is not None:
            self._lost_s = time.monotonic()
            threading.Thread(target=self._end_without_source, args=(self._lost_s,), daemon=True).start()

    def wait_left_s(self) -> float | None:
        """Seconds until a session that lost its source ends; None while it has one."""
        lost_s = self._lost_s
        return None if lost_s is None else max(0.0, lost_s + self._source_wait_s - time.monotonic())

    def _end_without_source(self, lost_s: float) -> None:
        live = self.live
        time.sleep(self._source_wait_s)
        if self._lost_s == lost_s and live is not None:
            live.finish(EndReason.SOURCE_ENDED)

    def follow(self, playing: bool, signalling: bool) -> None:
        """Follow the streamer's state: start with the picture, stop with it.

        Raises DatabaseError when the session cannot be made; the next call tries again.
        """
        if not (playing or signalling):
            self._waiting_since_s = None
        elif self._waiting_since_s is None:
            # With START alone: a change of source may be refused while the picture goes on.
            self.refusal, self._waiting_since_s = None, time.monotonic()
        with self._opening:
            if playing and self.live is None and self.setup is not None and self.consent_at is not None:
                setup = replace(self.setup, source=self.source or self.setup.source)
                self.live = self._open_live(setup, self.consent_at)
        if self.live is not None and not playing:
            self.stop()

    def stop(self) -> None:
        """End the session: by the host's word, or, once its source is gone, because of that."""
        if self.live is not None:
            self.live.finish(EndReason.STOPPED if self._lost_s is None else EndReason.SOURCE_ENDED)

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
        self.stop()
        self.setup = self.consent_at = self.live = self.refusal = self.source = self._lost_s = None
        self._waiting_since_s = None
