"""Frames held back until it is known whose their faces are: nobody's first look is lost. No Streamlit.

A face gets its number once it was seen again: a detector's false alarm is not. What was found of it before
comes under a negative number of its own, and takes the number when it has one; what never got one goes.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace

from dashboard.files.frames import TimedImage
from model.observations import FrameRecord
from model.tracking import Tracker

HELD_AT_MOST = 12
"""Frames, with their pictures: beyond, a face that is seen but never numbered would hold a whole file."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A frame and the picture it was found in."""

    timed: TimedImage
    record: FrameRecord


class FirstLooks:
    """Frames go in as they were looked at, and come out in the same order with everybody's number."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self._held: deque[Looked] = deque()
        self._began_ms = self._looks = 0

    def add(self, looked: Looked) -> Iterator[Looked]:
        """One more frame, right after `tracker` saw it; the frames of which all is known now."""
        if not self._looks:
            self._began_ms = looked.record.offset_ms
        self._looks += 1
        self._held.append(looked)
        self._name(self._tracker.became)
        waiting = self._waiting()
        while self._held and (len(self._held) > HELD_AT_MOST or not _waits(self._held[0], waiting)):
            yield _named(self._held.popleft(), {})

    def finish(self) -> Iterator[Looked]:
        """What is left. Where a file was too short to meet anybody, who is in its last frame was there."""
        if self._held and self._is_short(self._held[-1].record.offset_ms):
            last = sorted(self._waiting(), reverse=True)
            self._name({candidate: number for number, candidate in enumerate(last, 1)})
        while self._held:
            yield _named(self._held.popleft(), {})

    def _waiting(self) -> set[int]:
        """The negative numbers that may still become others."""
        return self._tracker.candidates

    def _is_short(self, now_ms: int) -> bool:
        limits = self._tracker.limits
        return self._looks < limits.birth_hits or now_ms - self._began_ms < limits.birth_ms

    def _name(self, became: Mapping[int, int]) -> None:
        if became:
            self._held = deque(_named(one, became, rest=True) for one in self._held)


def _waits(looked: Looked, waiting: Set[int]) -> bool:
    return any(one.track_id in waiting for one in looked.record.observations)


def _named(looked: Looked, became: Mapping[int, int], *, rest: bool = False) -> Looked:
    """`rest`: who has no number yet stays."""
    if all(one.track_id > 0 for one in looked.record.observations):
        return looked
    seen = (
        replace(one, track_id=became.get(one.track_id, one.track_id)) for one in looked.record.observations
    )
    kept = tuple(one for one in seen if rest or one.track_id > 0)
    return replace(looked, record=replace(looked.record, observations=kept))
