"""Events are found once, live as afterwards, and a wavering value does not repeat them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.behaviour.event_watch import EventWatch, PersonNow
from model.behaviour.events import Event, EventKind, SessionSeries, Thresholds, find_events
from model.behaviour.falls import STEP_MS
from model.engagement.groups import GAZE_STATES
from model.errors import EngagementError

LOOKING, AWAY, HALF, CLOSED, UNKNOWN = range(5)


def quiet(seconds: float = 120, people: int = 2, step_ms: int = 100) -> SessionSeries:
    """A session in which nothing happens."""
    t = np.arange(0, int(seconds * 1000), step_ms)
    still, line_ms = np.zeros((len(t), people)), np.arange(0, int(seconds * 1000), STEP_MS)
    return SessionSeries(
        offset_ms=t,
        track_id=np.arange(1, people + 1),
        gaze_state=np.full(still.shape, LOOKING),
        happy=still + 0.1,
        yaw_deg=still,
        pitch_deg=still,
        line_ms=line_ms,
        group=np.full(len(line_ms), 70.0),
    )


def watched(series: SessionSeries, thresholds: Thresholds | None = None) -> tuple[list[Event], EventWatch]:
    """What a watch told, instant by instant, and the watch."""
    watch = EventWatch(thresholds)
    told: list[Event] = []
    steps = dict(zip((series.line_ms + STEP_MS).tolist(), series.group.tolist(), strict=True))
    for row, at_ms in enumerate(series.offset_ms.tolist()):
        for end_ms in [end_ms for end_ms in steps if end_ms <= at_ms]:
            told.extend(watch.step(end_ms - STEP_MS, steps.pop(end_ms)))
        people = [
            PersonNow(track_id, GAZE_STATES[series.gaze_state[row, p]], *known(series, row, p))
            for p, track_id in enumerate(series.track_id.tolist())
        ]
        told.extend(watch.update(at_ms, people))
    for end_ms, value in steps.items():
        told.extend(watch.step(end_ms - STEP_MS, value))
    return told, watch


def known(series: SessionSeries, row: int, person: int) -> list[float | None]:
    values = (column[row, person] for column in (series.happy, series.yaw_deg, series.pitch_deg))
    return [None if np.isnan(value) else float(value) for value in values]


def kinds(events: tuple[Event, ...]) -> list[EventKind]:
    return [event.kind for event in events]


def test_a_quiet_session_has_no_events() -> None:
    assert find_events(quiet()) == ()
    assert find_events(quiet(0, 0)) == ()


@pytest.mark.parametrize(
    ("state", "least_ms", "kind"),
    [(AWAY, 15_000, EventKind.AWAY), (CLOSED, 3_000, EventKind.EYES_CLOSED)],
)
def test_a_state_counts_from_its_threshold_on(state: int, least_ms: int, kind: EventKind) -> None:
    series, t = quiet(), quiet().offset_ms
    series.gaze_state[(t >= 10_000) & (t < 10_000 + least_ms), 0] = state
    assert find_events(series) == ()
    series.gaze_state[t == 10_000 + least_ms, 0] = state
    wanted = Event(10_000, 10_000 + least_ms, kind, 1, least_ms / 1000)
    assert find_events(series) == (wanted,)
    told, watch = watched(series)
    assert told == [replace(wanted, end_ms=None)] and watch.events == (wanted,)


def test_a_wavering_gaze_is_one_event_and_one_told() -> None:
    series, t = quiet(), quiet().offset_ms
    series.gaze_state[(t >= 10_000) & (t < 60_000) & (t % 1_500 >= 700), 1] = AWAY
    series.gaze_state[(t >= 30_000) & (t < 30_500), 1] = UNKNOWN
    (event,) = find_events(series)
    assert (event.start_ms, event.end_ms, event.track_id) == (10_000, 59_900, 2)
    assert len(watched(series)[0]) == 1


def test_somebody_who_looks_back_for_longer_is_not_away_for_long() -> None:
    series, t = quiet(), quiet().offset_ms
    series.gaze_state[t % 14_000 > 1_200, 0] = AWAY
    assert find_events(series) == ()


def test_a_fall_begins_at_the_peak_and_ends_at_the_lowest_point() -> None:
    series = quiet()
    series.group[:] = np.interp(series.line_ms, [0, 40_000, 50_000, 120_000], [70, 70, 45, 45])
    (event,) = find_events(series)
    assert (event.start_ms, event.end_ms, event.kind, event.track_id) == (
        40_000,
        55_000,
        EventKind.GROUP_FALL,
        None,
    )
    assert event.value == pytest.approx(25)
    told, watch = watched(series)
    assert len(told) == 1 and told[0].value == pytest.approx(25) and watch.events == (event,)


@pytest.mark.parametrize(
    ("what", "times_s", "values"),
    [
        ("too small", [0, 40, 45, 120], [70, 70, 56, 56]),
        ("too slow", [0, 120], [90, 10]),
        ("a rise", [0, 40, 45, 120], [40, 40, 90, 90]),
    ],
)
def test_other_courses_are_no_falls(what: str, times_s: list[float], values: list[float]) -> None:
    series = quiet()
    series.group[:] = np.interp(series.line_ms / 1000, times_s, values)
    assert find_events(series) == (), what


def test_a_line_that_swings_up_and_down_is_told_at_most_every_half_minute() -> None:
    series = quiet(300)
    series.group[:] = np.where(series.line_ms // STEP_MS % 2, 45, 75)
    falls = find_events(series)
    assert 5 <= len(falls) <= 10
    assert len(watched(series)[0]) == len(falls)


def test_two_steps_down_are_two_falls_and_a_gap_is_none() -> None:
    series, t = quiet(200), quiet(200).line_ms
    series.group[:] = np.interp(t / 1000, [0, 20, 25, 100, 105, 200], [90, 90, 70, 70, 50, 50])
    series.group[(t > 50_000) & (t < 80_000)] = np.nan
    assert [round(event.value) for event in find_events(series)] == [20, 20]


def test_people_who_smile_at_once_are_one_event_and_one_person_is_none() -> None:
    series, t = quiet(people=4), quiet().offset_ms
    together = (t >= 20_000) & (t < 23_000)
    series.happy[together, :1] = 0.9
    assert find_events(series) == ()
    series.happy[together, :3] = 0.9
    assert find_events(series) == (Event(20_000, 22_900, EventKind.LAUGHTER, None, 0.75),)
    series.happy[together, 1:] = np.nan
    assert find_events(series) == ()


def test_a_nod_is_told_while_it_lasts() -> None:
    series, t = quiet(), quiet().offset_ms
    nodding = (t > 30_000) & (t < 33_000)
    series.pitch_deg[nodding, 1] = 6 * np.sin(2 * np.pi * (t[nodding] - 30_000) / 750)
    (event,) = find_events(series)
    assert (event.kind, event.track_id) == (EventKind.NOD, 2) and event.value >= 6
    told, watch = watched(series)
    assert [(e.start_ms, e.end_ms) for e in told] == [(event.start_ms, None)] and watch.events == (event,)
    series.yaw_deg[:], series.pitch_deg[:] = series.pitch_deg.copy(), 0
    assert find_events(series) == ()


@st.composite
def sessions(draw: st.DrawFn) -> SessionSeries:
    """A good minute in which everything happens at once, states lasting from 0.1 s to half a minute."""
    rng, people = np.random.default_rng(draw(st.integers(0, 2**32))), draw(st.integers(1, 3))
    t = np.cumsum(rng.integers(60, 140, 800))
    shape = (len(t), people)

    def lasting(values: list[float], longest: int) -> np.ndarray:
        columns = []
        for _ in range(people):
            lengths = np.maximum(rng.geometric(1 / longest, len(t)), 1)
            columns.append(np.repeat(rng.choice(values, len(t)), lengths)[: len(t)])
        return np.stack(columns, axis=1)

    longest = draw(st.sampled_from([5, 30, 150]))
    swing = lasting([0, 0, 3, 8], longest) * np.sin(2 * np.pi * rng.uniform(0.3, 3) * t[:, None] / 1000)
    hidden = lasting([0, 0, 0, np.nan], longest)
    return SessionSeries(
        offset_ms=t,
        track_id=np.arange(people) + 7,
        gaze_state=lasting([LOOKING, AWAY, AWAY, CLOSED, UNKNOWN], longest).astype(np.int64),
        happy=lasting([0.1, 0.6, 0.9], longest) + hidden,
        yaw_deg=rng.normal(0, 1, shape) + hidden,
        pitch_deg=swing + rng.normal(0, 0.5, shape) + hidden,
        line_ms=(line_ms := np.arange(0, t[-1], STEP_MS)),
        group=rng.choice([40, 60, 75, np.nan], len(line_ms)) + rng.normal(0, 2, len(line_ms)),
    )


@settings(max_examples=15, deadline=None)
@given(sessions())
def test_live_and_afterwards_the_same_events_are_found_and_each_is_told_once(series: SessionSeries) -> None:
    thresholds = Thresholds(away_ms=4_000, eyes_closed_ms=2_000, laughter_people=1)
    told, watch = watched(series, thresholds)
    found = find_events(series, thresholds)
    assert watch.finish() == found
    names = [(event.start_ms, event.kind, event.track_id) for event in told]
    assert sorted(names) == sorted((event.start_ms, event.kind, event.track_id) for event in found)
    assert all(event.end_ms is None for event in told)


def test_a_session_read_in_steps_too_long_is_refused() -> None:
    with pytest.raises(EngagementError, match="instants 2000 ms apart: wanted bridge_ms"):
        find_events(quiet(step_ms=2_000))
    assert find_events(quiet(step_ms=2_000), Thresholds(bridge_ms=3_000)) == ()


def test_series_that_do_not_fit_are_refused() -> None:
    with pytest.raises(EngagementError, match="happy: wanted shape"):
        replace(quiet(), happy=np.zeros((3, 2)))
    with pytest.raises(EngagementError, match="group: wanted shape"):
        replace(quiet(), group=np.zeros(3))
    with pytest.raises(EngagementError, match="times that increase"):
        replace(quiet(), offset_ms=quiet().offset_ms[::-1])
