"""A line as wide as a word leaves its gaps open and stays in its picture."""

import re
from base64 import b64decode

from hypothesis import given
from hypothesis import strategies as st

from dashboard.sessions.sparkline import HEIGHT_PX, WIDTH_PX, sparkline


def drawn(values: list[float | None], low: float, high: float) -> str:
    """The SVG within the image."""
    [found] = re.findall(r"base64,([^\"]+)", sparkline(values, low, high, "A <line>"))
    return b64decode(found).decode()


VALUES = st.lists(st.none() | st.floats(-500, 500), max_size=60)


@given(VALUES)
def test_every_point_lies_within_the_picture(values: list[float | None]) -> None:
    points = [
        tuple(map(float, one.split(","))) for one in re.findall(r"[\d.]+,[\d.]+", drawn(values, 0, 100))
    ]
    assert all(0 <= x <= WIDTH_PX and 0 <= y <= HEIGHT_PX for x, y in points)
    assert 'alt="A &lt;line&gt;"' in sparkline(values, 0, 100, "A <line>")


def test_a_gap_parts_the_line() -> None:
    assert drawn([1, 2, None, 3, 4], 0, 10).count("<polyline") == 2
    assert drawn([None, 1, None], 0, 10).count("<polyline") == 1
    assert drawn([], 0, 10).count("<polyline") == 0
