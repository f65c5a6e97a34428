"""Nods and shakes of the head, and how fast it turns, from yaw and pitch in time.

A nod swings the pitch, a shake the yaw, at 0.5-3 Hz by a few degrees; looking down and up once is neither.
Sampling may be uneven; times in ms. Fast and small nods are missed in part: of made-up ones of two cycles and
6 degrees at 10 Hz, all are found up to 1 Hz, 78 % at 2 Hz and 36 % at 3 Hz; at 5 Hz 84, 11 and 7 %.
"""

from collections import deque
from dataclasses import dataclass, replace
from enum import StrEnum
from math import isnan

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.observations import SHORTEST_SPEED_MS, SPEED_WINDOW_MS

KEPT_MS = 6_000


class GestureKind(StrEnum):
    NOD = "nod"
    SHAKE = "shake"


@dataclass(frozen=True, slots=True)
class GestureLimits:
    """What counts as a nod or a shake; angles from one end of a swing to the other."""

    min_swing_deg: float = 5.0
    """Above the noise of the pose: with 1 degree of it (standard deviation, 10 Hz) a still head seems to nod
    about 8 times an hour, with half a degree never."""
    max_swing_deg: float = 35.0
    """Beyond it someone looks about."""
    slowest_hz: float = 0.5
    fastest_hz: float = 3.0
    min_times_noise: float = 5.0
    """The mean swing over the noise of that angle: poses of faces turned far or carried from one detection to
    the next shake by several degrees. Noise of 1.5 degrees "nods" 180 times an hour, without this 600."""
    min_swings: int = 3
    """Down, up and down again: one look at the keyboard and back has two."""

    @property
    def longest_ms(self) -> float:
        """Between two swings: half a period, and a quarter more for the sampling."""
        return 625 / self.slowest_hz

    @property
    def shortest_ms(self) -> float:
        """Half a period, less a quarter."""
        return 375 / self.fastest_hz


LIMITS = GestureLimits()


@dataclass(frozen=True, slots=True)
class Gesture:
    """A nod or shake, of one or more cycles. `size_deg`: its largest swing; swings: half cycles so far."""

    kind: GestureKind
    start_ms: int
    end_ms: int
    swings: int
    size_deg: float


class HeadGestures:
    """Nods and shakes of one track as they happen. Memory: the last six seconds at most."""

    def __init__(self, limits: GestureLimits = LIMITS) -> None:
        self._limits = limits
        self._recent: deque[tuple[int, float, float]] = deque()
        self._yaw, self._pitch = _Run(limits), _Run(limits)
        self._gesture: Gesture | None = None

    def update(self, offset_ms: int, yaw_deg: float | None, pitch_deg: float | None) -> Gesture | None:
        """The gesture under way, grown by every swing; None when there is none.

        A gesture keeps its start and kind until it is over. None or NaN angles: not measured, skipped;
        samples come in order of time, one that does not is skipped.
        """
        yaw, pitch = _known(yaw_deg), _known(pitch_deg)
        self._gesture = self._grown(self._gesture, offset_ms)
        if isnan(yaw) or isnan(pitch) or (self._recent and offset_ms <= self._recent[-1][0]):
            return self._gesture
        self._recent.append((offset_ms, yaw, pitch))
        while self._recent[0][0] < offset_ms - KEPT_MS:
            self._recent.popleft()
        self._yaw.update(offset_ms, yaw)
        self._pitch.update(offset_ms, pitch)
        self._gesture = self._grown(self._gesture, offset_ms) or self._begun(offset_ms)
        return self._gesture

    @property
    def turning_deg_s(self) -> float:
        """How fast the head turned over the last half second, NaN if not known; as `head_speed_deg_s`."""
        return float(head_speed_deg_s(*zip(*self._recent, strict=True))[-1]) if self._recent else float("nan")

    def _grown(self, gesture: Gesture | None, now_ms: int) -> Gesture | None:
        run = self._run_of(gesture.kind) if gesture else None
        if gesture is None or run is None or not run.alive(now_ms):
            return None
        return replace(gesture, end_ms=run.last_ms, swings=run.swings, size_deg=run.size_deg)

    def _begun(self, now_ms: int) -> Gesture | None:
        for kind in GestureKind:
            run = self._run_of(kind)
            if run.alive(now_ms) and self._leads(kind, run.first_ms) and self._clear(kind, run):
                return Gesture(kind, run.first_ms, run.last_ms, run.swings, run.size_deg)
        return None

    def _run_of(self, kind: GestureKind) -> "_Run":
        return self._pitch if kind is GestureKind.NOD else self._yaw

    def _leads(self, kind: GestureKind, since_ms: int) -> bool:
        """The axis of `kind` moved further than the other one since `since_ms`."""
        seen = [(yaw, pitch) for at_ms, yaw, pitch in self._recent if at_ms >= since_ms]
        across, along = (max(angles) - min(angles) for angles in zip(*seen, strict=True))
        return bool(along >= across) == (kind is GestureKind.NOD)

    def _clear(self, kind: GestureKind, run: "_Run") -> bool:
        """The swings stand out of the noise of the last seconds."""
        angles = [pitch if kind is GestureKind.NOD else yaw for _, yaw, pitch in self._recent]
        return run.mean_deg >= self._limits.min_times_noise * _noise_deg(angles)


