"""Between the vocabulary and table rows: FrameRecord -> tuples, a row -> Observation."""

from collections.abc import Sequence
from typing import Any

from db.schema import observation
from model.emotions import EMOTIONS
from model.observations import NO_SIGNALS, USABLE, FrameRecord, Observation, QualityFlag, Signals

Row = tuple[Any, ...]

_NO_SCORES: Row = (None,) * len(EMOTIONS)
_LEADING_INDEX = {emotion: index for index, emotion in enumerate(EMOTIONS)}
_NO_SIGNALS_ROW: Row = (None,) * 6

# The columns observation_from_row expects, in its order; a query may put others before them.
OBSERVATION_COLUMNS = [
    column for column in observation.columns if column.name not in ("session_id", "frame", "offset_ms")
]


def frame_row(session_id: int, record: FrameRecord) -> Row:
    """The row of `frame` for one analysed frame."""
    usable = sum(1 for seen in record.observations if seen.usable)
    voice = None if record.voice is None else int(record.voice)
    return (session_id, record.frame, record.offset_ms, len(record.observations), usable, voice)


def observation_rows(session_id: int, record: FrameRecord) -> list[Row]:
    """The rows of `observation` for one analysed frame, one per face, in the table's column order."""
    return [
        (
            session_id,
            record.frame,
            seen.track_id,
            record.offset_ms,
            *seen.box,
            seen.confidence,
            int(seen.flags),
            *(seen.scores or _NO_SCORES),
            None if seen.leading is None else _LEADING_INDEX[seen.leading],
            *_signals_row(seen.signals),
        )
        for seen in record.observations
    ]


def _signals_row(signals: Signals) -> Row:
    if signals is NO_SIGNALS:
        return _NO_SIGNALS_ROW
    return (
        signals.yaw_deg,
        signals.pitch_deg,
        signals.roll_deg,
        signals.eye_open,
        signals.gaze,
        signals.mouth_open,
    )


def observation_from_row(row: Sequence[Any]) -> Observation:
    """The Observation that observation_rows stored; `row` holds OBSERVATION_COLUMNS."""
    track_id, x0, y0, x1, y1, confidence, flags = row[:7]
    scores, leading, signals = row[7:14], row[14], row[15:21]
    return Observation(
        track_id,
        (x0, y0, x1, y1),
        confidence,
        QualityFlag(flags) if flags else USABLE,
        None if scores[0] is None else tuple(scores),
        None if leading is None else EMOTIONS[leading],
        NO_SIGNALS if tuple(signals) == _NO_SIGNALS_ROW else Signals(*signals),
    )
