"""A video frame is whole with its last packet. aiortc waits for the next frame's first one: 33 ms at 30/s,
143 ms for a shared window at 7/s.

That packet carries the marker bit (RFC 3551; for VP8 RFC 7741, section 4.1; for H.264 RFC 6184, section 5.1).
"""

import time

from aiortc import rtcrtpreceiver
from aiortc.jitterbuffer import JitterBuffer, JitterFrame
from aiortc.rtp import RtpPacket

from dashboard.live.fresh_frames import decode_freshly

ARRIVALS_KEPT = 64


class ArrivedFrame(JitterFrame):
    """A frame, and when its last packet arrived, in monotonic seconds."""

    def __init__(self, frame: JitterFrame, arrived_s: float) -> None:
        super().__init__(frame.data, frame.timestamp)
        self.arrived_s = arrived_s


class PromptJitterBuffer(JitterBuffer):
    """aiortc's own, but a video frame leaves it with its marked packet, or with the next frame's first."""

    def __init__(self, capacity: int, prefetch: int = 0, is_video: bool = False) -> None:
        super().__init__(capacity, prefetch, is_video)
        self._told_timestamp: int | None = None
        self._arrived_s: dict[int, float] = {}

    def add(self, packet: RtpPacket) -> tuple[bool, JitterFrame | None]:
        if not self._is_video:
            return super().add(packet)
        self._arrived_s[packet.timestamp] = time.monotonic()
        if len(self._arrived_s) > ARRIVALS_KEPT:
            del self._arrived_s[next(iter(self._arrived_s))]
        wants_key, frame = super().add(packet)
        if frame is None:
            return wants_key, None
        arrived_s = self._arrived_s.get(frame.timestamp, time.monotonic())
        return wants_key, ArrivedFrame(frame, arrived_s)

    def _remove_frame(self, sequence_number: int) -> JitterFrame | None:
        if not self._is_video:
            return super()._remove_frame(sequence_number)
        self._drop_padding()
        frame = super()._remove_frame(sequence_number) or self._marked_frame()
        if frame is not None:
            self._told_timestamp = frame.timestamp
        return frame

    def _drop_padding(self) -> None:
        """Senders pad after the mark under the same timestamp; alone that would be a frame without data."""
        while (packet := self._at(0)) is not None and packet.timestamp == self._told_timestamp:
            self.remove(1)

    def _marked_frame(self) -> JitterFrame | None:
        data = []
        for count in range(self.capacity):
            packet = self._at(count)
            if packet is None:
                return None
            data.append(getattr(packet, "_data", b""))
            if packet.marker:
                self.remove(count + 1)
                return JitterFrame(b"".join(data), packet.timestamp)
        return None

    def _at(self, count: int) -> RtpPacket | None:
        return None if self._origin is None else self._packets[(self._origin + count) % self.capacity]


def deliver_promptly() -> None:
    """Connections made from now on use it, and a decoder that is never late."""
    setattr(rtcrtpreceiver, "decoder_worker", decode_freshly)  # noqa: B010
    setattr(rtcrtpreceiver, "JitterBuffer", PromptJitterBuffer)  # noqa: B010
