"""The decoded pictures of one video track on the file's own clock. No Streamlit."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
from av.error import EOFError as EndOfFile
from av.error import FFmpegError

from dashboard.files.clock import FileClock, starts_again
from dashboard.files.cropping import declared_crop
from dashboard.files.parts import Part
from dashboard.files.pixels import Screen
from dashboard.files.probe import open_video
from dashboard.files.tracks import choice
from dashboard.wording import clock
from model.images import Image

MISSING_SHARE = 0.05
"""A file that ends earlier than this share before its declared end was cut short."""
MISSING_LEAST_S = 1.0
LONGEST_HOLD_S = 3600.0
"""A picture is never held longer: a damaged time stamp would otherwise hold one for years."""
USUAL_S = 1 / 25
WITH_ALPHA = {"vp8": "libvpx", "vp9": "libvpx-vp9"}


class Film:
    """A video file opened at the track that is its picture; read once, from its beginning."""

    def __init__(self, part: Part, threads: int = 1, track: int | None = None, after_s: float = 0.0) -> None:
        """`after_s`: how long the parts before this one are together. Raises RecordingError."""
        self._container, video = open_video(part.path, track, part.url)
        self.made_at, self._size_bytes = video.made_at, video.size_bytes
        self._stream = self._container.streams[video.track.index]
        self._decoder = _decoder(self._stream)
        self._decoder.thread_type, self._decoder.thread_count = "AUTO", threads
        # Once, not for every picture: av makes a Fraction each time.
        self._index, self._base_s = video.track.index, float(self._stream.time_base or 0)
        self._clock = FileClock(self._container, self._stream, after_s)
        told = choice(video.tracks, video.track)
        self.choice: tuple[str, ...] = () if told is None else (told,)
        self._aspect: Fraction | None = self._stream.sample_aspect_ratio
        self._coded_aspect = self._told_aspect()
        self._screen = Screen(declared_crop(part.path, video.track.index))
        self._position = self._damaged = 0

    def close(self) -> None:
        self._container.close()

    @property
    def length_s(self) -> float | None:
        """What the file declares, or None."""
        return self._clock.length_s

    @property
    def sound_end_s(self) -> float:
        """Where the sound ends, or the pictures, whatever is later, of what was read."""
        return self._clock.end_s

    def pictures(self) -> Iterator[tuple[Any, float, float]]:
        """Each picture with its time, which never runs backwards, and how long it stays, in s."""
        next_s = last_s = 0.0
        for frame in self._decoded():
            told_s, stays_s = frame.time, self._length_s(frame)
            last_s = max(last_s, next_s if told_s is None else told_s)
            next_s = last_s + stays_s
            yield frame, last_s, stays_s

    @property
    def restarts(self) -> int:
        """How often its clock started again, of what was read."""
        return self._clock.restarts

    def image(self, picture: Any) -> Image:
        """(H, W, 3) uint8 BGR, as a player shows it."""
        return self._screen.shown(picture, self._aspect_now())

    def done(self, time_s: float) -> float:
        """0..1 of the file."""
        length_s = self.length_s
        share = time_s / length_s if length_s else self._position / max(self._size_bytes, 1)
        return min(max(share, 0.0), 1.0)

    def notes(self) -> Iterator[str]:
        """What could not be read or was changed, once all pictures were."""
        yield from starts_again(self.restarts)
        yield from self.faults()

    def faults(self) -> Iterator[str]:
        """What could not be read."""
        declared_s, missing_s = self._clock.length_s or 0.0, self._clock.missing_s()
        if missing_s > max(MISSING_SHARE * declared_s, MISSING_LEAST_S):
            read_s = declared_s - missing_s
            yield (
                f"The video is cut short: it declares {clock(declared_s)}, and {clock(read_s)} could be read "
                "and was analysed."
            )
        elif self._damaged:
            yield "Damaged parts of the video could not be read and are left out."

    def _decoded(self) -> Iterator[Any]:
        """Every frame that can be decoded; packets that cannot are counted and left out."""
        for packet in self._packets():
            if packet.stream.index != self._index:
                continue
            try:
                yield from self._decoder.decode(packet)
            except EndOfFile:
                return
            except MemoryError:
                raise
            except FFmpegError:
                self._damaged += 1

    def _packets(self) -> Iterator[Any]:
        packets = self._container.demux(*self._clock.streams)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except FFmpegError:
                self._damaged += 1
                return
            if packet.pos is not None:
                self._position = max(self._position, packet.pos)
            self._clock.place(packet)
            yield packet

    def _length_s(self, frame: Any) -> float:
        if frame.duration and self._base_s:
            return min(float(frame.duration) * self._base_s, LONGEST_HOLD_S)
        rate = self._stream.guessed_rate or self._stream.average_rate
        return 1 / float(rate) if rate else USUAL_S

    def _told_aspect(self) -> Fraction | None:
        told: Fraction | None = self._stream.codec_context.sample_aspect_ratio
        return told

    def _aspect_now(self) -> Fraction | None:
        """The container's; where that says nothing, what the codec says, which may change on the way."""
        if self._aspect not in (None, self._coded_aspect):
            return self._aspect
        told = self._told_aspect()
        return self._aspect if told is None else told


def _decoder(stream: Any) -> Any:
    """The stream's own, but for a WebM with clear parts: FFmpeg's own decoders of VP8 and VP9 see none."""
    name = WITH_ALPHA.get(stream.codec_context.name)
    if name is None or stream.metadata.get("alpha_mode") != "1":
        return stream.codec_context
    try:
        return av.CodecContext.create(name, "r")
    except (FFmpegError, ValueError):
        return stream.codec_context


av.logging.set_level(av.logging.FATAL)
