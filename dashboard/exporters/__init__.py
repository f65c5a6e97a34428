"""Formats a session can leave in: one file per format, one registry, one column contract."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from dashboard.exporters.columns import LONG_COLUMNS, Column
from dashboard.exporters.long_csv import long_csv
from dashboard.reading import Reading
from db.reports import SessionSummary, StoredObservation

Pieces = Callable[[SessionSummary, Iterable[StoredObservation], Reading], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Exporter:
    """A text format. `pieces` yields the file in order, in bounded memory."""

    label: str
    suffix: str
    mime: str
    columns: tuple[Column, ...]
    pieces: Pieces


EXPORTERS: Mapping[str, Exporter] = {
    "long": Exporter("Long CSV", ".csv", "text/csv", LONG_COLUMNS, long_csv),
}


def file_name(session: SessionSummary, exporter: Exporter) -> str:
    """A name every file system takes: attune-12-weekly-review.csv."""
    words = re.sub(r"[^a-z0-9]+", "-", session.title.lower()).strip("-")[:60].rstrip("-")
    return "-".join(part for part in ("attune", str(session.id), words) if part) + exporter.suffix
