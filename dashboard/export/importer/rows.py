"""The rows of a long CSV to rows of the tables, checked against each other and against what can be."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard.export.importer.cells import Chunk
from dashboard.export.importer.instants import instants_ms, step_ms
from db.store.imports import Batch, Row
from model.emotions import EMOTIONS, NOT_SURE
from model.engagement.groups import SCORE_SUM_TOLERANCE, Doubles, Ints
from model.observations import UNREADABLE, QualityFlag

MOST = 2**31 - 1
LATEST_UTC_MS = 4_102_444_800_000  # the year 2100: clocks of every zone can show it
INSTANT = "an instant from 1970 to 2099 such as 2026-11-21T09:30:00.250Z"
LARGEST_PX, LARGEST_DEG, LARGEST_RATIO = 1e5, 360.0, 10.0
"""Beyond these a number is a mistake: nobody films so large, no head turns so far, no lids open so wide."""
_LEADING = {**{str(emotion): code for code, emotion in enumerate(EMOTIONS)}, NOT_SURE: -1, "": -2}
_FLAG_BITS = {str(flag.name).lower(): int(flag) for flag in QualityFlag}
UNHEARD = None
"""Whether a voice was heard, which a file of faces does not tell."""
_SIGNALS = (
    *((f"{angle}_deg", -LARGEST_DEG, LARGEST_DEG) for angle in ("yaw", "pitch", "roll")),
    ("eye_open", 0.0, LARGEST_RATIO),
    ("gaze", 0.0, 1.0),
    ("mouth_open", 0.0, LARGEST_RATIO),
)


@dataclass(frozen=True, eq=False)
class ReadRows:
    """n rows: (n,) each, and the rows of tables that are complete with them."""

    track_id: Ints
    person: Ints
    offset_ms: Ints
    batch: Batch


class RowReader:
    """Reads the chunks of one file in order; what is known of the session so far are its attributes."""

    def __init__(self) -> None:
        self.rows = self.last_ms = self.started_ms = 0
        self.scored_line = 0
        self.definition = ""
        self._first: tuple[int, int] | None = None
        self._frame: list[int] | None = None
        self._last, self._step_ms = (-1, -1), 1
        self._flags: dict[str, int] = {"": 0}

    @property
    def analysis_hz(self) -> float:
        """Analysed frames a second, by the frames' numbers and times; 1 of a single one."""
        if self._first is None or self.last_ms <= self._first[1]:
            return 1.0
        frames = self._last[0] - self._first[0]
        return round(min(max(1000 * frames / (self.last_ms - self._first[1]), 0.01), 1000.0), 2)

    def read(self, chunk: Chunk) -> ReadRows:
        """The next rows. Raises ImportRefusedError naming the line and the column."""
        frame = chunk.integers("frame", 0, MOST)
        track_id = chunk.integers("track_id", 0, MOST)
        person = chunk.integers("person", 0, MOST)
        offset_ms = np.rint(chunk.decimals("time_s", 0, MOST / 1000, needed=True) * 1000).astype(np.int64)
        self._check_times(chunk, offset_ms)
        self._check_order(chunk, frame, track_id, offset_ms)
        scores, leading = self._scores(chunk)
        flags = self._flag_bits(chunk)
        usable = (flags & UNREADABLE == 0) & ~np.isnan(scores[0])
        self._definition(chunk)
        box = self._box(chunk)
        confidence = chunk.decimals("face_confidence", 0, 1, needed=True)
        signals = [chunk.decimals(*signal) for signal in _SIGNALS]
        columns = [frame, track_id, offset_ms, *box, confidence, flags, *map(_stored, scores), leading]
        stored = list(zip(*(_listed(column) for column in (*columns, *map(_stored, signals))), strict=True))
        frames = self._frames(frame, offset_ms, usable.astype(np.int64))
        self.rows += len(chunk)
        return ReadRows(track_id, person, offset_ms, (frames, stored))

    def last_batch(self) -> Batch:
        """The last frame, which no further row can belong to."""
        return ([] if self._frame is None else [(*self._frame, UNHEARD)]), []

    def _check_times(self, chunk: Chunk, offset_ms: Ints) -> None:
        texts = chunk.texts("time_utc")
        utc_ms = instants_ms(texts)
        # What is no time is a negative number here.
        chunk.check("time_utc", (utc_ms >= 0) & (utc_ms < LATEST_UTC_MS), INSTANT)
        if self._first is None:
            self.started_ms = int(utc_ms[0] - offset_ms[0])
            self._step_ms = step_ms(texts[0])
        # A spreadsheet may have rounded either; more than that is another session's row.
        same = np.abs(utc_ms - offset_ms - self.started_ms) <= self._step_ms
        chunk.check("time_utc", same, "the session's start and time_s together, as in the first row")

    def _check_order(self, chunk: Chunk, frame: Ints, track_id: Ints, offset_ms: Ints) -> None:
        frames = np.r_[self._last[0], frame]
        tracks, times = np.r_[self._last[1], track_id], np.r_[self.last_ms, offset_ms]
        later = frames[1:] > frames[:-1]
        same = (frames[1:] == frames[:-1]) & (tracks[1:] > tracks[:-1])
        chunk.refuse(
            later | same,
            "Line {line} is not after the line before it: rows go by frame, then track_id, each once. "
            "Sort the file by these two columns.",
        )
        on_time = np.where(same, times[1:] == times[:-1], times[1:] >= times[:-1])
        chunk.check("time_s", on_time, "a time that fits its frame")
        if self._first is None:
            self._first = int(frame[0]), int(offset_ms[0])
        self._last, self.last_ms = (int(frame[-1]), int(track_id[-1])), int(offset_ms[-1])

    def _scores(self, chunk: Chunk) -> tuple[list[Doubles], list[Any]]:
        scores = [chunk.decimals(str(emotion), 0, 1) for emotion in EMOTIONS]
        total = np.sum(scores, axis=0)
        none = np.isnan(scores).all(axis=0)
        chunk.refuse(
            none | (np.abs(total - 1) <= SCORE_SUM_TOLERANCE),
            "Line {line}: wanted seven scores that sum to 1, or none of them.",
        )
        codes = chunk.chosen("dominant", _LEADING)
        chunk.check("dominant", (codes == -2) == none, "an expression or not_sure if there are scores")
        if not self.scored_line and not none.all():
            self.scored_line = chunk.lines[int(np.argmin(none))]
        return scores, [code if code >= 0 else None for code in codes.tolist()]

    def _flag_bits(self, chunk: Chunk) -> Ints:
        for text in set(chunk.texts("flags")) - set(self._flags):
            if all(name in _FLAG_BITS for name in text.split("|")):
                self._flags[text] = sum(_FLAG_BITS[name] for name in set(text.split("|")))
        known = np.array([text in self._flags for text in chunk.texts("flags")])
        chunk.check("flags", known, f"some of {', '.join(_FLAG_BITS)}, divided by |")
        return np.array([self._flags[text] for text in chunk.texts("flags")], np.int64)

    def _definition(self, chunk: Chunk) -> None:
        texts = chunk.texts("engagement_definition")
        self.definition = self.definition or next(filter(None, texts), "")
        same = np.array([text in ("", self.definition) for text in texts])
        chunk.check("engagement_definition", same, f"{self.definition!r}, as before")

    def _box(self, chunk: Chunk) -> list[Doubles]:
        x, y = (chunk.decimals(name, -LARGEST_PX, LARGEST_PX, needed=True) for name in ("box_x", "box_y"))
        wide, high = (chunk.decimals(name, 0, LARGEST_PX, needed=True) for name in ("box_w", "box_h"))
        return [x, y, x + wide, y + high]

    def _frames(self, frame: Ints, offset_ms: Ints, usable: Ints) -> list[Row]:
        """The rows of `frame` that are complete; the last one waits for the rows to come."""
        numbers, first, counts = np.unique(frame, return_index=True, return_counts=True)
        seen = np.add.reduceat(usable, first)
        told = zip(numbers.tolist(), offset_ms[first].tolist(), counts.tolist(), seen.tolist(), strict=True)
        rows = [list(row) for row in told]
        if self._frame is not None and self._frame[0] == rows[0][0]:
            rows[0][2] += self._frame[2]
            rows[0][3] += self._frame[3]
        elif self._frame is not None:
            rows.insert(0, self._frame)
        self._frame = rows.pop()
        return [(*row, UNHEARD) for row in rows]


def _stored(values: Doubles) -> list[float | None]:
    """As the database keeps them: None for NaN."""
    return [None if value != value else value for value in values.tolist()]  # noqa: PLR0124


def _listed(column: Any) -> list[Any]:
    return list(column.tolist() if isinstance(column, np.ndarray) else column)