class _Run:
    """Swings of one angle that follow each other at the pace of a gesture.

    A swing begins when the angle has left its last extreme by `min_swing_deg`; the extreme is what the
    angle reached before. Swings of a steady oscillation begin half a period apart.
    """

    def __init__(self, limits: GestureLimits) -> None:
        self._limits = limits
        self._low = self._high = self._last_deg = float("nan")
        self._last_sample_ms = -(10**9)
        self._direction = 0
        self.swings = 0
        self.first_ms = self.last_ms = -(10**9)
        self.size_deg = self._total_deg = 0.0

    @property
    def mean_deg(self) -> float:
        """Of the swings that are complete: all but the last."""
        return self._total_deg / max(self.swings - 1, 1)

    def alive(self, now_ms: int) -> bool:
        """A gesture is under way: swings enough, the last not long ago."""
        return self.swings >= self._limits.min_swings and now_ms - self.last_ms <= self._limits.longest_ms

    def update(self, offset_ms: int, angle_deg: float) -> None:
        if offset_ms - self._last_sample_ms > self._limits.longest_ms:
            self._restart(angle_deg)
        self._low, self._high = min(self._low, angle_deg), max(self._high, angle_deg)
        rise, fall = angle_deg - self._low, self._high - angle_deg
        if self._direction <= 0 and rise >= self._limits.min_swing_deg:
            self._swing(offset_ms, angle_deg, self._low + self._limits.min_swing_deg, 1)
        elif self._direction >= 0 and fall >= self._limits.min_swing_deg:
            self._swing(offset_ms, angle_deg, self._high - self._limits.min_swing_deg, -1)
        self._last_sample_ms, self._last_deg = offset_ms, angle_deg

    def _restart(self, angle_deg: float) -> None:
        self._low = self._high = self._last_deg = angle_deg
        self._direction = self.swings = 0

    def _swing(self, offset_ms: int, angle_deg: float, threshold_deg: float, direction: int) -> None:
        before = self._high - self._low if self._direction else 0.0
        share = (threshold_deg - self._last_deg) / (angle_deg - self._last_deg)
        at_ms = round(self._last_sample_ms + min(max(share, 0), 1) * (offset_ms - self._last_sample_ms))
        early, late = at_ms - self.last_ms, offset_ms - self.last_ms
        in_pace = early >= self._limits.shortest_ms and late <= self._limits.longest_ms
        if not (self.swings and in_pace and before <= self._limits.max_swing_deg):
            self.swings, self.first_ms, self.size_deg, self._total_deg = 0, at_ms, 0.0, 0.0
        else:
            self.size_deg, self._total_deg = max(self.size_deg, before), self._total_deg + before
        self.swings, self.last_ms = self.swings + 1, at_ms
        self._direction = direction
        if direction > 0:
            self._high = angle_deg
        else:
            self._low = angle_deg


def head_gestures(
    offset_ms: ArrayLike, yaw_deg: ArrayLike, pitch_deg: ArrayLike, limits: GestureLimits = LIMITS
) -> list[Gesture]:
    """Every nod and shake of one track, in order of time, from (n,) times and angles, NaN where unknown."""
    watch, found = HeadGestures(limits), {}
    samples = np.column_stack([np.asarray(values, np.float64) for values in (offset_ms, yaw_deg, pitch_deg)])
    for at_ms, yaw, pitch in samples[~np.isnan(samples).any(axis=1)].tolist():
        gesture = watch.update(int(at_ms), yaw, pitch)
        if gesture is not None:
            found[gesture.kind, gesture.start_ms] = gesture
    return list(found.values())


def head_speed_deg_s(offset_ms: ArrayLike, yaw_deg: ArrayLike, pitch_deg: ArrayLike) -> NDArray[np.float64]:
    """(n,) degrees a second by which yaw and pitch together changed over the half second before each sample.

    One track, in order of time. NaN where an angle is unknown or nothing was measured 150 to 500 ms before;
    pose noise of 1 degree adds about 3 degrees a second.
    """
    times, yaw, pitch = (np.asarray(values, np.float64) for values in (offset_ms, yaw_deg, pitch_deg))
    known = np.flatnonzero(~(np.isnan(yaw) | np.isnan(pitch)))
    speed = np.full(len(times), np.nan)
    t, y, p = times[known], yaw[known], pitch[known]
    first = np.searchsorted(t, t - SPEED_WINDOW_MS)
    passed_ms = t - t[first]
    with np.errstate(invalid="ignore", divide="ignore"):
        turned = np.hypot(y - y[first], p - p[first]) / passed_ms * 1000
    speed[known] = np.where(passed_ms >= SHORTEST_SPEED_MS, turned, np.nan)
    return speed


def _noise_deg(angles: list[float]) -> float:
    """Standard deviation of what changes from sample to sample, by the median second difference."""
    if len(angles) < 3:
        return 0.0
    return float(np.median(np.abs(np.diff(angles, 2)))) / (0.6745 * 6**0.5)


def _known(angle_deg: float | None) -> float:
    return float("nan") if angle_deg is None else angle_deg
