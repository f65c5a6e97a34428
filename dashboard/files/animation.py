"""A WebP that moves, picture by picture, as browsers show it: FFmpeg reads none. No Streamlit."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from dashboard.errors import RecordingError
from dashboard.files.containers import INSTEAD_S, SHORTEST_S
from dashboard.files.photo import PhotoError, open_pictures, whole_picture
from dashboard.files.probe import start_of
from model.images import Image


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
        time_s = 0.0
        for number in range(self._count):
            picture = self._picture(number)
            told_s = round(float(self._opened.info.get("duration", 0))) / 1000
            stays_s = told_s if told_s > SHORTEST_S else INSTEAD_S
            yield picture, time_s, stays_s
            time_s += stays_s

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
