"""Talk and silence over time: stretches in which a voice was heard, or none, while somebody listened."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

APART_MS = 2_000
"""Frames further apart tell nothing of what lies between."""
VOICELESS, VOICE, UNHEARD = 0, 1, -1


@dataclass(frozen=True, slots=True)
class Talk:
    """[start_ms, end_ms) in which a voice was heard (`voice`), or none was."""

    start_ms: int
    end_ms: int
    voice: bool


@dataclass(frozen=True, eq=False)
class Heard:
    """The analysed frames in which sound was listened to, in order of time: (n,) when, in ms, and whether a
    voice was heard."""

    offset_ms: NDArray[np.int64]
    voice: NDArray[np.bool_]

    @classmethod
    def of(cls, told: ArrayLike) -> "Heard":
        """From (n, 2) times in ms and 1 or 0."""
        table = np.asarray(told, np.int64).reshape(-1, 2)
        return cls(table[:, 0], table[:, 1] == VOICE)

    def at(self, offset_ms: ArrayLike) -> NDArray[np.int64]:
        """(n,) VOICE, VOICELESS or, where nobody listened, UNHEARD at the times of analysed frames."""
        times = np.asarray(offset_ms, np.int64)
        if not len(self.offset_ms):
            return np.full(len(times), UNHEARD)
        place = np.minimum(np.searchsorted(self.offset_ms, times), len(self.offset_ms) - 1)
        return np.where(self.offset_ms[place] == times, self.voice[place].astype(np.int64), UNHEARD)

    def stretches(self) -> tuple[Talk, ...]:
        """One after the other, from the first frame of each to the first of the next."""
        if not len(self.offset_ms):
            return ()
        times, apart = self.offset_ms, np.diff(self.offset_ms)
        # The last frame, and one before a gap, lasts as long as frames usually do.
        usual_ms = int(min(np.median(apart), APART_MS)) if len(apart) else 0
        ends = times + np.append(np.where(apart <= APART_MS, apart, usual_ms), usual_ms)
        begins = np.flatnonzero(
            np.concatenate([[True], (apart > APART_MS) | (self.voice[1:] != self.voice[:-1])])
        )
        lasts = np.append(begins[1:], len(times)) - 1
        told = zip(times[begins].tolist(), ends[lasts].tolist(), self.voice[begins].tolist(), strict=True)
        return tuple(Talk(start_ms, end_ms, voice) for start_ms, end_ms, voice in told)


NOBODY_LISTENED = Heard.of([])


def lasted_ms(talk: Sequence[Talk]) -> tuple[int, int]:
    """For how long somebody listened, and for how long of it a voice was heard."""
    voice = [(one.end_ms - one.start_ms, one.voice) for one in talk]
    return sum(ms for ms, _ in voice), sum(ms for ms, heard in voice if heard)


def share_of_voice(talk: Sequence[Talk]) -> float | None:
    """Of the time listened to, 0..1; None where nobody listened."""
    listened_ms, voice_ms = lasted_ms(talk)
    return voice_ms / listened_ms if listened_ms else None
