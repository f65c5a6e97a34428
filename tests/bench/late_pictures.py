"""How old pictures are when they are decoded and taken, on a machine that is too slow for them: with the
queues of aiortc, and with ours. `python -m tests.bench.late_pictures [--busy N]`

A sender makes VP8 at 30 pictures a second in a process of its own; whoever takes decoded pictures needs 60 ms
for each, as an encoder on a busy machine does, and `--busy` processes take the processors besides.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import queue
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import av
from aiortc import rtcrtpreceiver
from aiortc.codecs import CODECS
from aiortc.codecs.vpx import Vp8Encoder, vp8_depayload
from aiortc.jitterbuffer import JitterFrame
from aiortc.mediastreams import VIDEO_TIME_BASE

from dashboard.live.fresh_frames import Task, decode_freshly
from dashboard.live.prompt_frames import ArrivedFrame
from tests.made.media import face_frame

LAST_S, RATE_HZ, WORK_S = 15.0, 30, 0.06
VP8 = next(codec for codec in CODECS["video"] if codec.name == "VP8")


def send(sent: Any, key_wanted: Any, over: Any) -> None:
    """Coded pictures and their numbers, in real time."""
    encoder, began_s, number = Vp8Encoder(), time.monotonic(), 0
    while not over.is_set():
        image = face_frame(640, 480, shift=(number % 40, 0))
        frame = av.VideoFrame.from_ndarray(image, format="bgr24").reformat(format="yuv420p")
        frame.pts, frame.time_base = 3000 * number, VIDEO_TIME_BASE
        payloads, _ = encoder.encode(frame, key_wanted.is_set())
        key_wanted.clear()
        sent.put((b"".join(map(vp8_depayload, payloads)), 3000 * number))
        number += 1
        time.sleep(max(0.0, began_s + number / RATE_HZ - time.monotonic()))


def ages_ms(decode: Callable[..., None]) -> list[float]:
    """Of every picture that was taken, from its arrival on."""
    fork = multiprocessing.get_context("spawn")
    sent, key_wanted, over = fork.Queue(), fork.Event(), fork.Event()
    sender = fork.Process(target=send, args=(sent, key_wanted, over), daemon=True)
    sender.start()
    waiting: queue.Queue[Task | None] = queue.Queue()
    arrived_s: dict[int, float] = {}
    asked = threading.Event()

    def arrive() -> None:
        while not over.is_set():
            data, stamp = sent.get()
            arrived_s[stamp] = time.monotonic()
            waiting.put((VP8, ArrivedFrame(JitterFrame(data, stamp), arrived_s[stamp])))
            if asked.is_set():
                asked.clear()
                key_wanted.set()

    threading.Thread(target=arrive, daemon=True).start()
    found = asyncio.run(_taken(decode, waiting, asked, arrived_s))
    over.set()
    sender.join(10)
    return found


async def _taken(
    decode: Callable[..., None],
    waiting: "queue.Queue[Task | None]",
    asked: threading.Event,
    arrived_s: dict[int, float],
) -> list[float]:
    decoded: asyncio.Queue[Any] = asyncio.Queue()
    loop, found = asyncio.get_running_loop(), []
    threading.Thread(target=decode, args=(loop, waiting, decoded, asked), daemon=True).start()
    first = await decoded.get()
    until_s = time.monotonic() + LAST_S
    while time.monotonic() < until_s:
        frame, first = first or await decoded.get(), None
        found.append(1000 * (time.monotonic() - arrived_s[frame.pts]))
        await asyncio.to_thread(time.sleep, WORK_S)
    waiting.put(None)
    while await decoded.get() is not None:
        pass
    return found


@contextmanager
def busy(count: int) -> Iterator[None]:
    """So many processes that only take time."""
    fork = multiprocessing.get_context("spawn")
    others = [fork.Process(target=_burn, daemon=True) for _ in range(count)]
    for other in others:
        other.start()
    yield
    for other in others:
        other.kill()


def _burn() -> None:
    while True:
        pass


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--busy", type=int, default=0, metavar="N", help="processes beside it (%(default)s)")
    given = parser.parse_args()
    told: dict[str, object] = {"load": round(os.getloadavg()[0], 1), "busy": given.busy}
    with busy(given.busy):
        for name, decode in (("aiortc", rtcrtpreceiver.decoder_worker), ("ours", decode_freshly)):
            ages = ages_ms(decode)
            told[name] = {
                "taken": len(ages),
                "p50_ms": round(statistics.median(ages)),
                "p95_ms": round(statistics.quantiles(ages, n=20)[18]),
                "longest_ms": round(max(ages)),
            }
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
