"""The two Parquet files of an archived session: its frames, and the faces in them, as in the tables."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Float, SmallInteger, Table

from db.archive.rows import ArchiveError, part_of

GROUP_ROWS = 16_000
OWNER = "session_id"
Rows = Sequence[tuple[Any, ...]]


def write_rows(path: Path, table: Table, batches: Iterable[Rows]) -> None:
    """Write the file whole, or not at all: under a hidden name first. Raises ArchiveError."""
    part = part_of(path)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            _write(file, table, batches)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise ArchiveError(
            f"{path} cannot be written ({error.strerror or error}), so its session stays in the database. "
            "Make room there and allow writing, or name another folder (ATTUNE_ARCHIVE_FOLDER)."
        ) from error
    finally:
        with suppress(OSError):
            part.unlink()


def _write(file: Any, table: Table, batches: Iterable[Rows]) -> None:
    schema = _schema(table)
    floats = {one.name: "BYTE_STREAM_SPLIT" for one in schema if pa.types.is_floating(one.type)}
    whole = {one.name: "DELTA_BINARY_PACKED" for one in schema if one.name not in floats}
    told = {"compression": "zstd", "use_dictionary": False, "write_page_checksum": True}
    with pq.ParquetWriter(file, schema, column_encoding=floats | whole, **told) as writer:
        for rows in batches:
            columns = zip(zip(*rows, strict=True), schema, strict=True)
            arrays = [pa.array(cells, field.type) for cells, field in columns]
            writer.write_batch(pa.record_batch(arrays, schema=schema))


def _schema(table: Table) -> pa.Schema:
    return pa.schema([pa.field(column.name, _type(column.type)) for column in table.columns])


def _type(kind: object) -> pa.DataType:
    if isinstance(kind, Float):
        return pa.float64()
    return pa.int16() if isinstance(kind, SmallInteger) else pa.int32()


def _sync_folder(folder: Path) -> None:
    """A power cut after this leaves the name in its folder."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def read_rows(
    path: Path, table: Table, session_id: int, names: Sequence[str] | None = None
) -> Iterator[Rows]:
    """The rows in the order of the table's columns, or the columns `names` of them, in batches.

    Raises ArchiveError for a file that is not there, is damaged (pages have checksums) or another session's.
    """
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            if not _fits(file.schema_arrow, _schema(table)):
                raise ArchiveError(_unreadable(path, session_id, "it has other columns"))
            wanted = names or [column.name for column in table.columns]
            for batch in file.iter_batches(GROUP_ROWS, columns=list({OWNER: 0} | dict.fromkeys(wanted))):
                unknown, there = [None] * len(batch), batch.schema.names
                if any(one != session_id for one in batch.column(OWNER).to_pylist()):
                    raise ArchiveError(_unreadable(path, session_id, "it is another session's"))
                cells = [batch.column(name).to_pylist() if name in there else unknown for name in wanted]
                yield list(zip(*cells, strict=True))
    except FileNotFoundError as error:
        raise ArchiveError(_unreadable(path, session_id, "it is not there")) from error
    except (OSError, pa.ArrowException) as error:
        raise ArchiveError(_unreadable(path, session_id, "it is damaged, or not to be read")) from error


def _fits(found: pa.Schema, wanted: pa.Schema) -> bool:
    """A file of an older program may lack columns that came since; they are NULL then."""
    return len(found) > 0 and all(
        wanted.get_field_index(one.name) >= 0 and wanted.field(one.name) == one for one in found
    )


def _unreadable(path: Path, session_id: int, why: str) -> str:
    return (
        f"What was seen second by second in session {session_id} lies in {path}, and that cannot be used: "
        f"{why}. Put the file back from a copy; until then the session is told from its sums alone."
    )
