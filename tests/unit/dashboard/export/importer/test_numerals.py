"""A number is read as it was written, in whatever way; what could be two numbers is asked of the file."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.export.importer.numerals import COMMA, POINT, Numerals

SEPARATORS = {POINT: [",", "'", "\u2019", " ", "\u00a0", "\u202f", ""], COMMA: [".", "'", " ", "\u00a0", ""]}


def written(value: float, decimal: str, separator: str) -> str:
    return f"{value:,.3f}".translate({ord(","): separator, ord("."): decimal})


@given(st.floats(-1e7, 1e7), st.sampled_from([POINT, COMMA]), st.data())
def test_what_was_written_is_read(value: float, decimal: str, data: st.DataObject) -> None:
    numerals = Numerals()
    numerals.is_told_by(f"0{decimal}125")
    text = written(value, decimal, data.draw(st.sampled_from(SEPARATORS[decimal])))
    assert numerals.number(text) == pytest.approx(value, abs=0.001)


@pytest.mark.parametrize(
    ("text", "decimal"),
    [
        *[("0.125", POINT), ("0,125", COMMA), ("1.5", POINT), ("-12,34", COMMA), ("1.234,5", COMMA)],
        *[("1,234.5", POINT), ("1.234.567", COMMA), ("1,234,567", POINT), ("1,2E-05", COMMA)],
        *[("1.234", None), ("-12,345", None), ("1234", None), ("", None), ("1234.567", POINT)],
    ],
)
def test_only_a_number_with_one_reading_tells_the_decimal_sign(text: str, decimal: str | None) -> None:
    numerals = Numerals()
    numerals.is_told_by(text)
    assert numerals.decimal == decimal


@pytest.mark.parametrize("text", ["0.5", "1.5", "12.34", "1_0", "1.23,5", "x", "", "5%", "1.000 000"])
def test_what_is_no_number_among_decimal_commas_is_none(text: str) -> None:
    numerals = Numerals()
    numerals.is_told_by("0,5")
    assert math.isnan(numerals.number(text))


def test_percents_are_hundredths_where_shares_are_wanted() -> None:
    assert Numerals().number("12,5 %", is_share=True) == 0.125
    assert Numerals().number("\u22120.5") == -0.5
