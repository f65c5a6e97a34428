"""Files with several tracks, sound, late cameras and long pixels, made by code."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from model.images import Image

SOUND_HZ, SOUND_SAMPLES, SOUND_BPS = 48_000, 1024, 64_000
AT_ONCE = {"deadline": "realtime", "cpu-used": "8"}
"""As browsers record; with what libvpx does else a film of seconds takes seconds."""
KINDS = {"flt": np.float32, "s16": np.int16, "s32": np.int32}


@dataclass(frozen=True)
class Reel:
    """One video track: BGR pictures of even size, `hz` a second from `start_s` on."""

    images: Sequence[Image]
    hz: int = 10
    start_s: float = 0.0
    codec: str = "mpeg4"
    pixels: str = "yuv420p"
    aspect: Fraction | None = None
    marks: str = ""
    options: dict[str, str] = field(default_factory=dict)
    colours: dict[str, int] = field(default_factory=dict)


def write_film(
    path: Path,
    *reels: Reel,
    sound_s: float = 0.0,
    sound: str = "aac",
    form: str | None = None,
    **options: str,
) -> Path:
    """The reels beside each other, with that much silence from 0 s on; `options` are the container's."""
    with av.open(str(path), "w", format=form, options=options) as container:
        streams = [_added(container, reel) for reel in reels]
        speech: Any = container.add_stream(sound, rate=SOUND_HZ) if sound_s else None
        if speech is not None:
            speech.codec_context.bit_rate = SOUND_BPS
        packets = [
            packet for reel, stream in zip(reels, streams, strict=True) for packet in _coded(reel, stream)
        ]
        if speech is not None:
            packets += _silence(speech, sound_s)
        for packet in sorted(packets, key=lambda one: float((one.dts or 0) * one.time_base)):
            container.mux(packet)
    return path


def write_sound(path: Path, seconds: float, codec: str, cover: bytes | None = None) -> Path:
    """Silence, with a PNG or JPEG as its cover if given."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=SOUND_HZ)
        stream.codec_context.bit_rate = SOUND_BPS
        if cover is not None:
            picture: Any = container.add_stream("mjpeg" if cover.startswith(b"\xff\xd8") else "png")
            picture.width = picture.height = 64
            picture.pix_fmt = "yuvj420p" if cover.startswith(b"\xff\xd8") else "rgb24"
            picture.disposition = av.stream.Disposition.attached_pic
            packet = av.Packet(cover)
            packet.stream, packet.pts, packet.dts = picture, 0, 0
            container.mux(packet)
        for packet in _silence(stream, seconds):
            container.mux(packet)
    return path


def _added(container: Any, reel: Reel) -> Any:
    options = (AT_ONCE if reel.codec.startswith("libvpx") else {}) | reel.options
    stream = container.add_stream(reel.codec, rate=reel.hz, options=options)
    stream.height, stream.width = reel.images[0].shape[:2]
    stream.pix_fmt = reel.pixels
    stream.codec_context.time_base = Fraction(1, reel.hz)
    if reel.aspect is not None:
        stream.codec_context.sample_aspect_ratio = reel.aspect
    for name, value in reel.colours.items():
        setattr(stream.codec_context, name, value)
    if reel.marks:
        stream.disposition = av.stream.Disposition[reel.marks]
    return stream


def _coded(reel: Reel, stream: Any) -> list[Any]:
    packets: list[Any] = []
    for number, image in enumerate(reel.images):
        frame = av.VideoFrame.from_ndarray(image, format="bgr24").reformat(format=reel.pixels)
        frame.pts, frame.time_base = number + round(reel.start_s * reel.hz), Fraction(1, reel.hz)
        packets += stream.encode(frame)
    return [*packets, *stream.encode(None)]


def _silence(stream: Any, seconds: float) -> list[Any]:
    packets: list[Any] = []
    samples = stream.codec_context.frame_size or SOUND_SAMPLES
    for first in range(0, round(seconds * SOUND_HZ), samples):
        kind = stream.codec_context.format.name
        silence = np.zeros((1, samples), KINDS[kind.removesuffix("p")])
        frame = av.AudioFrame.from_ndarray(silence, format=kind, layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = SOUND_HZ, first, Fraction(1, SOUND_HZ)
        packets += stream.encode(frame)
    return [*packets, *stream.encode(None)]
