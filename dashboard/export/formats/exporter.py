"""What a format is, as the registry holds it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dashboard.export.formats.columns import LONG_COLUMNS, Column
from dashboard.export.formats.long_table import long_tables
from dashboard.export.formats.source import ExportSource
from db.reports import SessionSummary

Pieces = Callable[[ExportSource], Iterator[bytes]]
Contents = Mapping[str, Sequence[Column]]


@dataclass(frozen=True, slots=True)
class Size:
    """About how many bytes a file has: in any case, for each face in a frame, and for each second."""

    at_least: int = 500
    a_row: float = 0
    a_second: float = 0

    def of(self, rows: int, seconds: float) -> float:
        return self.at_least + self.a_row * rows + self.a_second * seconds


@dataclass(frozen=True, slots=True)
class Exporter:
    """A format. `pieces` yields the file in order, in bounded memory.

    `whom`: what it holds and who wants that. `contents`: its tables and their columns. `of_people`: it tells
    of single people, so that a group-only export has none. `packed`: compressing it gains nothing.
    """

    label: str
    whom: str
    suffix: str
    mime: str
    contents: Contents
    pieces: Pieces
    size: Size = Size()
    of_people: bool = False
    packed: bool = False

    @property
    def type(self) -> str:
        """What people call such a file: CSV, XLSX."""
        return self.suffix.rpartition(".")[2].upper()

    @property
    def dictionary_suffix(self) -> str | None:
        """How the file ends that holds this one's data dictionary; None if it is within."""
        return self.suffix.removesuffix(".csv") + "-dictionary.csv" if self.type == "CSV" else None


def file_name(session: SessionSummary, suffix: str) -> str:
    """A name every file system takes: attune-12-weekly-review.csv."""
    words = re.sub(r"[^a-z0-9]+", "-", session.title.lower()).strip("-")[:60].rstrip("-")
    return "-".join(part for part in ("attune", str(session.id), words) if part) + suffix


# The libraries of these are imported with the first such file: together they take 100 MB.
def parquet(source: ExportSource) -> Iterator[bytes]:
    from dashboard.export.formats.parquet_file import parquet_pieces

    return parquet_pieces(source, LONG_COLUMNS, long_tables(source))


def workbook(source: ExportSource) -> Iterator[bytes]:
    from dashboard.export.formats.workbook import workbook_pieces

    return workbook_pieces(source)


def html(source: ExportSource) -> Iterator[bytes]:
    from dashboard.export.formats.html_report import html_pieces

    return html_pieces(source)


def eaf(source: ExportSource) -> Iterator[bytes]:
    from dashboard.export.formats.elan import eaf_pieces

    return eaf_pieces(source)
