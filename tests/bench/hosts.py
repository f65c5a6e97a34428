"""How many hosts one process serves: `python -m tests.bench.hosts --json` prints one JSON object.

Each host is a WebRTC client (aiortc) that sends recorded frames, 640x480 at 30, coded once beforehand, and
takes the picture that comes back without decoding it. No browser and no page; everything stays on the
loopback address. The server is one process with one event loop, as under Streamlit. For 1, 2, 4 and 8 hosts,
with pictures drawn and sent back by the `server`, or numbers told to the `browser`, which then sends 20/s:

- `analyses_hz`: of the slowest host; `p95_ms`: from a frame's arrival to its scores, of the slowest host.
- `cores_a_host`: processor time of the server over the clock's, for each host; `mb_a_host` above an idle one.
- `clients_cores`: what the clients take meanwhile: on a small machine that much is missing to the server.
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
from contextlib import suppress
from pathlib import Path
from typing import Any

import av
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaPlayer
from aiortc.mediastreams import MediaStreamError

from dashboard.live.overlay.link import LABEL
from model.images import resized
from tests import ROOT
from tests.made.media import MEDIA, face_frame, read_frames

HOSTS = (1, 2, 4, 8)
WARM_UP_S, MEASURE_S, CLIP_S = 8.0, 15.0, 10
RATES_HZ = {"server": 30, "browser": 20}
"""Pictures that a browser with a camera of 30 sends a second, by who draws upon them."""
LEAST_HZ, MOST_P95_MS = 8.0, 250.0
INTER_LINEAR = 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true", help="the default; one JSON object")
    parser.add_argument("--hosts", type=int, nargs="+", default=HOSTS, help="how many at once (1 2 4 8)")
    given = parser.parse_args()
    found: dict[str, Any] = {"machine_cores": os.cpu_count(), "load_before": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory() as folder:
        clips = {who: write_clip(Path(folder) / f"{who}.webm", hz) for who, hz in RATES_HZ.items()}
        for count in given.hosts:
            found[f"hosts_{count}"] = compared(clips, Path(folder), count)
    for who in RATES_HZ:
        enough = [count for count in given.hosts if found[f"hosts_{count}"][who]["enough"]]
        found[f"most_hosts_{who}_draws"] = max(enough, default=0)
    print(json.dumps(found, indent=1))


def compared(clips: dict[str, Path], folder: Path, count: int) -> dict[str, Any]:
    """Both ways, one after the other."""
    found: dict[str, Any] = {
        who: asyncio.run(measure(clip, folder / f"{who}-{count}.db", count, draws=who == "browser"))
        for who, clip in clips.items()
    }
    cores = [found[who]["cores_a_host"] for who in ("browser", "server")]
    return found | {"browser_over_server_cores": round(cores[0] / cores[1], 2)}


def write_clip(path: Path, rate_hz: int) -> Path:
    """The one-face clip of ../shared/media or a made one, 640x480, a key frame every second."""
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
    return path


async def measure(clip: Path, database: Path, count: int, *, draws: bool) -> dict[str, Any]:
    """`count` hosts for MEASURE_S, after WARM_UP_S. `draws`: their pages do."""
    log = database.with_suffix(".log")
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.hosts_server", str(database)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log.open("w"),
        text=True,
    )
    clients: list[tuple[RTCPeerConnection, MediaPlayer]] = []
    try:
        idle = await ask(server, {"tell": True})
        for _ in range(count):
            clients.append(await join(server, clip, draws))
        await asyncio.sleep(WARM_UP_S)
        before, own_before = await ask(server, {"tell": True}), own_cpu_s()
        await asyncio.sleep(MEASURE_S)
        after, own_after = await ask(server, {"tell": True}), own_cpu_s()
    except EOFError:
        sys.exit("the server ended early:\n" + log.read_text(encoding="utf-8")[-2000:])
    finally:
        for connection, player in clients:
            await connection.close()
            assert player.video is not None
            player.video.stop()
        server.terminate()
        server.wait(30)
    return figures(idle, before, after) | {"clients_cores": round((own_after - own_before) / MEASURE_S, 2)}


async def join(
    server: "subprocess.Popen[str]", clip: Path, draws: bool
) -> tuple[RTCPeerConnection, MediaPlayer]:
    """One more client, its packets as they are coded."""
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    player = MediaPlayer(str(clip), decode=False, loop=True)
    assert player.video is not None
    sender = connection.addTransceiver(player.video, "sendrecv")
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
    return connection, player


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
        "mb_a_host": round((after["mb"] - idle["mb"]) / hosts),
        "errors": after["errors"],
        "enough": slowest_hz >= LEAST_HZ and p95_ms < MOST_P95_MS,
    }


def own_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
