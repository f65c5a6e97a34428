"""A stretch of a table as columns: what every format is written from."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isnan
from typing import Any

import numpy as np

from dashboard.export.formats.digits import rounded
from model.engagement.groups import Doubles, Ints


@dataclass(frozen=True, eq=False)
class Texts:
    """(n,) texts: choices[code] for each of `codes`, since most repeat."""

    choices: Sequence[str]
    codes: Ints

    def __len__(self) -> int:
        return len(self.codes)

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Texts":
        return cls(texts, np.arange(len(texts)))

    @classmethod
    def same(cls, text: str, count: int) -> "Texts":
        return cls([text], np.zeros(count, np.int64))

    @classmethod
    def named(cls, numbers: Ints, name_of: Callable[[int], str]) -> "Texts":
        """The name of each number, asked once."""
        found, codes = np.unique(numbers, return_inverse=True)
        return cls([name_of(number) for number in found.tolist()], codes)


@dataclass(frozen=True, eq=False)
class Instants:
    """(n,) instants: milliseconds after `start`, an aware datetime."""

    start: datetime
    offset_ms: Ints

    def __len__(self) -> int:
        return len(self.offset_ms)

    @property
    def split(self) -> tuple[list[datetime], Ints, Ints]:
        """The distinct whole seconds, UTC; and for each instant which of them it is in, and its ms."""
        began = self.start.astimezone(UTC)
        second, ms = np.divmod(self.offset_ms + began.microsecond // 1000, 1000)
        seconds, codes = np.unique(second, return_inverse=True)
        whole = began.replace(microsecond=0)
        return [whole + timedelta(seconds=one) for one in seconds.tolist()], codes, ms


Cells = Doubles | Ints | Texts | Instants
Table = Mapping[str, Cells]
"""Columns by name, of one length and in the order of their contract; NaN where a number is unknown."""


def told(cells: Cells) -> list[Any]:
    """The column as plain values with 4 decimals: None for an unknown number, ISO 8601 for an instant."""
    if isinstance(cells, Texts):
        return [cells.choices[code] for code in cells.codes.tolist()]
    if isinstance(cells, Instants):
        seconds, codes, ms = cells.split
        return [iso(seconds[code], one) for code, one in zip(codes.tolist(), ms.tolist(), strict=True)]
    if cells.dtype == np.float64:
        return [None if isnan(value) else value for value in rounded(cells.astype(np.float64)).tolist()]
    return list(cells.tolist())


def rows_of(table: Table) -> Iterator[tuple[Any, ...]]:
    """The rows as plain values."""
    return zip(*map(told, table.values()), strict=True)


def iso(second: datetime, ms: int) -> str:
    """An instant as files write it: 2026-11-21T09:30:00.250Z."""
    return f"{second:%Y-%m-%dT%H:%M:%S}.{ms:03d}Z"
