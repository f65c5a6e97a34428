"""Recordings copied one behind the other into a file, played one after the other. No Streamlit."""

from collections.abc import Iterator, Sequence
from typing import Any

from dashboard.errors import RecordingError
from dashboard.files.clock import starts_again
from dashboard.files.film import Film
from dashboard.files.parts import Part
from model.images import Image

UNREAD = "Part {} of {} of the file could not be read and is left out."


class Joined:
    """What `film.Film` is of one recording; each part is opened when its turn comes."""

    def __init__(self, parts: Sequence[Part], threads: int = 1, track: int | None = None) -> None:
        """`parts`: two or more of one file. Raises RecordingError for a first one that cannot be read."""
        self._parts, self._threads, self._track = parts, threads, track
        self._film = Film(parts[0], threads, track)
        self._number = 0
        self._restarts, self._start_s = 0, 0.0
        self._faults: list[str] = []
        self.made_at, self.choice = self._film.made_at, self._film.choice
        self.length_s: float | None = None
        self._opened = [self._film]

    def close(self) -> None:
        for film in self._opened:
            film.close()

    @property
    def sound_end_s(self) -> float:
        """Where the sound ends, or the pictures, whatever is later, of what was read."""
        return self._start_s + self._film.sound_end_s

    def pictures(self) -> Iterator[tuple[Any, float, float]]:
        """Each picture, of its own part, with its time and how long it stays, in s."""
        while True:
            film, start_s = self._film, self._start_s
            for frame, time_s, stays_s in film.pictures():
                yield (film, frame), start_s + time_s, stays_s
            self._faults += film.faults()
            if not self._goes_on():
                return

    def image(self, picture: Any) -> Image:
        """(H, W, 3) uint8 BGR, as a player shows it."""
        film, frame = picture
        return film.image(frame)  # type: ignore[no-any-return]

    def done(self, time_s: float) -> float:
        """0..1 of the file."""
        part, size = self._parts[self._number], self._parts[-1].end or 1
        own = self._film.done(time_s - self._start_s)
        return (part.start + own * ((part.end or size) - part.start)) / size

    def notes(self) -> Iterator[str]:
        """What could not be read or was changed, once all pictures were."""
        yield from starts_again(self._restarts + self._film.restarts)
        yield from dict.fromkeys(self._faults)

    def _goes_on(self) -> bool:
        """Open the next part that can be read; False where none is left."""
        end_s = self.sound_end_s
        while self._number + 1 < len(self._parts):
            self._number += 1
            try:
                film = Film(self._parts[self._number], self._threads, self._track, end_s)
            except RecordingError:
                self._faults.append(UNREAD.format(self._number + 1, len(self._parts)))
                continue
            self._restarts += self._film.restarts + 1
            self._start_s, self._film = end_s, film
            # The last picture of the part before is still shown.
            for old in self._opened[:-1]:
                old.close()
            self._opened = [*self._opened[-1:], film]
            return True
        return False
