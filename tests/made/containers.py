"""One second of known content in many containers and codecs: a face that sways over its number in light."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np

from model.images import Image
from tests.made.media import face_frame

HZ, PICTURES = 25, 25
CIF, PAL = (352, 288), (720, 576)
BITS = 5


@dataclass(frozen=True)
class Kind:
    """A container and a codec, by FFmpeg's names. `stored_px`: where a format has one size only."""

    name: str
    form: str
    codec: str
    pixels: str = "yuv420p"
    stored_px: tuple[int, int] = CIF
    codec_options: dict[str, str] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)


QUIET = {"x265-params": "log-level=none"}
KINDS = (
    Kind("mp4 h264", "mp4", "libx264"),
    Kind("mp4 h264 in fragments", "mp4", "libx264", options={"movflags": "frag_keyframe+empty_moov"}),
    Kind("mp4 h265", "mp4", "libx265", codec_options=QUIET),
    Kind("mp4 mpeg4", "mp4", "mpeg4"),
    Kind("mp4 av1", "mp4", "libsvtav1"),
    Kind("mp4 vp9", "mp4", "libvpx-vp9"),
    Kind("mp4 mjpeg", "mp4", "mjpeg", "yuvj420p"),
    Kind("mov h264", "mov", "libx264"),
    Kind("mov prores 10 bit", "mov", "prores_ks", "yuv422p10le"),
    Kind("mov dnxhr", "mov", "dnxhd", "yuv422p", codec_options={"profile": "dnxhr_sq"}),
    Kind("mov qtrle", "mov", "qtrle", "rgb24"),
    Kind("mov png", "mov", "png", "rgb24"),
    Kind("mov svq1", "mov", "svq1", "yuv410p"),
    Kind("f4v h264", "f4v", "libx264"),
    Kind("3gp h263", "3gp", "h263"),
    Kind("3gp mpeg4", "3gp", "mpeg4"),
    Kind("mkv h264", "matroska", "libx264"),
    Kind("mkv h264 4:4:4", "matroska", "libx264", "yuv444p"),
    Kind("mkv h265 10 bit", "matroska", "libx265", "yuv420p10le", codec_options=QUIET),
    Kind("mkv ffv1", "matroska", "ffv1"),
    Kind("mkv jpeg2000", "matroska", "jpeg2000", "rgb24"),
    Kind("webm vp8", "webm", "libvpx"),
    Kind("webm vp9", "webm", "libvpx-vp9"),
    Kind("webm av1", "webm", "libsvtav1"),
    Kind("avi mpeg4", "avi", "mpeg4"),
    Kind("avi mjpeg", "avi", "mjpeg", "yuvj420p"),
    Kind("avi huffyuv", "avi", "huffyuv", "yuv422p"),
    Kind("avi msmpeg4", "avi", "msmpeg4"),
    Kind("avi utvideo", "avi", "utvideo"),
    Kind("avi uncompressed", "avi", "rawvideo"),
    Kind("ts h264", "mpegts", "libx264"),
    Kind("ts h265", "mpegts", "libx265", codec_options=QUIET),
    Kind("ts mpeg2", "mpegts", "mpeg2video"),
    Kind("m2ts h264", "mpegts", "libx264", options={"mpegts_m2ts_mode": "1"}),
    Kind("mpg mpeg1", "mpeg", "mpeg1video"),
    Kind("vob mpeg2", "vob", "mpeg2video"),
    Kind("svcd mpeg2", "svcd", "mpeg2video"),
    Kind("wmv wmv1", "asf", "wmv1"),
    Kind("wmv wmv2", "asf", "wmv2"),
    Kind("flv flv", "flv", "flv"),
    Kind("flv h264", "flv", "libx264"),
    Kind("ogv vp8", "ogg", "libvpx"),
    Kind("mxf mpeg2", "mxf", "mpeg2video"),
    Kind("dv", "dv", "dvvideo", stored_px=PAL),
    Kind("rm rv20", "rm", "rv20"),
    Kind("wtv mpeg2", "wtv", "mpeg2video"),
    Kind("nut mpeg4", "nut", "mpeg4"),
    Kind("swf flv", "swf", "flv"),
    Kind("ivf vp8", "ivf", "libvpx"),
    Kind("ivf av1", "ivf", "libsvtav1"),
    Kind("gif", "gif", "gif", "rgb8"),
    Kind("apng", "apng", "apng", "rgb24"),
    Kind("webp that moves", "webp", "libwebp_anim"),
    Kind("bare h264", "h264", "libx264"),
    Kind("bare h265", "hevc", "libx265", codec_options=QUIET),
    Kind("bare mpeg2", "mpeg2video", "mpeg2video"),
    Kind("bare mpeg4", "m4v", "mpeg4"),
    Kind("bare av1", "obu", "libsvtav1"),
    Kind("y4m", "yuv4mpegpipe", "rawvideo"),
)


@cache
def pictures() -> tuple[Image, ...]:
    """CIF, BGR. Under the face stand BITS squares, lit where that bit of the picture's number is."""
    return tuple(
        _numbered(face_frame(*CIF, zoom=1.1, shift=(4 * np.sin(i / 5), -10)), i) for i in range(PICTURES)
    )


def number_of(image: Image) -> int:
    """The number that stands in a picture of any size."""
    high, wide = image.shape[:2]
    lit = [image[rows, columns].mean() > 128 for rows, columns in _squares(wide, high)]
    return sum(1 << bit for bit, is_lit in enumerate(lit) if is_lit)


def write_kind(path: Path, kind: Kind) -> Path:
    """Raises ValueError or av.FFmpegError where no encoder is at hand."""
    with suppress(AttributeError):
        av.logging.set_level(av.logging.FATAL)
    with av.open(str(path), "w", format=kind.form, options=kind.options) as container:
        stream: Any = container.add_stream(kind.codec, rate=HZ, options=kind.codec_options)
        stream.width, stream.height = kind.stored_px
        stream.pix_fmt = kind.pixels
        stream.codec_context.time_base = Fraction(1, HZ)
        for number, image in enumerate(pictures()):
            frame = av.VideoFrame.from_ndarray(image, format="bgr24")
            frame = frame.reformat(*kind.stored_px, format=stream.pix_fmt)
            frame.pts, frame.time_base = number, Fraction(1, HZ)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _numbered(image: Image, number: int) -> Image:
    for bit, (rows, columns) in enumerate(_squares(*CIF, grown=4)):
        image[rows, columns] = 235 if number >> bit & 1 else 20
    return image


def _squares(wide: int, high: int, grown: int = 0) -> Iterator[tuple[slice, slice]]:
    """Rows and columns of every square, in the lower left."""
    side_x, side_y = wide // 16, high // 13
    for bit in range(BITS):
        left, top = side_x // 2 + bit * 3 * side_x // 2, high - 3 * side_y // 2
        yield slice(top - grown, top + side_y + grown), slice(left - grown, left + side_x + grown)
