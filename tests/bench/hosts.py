"""How many hosts one process serves: `python -m tests.bench.hosts --json` prints one JSON object.

Each host is a WebRTC client (aiortc) that sends recorded frames, 640x480 at 30, coded once before, each at
its time, and takes the picture that comes back without decoding it. Clients give way to the server (nice), as
if they were elsewhere, as long as the machine has room for both. No browser and no page; everything stays on
the loopback address. The server is one process with one event loop, as under Streamlit. For 1, 2, 4 and 8
hosts, with pictures drawn and sent back by the `server`, or numbers told to the `browser`, which sends 10/s:

- `analyses_hz`: of the slowest host; `p95_ms`: from a frame's arrival to its scores, of the slowest host.
- `cores_a_host`: processor time of the server over the clock's, for each host; `mb_a_host` above an idle one.
- `clients_cores`: what the clients take meanwhile. `sent_in_time`: the share of what they should have sent;
  far below 1 they lack the processor's time, and the figures are of fewer pictures.
- `hosts_by_cpu`: how many the machine's cores are enough for, four fifths busy, at these `cores_a_host`.
- `enough`: at least 8 analyses a second and p95 under 250 ms for every host. `most_hosts_...`: so many.
- `cores`: of the server together. Where it stays below the machine's free cores while analyses become
  fewer, Python's lock is the limit, and a second process would help.
- `browser_over_server_cores`: of `cores_a_host`.
"""

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from dashboard.live.overlay.link import LABEL
from model.images import resized
from tests import ROOT
from tests.made.media import MEDIA, face_frame, read_frames

HOSTS = (1, 2, 4, 8)
WARM_UP_S, MEASURE_S, CLIP_S = 8.0, 15.0, 10
RATES_HZ = {"server": 30, "browser": 10}
"""Pictures that a browser with a camera of 30 sends a second, by who draws upon them."""
LEAST_HZ, MOST_P95_MS = 8.0, 250.0
CLOCK_HZ = 90_000
BUSY_SHARE = 0.8
GIVES_WAY = 10
"""How much nicer clients are. Servers are started by a thread that is not: they would inherit it."""
INTER_LINEAR = 1
Clip = Sequence[bytes]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true", help="the default; one JSON object")
    parser.add_argument("--hosts", type=int, nargs="+", default=HOSTS, help="how many at once (1 2 4 8)")
    given = parser.parse_args()
    found: dict[str, Any] = {"machine_cores": os.cpu_count(), "load_before": os.getloadavg()[0]}
    starter = ThreadPoolExecutor(1)
    starter.submit(os.getpid).result()
    os.setpriority(os.PRIO_PROCESS, 0, GIVES_WAY)
    with tempfile.TemporaryDirectory() as folder:
        clips = {who: coded_pictures(Path(folder) / f"{who}.webm", hz) for who, hz in RATES_HZ.items()}
        for count in given.hosts:
            found[f"hosts_{count}"] = compared(clips, Path(folder), count, starter)
    for who in RATES_HZ:
        enough = [count for count in given.hosts if found[f"hosts_{count}"][who]["enough"]]
        found[f"most_hosts_{who}_draws"] = max(enough, default=0)
    print(json.dumps(found, indent=1))


def compared(clips: dict[str, Clip], folder: Path, count: int, starter: ThreadPoolExecutor) -> dict[str, Any]:
    """Both ways, one after the other."""
    found: dict[str, Any] = {
        who: asyncio.run(measure(who, clip, folder / f"{who}-{count}.db", count, starter))
        for who, clip in clips.items()
    }
    cores = [found[who]["cores_a_host"] for who in ("browser", "server")]
    return found | {"browser_over_server_cores": round(cores[0] / cores[1], 2)}


def coded_pictures(path: Path, rate_hz: int) -> Clip:
    """VP8 of the one-face clip of ../shared/media or a made one, 640x480, a key frame every second."""
    real = MEDIA / "pyfeat_single_face.mp4"
    made = [face_frame(640, 480, shift=(2 * abs(i % 40 - 20), 0)) for i in range(60)]
    images = read_frames(real)[0] if real.is_file() else made
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libvpx", rate=rate_hz)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = 640, 480, "yuv420p", 1_500_000
        stream.options = {"g": str(rate_hz), "deadline": "realtime", "cpu-used": "8"}
        for i in range(CLIP_S * rate_hz):
            image = resized(images[i % len(images)], (640, 480), INTER_LINEAR)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        container.mux(stream.encode())
    with av.open(str(path)) as written:
        return [bytes(packet) for packet in written.demux(video=0) if packet.size]


