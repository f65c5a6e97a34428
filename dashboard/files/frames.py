"""The pictures of a file that moves, at a chosen rate of its own time, in constant memory. No Streamlit."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dashboard.errors import RecordingError
from dashboard.files.animation import Animation
from dashboard.files.film import LONGEST_HOLD_S, Film
from dashboard.files.joined import Joined
from dashboard.files.kinds import Kind, kind_of
from dashboard.files.parts import parts_of
from model.images import Image


@dataclass(frozen=True, slots=True, eq=False)
class TimedImage:
    """`image`: (H, W, 3) uint8 BGR, as displayed; `offset_ms` by the file's clock; `done`: 0..1 of it."""

    image: Image
    offset_ms: int
    done: float


def _source(path: Path, threads: int, track: int | None) -> Film | Joined | Animation:
    if kind_of(path) is Kind.ANIMATION:
        return Animation(path)
    parts = parts_of(path)
    return Film(parts[0], threads, track) if len(parts) == 1 else Joined(parts, threads, track)


@dataclass(slots=True)
class VideoReading:
    """How the reading of a video went, filled while it is read.

    `end_ms`: where its last picture ends. `sound_ms`: how far the sound goes on after that.
    """

    end_ms: int = 0
    sound_ms: int = 0
    pictures: int = 0
    notes: list[str] = field(default_factory=list)


class SampledVideo:
    """A file's pictures as they would be seen at `hz`: at each instant the latest one shown by then.

    A picture carries its own time where it is new at that instant; one that stays longer is given again, at
    the instant itself, so that a rate that varies changes nothing.
    """

    def __init__(self, path: Path, hz: float, threads: int = 1, track: int | None = None) -> None:
        """`track`: the number of the video track; None: the one a player shows. Raises RecordingError."""
        self._source = _source(path, threads, track)
        self.length_s, self.made_at = self._source.length_s, self._source.made_at
        self._period_s = 1 / hz
        self.reading = VideoReading()

    def close(self) -> None:
        self._source.close()

    def __iter__(self) -> Iterator[TimedImage]:
        """In order of time. Raises RecordingError when there is not a single picture."""
        shown: Any = None
        due_s = shown_s = stays_s = 0.0
        is_new = False
        for picture, time_s, length_s in self._source.pictures():
            if shown is None:
                due_s = time_s
            # In ms, as they are stored: no two pictures may have the same time.
            while shown is not None and round(due_s * 1000) < round(time_s * 1000):
                yield self._timed(shown, shown_s if is_new else due_s)
                is_new, due_s = False, self._next(due_s, time_s)
            shown, shown_s, stays_s, is_new = picture, time_s, length_s, True
            self.reading.pictures += 1
        if shown is None:
            raise RecordingError("There is not a single readable picture in this video. Copy it again.")
        end_s, first = shown_s + stays_s, self.reading.pictures == 1
        self._finish(end_s)
        while due_s < end_s - 1e-6 or first:
            yield self._timed(shown, shown_s if is_new else due_s)
            is_new, first, due_s = False, False, due_s + self._period_s

    def _finish(self, end_s: float) -> None:
        self.reading.end_ms = round(end_s * 1000)
        self.reading.sound_ms = max(0, round((self._source.sound_end_s - end_s) * 1000))
        self.reading.notes += [*self._source.choice, *self._source.notes()]

    def _next(self, due_s: float, time_s: float) -> float:
        if time_s - due_s > LONGEST_HOLD_S:
            return time_s
        return due_s + self._period_s

    def _timed(self, picture: Any, time_s: float) -> TimedImage:
        image = self._source.image(picture)
        return TimedImage(image, max(0, round(time_s * 1000)), self._source.done(time_s))
