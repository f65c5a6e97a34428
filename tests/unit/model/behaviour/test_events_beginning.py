"""Nothing is noted of what only just began: a line has stood before it falls, laughter has lasted."""

from dataclasses import replace

import numpy as np
import pytest

from model.behaviour.event_watch import EventWatch
from model.behaviour.events import Event, EventKind, SessionSeries, Thresholds, find_events
from model.behaviour.falls import STEP_MS
from tests.unit.model.behaviour.test_events import quiet, watched


@pytest.mark.parametrize("empty_s", [0, 40, 100])
def test_a_line_that_only_just_began_does_not_fall(empty_s: int) -> None:
    series, t = quiet(), quiet().line_ms
    series.group[:] = np.interp(t / 1000 - empty_s, [0, 5, 10, 80], [90, 80, 30, 30])
    series.group[t < empty_s * 1000] = np.nan
    assert find_events(series) == () and watched(series)[0] == []
    if empty_s:
        series.group[t < 20_000] = 90
        assert find_events(series) == (), "nobody was there for longer than a fall may last"


def test_a_line_that_has_stood_for_ten_seconds_falls() -> None:
    series, t = quiet(), quiet().line_ms
    series.group[:] = np.interp(t / 1000, [0, 10, 20, 120], [70, 70, 45, 45])
    (event,) = find_events(series)
    assert (event.start_ms, event.end_ms) == (10_000, 25_000)
    series.group[t < 5_000] = np.nan
    assert find_events(series) == (), "it had stood for one step less"


def test_a_fall_is_over_when_nobody_is_there_for_long_and_is_told_once() -> None:
    series, t = quiet(), quiet().line_ms
    series.group[:] = np.interp(t / 1000, [0, 20, 25, 120], [90, 90, 60, 60])
    series.group[t >= 70_000] = 30
    series.group[(t > 25_000) & (t < 65_000)] = np.nan
    first, *others = find_events(series)
    assert (first.start_ms, first.end_ms, others) == (20_000, 30_000, [])
    told, watch = watched(series)
    assert len(told) == 1 and watch.finish() == (first,)


def test_a_fall_after_other_thresholds_needs_a_line_that_stood_again() -> None:
    watch = EventWatch()
    told: list[Event] = []
    for at_ms in range(0, 60_000, STEP_MS):
        if at_ms == 20_000:
            watch.follow(Thresholds(fall_points=10))
        told.extend(watch.step(at_ms, 70 if at_ms < 25_000 else 40 if at_ms < 45_000 else 20))
    assert [event.start_ms for event in told] == [40_000]


@pytest.mark.parametrize(
    ("times_ms", "what"),
    [([0, 1_000], "two instants"), ([*range(0, 300, 100), *range(800, 1_100, 100)], "a frown between")],
)
def test_laughter_is_seen_for_a_second_and_not_for_less(times_ms: list[int], what: str) -> None:
    series = quiet(people=2)
    series.happy[np.isin(series.offset_ms, times_ms)] = 0.9
    assert find_events(series) == () and watched(series)[0] == [], what
    sparse = only_at(series, times_ms[:2])
    assert find_events(sparse) == () and watched(sparse)[0] == []
    series.happy[series.offset_ms <= 1_000] = 0.9
    assert find_events(series) == (Event(0, 1_000, EventKind.LAUGHTER, None, 1.0),)
    assert len(watched(series)[0]) == 1


def only_at(series: SessionSeries, times_ms: list[int]) -> SessionSeries:
    """Only these instants of the series."""
    kept = np.isin(series.offset_ms, times_ms)
    columns = ("offset_ms", "gaze_state", "happy", "yaw_deg", "pitch_deg")
    return replace(series, **{name: getattr(series, name)[kept] for name in columns})
