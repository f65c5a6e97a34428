"""The camera stream: the only place that knows streamlit-webrtc and av.

Six faults of streamlit-webrtc 0.79 and aiortc 1.16 are answered here, five of them on private names, which
is why requirements.txt pins the versions: a start race that kills about one stream in ten, a bit rate that
starts so low that browsers send a quarter of the picture, a look-up of STUN servers on the internet, an
observer that takes a change of page for the end of the stream, also where the entry script draws it, a frame
that waits for the next one (`prompt_frames.py`), and queues without an end (`fresh_frames.py`). Where the
page draws upon its own picture, `overlay/peer.py` tells it what, and nothing is sent back.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import av
import numpy as np
import streamlit_webrtc.component as webrtc_component
import streamlit_webrtc.shutdown as webrtc_shutdown
import streamlit_webrtc.webrtc as webrtc_worker
from aiortc.codecs import CODECS
from streamlit_webrtc import AudioSinkTrack, Translations, WebRtcMode, webrtc_streamer

from dashboard.live.fresh_frames import arrival_s
from dashboard.live.overlay.link import HeldLink, OverlayLink, message
from dashboard.live.overlay.peer import NOT_RETURNED, OverlayPeer, ReturnedTrack
from dashboard.live.prompt_frames import deliver_promptly
from dashboard.running.incoming import Image, Incoming
from model.drawing.overlay import FaceLabel

LOGGER = logging.getLogger(__name__)

FrameHandler = Callable[[Incoming, bool], Image | None]
SoundHandler = Callable[[av.AudioFrame], None]

START_BITRATE_KBPS = 2500
MIN_BITRATE_KBPS = 600
MAX_BITRATE_KBPS = 5000

RETURNED_WIDTH_PX = 960
"""At most: the page shows it smaller, and encoding 1280 px took a quarter of the server's time."""

SMALLEST_PX = 16
"""Of a minimised window browsers send 2 x 2 px: no picture, which is not the same as nobody in it."""

VIDEO_STYLE = {"width": "100%", "maxHeight": "26rem"}
VIDEO_CONSTRAINTS = {
    "video": {"width": {"ideal": 640}, "height": {"ideal": 480}, "frameRate": {"ideal": 30}},
    "audio": False,
}
CHOOSE_CAMERA = "Choose a camera"
TRANSLATIONS = Translations(start="START", stop="STOP", select_device=CHOOSE_CAMERA)


@dataclass(frozen=True)
class StreamState:
    playing: bool
    signalling: bool


def open_stream(
    key: str,
    on_frame: FrameHandler,
    on_ended: Callable[[], None],
    on_error: Callable[[Exception], None],
    rtc: Mapping[str, Any],
    *,
    link: HeldLink,
    on_sound: SoundHandler | None = None,
) -> StreamState:
    """Draw the streamer and say whether it plays. Call from the script thread, on every run.

    `on_frame(picture, draw)` runs on a thread of streamlit-webrtc and returns the picture to show, or
    None where not to `draw`: the page does. `on_ended` runs on the server's event loop and must return at
    once. What `on_frame` raises goes to `on_error`; the camera's picture is shown instead. `rtc` is what
    RTCPeerConnection is given, with "iceServers"; aiortc heeds these only, and one of each kind.
    `link` gets the way to the page. `on_sound` gets what is heard, 20 ms at a time, on the event loop, and
    must return at once; None: no sound was agreed to.
    """
    _patch_once()
    context = webrtc_streamer(
        key=key,
        mode=WebRtcMode.SENDRECV,
        rtc_configuration=dict(rtc),
        media_stream_constraints=VIDEO_CONSTRAINTS,
        video_frame_callback=frame_callback(on_frame, on_error, link),
        on_video_ended=on_ended,
        # Taken where it comes in: what is only processed, and not sent back, nobody pulls out.
        sink_audio_track=None if on_sound is None else AudioSinkTrack(on_sound),
        async_processing=True,
        sendback_audio=False,
        media_toggle_controls=False,
        video_html_attrs={"autoPlay": True, "controls": False, "muted": True, "style": VIDEO_STYLE},
        translations=TRANSLATIONS,
    )
    worker: Any = context._get_worker()
    link.held = None if worker is None else worker.pc.link
    return StreamState(context.state.playing, context.state.signalling)


def frame_callback(
    on_frame: FrameHandler, on_error: Callable[[Exception], None], link: HeldLink
) -> Callable[[av.VideoFrame], av.VideoFrame]:
    """A callback that never raises: an exception in it would freeze the picture for good."""

    def callback(frame: av.VideoFrame) -> av.VideoFrame:
        if max(frame.width, frame.height) < SMALLEST_PX:
            return frame
        try:
            draw = link.held is None or not link.held.draws
            image = on_frame(_incoming(frame, link.held), draw)
        except Exception as error:
            on_error(error)
            return frame
        return NOT_RETURNED if image is None else _returned(image)

    return callback


def _incoming(frame: av.VideoFrame, link: OverlayLink | None) -> Incoming:
    arrived_s, size_px = arrival_s(frame, time.monotonic()), (frame.width, frame.height)
    stamp_ms = (
        0.0 if frame.pts is None or frame.time_base is None else float(frame.pts * frame.time_base) * 1000
    )

    def tell(labels: Sequence[FaceLabel]) -> None:
        if link is not None and link.is_open:
            link.tell(message(labels, size_px, stamp_ms, arrived_s))

    return Incoming(size_px, arrived_s, lambda: np.asarray(frame.to_ndarray(format="bgr24"), np.uint8), tell)


def _returned(image: Image) -> av.VideoFrame:
    """The picture to send back, in even numbers of px."""
    frame = av.VideoFrame.from_ndarray(image, format="bgr24")
    scale = RETURNED_WIDTH_PX / frame.width
    if scale >= 1:
        return frame
    return frame.reformat(RETURNED_WIDTH_PX, 2 * max(1, round(frame.height * scale / 2)), "yuv420p")


@cache
def _patch_once() -> None:
    deliver_promptly()
    setattr(webrtc_worker, "RTCPeerConnection", OverlayPeer)  # noqa: B010
    setattr(webrtc_worker, "AsyncVideoProcessTrack", ReturnedTrack)  # noqa: B010
    # The library resets a context whose script runs it miscounts while START reruns the page.
    setattr(webrtc_component, "get_script_run_count", lambda *_: None)  # noqa: B010
    # The entry script draws the stream on every page; only the end of the browser's session ends it.
    observer = webrtc_shutdown.SessionShutdownObserver
    setattr(observer, "_resolve_initial_page_script_hash", staticmethod(lambda _: ""))  # noqa: B010
    for codec in CODECS["video"]:
        if codec.mimeType.lower() == "video/vp8":
            codec.parameters.update(
                {
                    "x-google-start-bitrate": START_BITRATE_KBPS,
                    "x-google-min-bitrate": MIN_BITRATE_KBPS,
                    "x-google-max-bitrate": MAX_BITRATE_KBPS,
                }
            )
