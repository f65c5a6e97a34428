"""The long CSV: one row for each face in each analysed frame, written chunk by chunk."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from dashboard.exporters.cells import text_cell
from dashboard.exporters.columns import LONG_HEADER
from dashboard.exporters.row_measures import RowMeasures, number
from dashboard.reading import Reading
from dashboard.wording import person_name, session_title
from db.reports import SessionSummary, StoredObservation
from model.emotions import NOT_SURE
from model.observations import NO_SIGNALS, GazeState, QualityFlag, Signals

CHUNK_ROWS = 2_000
NEWLINE = "\r\n"
SCORES = "%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f"
NO_SCORES = "," * 6
UNKNOWN_SIGNALS = f"{',' * 5}{GazeState.UNKNOWN},"
# start, participant and person, track_id, frame, time_s, time_utc, box, confidence, usable and flags, scores,
# dominant, valence and arousal, signals, speaking, attention and engagement, end
ROW = "%s%s,%d,%d,%.4f,%s,%.4f,%.4f,%.4f,%.4f,%.4f,%s,%s,%s,%s,%s,%s,%s"


def long_csv(
    session: SessionSummary, rows: Iterable[StoredObservation], reading: Reading | None = None
) -> Iterator[str]:
    """The file in pieces of at most CHUNK_ROWS rows, header first; memory does not grow with its size.

    Decimal points, 4 decimals, empty cells for what is unknown; the caller encodes it as UTF-8.
    """
    yield ",".join(LONG_HEADER) + NEWLINE
    lines, measures = _Lines(session), RowMeasures(reading or Reading())
    source = iter(rows)
    while chunk := list(islice(source, CHUNK_ROWS)):
        yield "".join(map(lines.line, chunk, *measures.cells(chunk)))


class _Lines:
    """Writes single lines; what repeats from row to row is made once."""

    def __init__(self, session: SessionSummary) -> None:
        self._start = f"{session.id},{text_cell(session_title(session))},"
        self._end = text_cell(_model(session)) + NEWLINE
        self._started_at: datetime = session.started_at.astimezone(UTC)
        self._names: dict[tuple[str | None, int], str] = {}
        self._flags: dict[QualityFlag, str] = {}
        self._instant = (-1, "")

    def line(self, row: StoredObservation, affect: str, measures: str) -> str:
        seen = row.observation
        x0, y0, x1, y1 = seen.box
        return ROW % (
            self._start,
            self._name(row.participant, row.person),
            seen.track_id,
            row.frame,
            row.offset_ms / 1000,
            self._time_utc(row.offset_ms),
            *(x0, y0, x1 - x0, y1 - y0),
            seen.confidence,
            f"{seen.usable:d},{self._flag_names(seen.flags)}",
            NO_SCORES if seen.scores is None else SCORES % seen.scores,
            "" if seen.scores is None else seen.leading or NOT_SURE,
            affect,
            UNKNOWN_SIGNALS if seen.signals is NO_SIGNALS else _signals(seen.signals),
            measures,
            self._end,
        )

    def _time_utc(self, offset_ms: int) -> str:
        if self._instant[0] != offset_ms:
            time = self._started_at + timedelta(milliseconds=offset_ms)
            self._instant = offset_ms, f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03d}Z"
        return self._instant[1]

    def _name(self, participant: str | None, person: int) -> str:
        key = participant, person
        if key not in self._names:
            self._names[key] = f"{text_cell(person_name(participant, person))},{person}"
        return self._names[key]

    def _flag_names(self, flags: QualityFlag) -> str:
        if flags not in self._flags:
            self._flags[flags] = "|".join(flags.names())
        return self._flags[flags]


def _model(session: SessionSummary) -> str:
    sha256 = session.model_sha256[:12]
    return f"{session.model_name}@{sha256}" if sha256 else session.model_name


def _signals(signals: Signals) -> str:
    before = (signals.yaw_deg, signals.pitch_deg, signals.roll_deg, signals.eye_open, signals.gaze)
    return f"{','.join(map(number, before))},{signals.gaze_state},{number(signals.mouth_open)}"
