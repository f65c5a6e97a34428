"""aiortc's side of the overlay: the data channel to the page, and a picture that need not go back.

The picture that is sent back stays negotiated, so that it can come at any time: while the page draws, its
track gives out nothing, and an encoder that is given nothing costs nothing.
"""

import asyncio
from typing import Any

import av
from aiortc import RTCConfiguration, RTCDataChannel, RTCPeerConnection
from streamlit_webrtc.process import AsyncVideoProcessTrack

from dashboard.live.overlay.link import LABEL, OverlayLink

NOT_RETURNED = av.VideoFrame(16, 16, "yuv420p")
"""Stands for every frame that nobody is to see. (A frame's `opaque` is lost when it becomes an array.)"""
MOST_WAITING_BYTES = 65_536


class OverlayPeer(RTCPeerConnection):
    """streamlit-webrtc's connection, and the page's channel where it opens one."""

    def __init__(self, configuration: RTCConfiguration | None = None) -> None:
        super().__init__(configuration)
        self.link = OverlayLink()
        self.on("datachannel", self._open)
        self.on("connectionstatechange", self._follow)

    def _open(self, channel: RTCDataChannel) -> None:
        if channel.label != LABEL or self.link.is_open:
            return
        loop = asyncio.get_running_loop()

        def send(text: str) -> None:
            # What is late is no use any more: the next one says all again.
            if channel.readyState == "open" and channel.bufferedAmount < MOST_WAITING_BYTES:
                channel.send(text)

        def post(text: str) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(send, text)

        channel.on("message", self.link.hear)
        channel.on("close", self.link.close)
        self.link.open(post)

    def _follow(self) -> None:
        if self.connectionState in ("closed", "failed"):
            self.link.close()


class ReturnedTrack(AsyncVideoProcessTrack[Any]):
    """Takes every frame and gives out those that are to be seen."""

    async def recv(self) -> av.VideoFrame:
        while True:
            frame: av.VideoFrame = await super().recv()  # type: ignore[no-untyped-call]
            if frame is not NOT_RETURNED:
                return frame
