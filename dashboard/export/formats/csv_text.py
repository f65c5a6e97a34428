"""A table as CSV: UTF-8, decimal points, 4 decimals, empty cells for what is unknown, RFC 4180."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import numpy as np

from dashboard.export.formats.cells import text_cell
from dashboard.export.formats.columns import Column
from dashboard.export.formats.digits import (
    Bytes,
    chosen_cells,
    decimal_cells,
    integer_cells,
    joined,
    rounded,
)
from dashboard.export.formats.table import Cells, Instants, Table, Texts

NEWLINE = "\r\n"
MILLISECONDS = [f".{ms:03d}Z," for ms in range(1000)]


def csv_pieces(columns: Sequence[Column], tables: Iterable[Table]) -> Iterator[bytes]:
    """The file in order, header first, a piece for each of `tables`, whose columns are `columns`."""
    yield (",".join(column.name for column in columns) + NEWLINE).encode()
    names = [column.name for column in columns]
    for table in tables:
        yield lines([table[name] for name in names])


def lines(columns: Sequence[Cells]) -> bytes:
    """`columns` side by side, each line ended."""
    blocks: list[Bytes] = []
    # Neighbouring numbers are written at once: the steps cost the same for seven columns as for one.
    for decimal, found in groupby(columns, _is_decimal):
        neighbours = list(found)
        blocks.extend([_decimals(neighbours)] if decimal else map(_cells, neighbours))
    end = chosen_cells([NEWLINE], np.zeros(len(columns[0]), np.int64))
    return joined([*blocks[:-1], _without_comma(blocks[-1]), end])


def _is_decimal(cells: Cells) -> bool:
    return isinstance(cells, np.ndarray) and cells.dtype == np.float64


def _decimals(columns: Sequence[Cells]) -> Bytes:
    table = np.stack([np.asarray(column, np.float64) for column in columns], axis=1)
    return decimal_cells(rounded(table))


def _cells(cells: Cells) -> Bytes:
    if isinstance(cells, Texts):
        return chosen_cells([text_cell(text) + "," for text in cells.choices], cells.codes)
    if isinstance(cells, Instants):
        seconds, codes, ms = cells.split
        whole = [f"{second:%Y-%m-%dT%H:%M:%S}" for second in seconds]
        return np.concatenate([chosen_cells(whole, codes), chosen_cells(MILLISECONDS, ms)], axis=1)
    return integer_cells(np.asarray(cells, np.int64))


def _without_comma(block: Bytes) -> Bytes:
    """The last cells of the lines, without the comma that is the last byte of each."""
    if not block.shape[1]:
        return block
    last = block.shape[1] - 1 - (block[:, ::-1] != 0).argmax(axis=1)
    cleared = block.copy()
    cleared[np.arange(len(block)), last] = 0
    return cleared
