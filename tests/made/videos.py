"""Videos as people have them, made by code: rates that vary, cameras held upright, files cut short."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from model.images import Image
from tests.made.media import face_frame

SIZE_PX = (320, 180)
MILLISECONDS = Fraction(1, 1000)
UPRIGHT = bytes.fromhex("00010000" + "00000000" * 3 + "00010000" + "00000000" * 3 + "40000000")
QUARTER_CLOCKWISE = bytes.fromhex(
    "00000000" + "00010000" + "00000000" + "ffff0000" + "00000000" * 4 + "40000000"
)
"""What a phone held upright writes into an MP4's track header: show it turned a quarter clockwise."""


def moving_face(frames: int, size_px: tuple[int, int] = SIZE_PX) -> list[Image]:
    """One face that sways."""
    return [face_frame(*size_px, shift=(4 * np.sin(i / 5), 0)) for i in range(frames)]


def living_face(frames: int, size_px: tuple[int, int] = SIZE_PX) -> list[Image]:
    """One face that sways before what stands about it, as no photograph does."""
    still, (width, height) = face_frame(*size_px), size_px
    over = np.zeros((height, width), np.float32)
    cv2.ellipse(over, (width // 2, height // 2), (height // 4, height // 3), 0, 0, 360, 1.0, -1)
    share = cv2.GaussianBlur(over, (0, 0), height / 40)[..., None]
    return [
        np.asarray(still * (1 - share) + moved * share, np.uint8) for moved in moving_face(frames, size_px)
    ]


def write_video(
    path: Path,
    images: Sequence[Image],
    times_ms: Sequence[int] | None = None,
    codec: str = "mpeg4",
    made_at: datetime | None = None,
) -> Path:
    """`images` (BGR, even sizes) from `times_ms` on, ten a second without; the suffix names the format. It
    says that it was `made_at`."""
    times = count(0, 100) if times_ms is None else times_ms
    with av.open(str(path), "w") as container:
        if made_at is not None:
            container.metadata["creation_time"] = made_at.isoformat()
        height, width = images[0].shape[:2]
        stream: Any = container.add_stream(codec)
        stream.width, stream.height = width, height
        stream.pix_fmt = "rgb8" if codec == "gif" else "yuv420p"
        stream.codec_context.time_base = MILLISECONDS
        for image, time_ms in zip(images, times, strict=False):
            frame = av.VideoFrame.from_ndarray(image, format="bgr24").reformat(format=stream.pix_fmt)
            frame.pts, frame.time_base = time_ms, MILLISECONDS
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def turned(path: Path) -> Path:
    """The MP4 at `path`, now to be shown turned a quarter clockwise."""
    content = path.read_bytes()
    place = content.index(UPRIGHT, content.index(b"tkhd"))
    path.write_bytes(content[:place] + QUARTER_CLOCKWISE + content[place + len(UPRIGHT) :])
    return path


def cut(path: Path, share: float) -> Path:
    """The file at `path` without its end."""
    content = path.read_bytes()
    path.write_bytes(content[: round(len(content) * share)])
    return path
