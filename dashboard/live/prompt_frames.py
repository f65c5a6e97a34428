"""A video frame is whole with its last packet. aiortc waits for the next frame's first one: 33 ms at 30/s,
143 ms for a shared window at 7/s.

That packet carries the marker bit (RFC 3551; for VP8 RFC 7741, section 4.1; for H.264 RFC 6184, section 5.1).
"""

from aiortc import rtcrtpreceiver
from aiortc.jitterbuffer import JitterBuffer, JitterFrame
from aiortc.rtp import RtpPacket


class PromptJitterBuffer(JitterBuffer):
    """aiortc's own, but a video frame leaves it with its marked packet, or with the next frame's first."""

    _told_timestamp: int | None = None

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
    """Connections made from now on use it."""
    setattr(rtcrtpreceiver, "JitterBuffer", PromptJitterBuffer)  # noqa: B010
