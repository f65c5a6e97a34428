"""One JSON object: the session, its participants, markers and seconds, and what the columns mean."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from dashboard.export.formats.columns import (
    MARKER_COLUMNS,
    SAID_COLUMNS,
    SECOND_COLUMNS,
    SUMMARY_COLUMNS,
    Column,
)
from dashboard.export.formats.facts import session_facts
from dashboard.export.formats.short_tables import marker_tables, said_tables, second_tables, summary_tables
from dashboard.export.formats.source import ExportSource
from dashboard.export.formats.table import Table, rows_of

VERSION = 1
OF_PEOPLE = ("participants", "words")


def json_pieces(source: ExportSource) -> Iterator[bytes]:
    """The file in order, one row a line; null for what is unknown. Single instants are in the long CSV."""
    parts: list[tuple[str, Sequence[Column], Iterator[Table]]] = [
        ("participants", SUMMARY_COLUMNS, summary_tables(source)),
        ("markers", MARKER_COLUMNS, marker_tables(source)),
        ("words", SAID_COLUMNS, said_tables(source)),
        ("timeline", SECOND_COLUMNS, second_tables(source)),
    ]
    kept = [one for one in parts if one[0] not in OF_PEOPLE or not source.group_only]
    meanings = {name: {one.name: _meaning(one) for one in columns} for name, columns, _ in kept}
    head = {"attune_export": VERSION, "session": session_facts(source), "dictionary": meanings}
    yield _text(head)[:-1].encode()
    for name, _, tables in kept:
        yield f",\n{_text(name)}: [".encode()
        yield from _rows(tables)
        yield b"]"
    yield b"}\n"


def _rows(tables: Iterable[Table]) -> Iterator[bytes]:
    before = "\n"
    for table in tables:
        names = list(table)
        told = [_text(dict(zip(names, row, strict=True))) for row in rows_of(table)]
        if told:
            yield (before + ",\n".join(told)).encode()
            before = ",\n"


def _meaning(column: Column) -> dict[str, str]:
    return {"meaning": column.meaning, "unit": column.unit, "kind": str(column.kind)}


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
