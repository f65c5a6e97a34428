"""Rows of an export without a database: observations as columns, and the long CSV of them."""

from collections.abc import Iterable, Iterator
from itertools import islice

from dashboard.export.formats.columns import LONG_COLUMNS
from dashboard.export.formats.csv_text import csv_pieces
from dashboard.export.formats.face_rows import face_rows
from dashboard.export.formats.long_table import long_table
from dashboard.reading import Reading
from db.reports import ObservationColumns, SessionSummary, StoredObservation
from db.rows import observation_rows
from model.observations import FrameRecord

MADE_CHUNK = 2_000


def columns_of(rows: Iterable[StoredObservation], chunk: int = MADE_CHUNK) -> Iterator[ObservationColumns]:
    """`rows` as the database would give them."""
    source = iter(rows)
    while part := list(islice(source, chunk)):
        stored = [
            observation_rows(0, FrameRecord(row.frame, row.offset_ms, (row.observation,)))[0] for row in part
        ]
        _, frame, track_id, offset_ms, *measured = zip(*stored, strict=True)
        names = {row.person: row.participant for row in part}
        yield ObservationColumns(frame, offset_ms, [row.person for row in part], [track_id, *measured], names)


def long_csv(
    session: SessionSummary, rows: Iterable[StoredObservation], reading: Reading | None = None
) -> Iterator[str]:
    """The long CSV of `rows`, in pieces."""
    by = reading or Reading()
    tables = (long_table(session, part, by) for part in face_rows(columns_of(rows), by))
    return (piece.decode() for piece in csv_pieces(LONG_COLUMNS, tables))
