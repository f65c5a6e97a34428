"""What is followed of every track from frame to frame: how fast the head turns, who speaks, who attends."""

from collections import deque
from collections.abc import Mapping
from math import exp, hypot, nan

from model.behaviour.speaking import Floor, SpeakingDetector
from model.observations import SHORTEST_SPEED_MS, SPEED_WINDOW_MS, GazeState, Observation

FORGET_MS = 10_000
ATTENTION_MS = 5_000.0
"""Time constant of the mean by which the most attentive person is found."""
ATTENTION_FROM = 0.5
CLEARLY = 0.05
"""So much more than whoever is marked another one must be looking to be marked instead."""


class TurnSpeed:
    """How fast one head turns, as `model.behaviour.gestures.head_speed_deg_s` has it, sample by sample."""

    def __init__(self) -> None:
        self._recent: deque[tuple[int, float, float]] = deque()

    def update(self, offset_ms: int, yaw_deg: float | None, pitch_deg: float | None) -> float:
        """Degrees a second; NaN where an angle is unknown or nothing was measured 150 to 500 ms before."""
        if yaw_deg is None or pitch_deg is None:
            return nan
        self._recent.append((offset_ms, yaw_deg, pitch_deg))
        while self._recent[0][0] < offset_ms - SPEED_WINDOW_MS:
            self._recent.popleft()
        first_ms, first_yaw, first_pitch = self._recent[0]
        passed_ms = offset_ms - first_ms
        if passed_ms < SHORTEST_SPEED_MS:
            return nan
        return hypot(yaw_deg - first_yaw, pitch_deg - first_pitch) / passed_ms * 1000


class MostAttentive:
    """Who of several people looked at the screen most of late, without changing at a flicker."""

    def __init__(self) -> None:
        self.track_id: int | None = None
        self._mean: dict[int, tuple[float, int]] = {}

    def update(self, offset_ms: int, people: Mapping[int, float]) -> int | None:
        """The track that is ahead. `people`: those measured at this instant with their gaze, 0..1; with fewer
        than two there is nobody to be ahead of."""
        for track_id, gaze in people.items():
            mean, before_ms = self._mean.get(track_id, (gaze, offset_ms))
            kept = exp(-(offset_ms - before_ms) / ATTENTION_MS)
            self._mean[track_id] = mean * kept + gaze * (1 - kept), offset_ms
        self._mean = {k: v for k, v in self._mean.items() if offset_ms - v[1] <= FORGET_MS}
        here = {track_id: self._mean[track_id][0] for track_id in people}
        if len(here) < 2 or max(here.values()) < ATTENTION_FROM:
            self.track_id = None
            return None
        best = max(here, key=lambda track_id: here[track_id])
        if self.track_id not in here or here[best] > here[self.track_id] + CLEARLY:
            self.track_id = best
        return self.track_id


class TrackFollower:
    """The signals that need more than one instant, of every track. `speaks` and the two marks are those of
    the last frame. Not safe for threads: the owner locks."""

    def __init__(self) -> None:
        self._turns: dict[int, TurnSpeed] = {}
        self._mouths: dict[int, SpeakingDetector] = {}
        self._last_ms: dict[int, int] = {}
        self._floor, self._attentive = Floor(), MostAttentive()
        self.speaks: set[int] = set()

    @property
    def speaker(self) -> int | None:
        """The track that has the floor."""
        return self._floor.track_id

    @property
    def attentive(self) -> int | None:
        """The track that looks at the screen most steadily."""
        return self._attentive.track_id

    def turning_deg_s(self, offset_ms: int, observations: tuple[Observation, ...]) -> list[float]:
        """How fast each head turns; NaN where unknown."""
        return [
            self._turns.setdefault(one.track_id, TurnSpeed()).update(
                offset_ms, one.signals.yaw_deg, one.signals.pitch_deg
            )
            for one in observations
        ]

    def update(
        self, offset_ms: int, observations: tuple[Observation, ...], voice: bool | None = None
    ) -> None:
        """Follow the observations of one frame; frames come in order of time. `voice`: whether one is heard,
        None where nobody listens."""
        self.speaks = set()
        for one in observations:
            mouth = self._mouths.setdefault(one.track_id, SpeakingDetector())
            self._last_ms[one.track_id] = offset_ms
            if mouth.update(offset_ms, one.counted.mouth_open, voice):
                self.speaks.add(one.track_id)
        self._floor.update({track_id: self._mouths[track_id].motion for track_id in self.speaks})
        looks = {one.track_id: gaze for one in observations if (gaze := _gaze(one)) is not None}
        self._attentive.update(offset_ms, looks)
        for track_id in [k for k, seen_ms in self._last_ms.items() if offset_ms - seen_ms > FORGET_MS]:
            for followed in (self._turns, self._mouths, self._last_ms):
                followed.pop(track_id, None)


def _gaze(one: Observation) -> float | None:
    """Gaze of a face that counts; 0 with closed eyes."""
    if one.flags or one.signals.gaze is None:
        return None
    return 0.0 if one.signals.gaze_state is GazeState.CLOSED else one.signals.gaze
