"""Who is speaking: lips that open and close and, where sound is listened to, while a voice is heard.

Measure: the standard deviation of the mouth opening, the lower one of the two halves of the last second, so
that the one step of a beginning smile is no speech. Laughing, chewing and sobbing move the lips too, and a
covered or averted mouth says nothing: a hint for the picture, not a transcript. With sound nobody speaks
while no voice is heard; whoever chews while another speaks is still taken for a speaker.
"""

from collections import deque
from collections.abc import Mapping
from math import isnan, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.behaviour.talk import VOICELESS

Doubles = NDArray[np.float64]
Rows = NDArray[np.intp]
NAN = float("nan")

WINDOW_MS = 1_000
LEAST_SAMPLES = 2
"""In each half of the window."""
SPEAKS_FROM = 0.04
SILENT_BELOW = 0.025
"""Standard deviations of the mouth opening; between them a person keeps talking or being silent."""
PAUSE_MS = 1_000
"""Between two words nobody has stopped."""
TAKES_OVER_FROM = 1.5
"""Times the motion of whoever has the floor."""


class SpeakingDetector:
    """Whether one track speaks, as it happens. Memory: the last second."""

    def __init__(self) -> None:
        self._recent: deque[tuple[int, float]] = deque()
        self._held = Held()

    def update(self, offset_ms: int, mouth_open: float | None, voice: bool | None = None) -> bool:
        """Whether the person is speaking now. None or NaN: not measured, counts as silence after a pause, as
        no `voice` does; None of that: nobody listens."""
        known = mouth_open is not None and not isnan(mouth_open)
        if known and mouth_open is not None and (not self._recent or offset_ms > self._recent[-1][0]):
            self._recent.append((offset_ms, mouth_open))
        while self._recent and self._recent[0][0] <= offset_ms - WINDOW_MS:
            self._recent.popleft()
        return self._held.update(offset_ms, self.motion if known and voice is not False else NAN)

    @property
    def motion(self) -> float:
        """How much the lips moved in the second up to the last sample, as `mouth_motion` says."""
        middle_ms = self._recent[-1][0] - WINDOW_MS / 2 if self._recent else 0
        earlier = _deviation([value for at_ms, value in self._recent if at_ms <= middle_ms])
        later = _deviation([value for at_ms, value in self._recent if at_ms > middle_ms])
        return float(np.minimum(earlier, later))


class Floor:
    """Who among several people has the floor: the one whose lips move most, without changing at a flicker."""

    def __init__(self) -> None:
        self.track_id: int | None = None

    def update(self, motion: Mapping[int, float]) -> int | None:
        """The track that has the floor; `motion` by track, of those who speak at this instant."""
        if not motion:
            self.track_id = None
            return None
        loudest = max(motion, key=lambda track_id: _or_zero(motion[track_id]))
        holder = motion.get(self.track_id) if self.track_id is not None else None
        if holder is None or _or_zero(motion[loudest]) > TAKES_OVER_FROM * _or_zero(holder):
            self.track_id = loudest
        return self.track_id


class Held:
    """On from SPEAKS_FROM, off after PAUSE_MS below SILENT_BELOW or unknown."""

    def __init__(self) -> None:
        self._on = False
        self._last_moving_ms = 0

    def update(self, offset_ms: int, motion: float) -> bool:
        if motion >= (SILENT_BELOW if self._on else SPEAKS_FROM):
            self._on, self._last_moving_ms = True, offset_ms
        elif self._on and offset_ms - self._last_moving_ms > PAUSE_MS:
            self._on = False
        return self._on


def mouth_motion(offset_ms: ArrayLike, mouth_open: ArrayLike) -> NDArray[np.float64]:
    """(n,) how much the lips moved in the second that ends with each sample: a standard deviation, see above.

    One track, in order of time; NaN where the opening is unknown or too few samples are there.
    """
    times, opening = np.asarray(offset_ms, np.float64), np.asarray(mouth_open, np.float64)
    known = np.flatnonzero(~np.isnan(opening))
    motion = np.full(len(times), np.nan)
    if not len(known):
        return motion
    t, value = times[known], opening[known] - opening[known].mean()
    start, middle = (np.searchsorted(t, t - ago_ms, side="right") for ago_ms in (WINDOW_MS, WINDOW_MS / 2))
    halves = (_deviations(value, start, middle), _deviations(value, middle, np.arange(len(t)) + 1))
    motion[known] = np.minimum(*halves)
    return motion


def heard_motion(motion: Doubles, voice: ArrayLike | None) -> Doubles:
    """(n,) `motion`, unknown where no voice was heard. `voice`: (n,) as `talk.Heard.at` has it."""
    return motion if voice is None else np.where(np.asarray(voice) == VOICELESS, NAN, motion)


def speaking(
    offset_ms: ArrayLike, mouth_open: ArrayLike, voice: ArrayLike | None = None
) -> NDArray[np.bool_]:
    """(n,) whether one track speaks at each instant, as `SpeakingDetector` says it live. `voice`: (n,) as
    `talk.Heard.at` has it; None: nobody listened."""
    held = Held()
    times = np.asarray(offset_ms).tolist()
    motion = heard_motion(mouth_motion(offset_ms, mouth_open), voice).tolist()
    return np.array([held.update(at_ms, moved) for at_ms, moved in zip(times, motion, strict=True)], np.bool_)


def _deviations(value: Doubles, first: Rows, after: Rows) -> Doubles:
    """Standard deviations of value[first:after], row by row; NaN from too few."""
    n = after - first
    sums, squares = (np.concatenate([[0.0], np.cumsum(column)]) for column in (value, value**2))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (sums[after] - sums[first]) / n
        variance = np.maximum((squares[after] - squares[first]) / n - mean**2, 0)
    return np.where(n >= LEAST_SAMPLES, np.sqrt(variance), np.nan)


def _deviation(values: list[float]) -> float:
    if len(values) < LEAST_SAMPLES:
        return NAN
    mean = sum(values) / len(values)
    return sqrt(sum((value - mean) ** 2 for value in values) / len(values))


def _or_zero(value: float) -> float:
    return 0.0 if isnan(value) else value
