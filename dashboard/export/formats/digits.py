"""Numbers and texts to the bytes of CSV cells, a whole column at a time.

A cell is a row of bytes as wide as the widest of its column, NUL where it is shorter: the cells of a line lie
side by side, and leaving the NULs out of all lines at once gives the text. Every cell ends in its comma.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.engagement.groups import Doubles, Ints

Bytes = NDArray[np.uint8]

DECIMALS = 4
SCALE = 10**DECIMALS
EXACT_BELOW = 1e11
"""Times SCALE, whole numbers up to here and the halves between them are exact in a double."""
NEAR_A_TIE = 1e-4
COMMA, MINUS, POINT = b",-."

_GROUP = 10_000
_FULL = np.frombuffer(b"".join(b"%04d" % n for n in range(_GROUP)), np.uint32)
_SHORT = np.frombuffer(b"".join((b"%d" % n).rjust(4, b"\0") for n in range(_GROUP)), np.uint32)


def rounded(values: Doubles) -> Doubles:
    """`values` to DECIMALS decimals as `"%.4f"` rounds them: by their exact value, halves to even. No -0."""
    # The product is itself rounded: beside a half, and where doubles are coarse, only the exact value tells.
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = values * SCALE
        whole = np.rint(scaled)
        unsure = (np.abs(np.abs(scaled - whole) - 0.5) < NEAR_A_TIE) | (np.abs(scaled) >= EXACT_BELOW)
    found = whole / SCALE
    if unsure.any():
        found[unsure] = [float(f"{value:.{DECIMALS}f}") for value in values[unsure].tolist()]
    return np.asarray(found + 0.0)


def decimal_cells(values: Doubles) -> Bytes:
    """(n, bytes) the cells of one column (n,) or several (n, k), already `rounded`; NaN: an empty cell."""
    table = values.reshape(len(values), -1)
    known = ~np.isnan(table)
    size = np.where(known, np.abs(table), 0.0)
    largest = size.max(initial=0.0)
    if largest >= EXACT_BELOW / SCALE:
        return np.concatenate([_slow_cells(column) for column in table.T], axis=1)
    whole, part = np.divmod(np.rint(size * SCALE).astype(np.int64), SCALE)
    digits = _digit_fields(int(largest))
    cells = np.zeros(
        table.shape, [("sign", "u1"), *digits, ("point", "u1"), ("part", np.uint32), ("comma", "u1")]
    )
    cells["sign"] = np.where(known & (table < 0), MINUS, 0)
    _fill_digits(cells, whole)
    cells["point"], cells["part"], cells["comma"] = POINT, _FULL[part], COMMA
    if not known.all():
        empty = np.zeros(1, cells.dtype)
        empty["comma"] = COMMA
        cells[~known] = empty
    return _as_bytes(cells)


def integer_cells(values: Ints) -> Bytes:
    """(n, bytes) the cells of one column (n,) of numbers from 0 up."""
    cells = np.zeros(len(values), [*_digit_fields(int(values.max(initial=0))), ("comma", "u1")])
    _fill_digits(cells, values)
    cells["comma"] = COMMA
    return _as_bytes(cells)


def chosen_cells(texts: Sequence[str], choice: Ints) -> Bytes:
    """(n, bytes) the cell texts[choice], as it is to be written, for each row; commas as they are in it."""
    table = np.array([text.encode() for text in texts], np.bytes_)
    return _as_bytes(table[choice])


def joined(blocks: Sequence[Bytes]) -> bytes:
    """The cells of `blocks` (n, any) side by side, line by line."""
    return np.concatenate(blocks, axis=1).tobytes().translate(None, b"\0")


def _digit_fields(largest: int) -> list[tuple[str, type[np.unsignedinteger]]]:
    """Fields of 4 digits, highest first, wide enough for `largest`; a single digit takes one byte."""
    if largest < 10:
        return [("digits0", np.uint8)]
    groups = (len(str(largest)) + 3) // 4
    return [(f"digits{place}", np.uint32) for place in reversed(range(groups))]


def _fill_digits(cells: NDArray[np.void], values: Ints) -> None:
    names = [name for name in cells.dtype.names or () if name.startswith("digits")]
    if cells.dtype["digits0"] == np.uint8:
        cells["digits0"] = values + ord("0")
        return
    left = values
    for place in range(len(names)):
        left, group = np.divmod(left, _GROUP) if place < len(names) - 1 else (np.zeros_like(left), left)
        short = _SHORT[group]
        if place:  # higher digits of a smaller number are none, not 0
            short = np.where(group > 0, short, 0)
        cells[f"digits{place}"] = np.where(left > 0, _FULL[group], short)


def _slow_cells(values: Doubles) -> Bytes:
    texts = ["," if np.isnan(value) else f"{value:.{DECIMALS}f}," for value in values.tolist()]
    return chosen_cells(texts, np.arange(len(texts)))


def _as_bytes(cells: NDArray[np.generic]) -> Bytes:
    return np.ascontiguousarray(cells).view(np.uint8).reshape(len(cells), -1)
