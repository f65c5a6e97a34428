"""The pictures of a video at a chosen rate of its own time, upright, in constant memory. No Streamlit."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.error import EOFError as EndOfFile
from av.error import FFmpegError

from dashboard.errors import RecordingError
from dashboard.recordings.probe import Video, open_video
from dashboard.wording import clock
from model.images import Image

MISSING_SHARE = 0.05
"""A video that ends earlier than this share before its declared end was cut short."""
MISSING_LEAST_S = 1.0
LONGEST_HOLD_S = 3600.0
"""A picture is never held longer: a damaged time stamp would otherwise hold one for years."""


@dataclass(frozen=True, slots=True, eq=False)
class TimedImage:
    """`image`: (H, W, 3) uint8 BGR, upright; `offset_ms` from the first picture. `done`: 0..1 of the file."""

    image: Image
    offset_ms: int
    done: float


@dataclass(slots=True)
class VideoReading:
    """How the reading of a video went, filled while it is read. `end_ms`: where its last picture ends."""

    end_ms: int = 0
    pictures: int = 0
    damaged: int = 0
    notes: list[str] = field(default_factory=list)


class SampledVideo:
    """A video's pictures as they would be seen at `hz`: at each instant the latest one shown by then.

    A picture carries its own time where it is new at that instant; one that stays longer is given again, at
    the instant itself, so that a rate that varies changes nothing.
    """

    def __init__(self, path: Path, hz: float, threads: int = 1) -> None:
        """Raises RecordingError."""
        self._container, self.video = open_video(path)
        self._stream = self._container.streams.video[0]
        self._stream.codec_context.thread_type = "AUTO"
        self._stream.codec_context.thread_count = threads
        self._period_s = 1 / hz
        self.reading = VideoReading()
        self._position = 0

    def close(self) -> None:
        self._container.close()

    def __iter__(self) -> Iterator[TimedImage]:
        """In order of time. Raises RecordingError when there is not a single picture."""
        due_s, shown, shown_s, shown_new = 0.0, None, 0.0, False
        for frame, time_s in self._frames():
            # In ms, as they are stored: no two pictures may have the same time.
            while shown is not None and round(due_s * 1000) < round(time_s * 1000):
                yield self._timed(shown, shown_s if shown_new else due_s)
                shown_new = False
                due_s = self._next(due_s, time_s)
            shown, shown_s, shown_new = frame, time_s, True
        if shown is None:
            raise RecordingError("There is not a single readable picture in this video. Copy it again.")
        end_s = shown_s + self._length_s(shown)
        while due_s < end_s - 1e-6 or due_s == 0:
            yield self._timed(shown, shown_s if shown_new else due_s)
            shown_new, due_s = False, due_s + self._period_s
        self.reading.end_ms = round(end_s * 1000)
        self._note(end_s)

    def _next(self, due_s: float, time_s: float) -> float:
        if time_s - due_s > LONGEST_HOLD_S:
            return time_s
        return due_s + self._period_s

    def _frames(self) -> Iterator[tuple[Any, float]]:
        """Decoded frames with their time since the first, which never runs backwards."""
        first_s, last_s = None, 0.0
        for frame in self._decoded():
            told_s = frame.time
            if first_s is None:
                first_s = told_s or 0.0
            time_s = last_s if told_s is None else max(last_s, told_s - first_s)
            self.reading.pictures += 1
            last_s = time_s
            yield frame, time_s

    def _decoded(self) -> Iterator[Any]:
        """Every frame that can be decoded; packets that cannot are counted and left out."""
        for packet in self._packets():
            try:
                yield from packet.decode()
            except EndOfFile:
                return
            except FFmpegError:
                self.reading.damaged += 1

    def _packets(self) -> Iterator[Any]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except FFmpegError:
                self.reading.damaged += 1
                return
            if packet.pos is not None:
                self._position = max(self._position, packet.pos)
            yield packet

    def _timed(self, frame: Any, time_s: float) -> TimedImage:
        return TimedImage(_upright(frame), max(0, round(time_s * 1000)), self._done(time_s))

    def _done(self, time_s: float) -> float:
        video: Video = self.video
        share = time_s / video.duration_s if video.duration_s else self._position / max(video.size_bytes, 1)
        return min(max(share, 0.0), 1.0)

    def _length_s(self, frame: Any) -> float:
        if frame.duration and frame.time_base:
            return min(float(frame.duration * frame.time_base), LONGEST_HOLD_S)
        rate = self._stream.average_rate
        return 1 / float(rate) if rate else 0.0

    def _note(self, end_s: float) -> None:
        declared_s = self.video.duration_s
        missing_s = 0.0 if declared_s is None else declared_s - end_s
        if declared_s and missing_s > max(MISSING_SHARE * declared_s, MISSING_LEAST_S):
            self.reading.notes.append(
                f"The video is cut short: it declares {clock(declared_s)}, and {clock(end_s)} could be read "
                "and was analysed."
            )
        elif self.reading.damaged:
            self.reading.notes.append("Damaged parts of the video could not be read and are left out.")


def _upright(frame: Any) -> Image:
    """The picture as BGR, turned as the file's display matrix says (in steps of a quarter)."""
    try:
        image = frame.to_ndarray(format="bgr24")
    except (FFmpegError, ValueError) as error:
        raise RecordingError(f"A picture of this video cannot be read ({error}). Save it anew.") from error
    quarters = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(image, quarters)) if quarters else np.asarray(image, np.uint8)


av.logging.set_level(av.logging.FATAL)
