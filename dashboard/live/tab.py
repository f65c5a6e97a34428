"""What one browser tab does on the Live page: setting up, waiting, live, or done. No Streamlit.

Four kinds of threads meet here: runs of the page's script, which may overlap; the stream's worker
(`on_frame`, `on_error`); the server's event loop (`on_ended`); and those begun here that wait for a lost
source or connection to come back.
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dashboard.consent import Setup, Source
from dashboard.live.overlay.link import HeldLink
from dashboard.live.source_events import SourceEvent
from db.store import EndReason

if TYPE_CHECKING:
    from dashboard.running.incoming import Image, Incoming
    from dashboard.running.session import LiveSession

GRACE_S = 2.0
SOURCE_WAIT_S = 60.0
"""So long a session waits for another source after sharing was stopped or the camera was unplugged."""


@dataclass(frozen=True, slots=True)
class TabNow:
    """A tab at one instant. `attempt` grows with each set-up that was agreed to. `ends_at_s`: when a session
    that lost its source ends; `waiting_since_s`: since when a picture is awaited; both by time.monotonic().
    `unheard`: why no voice is told, where sound was agreed to.
    """

    setup: Setup | None = None
    consent_at: datetime | None = None
    live: "LiveSession | None" = None
    attempt: int = 0
    refusal: str | None = None
    source: Source | None = None
    end_was_seen: bool = False
    ends_at_s: float | None = None
    waiting_since_s: float | None = None
    heard: int = 0
    unheard: str | None = None

    @property
    def over(self) -> bool:
        """Whether this tab's session has ended and its summary is still to be read."""
        return self.live is not None and self.live.end_reason is not None

    def wait_left_s(self) -> float | None:
        """Seconds until a session that lost its source ends; None while it has one."""
        return None if self.ends_at_s is None else max(0.0, self.ends_at_s - time.monotonic())

    def waiting_s(self) -> float:
        """Seconds since START during which no frame has come; 0 when one has, or none is awaited."""
        if self.waiting_since_s is None or (self.live is not None and self.live.status().received):
            return 0.0
        return time.monotonic() - self.waiting_since_s

    def end(self, reason: EndReason = EndReason.STOPPED) -> None:
        """End the session: by the host's word, or, once its source is gone, because of that. At once."""
        if self.live is not None:
            self.live.end(reason if self.ends_at_s is None else EndReason.SOURCE_ENDED)

    def hearing(self, event: SourceEvent, source_wait_s: float) -> "TabNow":
        """The tab after the browser told `event` of its source."""
        heard = replace(self, heard=event.number)
        if event.kind in ("hearing", "silent"):
            return replace(heard, unheard=event.sentence if event.kind == "silent" else None)
        if event.kind == "refused":
            return replace(heard, refusal=event.sentence)
        if event.kind == "capturing":
            return replace(heard, source=event.source, refusal=None, ends_at_s=None)
        return heard if self.live is None else replace(heard, ends_at_s=time.monotonic() + source_wait_s)


