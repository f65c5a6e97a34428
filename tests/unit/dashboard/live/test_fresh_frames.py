"""Pictures that cannot be decoded in time are left out and never late; what is left can be decoded."""

import asyncio
import queue
import threading
import time
from collections.abc import Iterator

import av
import numpy as np
import pytest
from aiortc import RTCPeerConnection, VideoStreamTrack
from aiortc.codecs import CODECS, get_decoder
from aiortc.codecs.h264 import H264Encoder, h264_depayload
from aiortc.codecs.vpx import Vp8Encoder, vp8_depayload
from aiortc.jitterbuffer import JitterFrame
from aiortc.mediastreams import VIDEO_TIME_BASE
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from av.frame import Frame

from dashboard.live import fresh_frames
from dashboard.live.fresh_frames import FreshPictures, FreshTasks, Task, arrival_s, is_key
from dashboard.live.prompt_frames import deliver_promptly

VP8 = next(codec for codec in CODECS["video"] if codec.name == "VP8")
H264 = next(codec for codec in CODECS["video"] if codec.name == "H264")
STEP = 3000
GREY = np.linspace(0, 255, 320 * 240 * 3, dtype=np.uint8).reshape(240, 320, 3)


def encoded(codec: RTCRtpCodecParameters, count: int, keys: tuple[int, ...] = (0,)) -> list[Task]:
    """Pictures as aiortc's own encoder sends them; those numbered in `keys` need no other."""
    encoder = Vp8Encoder() if codec is VP8 else H264Encoder()
    depayload = vp8_depayload if codec is VP8 else h264_depayload
    tasks = []
    for number in range(count):
        frame = av.VideoFrame.from_ndarray(np.roll(GREY, 5 * number, 1), format="rgb24").reformat(
            format="yuv420p"
        )
        frame.pts, frame.time_base = STEP * number, VIDEO_TIME_BASE
        payloads, _ = encoder.encode(frame, number in keys)
        tasks.append((codec, JitterFrame(b"".join(map(depayload, payloads)), STEP * number)))
    return tasks


class Decoder:
    """aiortc's decoder thread as the queue sees it: each picture takes it `cost_s` of a clock of ours."""

    def __init__(self, cost_s: float) -> None:
        self.waiting: queue.Queue[Task | None] = queue.Queue()
        self.asked = threading.Event()
        self.now_s, self._cost_s = 100.0, cost_s
        self.tasks = FreshTasks(self.waiting, self.asked, lambda: self.now_s)

    def learn(self, tasks: list[Task]) -> None:
        """Decode these one by one, none waiting."""
        for task in tasks:
            self.waiting.put(task)
            self.tasks.get()
            self.now_s += self._cost_s
            self.waiting.put(None)  # so that the next call ends, and this one's cost is known
            assert self.tasks.get() is None

    def numbers(self, tasks: list[Task]) -> list[int]:
        """Which of these, all waiting and no more coming, are decoded."""
        for task in [*tasks, None]:
            self.waiting.put(task)
        return [task[1].timestamp // STEP for task in self._until_the_end()]

    def _until_the_end(self) -> Iterator[Task]:
        while (task := self.tasks.get()) is not None:
            yield task
            self.now_s += self._cost_s


@pytest.mark.parametrize("codec", [VP8, H264], ids=lambda codec: codec.name)
def test_pictures_that_need_no_other_are_known(codec: RTCRtpCodecParameters) -> None:
    tasks = encoded(codec, 8, keys=(0, 5))
    assert [i for i, task in enumerate(tasks) if is_key(task)] == [0, 5]


def test_a_quick_decoder_gets_every_picture_even_after_a_pause() -> None:
    decoder = Decoder(cost_s=0.002)
    decoder.learn(encoded(VP8, 3))
    assert decoder.numbers(encoded(VP8, 45)) == list(range(45))
    assert decoder.tasks.left_out == 0 and not decoder.asked.is_set()


def test_a_slow_decoder_goes_on_at_the_newest_picture_that_needs_no_other() -> None:
    decoder = Decoder(cost_s=0.05)
    decoder.learn(encoded(VP8, 20))
    assert decoder.numbers(encoded(VP8, 40, keys=(0, 20, 36))) == [36, 37, 38, 39]
    assert decoder.tasks.left_out == 36


def test_where_all_need_others_none_is_decoded_until_the_key_that_is_asked_for() -> None:
    decoder = Decoder(cost_s=0.05)
    begun = encoded(VP8, 260, keys=(0, 255))
    decoder.learn(begun[:20])
    assert decoder.numbers(begun[20:231]) == []
    assert decoder.asked.is_set() and decoder.tasks.left_out == 211
    assert decoder.numbers(begun[231:]) == [255, 256, 257, 258, 259]


def test_a_key_is_asked_for_again_but_not_with_every_picture() -> None:
    decoder = Decoder(cost_s=0.05)
    tasks = encoded(VP8, 60)
    decoder.learn(tasks[:20])
    decoder.numbers(tasks[20:40])
    decoder.asked.clear()
    decoder.numbers(tasks[40:45])
    assert not decoder.asked.is_set()
    decoder.now_s += fresh_frames.ASK_EVERY_S
    decoder.numbers(tasks[45:50])
    assert decoder.asked.is_set()


@pytest.mark.parametrize("codec", [VP8, H264], ids=lambda codec: codec.name)
def test_aiortcs_own_decoder_reads_what_is_left(codec: RTCRtpCodecParameters) -> None:
    decoder = Decoder(cost_s=0.05)
    tasks = encoded(codec, 40, keys=(0, 36))
    decoder.learn(tasks[:20])
    left = decoder.numbers(tasks[20:])
    real = get_decoder(codec)
    pictures = [picture for number in left for picture in real.decode(tasks[number][1])]
    assert [(picture.pts or 0) // STEP for picture in pictures] == left == [36, 37, 38, 39]


def test_of_decoded_pictures_the_newest_wait_and_the_end_is_told() -> None:
    async def filled() -> list[object]:
        decoded: asyncio.Queue[object] = asyncio.Queue()
        tasks = FreshTasks(queue.Queue(), threading.Event())
        pictures = FreshPictures(decoded, tasks)
        for number in range(211):
            frame = av.VideoFrame(16, 16)
            frame.pts = number
            await pictures.put(frame)
        await pictures.put(None)
        found: list[object] = [getattr(decoded.get_nowait(), "pts", None) for _ in range(decoded.qsize())]
        return found

    assert asyncio.run(filled()) == [209, 210, None]


def test_over_a_real_connection_a_picture_tells_when_its_last_packet_arrived() -> None:
    deliver_promptly()
    began_s = time.monotonic()
    frames = asyncio.run(received(5))
    arrivals = [arrival_s(frame, -1.0) for frame in frames]
    assert arrivals == sorted(arrivals) and began_s <= arrivals[0] <= arrivals[-1] <= time.monotonic()


async def received(count: int) -> list[Frame]:
    sender, receiver = RTCPeerConnection(), RTCPeerConnection()
    tracks: asyncio.Queue[VideoStreamTrack] = asyncio.Queue()
    receiver.on("track", tracks.put_nowait)
    sender.addTrack(VideoStreamTrack())
    try:
        await sender.setLocalDescription(await sender.createOffer())
        await receiver.setRemoteDescription(sender.localDescription)
        await receiver.setLocalDescription(await receiver.createAnswer())
        await sender.setRemoteDescription(receiver.localDescription)
        track = await tracks.get()
        return [await track.recv() for _ in range(count)]
    finally:
        await sender.close()
        await receiver.close()
