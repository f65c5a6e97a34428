"""Which of a file's video tracks is its picture: the one asked for, else what a player shows. No Streamlit.

Covers, thumbnails and the tiles of a photo are pictures beside or parts of something else, never tracks.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from av.error import FFmpegError
from av.stream import Disposition

from dashboard.errors import RecordingError
from dashboard.wording import counted

NO_TRACK = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.dependent
MOVES_HZ = 10.0
"""Slides come at a few pictures a second, a camera at more, or at twice as many at least."""
MEASURED_PACKETS = 300


@dataclass(frozen=True, slots=True)
class Track:
    """A video track that can be played. `number`: from 1, in the file's order; `index`: among all streams.

    Pixels are as stored. `rate_hz` is 0 where nothing tells it.
    """

    number: int
    index: int
    width_px: int
    height_px: int
    rate_hz: float
    is_default: bool


def tracks_of(container: Any) -> list[Track]:
    """The tracks of an opened av container, in its order."""
    streams = [one for one in container.streams.video if _is_track(one)]
    return [
        Track(
            number,
            stream.index,
            stream.codec_context.width,
            stream.codec_context.height,
            float(stream.average_rate or stream.guessed_rate or 0),
            bool(stream.disposition & Disposition.default),
        )
        for number, stream in enumerate(streams, 1)
    ]


def measured(container: Any, tracks: Sequence[Track]) -> list[Track]:
    """The tracks at the rates at which their pictures come where far more is declared, as of a still picture.

    Reads on from where `container` stands.
    """
    times_s: dict[int, list[float]] = {one.index: [] for one in tracks}
    streams = [container.streams[one.index] for one in tracks]
    with suppress(FFmpegError):  # what is damaged is told when it is read
        for packet in islice(container.demux(streams), MEASURED_PACKETS):
            if packet.pts is not None:
                times_s[packet.stream.index].append(float(packet.pts * packet.time_base))
    found = [(one, _rate_hz(times_s[one.index])) for one in tracks]
    return [one if 0 < one.rate_hz <= 2 * hz else replace(one, rate_hz=hz) for one, hz in found]


def _rate_hz(times_s: Sequence[float]) -> float:
    """0 for what does not move."""
    span_s = max(times_s, default=0.0) - min(times_s, default=0.0)
    return (len(times_s) - 1) / span_s if span_s > 0 else 0.0


def has_cover(container: Any) -> bool:
    """Whether there are pictures, but none of them is a track."""
    return bool(container.streams.video) and not tracks_of(container)


def is_unreadable(container: Any) -> bool:
    """Whether there is a video track, but no decoder for it."""
    return any(
        one.codec_context is None and not one.disposition & NO_TRACK for one in container.streams.video
    )


def chosen(tracks: Sequence[Track], wanted: int | None) -> Track:
    """The track of that number; without one the default or, of several or none, the one that moves most.

    Raises RecordingError.
    """
    if wanted is None:
        moves_hz = min(MOVES_HZ, max(one.rate_hz for one in tracks) / 2)
        return max(tracks, key=lambda one: _rank(one, moves_hz))
    if wanted > len(tracks):
        raise RecordingError(
            f"Wanted video track {wanted}; this file has {counted(len(tracks), 'one', 'of them')}"
            f"{': ' + _listed(tracks) if len(tracks) > 1 else ''}. Choose another track, or none."
        )
    return tracks[wanted - 1]


def choice(tracks: Sequence[Track], taken: Track) -> str | None:
    """What was chosen, in sentences; None where there was no choice."""
    if len(tracks) < 2:
        return None
    return (
        f"The file has {len(tracks)} video tracks: {_listed(tracks)}. Track {taken.number} was analysed; "
        "another is chosen by --track, or as “Video track” on the page."
    )


def _is_track(stream: Any) -> bool:
    return stream.codec_context is not None and not stream.disposition & NO_TRACK


def _rank(track: Track, moves_hz: float) -> tuple[bool, bool, int, float, int]:
    area = track.width_px * track.height_px
    return track.is_default, track.rate_hz >= moves_hz, area, track.rate_hz, -track.number


def _listed(tracks: Sequence[Track]) -> str:
    marked = sum(one.is_default for one in tracks) == 1
    return "; ".join(
        f"{one.number}, {one.width_px} x {one.height_px}"
        + (f" at {one.rate_hz:.3g} pictures a second" if one.rate_hz else "")
        + (", the default" if marked and one.is_default else "")
        for one in tracks
    )
