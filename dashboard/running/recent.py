"""The last minutes of a running session, second by second, in memory: sums, from which any definition of
engagement is computed when the page asks."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from db.reports import Bucket, Roster
from model.emotions import EMOTIONS
from model.engagement.groups import NOT_SURE_CODE, Doubles, Grouped, Ints, Mask, Moments
from model.observations import FrameRecord

SECOND_MS = 1000
EARLY_MS = 10_000
"""Of every track so long a start is kept, for the person's own neutral."""

NOBODY = -1
N = len(EMOTIONS)
FACES, USABLE, SCORES, LEADS = 0, 1, slice(2, 2 + N), slice(2 + N, 3 + 2 * N)
NEGATIVE, POSED, FRONTAL, FACING, MOVING = range(3 + 2 * N, 8 + 2 * N)
WIDTH = 8 + 2 * N
"""Columns of the sums: faces, usable instants, scores, leads ("not sure" last), and what Grouped asks for."""

Sums = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RecentRows:
    """m rows, one for each second, track and gaze state.

    start_ms, track_id, gaze (a code): (m,). sums: (m, WIDTH).
    """

    start_ms: Ints
    track_id: Ints
    gaze: Ints
    sums: Sums

    @classmethod
    def of(cls, parts: Sequence[tuple[Ints, Sums]]) -> "RecentRows":
        """From keys (k, 3) of second, track and gaze code, with their sums (k, WIDTH)."""
        keys = np.concatenate([np.empty((0, 3), np.int64), *(keys for keys, _ in parts)])
        sums = np.concatenate([np.empty((0, WIDTH)), *(sums for _, sums in parts)])
        return cls(keys[:, 0], keys[:, 1], keys[:, 2], sums)

    def __len__(self) -> int:
        return len(self.start_ms)

    def take(self, rows: NDArray[np.generic]) -> "RecentRows":
        """The rows at `rows` (integers or a mask)."""
        return RecentRows(self.start_ms[rows], self.track_id[rows], self.gaze[rows], self.sums[rows])

    def since(self, begin_ms: float) -> "RecentRows":
        """The rows of the seconds from `begin_ms` on."""
        return self.take(self.start_ms >= begin_ms)

    def people(self, who: Roster) -> Ints:
        """(m,) whose each row is; NOBODY where forgotten or left out."""
        known: dict[tuple[int, int], int] = {}
        cut = {one.track_id for one in who.tracklets if not one.whole}
        rows = np.empty(len(self), np.int64)
        whose = zip(self.track_id.tolist(), self.start_ms.tolist(), strict=True)
        for row, (track, at_ms) in enumerate(whose):
            key = (track, at_ms if track in cut else 0)
            if key not in known:
                person = who.person_of(track, at_ms)
                known[key] = NOBODY if person is None or person in who.excluded else person
            rows[row] = known[key]
        return rows

    def grouped(self) -> Grouped:
        """The rows as `model.engagement` reads them."""
        sums = self.sums
        counts, posed = sums[:, USABLE], sums[:, POSED]
        return Grouped(
            counts=counts.astype(np.int64),
            scores=_mean(sums[:, SCORES], counts),
            gaze_state=self.gaze,
            leads=_mean(sums[:, LEADS], counts),
            strongest_negative=_mean(sums[:, NEGATIVE], counts),
            posed=posed.astype(np.int64),
            share_frontal=_mean(sums[:, FRONTAL], posed),
            facing=_mean(sums[:, FACING], posed),
            away_moving=_mean(sums[:, MOVING], posed),
        )

    def buckets(self, people: Ints, least_people: int = 1) -> list[Bucket]:
        """The group's seconds, oldest first; `people` (m,) as `people()`
        has them. A second with fewer than `least_people` usable ones is left out."""
        counted = people != NOBODY
        seconds, index = np.unique(self.start_ms[counted], return_inverse=True)
        sums = np.zeros((len(seconds), WIDTH))
        np.add.at(sums, index, self.sums[counted])
        seen = _distinct(index, people[counted])
        usable = _distinct(index, people[counted], self.sums[counted, USABLE] > 0)
        return [
            _bucket(int(start_ms), row, seen.get(i, 0))
            for i, (start_ms, row) in enumerate(zip(seconds, sums, strict=True))
            if least_people <= 1 or usable.get(i, 0) >= least_people
        ]


