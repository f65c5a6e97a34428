"""The last minutes of a running session, second by second, in memory."""

from collections import deque

import numpy as np

from db.reports import Bucket
from model.emotions import EMOTIONS
from model.observations import FrameRecord, Observation

SECOND_MS = 1000


class _Second:
    def __init__(self, start_ms: int) -> None:
        self.start_ms = start_ms
        self.tracks: set[int] = set()
        self.faces = self.usable = self.not_sure = 0
        self.score_sums = np.zeros(len(EMOTIONS))
        self.leads = [0] * len(EMOTIONS)

    def add(self, observation: Observation) -> None:
        self.faces += 1
        self.tracks.add(observation.track_id)
        if not observation.usable or observation.scores is None:
            return
        self.usable += 1
        self.score_sums += observation.scores
        if observation.leading is None:
            self.not_sure += 1
        else:
            self.leads[EMOTIONS.index(observation.leading)] += 1

    def bucket(self) -> Bucket:
        means = tuple(self.score_sums / self.usable) if self.usable else (None,) * len(EMOTIONS)
        return Bucket(
            start_ms=self.start_ms,
            person=None,
            faces=self.faces,
            usable=self.usable,
            people=len(self.tracks),
            scores=means,
            leads=tuple(self.leads),
            not_sure=self.not_sure,
        )


class RecentSeconds:
    """Buckets of one second, as `db.reports.buckets` would give them, of the last `keep_s` seconds.

    Memory is bounded by `keep_s`, however many people there are. Not safe for threads: the owner locks.
    """

    def __init__(self, keep_s: int = 300) -> None:
        self.keep_s = keep_s
        self._seconds: deque[_Second] = deque()
        self._latest_ms = 0

    def add(self, record: FrameRecord) -> None:
        """Count one frame; frames come in order of time."""
        start_ms = record.offset_ms // SECOND_MS * SECOND_MS
        self._latest_ms = max(self._latest_ms, start_ms)
        if record.observations:
            if not self._seconds or self._seconds[-1].start_ms != start_ms:
                self._seconds.append(_Second(start_ms))
            for observation in record.observations:
                self._seconds[-1].add(observation)
        while self._seconds and self._seconds[0].start_ms <= self._latest_ms - self.keep_s * SECOND_MS:
            self._seconds.popleft()

    def buckets(self, last_s: int | None = None) -> list[Bucket]:
        """The seconds with a face among the last `last_s` (default: all that are kept), oldest first."""
        since_ms = self._latest_ms - (last_s or self.keep_s) * SECOND_MS
        return [second.bucket() for second in self._seconds if second.start_ms > since_ms]
