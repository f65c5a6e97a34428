"""Columns of texts to numbers, a chunk of rows at a time; the first cell that is none of them is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.errors import ImportRefusedError
from dashboard.export.formats.columns import LONG_COLUMNS, LONG_HEADER
from dashboard.export.importer.numerals import COMMA, POINT, SIGN_NAMES, Numerals
from model.engagement.groups import Doubles, Ints, Mask

_PLACE = {name: place for place, name in enumerate(LONG_HEADER)}
_EXCHANGED = str.maketrans({POINT: COMMA, COMMA: POINT})
_SHARES = {column.name for column in LONG_COLUMNS if column.unit == "0..1"}


@dataclass(frozen=True)
class Chunk:
    """Rows as columns of texts, the line each row ends on, and how numbers are written in them."""

    lines: Sequence[int]
    columns: Sequence[Sequence[str]]
    numerals: Numerals

    def __len__(self) -> int:
        return len(self.lines)

    def texts(self, name: str) -> Sequence[str]:
        return self.columns[_PLACE[name]]

    def decimals(self, name: str, low: float, high: float, *, needed: bool = False) -> Doubles:
        """(n,) numbers from `low` to `high`; NaN for an empty cell, which is refused if `needed`."""
        texts = self.texts(name)
        empty = np.array([not text for text in texts])
        try:
            if self.numerals.has_commas() or any("_" in text for text in texts):
                raise ValueError
            values = np.array([float(text) if text else np.nan for text in texts])
        except ValueError:
            numbers = [self.numerals.number(text, is_share=name in _SHARES) for text in texts]
            values = np.array(numbers)
        right = empty & (not needed) | (values >= low) & (values <= high)
        self.check(name, right, f"a number from {low:.10g} to {high:.10g}")
        return values

    def integers(self, name: str, low: int, high: int) -> Ints:
        """(n,) whole numbers from `low` to `high`, none of them empty."""
        values = self.decimals(name, low, high, needed=True)
        self.check(name, values == np.floor(values), "a whole number")
        return values.astype(np.int64)

    def chosen(self, name: str, codes: Mapping[str, int]) -> Ints:
        """(n,) the code of each text."""
        found = [codes.get(text) for text in self.texts(name)]
        known = np.array([code is not None for code in found])
        self.check(name, known, f"one of {', '.join(repr(text) for text in codes)}")
        return np.array(found, np.int64)

    def check(self, name: str, right: Mask, wanted: str) -> None:
        """Raises ImportRefusedError for the first row that is not `right`."""
        if right.all():
            return
        row = int(np.argmin(right))
        came = self.texts(name)[row]
        usual = self.numerals.decimal or POINT
        other = came.translate(_EXCHANGED)
        wrong = other != came and not np.isnan(self.numerals.number(other))
        hint = f" Decimals are written with a {SIGN_NAMES[usual]} in this file." if wrong else ""
        told = repr(came[:60]) if came else "nothing"
        raise ImportRefusedError(f"Line {self.lines[row]}, column {name}: wanted {wanted}, got {told}.{hint}")

    def refuse(self, right: Mask, sentence: str) -> None:
        """Raises ImportRefusedError with `sentence` about the line of the first row that is not `right`."""
        if not right.all():
            raise ImportRefusedError(sentence.format(line=self.lines[int(np.argmin(right))]))
