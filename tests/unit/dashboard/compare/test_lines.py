"""Lines on one axis, groups about a marker, series and their trend: made-up lines and titles."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboard.charts.lines import PERSON_LINE
from dashboard.compare.address import Item
from dashboard.compare.at_markers import (
    Window,
    before_after,
    changes_from_before,
    over_groups,
    shared_labels,
)
from dashboard.compare.lines import Line, compared, largest, on_one_axis
from dashboard.compare.trend import series_among, slope
from dashboard.palette import PAGE_DARK, PAGE_LIGHT, SERIES
from dashboard.report.spread_charts import CELLS, ON_CELL
from dashboard.stored.series import series_in
from db.reports import Marker, SessionSummary
from model.engagement.groups import Doubles
from tests.unit.dashboard.test_palette import contrast

BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)


def session(number: int, title: str = "Class", *, is_demo: bool = False) -> SessionSummary:
    facts = ("meeting", "research", "elsewhere", None, None, None, "camera", "yunet", is_demo)
    times = (BEGAN + timedelta(days=7 * number), None, None, 60_000)
    return SessionSummary(number, title, *facts, *times, 3, 60, 180, 180, 0, "compact48", "ab", 10.0)


def line(values: Doubles, number: int = 1, step_ms: int = 1000) -> Line:
    times = np.arange(len(values), dtype=np.int64) * step_ms
    item = Item(session(number), f"S{number}")
    return Line(item, times, values, step_ms, len(values) * step_ms, None, None)


def test_a_short_and_a_long_line_share_their_start_and_leave_the_rest_empty() -> None:
    table = on_one_axis([line(np.full(10, 1.0)), line(np.full(30, 2.0))], share=False)
    assert table.index[-1] == 29_000
    assert table[0].notna().sum() == 10 and table[1].notna().all()


def test_as_shares_both_fill_the_axis() -> None:
    early = np.concatenate([np.zeros(200), np.ones(200)])
    table = on_one_axis([line(early), line(np.repeat(early, 5))], share=True)
    assert table.notna().to_numpy().all()
    assert (table[0] - table[1]).abs().max() < 0.6
    assert table[0][:0.49].eq(0).all() and table[1][0.51:].eq(1).all()


def test_a_short_line_has_no_holes_as_a_share_of_its_length() -> None:
    table = on_one_axis([line(np.ones(120)), line(np.ones(500))], share=True)
    assert len(table) == 120 and table.notna().to_numpy().all()


def test_different_steps_meet_on_the_longer_one_with_its_means() -> None:
    fine, coarse = line(np.array([1.0, 3.0] * 10)), line(np.full(10, 5.0), 2, step_ms=2000)
    table = on_one_axis([fine, coarse], share=False)
    assert table[0].tolist() == [2.0] * 10 and table[1].tolist() == [5.0] * 10


def test_differences_are_to_the_first_and_the_clear_ones_are_found() -> None:
    noise = np.random.default_rng(1).normal(size=(3, 200))
    rows = compared([line(60 + noise[0]), line(60.02 + noise[1], 2), line(70 + noise[2], 3)])
    assert rows[0].less_first is None
    most = largest(rows)
    assert most is not None and most.name == "S3"
    assert most.less_first is not None and most.less_first.value == pytest.approx(10, abs=0.5)


def marks(*starts: int, label: str = "Advert") -> list[Marker]:
    return [Marker(number, start, None, label, None) for number, start in enumerate(starts)]


def about(values: Doubles, at_ms: int, window: Window) -> Doubles:
    return window.placed(np.arange(len(values), dtype=np.int64) * window.step_ms, values, at_ms)


@given(at_ms=some.integers(0, 60_000), before=some.integers(1, 40), after=some.integers(1, 40))
def test_steps_about_a_marker_lie_wholly_on_their_side(at_ms: int, before: int, after: int) -> None:
    window, starts = Window(1000, before, after), np.arange(60, dtype=np.float64) * 1000
    placed = about(starts, at_ms, window)
    sides = placed[:before], placed[before:]
    assert not (sides[0] + 1000 > at_ms).any() and not (sides[1] < at_ms).any()
    full = [min(before, at_ms // 1000), min(after, 60 - -(-at_ms // 1000))]
    assert [np.count_nonzero(~np.isnan(side)) for side in sides] == full
    first, last = window.around(at_ms)
    assert first <= np.nanmin(placed, initial=first) and np.nanmax(placed, initial=0) < last


def test_a_window_is_as_long_as_was_asked_for_or_says_how_much_longer() -> None:
    assert (Window.of(5_000, 45_000).before_ms, Window.of(5_000, 45_000).after_ms) == (5_000, 45_000)
    long = Window.of(599_000, 3_600_000)
    assert (long.step_ms, long.before_ms, long.after_ms) == (5_000, 600_000, 3_600_000)


def test_groups_are_counted_once_each_with_their_change() -> None:
    table = pd.DataFrame(
        {0: [40.0, 40.0, 60.0, 60.0], 2: [50.0, np.nan, 70.0, 70.0]}, [-2000, -1000, 0, 1000]
    )
    assert before_after(table)["change"].tolist() == [20, 20]
    over = over_groups(changes_from_before(table))
    assert over.loc[0, "mean"] == 20 and over.loc[0, "sd"] == 0 and over.loc[0, "groups"] == 2


def test_only_labels_of_two_sessions_can_align_them() -> None:
    noted = {1: [*marks(1), *marks(5, label="Poll")], 2: marks(3), 3: []}
    assert shared_labels(noted) == ["Advert"]


@pytest.mark.parametrize(
    "title",
    [
        "Physics, week 3",
        "physics week 12",
        "Physics (week 4)",
        "Physics week 3, 12 May 2026",
        "2026-05-12 Physics week",
        "physics_week_3_Sept_12",
        "Physics week 3, 12may, Wednesday",
    ],
)
def test_dates_and_numbers_do_not_make_another_series(title: str) -> None:
    assert series_in(title) == "physics week"


@pytest.mark.parametrize(
    ("title", "series"),
    [
        ("Marketing 3 May", "marketing"),
        ("Maybe #3", "maybe"),
        ("Separate #4", "separate"),
        ("Marketing week 1", "marketing week"),
        ("Decision week 2", "decision week"),
        ("Junior week 3", "junior week"),
        ("Pommar #4", "pommar"),
        ("Noëmay #4", "noëmay"),
    ],
)
def test_words_that_begin_like_months_are_words(title: str, series: str) -> None:
    assert series_in(title) == series


def test_a_series_has_two_sessions_and_no_demo() -> None:
    found = series_among(
        [
            session(3, "Maths week 2"),
            session(1, "Maths week 1"),
            session(2, "Art"),
            session(4, "Maths week 3", is_demo=True),
            session(5, "12"),
        ]
    )
    assert {key: [one.id for one in members] for key, members in found.items()} == {"maths week": [1, 3]}


def test_the_slope_is_the_median_one_and_one_odd_session_does_not_turn_it() -> None:
    places = np.arange(8.0)
    means = 50 + 2 * places
    means[6] = -100
    found = slope(places, means)
    assert found.value == 2 and found.low <= 2 <= found.high


@pytest.mark.parametrize("sessions", [3, 4, 5, 6])
def test_noise_is_seldom_called_a_trend_however_few_the_sessions(sessions: int) -> None:
    """Over all orders that noise can come in; of so few sessions not exactly in one of twenty."""
    orders = list(permutations(range(sessions)))
    places = np.arange(float(sessions))
    clear = sum(slope(places, np.array(order, np.float64)).excludes_zero for order in orders)
    assert clear / len(orders) < 0.06


def test_a_trend_of_nothing_but_noise_is_not_clear_and_of_three_has_no_interval() -> None:
    noise = np.random.default_rng(5).normal(size=12)
    assert not slope(np.arange(12.0), noise).excludes_zero
    few = slope(np.arange(3.0), np.array([1.0, 2.0, 3.0]))
    assert few.value == 1 and np.isnan(few.low)
    assert np.isnan(slope(np.arange(2.0), np.array([np.nan, 1.0])).value)


@pytest.mark.parametrize("colour", SERIES)
def test_every_line_of_a_comparison_stands_out_on_both_pages(colour: str) -> None:
    assert min(contrast(colour, page) for page in (PAGE_LIGHT, PAGE_DARK)) >= 3


def test_the_figures_in_the_matrix_of_changes_can_be_read() -> None:
    assert min(contrast(ON_CELL, cell) for cell in CELLS) >= 4.5
    assert min(contrast(PERSON_LINE, page) for page in (PAGE_LIGHT, PAGE_DARK)) >= 3
