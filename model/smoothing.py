"""Steady scores: an exponential mean in time for every track."""

from collections.abc import Iterator, Mapping

import numpy as np

from model.faces import Faces, Floats

FORGET_MS = 3000
"""Longer than any track stays alive unseen, so a state never ends before its track does."""


class ScoreSmoother:
    """First-order low pass: after `time_constant_ms` a change has come through to 63 %.

    Each step weighs by the time since that track's last score, so frame rate and gaps do not matter.
    A time constant of 0 passes scores through. Unscored faces (NaN rows) stay unscored and leave
    their track's state as it is.
    """

    def __init__(self, time_constant_ms: float) -> None:
        if time_constant_ms < 0:
            raise ValueError(f"time_constant_ms: wanted 0 or more, got {time_constant_ms}")
        self.time_constant_ms = time_constant_ms
        self._states: dict[int, tuple[Floats, int]] = {}

    def __len__(self) -> int:
        """Tracks remembered."""
        return len(self._states)

    def __contains__(self, track_id: int) -> bool:
        """Whether it was scored before, and not long ago."""
        return track_id in self._states

    def update(self, faces: Faces, offset_ms: int) -> Faces:
        """`faces` with smoothed scores; as they are when they carry no scores or no track_id."""
        if faces.scores is not None and faces.track_id is not None:
            faces = faces.having(scores=self._smoothed(faces.scores, faces.track_id.tolist(), offset_ms))
        self._forget(offset_ms)
        return faces

    def rename(self, became: Mapping[int, int]) -> None:
        """What was known under one number goes on under another."""
        for before, now in became.items():
            if before in self._states:
                self._states[now] = self._states.pop(before)

    def _smoothed(self, scores: Floats, track_ids: list[int], offset_ms: int) -> Floats:
        result = scores.copy()
        for row, track_id in self._scored(scores, track_ids):
            state, last_ms = self._states.get(track_id, (scores[row], offset_ms))
            passed_ms = max(0, offset_ms - last_ms)
            result[row] = state + self._gain(passed_ms) * (scores[row] - state)
            self._states[track_id] = (result[row].copy(), max(offset_ms, last_ms))
        return result

    def _scored(self, scores: Floats, track_ids: list[int]) -> Iterator[tuple[int, int]]:
        return ((row, i) for row, i in enumerate(track_ids) if not np.isnan(scores[row]).any())

    def _gain(self, passed_ms: int) -> np.float32:
        if self.time_constant_ms == 0:
            return np.float32(1)
        return np.float32(1 - np.exp(-passed_ms / self.time_constant_ms))

    def _forget(self, offset_ms: int) -> None:
        self._states = {i: s for i, s in self._states.items() if offset_ms - s[1] <= FORGET_MS}
