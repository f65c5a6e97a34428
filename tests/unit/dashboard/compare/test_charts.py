"""Names in the figures of the Compare page are read as they were typed, and stay apart."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboard.compare.at_markers import over_groups
from dashboard.compare.bootstrap import Interval
from dashboard.compare.charts import (
    LONGEST_NAME,
    about_marker,
    colour,
    comparison_lines,
    difference_dots,
    short_names,
    trend_dots,
)
from dashboard.reading import Reading

NAMES = ["Q&A <b>", "R&D " + "long" * 9]
SHOWN = ["Q&amp;A &lt;b>", "R&amp;D longlonglo…glonglonglong"]
"""As plotly is given them: it shows "Q&A <b>"."""
SURE = Interval(1.0, 0.5, 1.5)
COURSE = "Introduction to Physics for beginners, week"


def two_lines() -> pd.DataFrame:
    return pd.DataFrame({0: [1.0, 2.0], 1: [2.0, 3.0]}, index=[0.0, 1000.0])


def test_a_gap_of_the_analysis_is_gone_across_a_longer_one_stays_and_a_lone_step_is_a_bar() -> None:
    nan = float("nan")
    table = pd.DataFrame({0: [1.0, nan, 2.0, nan, nan, 3.0]}, index=[n * 1000.0 for n in range(6)])
    [line] = comparison_lines(table, ["a"], Reading(), share=False, bridged=1).data
    np.testing.assert_array_equal(np.array(line.y, np.float64), [1, 2, nan, 3, 3])
    assert line.x[4] - line.x[3] == 1000


def test_a_name_is_escaped_once_in_every_figure() -> None:
    dots = difference_dots(["First", *NAMES], [SURE] * 2, Reading())
    assert list(dots.layout.yaxis.ticktext) == SHOWN
    assert list(dots.data[0].text) == [SHOWN[0], "R&amp;D " + "long" * 9], "hovering tells the whole name"
    lines = comparison_lines(two_lines(), NAMES, Reading(), share=True).data
    assert [line.name for line in lines] == SHOWN
    trend = trend_dots(NAMES, [SURE] * 2, [1.0, 1.0], Reading()).data[1]
    assert list(trend.text) == [SHOWN[0], "R&amp;D " + "long" * 9]


@pytest.mark.parametrize(
    "names",
    [
        [f"{COURSE} 4", f"{COURSE} 5"],
        [f"Introduction, week {n}, to Physics for everybody and beginners" for n in (4, 5)],
        ["12", "15"],
        ["Anna", "Anna"],
    ],
)
def test_sessions_of_like_titles_have_a_row_and_a_name_each(names: list[str]) -> None:
    dots = difference_dots(["First", *names], [SURE] * 2, Reading())
    assert list(dots.data[0].y) == [0, 1] == list(dots.layout.yaxis.tickvals)
    assert len(set(dots.layout.yaxis.ticktext)) == 2
    legend = {line.name for line in comparison_lines(two_lines(), names, Reading(), share=False).data}
    assert len(legend) == 2


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([f"{COURSE} 4", f"{COURSE} 5"], ["week 4", "week 5"]),
        ([f"{COURSE} {n} for all of the year" for n in (4, 5)], ["week 4…", "week 5…"]),
        ([f"All hands of {town} about the move" for town in ("Rio", "Oslo")], ["of Rio…", "of Oslo…"]),
        (["First", f"{COURSE} 4", f"{COURSE} 5"], ["First", "week 4", "week 5"]),
    ],
)
def test_a_short_name_keeps_what_tells_it_from_the_others(names: list[str], told: list[str]) -> None:
    short = short_names(names)
    assert all(one.endswith(end) for one, end in zip(short, told, strict=True)), short
    assert all(one[:5] == name[:5] for one, name in zip(short, names, strict=True))


@given(some.lists(some.text("ab ", max_size=2 * LONGEST_NAME), max_size=6))
def test_short_names_are_as_many_as_the_names(names: list[str]) -> None:
    short = short_names(names)
    assert len(set(short)) >= len(set(names))
    assert all(len(one) <= LONGEST_NAME + len("10. ") for one in short)


def test_a_session_has_one_colour_though_others_have_nothing_to_tell() -> None:
    unknown = Interval(float("nan"), float("nan"), float("nan"))
    dots = difference_dots(["a", "b", "c"], [unknown, SURE], Reading()).data[0]
    assert list(dots.marker.color) == [colour(2)] and list(dots.text) == ["c"]
    table = two_lines()[[1]]
    figure = about_marker(table, over_groups(table), ["b"], Reading(), change=False)
    [thin] = [line for line in figure.data if line.name == "b"]
    assert thin.line.color.startswith("rgba(185,119,14"), "the second line's colour, as side by side"
