"""A WebP that moves, picture by picture, as browsers show it: FFmpeg reads none. No Streamlit."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from dashboard.errors import RecordingError
from dashboard.files.photo import PhotoError, open_pictures, whole_picture
from dashboard.files.probe import start_of
from model.images import Image

SHORTEST_MS, INSTEAD_MS = 10, 100
"""Browsers show a picture that asks for no more than the first for the second."""


class Animation:
    """The pictures of an animated WebP; what `film.Film` is of a video."""

    def __init__(self, path: Path) -> None:
        """Raises RecordingError."""
        start_of(path)
        try:
            self._opened = open_pictures(path.read_bytes())
        except (PhotoError, OSError) as error:
            raise RecordingError(str(error)) from error
        self.length_s: float | None = None
        self.made_at: datetime | None = None
        self.choice: tuple[str, ...] = ()
        self.sound_end_s = 0.0
        self._count = int(getattr(self._opened, "n_frames", 1))

    def close(self) -> None:
        self._opened.close()

    def pictures(self) -> Iterator[tuple[Any, float, float]]:
        """Each picture with its time and how long it stays, in s."""
        time_ms = 0
        for number in range(self._count):
            picture = self._picture(number)
            told_ms = round(float(self._opened.info.get("duration", 0)))
            stays_ms = told_ms if told_ms > SHORTEST_MS else INSTEAD_MS
            yield picture, time_ms / 1000, stays_ms / 1000
            time_ms += stays_ms

    def _picture(self, number: int) -> Image:
        try:
            self._opened.seek(number)
            return whole_picture(self._opened)
        except PhotoError as error:
            raise RecordingError(str(error)) from error
        except (OSError, SyntaxError, ValueError, EOFError) as error:
            raise RecordingError(
                f"Picture {number + 1} of {self._count} is damaged. Save the file anew."
            ) from error

    def image(self, picture: Any) -> Image:
        """(H, W, 3) uint8 BGR."""
        return picture  # type: ignore[no-any-return]

    def done(self, _time_s: float) -> float:
        """0..1 of the file."""
        return min(self._opened.tell() / max(self._count, 1), 1.0)

    def notes(self) -> Iterator[str]:
        """What could not be read."""
        return iter(())
