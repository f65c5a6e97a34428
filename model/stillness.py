"""Pictures among people: a face that stays the same for a minute, as a profile picture in a meeting does.

Nobody sits for a minute without a blink, a word or a turn of the head; a photograph, and a tile that froze,
does. What moves within the face is watched, not its place: a picture is moved about when a gallery is
arranged anew or a camera shakes.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from model.faces import Faces
from model.observations import QualityFlag

WATCHED_S, LEAST_SEEN_S = 60, 28
"""So long a face is watched, and in so many of these seconds it must have been measured: from 0.5 looks a
second on, and with the gaps of a face that is covered now and then."""
FORGET_MS = 10_000

MEASURED = ("yaw_deg", "pitch_deg", "mouth_open", "eye_open")
STILL_BELOW = np.array([0.8, 1.0, 0.012, 0.010])
"""Standard deviations over WATCHED_S. Photographs of eight faces of 50 to 60 px, through VP8 at 300 kbit/s:
0.1 to 0.6 and 0.3 to 1.4 degrees, 0.002 to 0.010, 0.002 to 0.015; with a camera's noise up to twice that, so
that some are missed. The quietest stretches of moving people: 1.8 and 1.0 degrees, 0.006, 0.042."""
STILL_WITHOUT_EYES = np.array([0.5, 0.8, 0.010, np.inf])
"""Where eyes are too small to be seen blinking, so that only a picture without noise is found."""

Sums = NDArray[np.float64]


@dataclass(slots=True)
class _Watched:
    """One track: for each second number the sums (3, 4) of count, value and square of what is MEASURED."""

    first_ms: int
    last_ms: int
    seconds: deque[tuple[int, Sums]] = field(default_factory=deque)
    still: bool = False

    def add(self, offset_ms: int, sums: Sums) -> None:
        """sums: (3, 4) of one look, as in `seconds`."""
        self.last_ms = max(offset_ms, self.last_ms)  # a clock set back is no new second
        second = self.last_ms // 1000
        if not self.seconds or self.seconds[-1][0] != second:
            self._judge(second)
            self.seconds.append((second, np.zeros((3, len(MEASURED)))))
        self.seconds[-1][1][:] += sums

    def _judge(self, second: int) -> None:
        """Once a second, of the full ones."""
        while self.seconds and self.seconds[0][0] < second - WATCHED_S:
            self.seconds.popleft()
        seen = [sums for _, sums in self.seconds if sums[0, 0] > 0]
        full = second - self.first_ms // 1000 >= WATCHED_S
        self.still = full and len(seen) >= LEAST_SEEN_S and _is_still(np.sum(seen, axis=0))


class StillnessWatch:
    """Flags STILL what does not move. Not thread-safe: one for one stream, frames in order of time."""

    def __init__(self) -> None:
        self._tracks: dict[int, _Watched] = {}

    def __len__(self) -> int:
        """Tracks remembered."""
        return len(self._tracks)

    def update(self, faces: Faces, offset_ms: int) -> Faces:
        """`faces` with their flags; as they are when they carry no signals, flags or track_id."""
        if faces.yaw_deg is not None and faces.track_id is not None and faces.flags is not None:
            measured = zip(faces.track_id.tolist(), _sums(faces), strict=True)
            still = [self._follow(track_id, sums, offset_ms) for track_id, sums in measured]
            faces = faces.having(flags=faces.flags | np.where(still, int(QualityFlag.STILL), 0))
        self._tracks = {k: one for k, one in self._tracks.items() if offset_ms - one.last_ms <= FORGET_MS}
        return faces

    def rename(self, became: Mapping[int, int]) -> None:
        """What was known under one number goes on under another."""
        for before, now in became.items():
            if before in self._tracks:
                self._tracks[now] = self._tracks.pop(before)

    def _follow(self, track_id: int, sums: Sums, offset_ms: int) -> bool:
        watched = self._tracks.setdefault(track_id, _Watched(offset_ms, offset_ms))
        watched.add(offset_ms, sums)
        return watched.still


def _sums(faces: Faces) -> Sums:
    """(n, 3, 4) count, value and square of what is MEASURED of each face; 0 where unknown."""
    nothing = np.full(len(faces), np.nan)
    columns = [getattr(faces, name) for name in MEASURED]
    values = np.stack([nothing if one is None else one for one in columns], axis=-1).astype(np.float64)
    known = ~np.isnan(values)
    values[~known] = 0
    return np.stack([known, values, values**2], axis=1)


def _is_still(sums: Sums) -> bool:
    count, total, squares = sums
    known = np.maximum(count, 1)
    deviations = np.sqrt(np.maximum(squares / known - (total / known) ** 2, 0))
    eyes_read = count[-1] > count[0] / 2
    return bool(np.all(deviations < (STILL_BELOW if eyes_read else STILL_WITHOUT_EYES)))
