"""Numbers as people and spreadsheets write them: with a point or a comma, in groups of three, in percent."""

import math
import re

POINT, COMMA = ".", ","
SIGN_NAMES = {POINT: "point", COMMA: "comma"}
ONE_OR_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}")
"""1.234 is one and a bit or over a thousand: only the file's other numbers tell."""
GROUPED = {
    decimal: re.compile(
        rf"([-+]?[1-9]\d{{0,2}}(?:([{other}'\u2019 \u00a0\u202f])\d{{3}})(?:\2\d{{3}})*)(\D.*)?"
    )
    for decimal, other in ((POINT, COMMA), (COMMA, POINT))
}
MINUS = "\u2212"


class Numerals:
    """How the numbers of one file are written, told by its first that can be read in one way only."""

    def __init__(self) -> None:
        self.decimal: str | None = None
        """POINT, COMMA, or None as long as nothing tells."""

    def has_commas(self) -> bool:
        """Whether it is known that commas stand for decimal points."""
        return self.decimal == COMMA

    def is_told_by(self, text: str) -> bool:
        """See whether `text`, a number or nothing, tells which sign stands for the decimal point."""
        last = max(text.rfind(POINT), text.rfind(COMMA))
        if last < 0 or ONE_OR_THOUSANDS.fullmatch(text):
            return False
        is_decimal = text.count(text[last]) == 1
        self.decimal = text[last] if is_decimal else POINT if text[last] == COMMA else COMMA
        return True

    def number(self, text: str, *, is_share: bool = False) -> float:
        """NaN for what is no number in this file. `is_share`: percents are hundredths."""
        plain = text.strip().replace(MINUS, "-")
        if is_share and plain.endswith("%"):
            return self.number(plain[:-1]) / 100
        decimal = self.decimal or (COMMA if COMMA in plain else POINT)
        if found := GROUPED[decimal].fullmatch(plain):
            plain = found[1].replace(found[2], "") + (found[3] or "")
        if "_" in plain or (decimal == COMMA and POINT in plain):  # Python reads 1_000; nobody writes it
            return math.nan
        try:
            return float(plain.replace(decimal, POINT))
        except ValueError:
            return math.nan
