"""One look in two seconds, which is allowed: lines hold together, and nobody is lost."""

from collections.abc import Sequence

import numpy as np
import pytest

from dashboard.running.figures import live_figures
from dashboard.running.people import LivePeople
from dashboard.running.trend import Trend, trend_of
from db.store import NewEvent
from model.emotions import Emotion
from model.observations import FrameRecord, QualityFlag, Signals
from tests.made.faces import face

INTERVAL_MS = 2_000
LOOKING, ASIDE = Signals(eye_open=0.4, gaze=0.9), Signals(eye_open=0.4, gaze=0.1, yaw_deg=40.0)


class Silent:
    """Takes events and keeps none."""

    def submit(self, events: list[NewEvent]) -> None: ...


def watched(looks: Sequence[Signals | None]) -> LivePeople:
    """One person's looks, None where the face was not usable."""
    people, jitter = LivePeople(Silent()), np.random.default_rng(4)
    for number, look in enumerate(looks):
        at_ms = number * INTERVAL_MS + int(jitter.integers(-300, 300)) if number else 0
        seen = face(1, Emotion.HAPPY, signals=look) if look else face(1, flags=QualityFlag.DARK)
        people.add(FrameRecord(number, at_ms, (seen,)))
    return people


def test_a_slow_analysis_makes_longer_steps_and_not_a_shattered_line() -> None:
    figures = live_figures(watched([LOOKING] * 120).now())
    assert figures.step_ms == 6_000
    assert not np.isnan(figures.line.mean).any() and not figures.too_little


def test_a_face_missed_now_and_then_leaves_the_line_whole() -> None:
    looks = [None if number % 7 in (3, 4) else LOOKING for number in range(120)]
    figures = live_figures(watched(looks).now())
    missing = np.isnan(figures.line.mean)
    longest = max((len(run) for run in "".join("x" if one else " " for one in missing).split()), default=0)
    assert longest <= figures.bridged == 1


def test_whoever_was_missed_once_is_still_in_view() -> None:
    people = watched([LOOKING] * 20)
    people.add(FrameRecord(20, 20 * INTERVAL_MS, ()))
    assert people.now().in_view == 1
    for number in range(21, 26):
        people.add(FrameRecord(number, number * INTERVAL_MS, ()))
    assert people.now().in_view == 0


def test_who_looks_away_at_every_look_is_away_for_all_of_them() -> None:
    [seen] = watched([LOOKING] * 5 + [ASIDE] * 20).now().seen
    assert seen.away is not None and seen.away[1] - seen.away[0] > 19 * INTERVAL_MS - 700
    [back] = watched([LOOKING] * 5 + [ASIDE] * 20 + [LOOKING] * 2 + [ASIDE]).now().seen
    assert back.away is not None and back.away[0] == back.away[1], "who looked back begins anew"


def test_a_few_usable_seconds_are_too_little_to_say() -> None:
    assert live_figures(watched([LOOKING] * 8).now()).too_little
    rare = live_figures(watched([LOOKING] * 4 + [None] * 100 + [LOOKING]).now())
    assert rare.too_little and rare.too_little_of(1) and rare.too_little_of(2)


@pytest.mark.parametrize(
    ("before", "last", "trend"),
    [(50, 60, Trend.RISING), (60, 50, Trend.FALLING), (50, 54, Trend.STEADY), (np.nan, 54, Trend.UNKNOWN)],
)
@pytest.mark.parametrize("step_ms", [2_000, 6_000])
def test_a_trend_is_a_minute_against_the_one_before(
    before: float, last: float, trend: Trend, step_ms: int
) -> None:
    steps = 60_000 // step_ms
    line = np.array([90.0] * 10 + [before] * steps + [last] * steps)
    assert trend_of(line, 100, step_ms) is trend


def test_a_trend_needs_half_of_both_minutes() -> None:
    line = np.array([50.0] * 15 + [np.nan] * 15 + [60.0] * 30)
    assert trend_of(line, 100, 2_000) is Trend.RISING
    line[0] = np.nan
    assert trend_of(line, 100, 2_000) is Trend.UNKNOWN
