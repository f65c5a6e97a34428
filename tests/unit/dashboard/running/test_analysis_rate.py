"""How often frames are analysed, with time as a number: nothing here waits."""

from collections.abc import Callable, Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.running.analysis_rate import BUSY_SHARE, AnalysisRate


class OneAtATime:
    """Analyses from a slot of one, in simulated time; `waits_s` of the frames that had their turn."""

    def __init__(self, rate: AnalysisRate, cost_s: Callable[[float], float]) -> None:
        self.rate, self.cost_s = rate, cost_s
        self.waits_s: list[float] = []
        self.free_s = 0.0
        self.slot: float | None = None

    def watch(self, arrivals_s: Iterable[float]) -> list[float]:
        for now_s in arrivals_s:
            self.take(now_s)
            if self.rate.due(now_s):
                self.slot = now_s
            self.take(now_s)
        return self.waits_s

    def take(self, now_s: float) -> None:
        if self.slot is not None and self.free_s <= now_s:
            begin_s, cost_s = max(self.free_s, self.slot), self.cost_s(self.slot)
            self.waits_s.append(begin_s - self.slot)
            self.free_s, self.slot = begin_s + cost_s, None
            self.rate.spent(cost_s)


def frames(hz: float, seconds: float = 60.0) -> Iterator[float]:
    return (1000 + number / hz for number in range(round(seconds * hz)))


@pytest.mark.parametrize("camera_hz", [10.0, 10.01, 9.99, 15.0, 29.97, 30.0, 60.0])
def test_a_light_load_is_analysed_as_often_as_wanted_whatever_the_source_sends(camera_hz: float) -> None:
    rate = AnalysisRate(10)
    taken = [at_s for at_s in frames(camera_hz) if rate.due(at_s)]
    assert len(taken) == pytest.approx(600, abs=3)


def test_a_slow_source_is_analysed_frame_by_frame() -> None:
    rate = AnalysisRate(10)
    assert all(rate.due(at_s) for at_s in frames(4))


def test_frames_that_come_unevenly_are_not_missed_at_the_sources_own_rate() -> None:
    rate = AnalysisRate(10)
    uneven = [at_s + 0.02 * (number % 3 - 1) for number, at_s in enumerate(frames(10))]
    assert sum(map(rate.due, uneven)) >= 0.95 * len(uneven)


def test_a_heavy_load_leaves_time_for_everything_else() -> None:
    rate = AnalysisRate(10)
    waits = OneAtATime(rate, lambda _: 0.25).watch(frames(30))
    assert rate.hz == pytest.approx(BUSY_SHARE / 0.25)
    assert len(waits) == pytest.approx(60 * rate.hz, abs=4)


def test_the_rate_comes_back_when_the_load_goes() -> None:
    rate = AnalysisRate(10)
    OneAtATime(rate, lambda at_s: 0.3 if at_s < 1030 else 0.02).watch(frames(30))
    assert rate.hz == 10


def test_one_slow_analysis_does_not_change_the_rate() -> None:
    rate = AnalysisRate(10)
    for _ in range(20):
        rate.spent(0.02)
    rate.spent(0.35)
    assert rate.hz == 10


@given(st.floats(0.001, 2.0), st.floats(0.001, 2.0), st.floats(1.0, 60.0), st.floats(0.5, 30.0))
def test_no_frame_waits_longer_than_one_analysis_at_any_load(
    before_s: float, after_s: float, camera_hz: float, wanted_hz: float
) -> None:
    analysis = OneAtATime(AnalysisRate(wanted_hz), lambda at_s: before_s if at_s < 1020 else after_s)
    waits = analysis.watch(frames(camera_hz))
    assert max(waits) <= max(before_s, after_s) + 1e-6
    assert max(waits[len(waits) * 3 // 4 :], default=0.0) <= after_s + 1e-6
