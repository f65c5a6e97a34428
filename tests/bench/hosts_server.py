"""The server of tests.bench.hosts: live sessions behind WebRTC, as the app has them, without its pages.

Reads lines of JSON and answers each with one: {"sdp", "type"} is the offer of another host, {"tell": true}
asks for what all of them did. All run in this one process, on one event loop, as under Streamlit.
"""

import asyncio
import json
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import psutil
from aiortc import RTCConfiguration
from aiortc.contrib.media import MediaRelay
from streamlit_webrtc import WebRtcMode
from streamlit_webrtc.webrtc import WebRtcWorker

from dashboard.consent import Kind, Purpose, Region, Setup
from dashboard.live.overlay.link import HeldLink
from dashboard.live.stream import _patch_once, frame_callback
from dashboard.running.opening import open_live
from dashboard.running.session import LiveSession
from dashboard.settings import Settings
from db.engine import open_database
from db.store import Store

ANSWER_S = 60.0
RELAY = MediaRelay()

Worker: TypeAlias = "WebRtcWorker[Any, Any]"


def main() -> None:
    database, told = Path(sys.argv[1]), sys.stdout
    sys.stdout = sys.stderr
    _patch_once()
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    store, hosts = Store(open_database(f"sqlite:///{database}")), list[tuple[Worker, LiveSession]]()
    for line in sys.stdin:
        asked = json.loads(line)
        if "sdp" in asked:
            link = HeldLink()
            hosts.append(join(store, loop, link))
            peer: Any = hosts[-1][0].pc
            link.held = peer.link
            answer = hosts[-1][0].process_offer(asked["sdp"], asked["type"], timeout=ANSWER_S)
            reply: Any = {"sdp": answer.sdp, "type": answer.type}
        else:
            reply = tell([live for _, live in hosts])
        print(json.dumps(reply), file=told, flush=True)


def join(store: Store, loop: asyncio.AbstractEventLoop, link: HeldLink) -> tuple[Worker, LiveSession]:
    """One more host: a session that thinks, draws unless the client says that it does, and stores, and the
    connection that brings its picture."""
    setup = Setup("Bench", Kind.MEETING, Purpose.RESEARCH, Region.OTHER)
    live = open_live(setup, datetime.now(UTC), Settings(), store)
    nothing: dict[str, Any] = dict.fromkeys(
        (
            "source_video_track",
            "source_audio_track",
            "sink_video_track",
            "sink_audio_track",
            "player_factory",
            "in_recorder_factory",
            "out_recorder_factory",
            "audio_frame_callback",
            "queued_video_frames_callback",
            "queued_audio_frames_callback",
            "on_video_ended",
            "on_audio_ended",
            "video_processor_factory",
            "audio_processor_factory",
        )
    )
    worker: Worker = WebRtcWorker(
        WebRtcMode.SENDRECV,
        RTCConfiguration(iceServers=[]),
        video_frame_callback=frame_callback(
            lambda picture, draw: live.handle(picture, draw=draw), live.report_error, link
        ),
        async_processing=True,
        video_receiver_size=4,
        audio_receiver_size=4,
        sendback_video=True,
        sendback_audio=False,
        loop=loop,
        relay=RELAY,
        **nothing,
    )
    return worker, live


def tell(lives: list[LiveSession]) -> dict[str, Any]:
    """What everybody did so far, and what it took of processor and memory."""
    process, states = psutil.Process(), [live.status() for live in lives]
    spent = process.cpu_times()
    return {
        "at_s": time.monotonic(),
        "cpu_s": spent.user + spent.system,
        "mb": process.memory_info().rss / 1e6,
        "received": [one.received for one in states],
        "analysed": [one.analysed for one in states],
        "p95_ms": [one.latency_p95_ms for one in states],
        "errors": sum(one.errors for one in states),
    }


if __name__ == "__main__":
    main()
