"""The camera stream: the only place that knows streamlit-webrtc and av.

Six faults of streamlit-webrtc 0.79 and aiortc 1.16 are answered here, five of them on private names, which
is why requirements.txt pins the versions: a start race that kills about one stream in ten, a bit rate that
starts so low that browsers send a quarter of the picture, a look-up of STUN servers on the internet, an
observer that takes a change of page for the end of the stream, also where the entry script draws it, a frame
that waits for the next one (`prompt_frames.py`), and queues without an end (`fresh_frames.py`).
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import av
import numpy as np
import streamlit_webrtc.component as webrtc_component
import streamlit_webrtc.shutdown as webrtc_shutdown
from aiortc.codecs import CODECS
from numpy.typing import NDArray
from streamlit_webrtc import Translations, WebRtcMode, webrtc_streamer

from dashboard.live.fresh_frames import arrival_s
from dashboard.live.prompt_frames import deliver_promptly

LOGGER = logging.getLogger(__name__)

Image = NDArray[np.uint8]
FrameHandler = Callable[[Image, float], Image]

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
) -> StreamState:
    """Draw the streamer and say whether it plays. Call from the script thread, on every run.

    `on_frame(image, captured_at)` runs on a thread of streamlit-webrtc, gets a BGR picture and the monotonic
    time in seconds at which its last packet arrived, and returns the picture to show. `on_ended` runs on the
    server's event loop and must return at once. What `on_frame` raises goes to `on_error`; the camera's
    picture is shown instead. `rtc` is what RTCPeerConnection is given, with "iceServers"; aiortc heeds these
    only, and one of each kind.
    """
    _patch_once()
    context = webrtc_streamer(
        key=key,
        mode=WebRtcMode.SENDRECV,
        rtc_configuration=dict(rtc),
        media_stream_constraints=VIDEO_CONSTRAINTS,
        video_frame_callback=frame_callback(on_frame, on_error),
        on_video_ended=on_ended,
        async_processing=True,
        sendback_audio=False,
        media_toggle_controls=False,
        video_html_attrs={"autoPlay": True, "controls": False, "muted": True, "style": VIDEO_STYLE},
        translations=TRANSLATIONS,
    )
    return StreamState(context.state.playing, context.state.signalling)


def frame_callback(
    on_frame: FrameHandler, on_error: Callable[[Exception], None]
) -> Callable[[av.VideoFrame], av.VideoFrame]:
    """A callback that never raises: an exception in it would freeze the picture for good."""

    def callback(frame: av.VideoFrame) -> av.VideoFrame:
        captured_at = arrival_s(frame, time.monotonic())
        if max(frame.width, frame.height) < SMALLEST_PX:
            return frame
        try:
            image = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
            return _returned(on_frame(image, captured_at))
        except Exception as error:
            on_error(error)
            return frame

    return callback


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