class Camera(MediaStreamTrack):
    """Coded pictures again and again, each at its time, with time stamps that go on. (aiortc's MediaPlayer
    begins its time anew with each round and then sends a whole round at once.)"""

    kind = "video"

    def __init__(self, pictures: Clip, rate_hz: int) -> None:
        super().__init__()
        self._pictures, self._rate_hz = pictures, rate_hz
        self._due_s = time.monotonic()
        self.sent = 0

    async def recv(self) -> Any:
        self._due_s = max(self._due_s + 1 / self._rate_hz, time.monotonic() - 1 / self._rate_hz)
        await asyncio.sleep(self._due_s - time.monotonic())
        packet = av.Packet(self._pictures[self.sent % len(self._pictures)])
        packet.pts, packet.time_base = self.sent * CLOCK_HZ // self._rate_hz, Fraction(1, CLOCK_HZ)
        self.sent += 1
        return packet


def started(database: Path) -> "subprocess.Popen[str]":
    """A server of its own for each measurement."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bench.hosts_server", str(database)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=database.with_suffix(".log").open("w"),
        text=True,
    )


async def measure(
    who: str, clip: Clip, database: Path, count: int, starter: ThreadPoolExecutor
) -> dict[str, Any]:
    """`count` hosts for MEASURE_S, after WARM_UP_S. `who` draws."""
    server = starter.submit(started, database).result()
    clients: list[tuple[RTCPeerConnection, Camera]] = []
    try:
        idle = await ask(server, {"tell": True})
        for _ in range(count):
            clients.append(await join(server, Camera(clip, RATES_HZ[who]), draws=who == "browser"))
        await asyncio.sleep(WARM_UP_S)
        before, own_before = await ask(server, {"tell": True}), own_cpu_s()
        sent_before = [camera.sent for _, camera in clients]
        await asyncio.sleep(MEASURE_S)
        after, own_after = await ask(server, {"tell": True}), own_cpu_s()
    except EOFError:
        sys.exit("the server ended early:\n" + database.with_suffix(".log").read_text("utf-8")[-2000:])
    finally:
        for connection, camera in clients:
            await connection.close()
            camera.stop()
        server.terminate()
        server.wait(30)
    passed_s = after["at_s"] - before["at_s"]
    sent = min(camera.sent - was for (_, camera), was in zip(clients, sent_before, strict=True))
    return figures(idle, before, after) | {
        "clients_cores": round((own_after - own_before) / passed_s, 2),
        "sent_in_time": round(sent / passed_s / RATES_HZ[who], 2),
    }


async def join(
    server: "subprocess.Popen[str]", camera: Camera, *, draws: bool
) -> tuple[RTCPeerConnection, Camera]:
    """One more client, its packets as they are coded."""
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    sender = connection.addTransceiver(camera, "sendrecv")
    codecs = [one for one in sender.sender.getCapabilities("video").codecs if one.mimeType == "video/VP8"]
    sender.setCodecPreferences(codecs)
    connection.on("track", lambda track: asyncio.ensure_future(_taken(track)))
    if draws:
        channel = connection.createDataChannel(LABEL, ordered=False, maxRetransmits=0)
        channel.on("open", lambda: channel.send("draws"))
    await connection.setLocalDescription(await connection.createOffer())
    offer = connection.localDescription
    answer = await ask(server, {"sdp": offer.sdp, "type": offer.type})
    await connection.setRemoteDescription(RTCSessionDescription(**answer))
    return connection, camera


async def _taken(track: MediaStreamTrack) -> None:
    with suppress(MediaStreamError):
        while True:
            await track.recv()


async def ask(server: "subprocess.Popen[str]", question: dict[str, Any]) -> dict[str, Any]:
    """The server's answer, without keeping the clients waiting."""
    assert server.stdin is not None and server.stdout is not None
    server.stdin.write(json.dumps(question) + "\n")
    server.stdin.flush()
    line = await asyncio.to_thread(server.stdout.readline)
    if not line:
        raise EOFError("the server ended early")
    reply: dict[str, Any] = json.loads(line)
    return reply


def figures(idle: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    hosts, passed_s = len(after["analysed"]), after["at_s"] - before["at_s"]
    done, came = (
        [b - a for a, b in zip(before[name], after[name], strict=True)] for name in ("analysed", "received")
    )
    slowest_hz, p95_ms = min(done) / passed_s, max(ms or float("inf") for ms in after["p95_ms"])
    cores = (after["cpu_s"] - before["cpu_s"]) / passed_s
    return {
        "analyses_hz": round(slowest_hz, 1),
        "received_hz": round(min(came) / passed_s, 1),
        "p95_ms": round(p95_ms),
        "cores": round(cores, 2),
        "cores_a_host": round(cores / hosts, 3),
        "hosts_by_cpu": int(BUSY_SHARE * (os.cpu_count() or 1) * hosts / cores),
        "mb_a_host": round((after["mb"] - idle["mb"]) / hosts),
        "errors": after["errors"],
        "enough": slowest_hz >= LEAST_HZ and p95_ms < MOST_P95_MS,
    }


def own_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
