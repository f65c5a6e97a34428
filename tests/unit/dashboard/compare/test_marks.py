"""Markers on the lines of a comparison: at their own times, few enough to be told apart, whole in words."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboard.charts.look import DAY_MS
from dashboard.compare.charts import colour, comparison_lines
from dashboard.compare.lines import Line, on_one_axis
from dashboard.compare.marks import PLACES, Noted, marks_on, with_marks
from dashboard.reading import Reading
from db.reports import Marker
from tests.unit.dashboard.compare.test_lines import line

MINUTE_MS = 60_000
POLL = Marker(1, 90_250, None, "Poll <b>", "What now?")
BREAK = Marker(2, 500_000, 560_000, "Break", None)


def drawn(lines: list[Line], noted: Noted, *, share: bool = False) -> Any:
    table = on_one_axis(lines, share)
    figure = comparison_lines(table, [one.name for one in lines], Reading(), share)
    return with_marks(figure, table, lines, noted, 0.0, share=share)


def ten_minutes(number: int, value: float) -> Line:
    return line(np.full(600, value), number)


def test_sessions_carry_their_own_markers_in_their_own_colours() -> None:
    lines = [ten_minutes(1, 40.0), ten_minutes(2, 60.0)]
    *_, first, second = drawn(lines, {1: [POLL], 2: [BREAK]}).data
    assert (list(first.x), list(first.y)) == ([DAY_MS + 90_000], [40.0])
    assert (list(second.x), list(second.y)) == ([DAY_MS + 500_000], [60.0])
    assert (first.name, second.name) == ("S1", "S2")
    assert list(first.text) == ["01:30 Poll &lt;b>"] and list(second.text) == ["08:20 to 09:20 Break"]
    assert [one.marker.color for one in (first, second)] == [colour(0), colour(1)]


def test_as_a_share_they_lie_at_their_share_and_in_a_gap_below_the_line() -> None:
    gap = np.full(600, 40.0)
    gap[480:] = np.nan
    mark = drawn([line(gap), ten_minutes(2, 60.0)], {1: [POLL, BREAK], 2: []}, share=True).data[-1]
    assert list(mark.x) == pytest.approx([15, 83], abs=0.5)
    assert list(mark.y) == [40.0, 0.0]


def test_a_range_counts_from_its_own_start_and_has_nobody_elses_markers() -> None:
    whole = ten_minutes(1, 40.0)
    parts = [replace(whole, item=replace(whole.item, start_ms=start)) for start in (0, 10 * MINUTE_MS)]
    late = Marker(3, 11 * MINUTE_MS, None, "Later", None)
    reaching = Marker(4, 9 * MINUTE_MS, 12 * MINUTE_MS, "Reaches in", None)
    first, second = drawn(parts, {1: [POLL, reaching, late]}).data[-2:]
    assert list(first.text) == ["01:30 Poll &lt;b>", "09:00 to 12:00 Reaches in"]
    assert list(second.x) == [DAY_MS, DAY_MS + MINUTE_MS], "a stretch that has begun is told at the start"


@pytest.mark.parametrize("share", [False, True])
def test_people_of_one_session_share_its_markers_once(share: bool) -> None:
    one = ten_minutes(1, 40.0)
    people = [replace(one, item=replace(one.item, person=person)) for person in (1, 2, 3)]
    figure = drawn(people, {1: [POLL, BREAK]}, share=share)
    diamonds = [trace for trace in figure.data if trace.mode == "markers"]
    if share:
        assert [list(one.text) for one in diamonds] == [["01:30 Poll &lt;b>", "08:20 to 09:20 Break"]]
    else:
        assert not diamonds and len(figure.layout.shapes) == 2
        assert [one.text for one in figure.layout.annotations] == ["Poll &lt;b>", "Break"]


@given(some.lists(some.integers(0, 599_999), max_size=200).map(sorted), some.booleans())
def test_however_many_markers_a_line_stays_readable(starts_ms: list[int], share: bool) -> None:
    told = [Marker(n, start, None, "Q", None) for n, start in enumerate(starts_ms)]
    one = ten_minutes(1, 40.0)
    marks = marks_on(pd.Series(on_one_axis([one], share)[0]), one, told, share=share)
    assert len(marks) <= PLACES and marks["at"].is_monotonic_increasing
    assert bool(len(marks)) == bool(told)
    assert all(len(text) < 80 for text in marks["told"])


def test_no_markers_change_nothing() -> None:
    assert len(drawn([ten_minutes(1, 40.0), ten_minutes(2, 60.0)], {1: [], 2: []}).data) == 2
