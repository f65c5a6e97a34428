"""Pictures that come faster than they can be decoded or sent back are left out, oldest first, never late.

aiortc keeps all of them: on a busy machine its queues grew to 211 pictures and 7 s. In front of its decoder a
picture can be left out only together with all that follow up to the next key picture, which is asked for
(RFC 4585, section 6.3.1); behind it, each stands for itself.
"""

import asyncio
import queue
import re
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from aiortc import rtcrtpreceiver
from aiortc.jitterbuffer import JitterFrame
from aiortc.rtcrtpparameters import RTCRtpCodecParameters

CATCH_UP_S = 0.3
"""What waits may take the decoder so long; a pause of a second, when decoding is quick, costs no picture."""
MOST_WAITING = 90
DECODED_WAITING = 2
"""For whoever sends pictures back: one in hand and one that came meanwhile."""
SOUND_WAITING = 50
"""Frames of 20 ms: while the event loop is held up for a second, none is lost."""
ASK_EVERY_S = 1.0
COST_WEIGHT = 0.2
H264_UNIT = re.compile(rb"\x00\x00\x01(.)", re.DOTALL)
H264_KEY_UNITS = (5, 7)
"""A picture that needs no other, and the parameters in front of one (RFC 6184, ITU-T H.264 table 7-1)."""

Task = tuple[RTCRtpCodecParameters, JitterFrame]
Clock = Callable[[], float]


def is_key(task: Task) -> bool:
    """Whether decoding can begin with this picture."""
    codec, frame = task
    if codec.name == "VP8":
        return bool(frame.data) and not frame.data[0] & 1  # RFC 6386, section 9.1
    if codec.name == "H264":
        return any(unit[0] & 31 in H264_KEY_UNITS for unit in H264_UNIT.findall(frame.data[:256]))
    return True


class FreshTasks:
    """aiortc's queue of pictures to decode, read through here by its decoding thread alone."""

    def __init__(
        self, waiting: "queue.Queue[Task | None]", ask: threading.Event, clock: Clock = time.monotonic
    ) -> None:
        """`ask`: set when a key picture is wanted; aiortc sends the request with the next packet."""
        self._queue, self._ask, self._clock = waiting, ask, clock
        self._waiting: deque[Task | None] = deque()
        self._cost_s = 0.0
        self._given_s: float | None = None
        self._asked_s: float | None = None
        self._lacks_key = False
        self.arrived_s: dict[int, float | None] = {}
        """When pictures arrived that are being decoded, by their time stamps."""
        self.left_out = 0

    def get(self) -> Task | None:
        """The next picture to decode; waits for one. None: no more come."""
        self._learn()
        while True:
            self._take_all()
            if self._is_too_much():
                self._skip()
                continue
            task = self._waiting.popleft()
            if task is not None and self._lacks_key and not is_key(task):
                self._leave_out(1)
                continue
            self._lacks_key, self._given_s = False, self._clock()
            if task is not None:
                self.arrived_s = {task[1].timestamp: getattr(task[1], "arrived_s", None)}
            return task

    def _learn(self) -> None:
        if self._given_s is not None:
            self._cost_s += COST_WEIGHT * (self._clock() - self._given_s - self._cost_s)

    def _take_all(self) -> None:
        if not self._waiting:
            self._given_s = None  # waiting for a picture is no cost
            self._waiting.append(self._queue.get())
        while not self._queue.empty():  # nobody else takes from it
            self._waiting.append(self._queue.get())

    def _is_too_much(self) -> bool:
        count = sum(task is not None for task in self._waiting)
        return count > MOST_WAITING or (count > 1 and count * self._cost_s > CATCH_UP_S)

    def _skip(self) -> None:
        """Leave out what lies before the newest key picture; all, where none waits."""
        tasks = list(self._waiting)
        keys = [i for i, task in enumerate(tasks) if task is not None and is_key(task)]
        begin = keys[-1] if keys else len(tasks)
        if begin == 0:  # the pictures since a key picture alone are too many
            begin = len(tasks)
        ends = [None] if None in tasks[:begin] else []
        kept = [*tasks[begin:], *ends]
        self._waiting = deque(kept)
        self._lacks_key = begin == len(tasks)
        self._leave_out(sum(task is not None for task in tasks[:begin]))

    def _leave_out(self, count: int) -> None:
        self.left_out += count
        now_s = self._clock()
        if self._lacks_key and (self._asked_s is None or now_s - self._asked_s >= ASK_EVERY_S):
            self._asked_s = now_s
            self._ask.set()


class FreshPictures:
    """aiortc's queue of decoded pictures, filled through here: the newest few, each with its arrival."""

    def __init__(self, decoded: "asyncio.Queue[Any]", tasks: FreshTasks) -> None:
        self._queue, self._tasks = decoded, tasks

    def put(self, frame: Any) -> Any:
        """Called on the decoding thread; what it returns runs on the event loop."""
        if frame is not None:
            frame.opaque = self._tasks.arrived_s.get(frame.pts)
        return self._put(frame)

    async def _put(self, frame: Any) -> None:
        if frame is not None:
            most = SOUND_WAITING if hasattr(frame, "samples") else DECODED_WAITING
            while self._queue.qsize() >= most:
                self._queue.get_nowait()
        await self._queue.put(frame)


_decode = rtcrtpreceiver.decoder_worker


def decode_freshly(
    loop: asyncio.AbstractEventLoop,
    waiting: "queue.Queue[Task | None]",
    decoded: "asyncio.Queue[Any]",
    decode_error: threading.Event,
) -> None:
    """aiortc's decoder thread, between these two."""
    tasks = FreshTasks(waiting, decode_error)
    _decode(loop, tasks, FreshPictures(decoded, tasks), decode_error)  # type: ignore[arg-type]


def arrival_s(frame: Any, otherwise_s: float) -> float:
    """When a decoded picture's last packet arrived, in monotonic seconds."""
    return frame.opaque if isinstance(frame.opaque, float) else otherwise_s
