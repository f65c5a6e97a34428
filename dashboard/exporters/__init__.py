"""Formats a session can leave in: one file per format, one registry, one column contract."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from dashboard.exporters.columns import LONG_COLUMNS, Column
from dashboard.exporters.csv_text import csv_pieces
from dashboard.exporters.long_table import long_table
from dashboard.exporters.source import ExportSource
from db.reports import SessionSummary

Pieces = Callable[[ExportSource], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Exporter:
    """A format. `pieces` yields the file in order, in bounded memory."""

    label: str
    suffix: str
    mime: str
    columns: tuple[Column, ...]
    pieces: Pieces


def _long_csv(source: ExportSource) -> Iterator[bytes]:
    tables = (long_table(source.session, rows, source.reading) for rows in source.rows())
    return csv_pieces(LONG_COLUMNS, tables)


EXPORTERS: Mapping[str, Exporter] = {
    "long": Exporter("Long CSV", ".csv", "text/csv", LONG_COLUMNS, _long_csv),
}


def file_name(session: SessionSummary, exporter: Exporter) -> str:
    """A name every file system takes: attune-12-weekly-review.csv."""
    words = re.sub(r"[^a-z0-9]+", "-", session.title.lower()).strip("-")[:60].rstrip("-")
    return "-".join(part for part in ("attune", str(session.id), words) if part) + exporter.suffix