class RecentSeconds:
    """Keeps the last `keep_s` seconds, and of everybody in them their first ten.

    Memory is bounded by `keep_s` and the people in it. Not safe for threads: the owner locks.
    """

    def __init__(self, keep_s: int = 300) -> None:
        self.keep_s = keep_s
        self._seconds: deque[tuple[Ints, Sums]] = deque()
        self._early: dict[int, list[tuple[Ints, Sums]]] = {}
        self._index: dict[tuple[int, int], int] = {}
        self._sums: list[Sums] = []
        self._now_ms = 0

    def add(self, record: FrameRecord, instants: Grouped) -> None:
        """Count one frame; `instants` are its observations. Frames come in order of time."""
        start_ms = record.offset_ms // SECOND_MS * SECOND_MS
        if start_ms > self._now_ms:
            self._close()
            self._now_ms = start_ms
            self._drop_old()
        rows = _sums(instants)
        codes = instants.gaze_state.tolist()
        for row, (observation, code) in enumerate(zip(record.observations, codes, strict=True)):
            at = self._index.setdefault((observation.track_id, code), len(self._sums))
            if at == len(self._sums):
                self._sums.append(rows[row].copy())
            else:
                self._sums[at] += rows[row]

    def rows(self) -> RecentRows:
        """Everything of the last `keep_s` seconds, the running one included."""
        return RecentRows.of([*self._seconds, *self._running()])

    def early(self) -> RecentRows:
        """The first ten seconds, from the first usable one, of everybody who is in `rows`."""
        return RecentRows.of([part for parts in self._early.values() for part in parts])

    def forget(self, gone: Callable[[int, int], bool]) -> None:
        """Drop the rows of which `gone` (track, second) says so."""
        self._close()
        self._seconds = deque(_without(part, gone) for part in self._seconds)
        for track, parts in list(self._early.items()):
            self._early[track] = [part for part in (_without(part, gone) for part in parts) if len(part[0])]
            if not self._early[track]:
                del self._early[track]

    def _running(self) -> list[tuple[Ints, Sums]]:
        if not self._sums:
            return []
        keys = np.array([(self._now_ms, *key) for key in self._index], np.int64)
        return [(keys, np.array(self._sums))]

    def _close(self) -> None:
        for keys, sums in self._running():
            self._seconds.append((keys, sums))
            for row in np.flatnonzero(sums[:, USABLE] > 0):
                parts = self._early.setdefault(int(keys[row, 1]), [])
                if not parts or keys[row, 0] - parts[0][0][0, 0] < EARLY_MS:
                    parts.append((keys[row : row + 1], sums[row : row + 1]))
        self._index, self._sums = {}, []

    def _drop_old(self) -> None:
        before = len(self._seconds)
        while self._seconds and _is_before(self._seconds[0], self._now_ms - self.keep_s * SECOND_MS):
            self._seconds.popleft()
        if len(self._seconds) < before:
            seen = {track for keys, _ in self._seconds for track in keys[:, 1].tolist()}
            self._early = {track: parts for track, parts in self._early.items() if track in seen}


def instants_of(record: FrameRecord, turning_deg_s: ArrayLike | None = None) -> Grouped:
    """The observations of one frame as groups of one instant each."""
    return Moments.of(record.observations, turning_deg_s).grouped()


def _sums(instants: Grouped) -> Sums:
    counts, posed = instants.counts.astype(np.float64), np.asarray(instants.posed, np.float64)
    columns = [np.ones(len(instants)), counts, instants.scores * counts[:, None]]
    columns += [_read(instants.leads) * counts[:, None], _read(instants.strongest_negative) * counts, posed]
    columns += [
        _read(share) * posed for share in (instants.share_frontal, instants.facing, instants.away_moving)
    ]
    return np.nan_to_num(np.column_stack(columns))


def _read(column: Doubles | None) -> Doubles:
    assert column is not None, "instants carry every column"
    return column


def _mean(sums: Sums, counts: Doubles) -> Doubles:
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = (sums.T / counts).T
    return np.where((counts > 0) if sums.ndim == 1 else (counts > 0)[:, None], shares, np.nan)


def _distinct(index: Ints, people: Ints, holds: Mask | None = None) -> dict[int, int]:
    """How many different `people` (m,) each of `index` (m,) has."""
    pairs = np.stack([index, people], axis=1)
    kept = np.unique(pairs if holds is None else pairs[holds], axis=0)[:, 0]
    values, counts = np.unique(kept, return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))


def _bucket(start_ms: int, row: Sums, people: int) -> Bucket:
    usable = int(row[USABLE])
    leads = np.round(row[LEADS]).astype(int).tolist()
    means = tuple((row[SCORES] / usable).tolist()) if usable else (None,) * N
    faces, not_sure = int(row[FACES]), leads[NOT_SURE_CODE]
    return Bucket(start_ms, None, faces, usable, people, means, tuple(leads[:N]), not_sure)


def _without(part: tuple[Ints, Sums], gone: Callable[[int, int], bool]) -> tuple[Ints, Sums]:
    keys, sums = part
    kept = np.array([not gone(track, at_ms) for at_ms, track, _ in keys.tolist()], np.bool_)
    return keys[kept], sums[kept]


def _is_before(part: tuple[Ints, Sums], limit_ms: int) -> bool:
    keys, _ = part
    return not len(keys) or bool(keys[0, 0] <= limit_ms)