class LiveTab:
    """One tab's way through a session. Read `now()` once and decide by that: the next call may tell more."""

    def __init__(
        self,
        open_live: "Callable[[Setup, datetime], LiveSession]",
        grace_s: float = GRACE_S,
        source_wait_s: float = SOURCE_WAIT_S,
    ) -> None:
        self._open_live, self._grace_s, self._source_wait_s = open_live, grace_s, source_wait_s
        self._now, self.link = TabNow(), HeldLink()
        self._open_at_first: bool | None = None
        # `_lock` is held to read or replace `_now` and for nothing else, so that no frame waits. `_opening`
        # is held while a session is made, for seconds; it is taken before `_lock`, never after it.
        self._lock, self._opening = threading.Lock(), threading.Lock()

    def now(self) -> TabNow:
        """The tab as it is, in one piece. Call from any thread."""
        with self._lock:
            return self._now

    def _change(self, change: Callable[[TabNow], TabNow]) -> tuple[TabNow, TabNow]:
        """What was before and what is now."""
        with self._lock:
            before, self._now = self._now, change(self._now)
            return before, self._now

    def agree(self, setup: Setup) -> None:
        """Keep the answers of the form, and when consent was stated. A session that still runs is ended."""
        before, _ = self._change(
            lambda now: TabNow(setup, datetime.now(UTC), attempt=now.attempt + 1, heard=now.heard)
        )
        before.end()

    def reset(self) -> None:
        """Back to the form. A session that still runs is ended."""
        self._open_at_first = None
        before, _ = self._change(lambda now: TabNow(attempt=now.attempt, heard=now.heard))
        before.end()

    def form_stands_open(self, alone: bool) -> bool:
        """Whether the form of a new set-up stands open: where it is `alone` when this tab looks first. A
        session that begins or ends elsewhere closes no form that somebody fills in."""
        if self._open_at_first is None:
            self._open_at_first = alone
        return self._open_at_first

    def see_end(self) -> None:
        """The summary was opened."""
        self._change(lambda now: replace(now, end_was_seen=True))

    def hear(self, events: Iterable[SourceEvent]) -> tuple[SourceEvent, ...]:
        """Take in what the browser told of the source since the last call; what of it brought another."""
        return tuple(event for event in events if self._changes_source(event))

    def _changes_source(self, event: SourceEvent) -> bool:
        def heard(now: TabNow) -> TabNow:
            return now.hearing(event, self._source_wait_s) if event.number > now.heard else now

        before, after = self._change(heard)
        if after.ends_at_s not in (None, before.ends_at_s):
            threading.Thread(target=self._end_without_source, args=(after,), daemon=True).start()
        return before.source not in (None, after.source)

    def _end_without_source(self, lost: TabNow) -> None:
        time.sleep(self._source_wait_s)
        if self.now().ends_at_s == lost.ends_at_s:
            lost.end()

    def follow(self, playing: bool, signalling: bool) -> None:
        """Follow the streamer's state: start with the picture, end with it. Nothing waits for an end.

        STOP ends the session itself; a stream that plays no more before was lost.

        Raises DatabaseError when the session cannot be made; the next call tries again.
        """
        self._await_picture(playing or signalling)
        if playing:
            self._open()
        else:
            self.now().end(EndReason.DISCONNECTED)

    def _await_picture(self, awaited: bool) -> None:
        def waiting(now: TabNow) -> TabNow:
            if not awaited:
                return replace(now, waiting_since_s=None)
            if now.waiting_since_s is not None:
                return now
            # With START alone: a change of source may be refused while the picture goes on.
            return replace(now, refusal=None, waiting_since_s=time.monotonic())

        self._change(waiting)

    def _open(self) -> None:
        with self._opening:  # two runs of the page's script may overlap
            asked = self.now()
            if asked.live is not None or asked.setup is None or asked.consent_at is None:
                return
            setup = replace(asked.setup, source=asked.source or asked.setup.source)
            live = self._open_live(setup, asked.consent_at)

            def opened(now: TabNow) -> TabNow:
                return replace(now, live=live) if now.consent_at == asked.consent_at else now

            _, after = self._change(opened)
        if after.live is not live:  # the set-up was given up while its session was made
            live.end(EndReason.STOPPED)

    def stop(self) -> None:
        """End the session, if one runs. Returns at once; a thread of the session's own stores the rest."""
        self.now().end()

    def on_frame(self, picture: "Incoming", draw: bool) -> "Image | None":
        """The stream's thread: the picture to show for this one; None where not to `draw`: the page does."""
        live = self.now().live
        if live is not None:
            return live.handle(picture, draw=draw)
        return picture.image() if draw else None

    def on_sound(self, came_s: float, voice: bool) -> None:
        """The listener's thread: whether a voice was in the sound that came then."""
        if (live := self.now().live) is not None:
            live.hear(came_s, voice)

    def on_silence(self, sentence: str) -> None:
        """The listener's thread: sound cannot be listened to, in words."""
        self._change(lambda now: replace(now, unheard=sentence))

    def on_error(self, error: Exception) -> None:
        """The stream's thread: a frame could not be handled."""
        if (live := self.now().live) is not None:
            live.report_error(error)

    def on_ended(self) -> None:
        """The server's event loop: the picture is gone. Returns at once.

        STOP ends the picture too; the page gets a moment to say so before this counts as a lost connection.
        """
        threading.Thread(target=self._end_later, args=(self.now().attempt,), daemon=True).start()

    def _end_later(self, attempt: int) -> None:
        # Twice, because a session that was only just opened has not been silent for long the first time.
        for _ in range(2):
            time.sleep(self._grace_s)
            with self._opening:  # a session that is just being opened is ended too
                now = self.now()
            # A picture that still comes belongs to a later START of the same set-up.
            silent = now.live is not None and now.live.status().since_frame_s > self._grace_s / 2
            if now.attempt == attempt and now.live is not None and silent:
                now.live.end(EndReason.DISCONNECTED)
                return
