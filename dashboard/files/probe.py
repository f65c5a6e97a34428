"""A file is opened, or refused in a sentence, before anything of it is analysed. No Streamlit.

A file is judged by its contents, never by its name, and by its header first: what declares more pixels than
allowed is never decoded.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError

from dashboard.errors import RecordingError
from dashboard.files.containers import BARE_SOUND, OPEN_AS, family
from dashboard.files.photo import MAX_MB, MAX_PIXELS, Photo, PhotoError, name_of, read_photo
from dashboard.files.tracks import Track, chosen, has_cover, is_unreadable, measured, tracks_of
from dashboard.wording import counted, size

GIF_START = b"GIF8"
WANTED = (
    "Wanted a video (mp4, mov, mkv, webm, avi, mts, wmv, flv, mpg, ogv, gif and others) or a photo (jpg, "
    "png, webp, heic, avif)"
)
SOUND_ONLY = "this file has sound only, no pictures"
SOUND_WITH_COVER = "this file is sound with a cover picture beside it, no video"
START_BYTES = 4096
SOUND_PACKETS = 8


@dataclass(frozen=True, slots=True)
class Video:
    """The header of a video. `width_px` and `height_px` as stored, before it is turned upright.

    `made_at` is aware UTC. `tracks`: all that can be looked at; `track`: the one that is.
    """

    width_px: int
    height_px: int
    size_bytes: int
    made_at: datetime | None
    tracks: tuple[Track, ...]
    track: Track


def start_of(path: Path) -> bytes:
    """The first bytes of a file that is there, readable and not empty. Raises RecordingError."""
    if path.is_dir():
        raise RecordingError(f"{WANTED}; this is a folder. Name the files in it.")
    if not path.exists():
        raise RecordingError("There is no such file. Check the name and the folder.")
    if not path.is_file():
        raise RecordingError(f"{WANTED}; this is no ordinary file. Name a file.")
    try:
        with path.open("rb") as file:
            start = file.read(START_BYTES)
    except OSError as error:
        raise RecordingError(f"The file cannot be read ({error.strerror}). Allow reading it.") from error
    if not start:
        raise RecordingError(f"{WANTED}; the file is empty (0 bytes). Copy it again, or choose another.")
    return start


def open_photo(path: Path) -> Photo:
    """The photo, upright. Raises RecordingError."""
    try:
        if path.stat().st_size > MAX_MB * 1_000_000:
            raise RecordingError(
                f"Wanted a photo of at most {MAX_MB} MB; the file has {size(path.stat().st_size)}. "
                "Save it smaller."
            )
        return read_photo(path.read_bytes())
    except PhotoError as error:
        raise RecordingError(str(error)) from error
    except OSError as error:
        raise RecordingError(f"The file cannot be read ({error.strerror}). Allow reading it.") from error


def open_video(path: Path, track: int | None = None, url: str | None = None) -> tuple[Any, Video]:
    """The opened av container, to be closed by the caller, and its header. Raises RecordingError.

    `url`: a part of the file, as FFmpeg opens it.
    """
    start = start_of(path)
    if start.startswith(GIF_START):
        # FFmpeg tells 0 x 0 of a GIF beyond its own bounds.
        _refuse_large(*(int.from_bytes(start[at : at + 2], "little") for at in (6, 8)))
    try:
        container = av.open(url or str(path), options=OPEN_AS, metadata_errors="replace")
    except (FFmpegError, ValueError, OSError) as error:
        raise RecordingError(_not_opened(start, path.stat().st_size)) from error
    try:
        return container, _header(container, path, start, track, url or str(path))
    except BaseException:
        container.close()
        raise


def _header(container: Any, path: Path, start: bytes, wanted: int | None, url: str) -> Video:
    tracks = tracks_of(container)
    if not tracks:
        raise RecordingError(_without_picture(container, start, path.stat().st_size))
    if len(tracks) > 1:
        with av.open(url, options=OPEN_AS, metadata_errors="replace") as another:
            tracks = measured(another, tracks)
    track = chosen(tracks, wanted)
    _refuse_large(track.width_px, track.height_px)
    size_bytes = path.stat().st_size
    return Video(track.width_px, track.height_px, size_bytes, _made_at(container), tuple(tracks), track)


def _without_picture(container: Any, start: bytes, length: int) -> str:
    if is_unreadable(container):
        return f"{WANTED}; the pictures of this file are coded in a way that cannot be read. Save it as MP4."
    if has_cover(container):
        return f"{WANTED}; {SOUND_WITH_COVER}. Choose the video itself, or the cover as a photo."
    if not container.streams.audio or not _is_sound(container):
        return _not_opened(start, length)
    return f"{WANTED}; {SOUND_ONLY}. Choose the file with the picture."


def _is_sound(container: Any) -> bool:
    """Whether what a bare stream's demuxer took for its own can be decoded."""
    if family(container.format.name) not in BARE_SOUND.split(","):
        return True
    try:
        return all(packet.decode() is not None for packet in islice(container.demux(), SOUND_PACKETS))
    except (FFmpegError, ValueError):
        return False


def _refuse_large(width_px: int, height_px: int) -> None:
    if width_px * height_px > MAX_PIXELS:
        raise RecordingError(
            f"Wanted pictures of at most {MAX_PIXELS / 1e6:.0f} million pixels; the file declares "
            f"{width_px:,} x {height_px:,}. Save it smaller."
        )


def _made_at(container: Any) -> datetime | None:
    """When the camera says it began; cameras that know nothing write a year long ago."""
    try:
        told = datetime.fromisoformat(container.metadata.get("creation_time", ""))
    except ValueError:
        return None
    told = told if told.tzinfo else told.replace(tzinfo=UTC)
    return told.astimezone(UTC) if told.year >= 1990 else None


def _not_opened(start: bytes, length: int) -> str:
    if start[4:8] == b"ftyp":
        return (
            "The video is cut short or damaged: its index is missing, so nothing of it can be read. "
            "Copy it again, or let the program that recorded it finish the file."
        )
    return f"{WANTED}; this is {_kind_of(start)} ({counted(length, 'byte', 'bytes')}). Choose another file."


def _kind_of(start: bytes) -> str:
    if name := name_of(start):
        return name
    try:
        start[: -3 if len(start) == START_BYTES else None].decode("utf-8")
    except UnicodeDecodeError:
        return "nothing Attune can read, or damaged"
    return "nothing Attune can read, or damaged" if b"\0" in start else "a text file"
