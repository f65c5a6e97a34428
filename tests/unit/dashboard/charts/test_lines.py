"""The charts of lines say what the pages say."""

import pandas as pd
import pytest

from dashboard.charts.lines import BAND_EDGES, group_line
from dashboard.palette import BAND_LABELS
from dashboard.reading import Reading
from model.engagement.concentration import band_of

TIMELINE = pd.DataFrame(
    {"time_ms": [0, 5000], "engagement": [70.0, 20.0], "counted": [2, 2], "lower": [60.0, 10.0]}
).assign(upper=90.0)


def test_a_chart_calls_its_ranges_what_the_pages_call_a_value_in_them() -> None:
    drawn = group_line(TIMELINE, Reading())
    told = [BAND_LABELS[band_of(value)] for value in (80.0, 45.0, 10.0)]
    assert [one.text for one in drawn.layout.annotations] == told == ["High", "Middle", "Low"]


@pytest.mark.parametrize(("low", "high", "band"), BAND_EDGES)
def test_a_range_is_drawn_from_where_values_are_of_it_and_edges_are_of_the_middle_one(
    low: float, high: float, band: str
) -> None:
    assert band_of((low + high) / 2) == band
    assert {band_of(25.0), band_of(65.0)} == {"nominal"}
