"""A video or photo with what was found drawn on it, written as MP4 or JPEG. No Streamlit."""

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import numpy as np
from PIL import Image as Pillow

from model.images import Image

MILLISECONDS = Fraction(1, 1000)
ENCODER = "libx264"
ENCODER_OPTIONS = {"crf": "23", "preset": "veryfast"}
JPEG_QUALITY = 90


def write_photo(path: Path, image: Image) -> Path:
    """Write a BGR image as JPEG; returns `path`. Raises OSError."""
    Pillow.fromarray(np.ascontiguousarray(image[:, :, ::-1])).save(path, "JPEG", quality=JPEG_QUALITY)
    return path


def fitted(image: Image, width_px: int, height_px: int) -> Any:
    """A BGR image as an av frame of that size: scaled as a whole, its shape kept, in the middle of black."""
    frame = av.VideoFrame.from_ndarray(image, format="bgr24")
    high, wide = image.shape[:2]
    scale = min(width_px / wide, height_px / high)
    # An odd last line or column of the same picture is the encoder's to cut, not a margin's reason.
    if abs(wide * scale - width_px) < 2 and abs(high * scale - height_px) < 2:
        return frame.reformat(width=width_px, height=height_px, threads=1)
    inner_px = max(1, round(wide * scale)), max(1, round(high * scale))
    small = frame.reformat(width=inner_px[0], height=inner_px[1], threads=1).to_ndarray()
    left, top = (width_px - inner_px[0]) // 2, (height_px - inner_px[1]) // 2
    canvas = np.zeros((height_px, width_px, 3), np.uint8)
    canvas[top : top + inner_px[1], left : left + inner_px[0]] = small
    return av.VideoFrame.from_ndarray(canvas, format="bgr24")


class AnnotatedVideo:
    """An MP4 of the analysed pictures, each at its own time, without sound.

    A context manager: leaving it before `finish` leaves no file. With `place` None nothing is written.
    """

    def __init__(self, place: Path | None) -> None:
        """`place`: the file without its suffix."""
        self._path = None if place is None else place.with_name(place.name + ".mp4")
        self._container: Any = None
        self._stream: Any = None
        self._last_ms = -1
        self._finished = False

    def __enter__(self) -> Self:
        return self

    def add(self, image: Image | None, offset_ms: int) -> None:
        """One BGR picture, shown from `offset_ms` on; of another shape than the first: with black margins."""
        if self._path is None or image is None or offset_ms <= self._last_ms:
            return
        if self._container is None:
            self._open(self._path, image)
        frame = fitted(image, self._stream.width, self._stream.height).reformat(format="yuv420p", threads=1)
        frame.pts, frame.time_base = offset_ms, MILLISECONDS
        self._container.mux(self._stream.encode(frame))
        self._last_ms = offset_ms

    def finish(self) -> Path | None:
        """The whole file, or None where nothing is written."""
        if self._container is None:
            return None
        self._container.mux(self._stream.encode(None))
        self._container.close()
        self._finished = True
        return self._path

    def _open(self, path: Path, image: Image) -> None:
        self._container = av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"})
        stream = self._container.add_stream(ENCODER, options=ENCODER_OPTIONS)
        # The encoder takes even sizes only.
        stream.width, stream.height = max(2, image.shape[1] // 2 * 2), max(2, image.shape[0] // 2 * 2)
        stream.pix_fmt, stream.time_base = "yuv420p", MILLISECONDS
        stream.codec_context.time_base = MILLISECONDS
        self._stream = stream

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._finished or self._container is None or self._path is None:
            return
        try:
            self._container.close()
        finally:
            self._path.unlink(missing_ok=True)
