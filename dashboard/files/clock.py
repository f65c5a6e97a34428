"""The file's own clock: where its zero is, and how it goes on where parts were joined. No Streamlit."""

from collections.abc import Iterator
from typing import Any

import av

from dashboard.files.containers import (
    CLOCK_FROM_ZERO,
    CLOCK_JUMPS,
    DECLARE_THEIR_LENGTH,
    INSTEAD_S,
    LENGTH_FROM_FIRST,
    SHORTEST_S,
    SHOWN_BY_BROWSERS,
    TRACKS_DECLARE,
    family,
)

RESTART_S = 0.3
"""Stamps of a stream only grow. A step back by less is a careless writer's, by more another clock's zero."""
JUMP_S = 10.0
GOES_ON_S = 1.0
"""A part that begins so near the end of the one before has that one's clock."""
DELAY_S, LATEST_S = 0.5, 60.0
"""A first stamp up to `DELAY_S` is an encoder's delay; one after `LATEST_S` is left of a longer file."""
STARTS_AGAIN = "The file's clock starts again {}, as where parts were joined: time goes on from where it was."


def starts_again(times: int) -> Iterator[str]:
    """What is to be said of a clock that started again that often."""
    if times:
        yield STARTS_AGAIN.format("once" if times == 1 else f"{times} times")


class FileClock:
    """Gives the packets of one track times that begin at the file's zero and go on over joined parts.

    It follows the sound beside it, which tells when the camera was switched on, and how long a part was.
    """

    def __init__(self, container: Any, stream: Any, after_s: float = 0.0) -> None:
        """`after_s`: how long the parts before this one are together, whose clock may go on in it."""
        self._after_s = after_s
        self._stream, self._index = stream, stream.index
        self._streams = [stream, *container.streams.audio]
        self._family = family(container.format.name)
        starts = [one for one in self._streams if one.start_time is not None]
        self._is_placed = bool(starts)
        self._shift_s = -self._zero_s(
            min((float(one.start_time * one.time_base) for one in starts), default=0.0)
        )
        self._declared_s = self._declared_end_s(container)
        self._bases_s = {one.index: float(one.time_base or 0) for one in self._streams}
        self._last_s: dict[int, float] = {}
        self._step_s: dict[int, float] = {}
        self.picture_end_s = self.end_s = 0.0
        """Where the last packet of the track, and of anything, ends."""
        self.restarts = 0

    @property
    def streams(self) -> list[Any]:
        """What must be read: the track and all sound."""
        return self._streams

    @property
    def length_s(self) -> float | None:
        """How long the file says it is, from its zero; None where it says nothing."""
        return None if self._declared_s is None else self._declared_s + self._shift_s

    def missing_s(self) -> float:
        """How much of what the file declares did not come, once all was read."""
        if self.length_s is None or self.restarts:
            return 0.0
        return max(0.0, self.length_s - self.end_s)

    def place(self, packet: Any) -> None:
        """Move the stamps of a packet to the file's clock. Packets must come as they are in the file."""
        index = packet.stream.index
        base = self._bases_s[index]
        stamp = packet.pts if packet.dts is None else packet.dts
        if stamp is None or not base:
            return
        if not self._is_placed:  # a bare stream, whose first picture is its beginning
            self._is_placed, self._shift_s = True, -(stamp if packet.pts is None else packet.pts) * base
        # Not by when pictures are shown, which jumps back where they are reordered, nor by those that are
        # decoded only, with which edited files go back.
        if packet.dts is not None and not packet.is_discard:
            self._follow(index, packet.dts * base)
        shift = round(self._shift_s / base)
        packet.pts = None if packet.pts is None else packet.pts + shift
        packet.dts = None if packet.dts is None else packet.dts + shift
        if packet.is_discard:
            return
        if self._family in SHOWN_BY_BROWSERS and (told_s := (packet.duration or 0) * base) <= SHORTEST_S:
            packet.duration = round(INSTEAD_S / base)
            self._shift_s += INSTEAD_S - told_s
        shown_s = (packet.dts if packet.pts is None else packet.pts) * base
        end_s = shown_s + ((packet.duration or 0) * base or self._step_s.get(index, 0.0))
        self.end_s = max(self.end_s, end_s)
        if index == self._index:
            self.picture_end_s = max(self.picture_end_s, end_s)

    def _follow(self, index: int, told_s: float) -> None:
        """See whether another part begins with this stamp."""
        last_s = self._last_s.get(index)
        if last_s is not None:
            step_s = told_s - last_s
            if step_s < -RESTART_S or (step_s > JUMP_S and self._family in CLOCK_JUMPS):
                self._shift_s = self.end_s - told_s
                self._last_s = {}
                self.restarts += 1
            elif step_s > 0:
                self._step_s[index] = min(step_s, 1.0)
        self._last_s[index] = told_s

    def _zero_s(self, first_s: float) -> float:
        """The stamp at which the file's time line begins, whose first stamp is `first_s`."""
        if self._after_s and abs(first_s - self._after_s) < GOES_ON_S:
            return first_s
        if self._family in CLOCK_FROM_ZERO and DELAY_S < first_s <= LATEST_S:
            return 0.0
        if self._stream.start_time is not None and first_s < 0 <= float(self._stream.start_time):
            return 0.0  # sound that begins before zero is its decoder's run-up
        return first_s

    def _declared_end_s(self, container: Any) -> float | None:
        """The stamp at which the file says it ends."""
        if self._family not in DECLARE_THEIR_LENGTH:
            return None
        if self._family == "avi" and self._stream.frames and self._stream.average_rate:
            return float(self._stream.frames / self._stream.average_rate)  # its length is what FFmpeg found
        tracks = [one for one in self._streams if one.duration and one.time_base]
        if self._family in TRACKS_DECLARE and tracks:
            return max(float((self._begin(one) + one.duration) * one.time_base) for one in tracks)
        return container.duration / av.time_base if container.duration else None

    def _begin(self, stream: Any) -> int:
        """Whence its length counts."""
        return stream.start_time or 0 if self._family in LENGTH_FROM_FIRST else 0
