"""Single instants of everybody: movement, habits and events found again."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.reading import Reading
from dashboard.stored.events import events_of
from dashboard.stored.habits import habits
from dashboard.stored.instants import Instants, read_instants, read_moving_shares
from dashboard.stored.person_steps import PersonSteps
from db.engine import open_database
from db.reports import gaze_buckets
from db.store import Store
from model.behaviour.event_watch import EventWatch, person_now
from model.behaviour.events import EventKind, Thresholds
from model.emotions import Emotion
from model.engagement import engagement
from model.engagement.definitions import DEFINITIONS
from model.errors import EngagementError
from model.observations import USABLE, FrameRecord, Observation, QualityFlag, Signals
from tests.made.faces import face, seconds
from tests.made.sessions import stored


def head(track_id: int, yaw_deg: float, **signals: float) -> Observation:
    eyes = {"eye_open": 0.36, "gaze": 0.9, "mouth_open": 0.03} | signals
    return replace(face(track_id), signals=Signals(yaw_deg, 0.0, 0.0, **eyes))


def a_minute() -> list[FrameRecord]:
    """At 10 Hz: 1 sits still, 2 turns away and back all the time, 3 is blurred, 4 was never measured."""
    return [
        FrameRecord(
            n,
            n * 100,
            (
                head(1, 3.0, mouth_open=0.3 if n % 2 else 0.0, eye_open=0.1 if n % 50 == 7 else 0.36),
                head(2, 45.0 * abs((n % 20) - 10) / 10),
                replace(head(3, 0.0), flags=QualityFlag.BLURRED),
                face(4, Emotion.HAPPY),
            ),
        )
        for n in range(600)
    ]


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> tuple[Instants, PersonSteps]:
    """Its steps know how many heads move."""
    path: Path = tmp_path_factory.mktemp("instants") / "a.db"
    engine = open_database(f"sqlite:///{path.as_posix()}")
    session_id = stored(Store(engine), a_minute())
    buckets = gaze_buckets(engine, session_id, 5000, by_person=True)
    steps = PersonSteps.of(buckets, 5000, 0, 60_000)
    moving = read_moving_shares(engine, (session_id, 0, 60_000), steps, 5000)
    return read_instants(engine, session_id), steps.with_moving(moving)


def test_what_is_read_is_what_was_seen(every: tuple[Instants, PersonSteps]) -> None:
    seen = [(one.track_id, frame.offset_ms, one) for frame in a_minute() for one in frame.observations]
    made = Instants.of_seen(seen)
    for name in Instants.__dataclass_fields__:
        np.testing.assert_allclose(getattr(every[0], name), getattr(made, name))


def test_habits_tell_who_talks_and_blinks_and_what_was_not_measured(
    every: tuple[Instants, PersonSteps],
) -> None:
    table = habits(every[0])
    assert table["speaking"][1] > 0.9 and table["speaking"][2] == 0
    assert table["blinks"][1] == pytest.approx(12, abs=1)
    assert table.loc[4].isna().all(), "nobody guesses"


def test_movement_is_counted_where_it_belongs(every: tuple[Instants, PersonSteps]) -> None:
    steps = every[1]
    moving = steps.groups.away_moving
    assert moving is not None
    still, turning, unposed = (moving[steps.people[steps.column] == person] for person in (1, 2, 4))
    assert (still == 0).all() and (turning > 0.3).all() and np.isnan(unposed).all()


def test_steps_and_single_instants_agree_on_the_second_screen(every: tuple[Instants, PersonSteps]) -> None:
    instants, steps = every
    definition = DEFINITIONS["second_screen"]
    single = engagement(definition, None, instants.moments())
    for column, person in enumerate(steps.people.tolist()[:2]):
        mine = (instants.person == person) & (instants.offset_ms < 5000)
        whole = steps.values(definition, definition.weights)[0, column]
        assert whole == pytest.approx(np.nanmean(single[mine]))


def test_nothing_seen_has_no_habits() -> None:
    assert habits(Instants.of_seen([])).empty


def test_events_are_found_by_the_reading_and_the_thresholds() -> None:
    away = [(1, n * 1000, head(1, 30.0, gaze=0.1) if 30 <= n < 50 else head(1, 0.0)) for n in range(60)]
    instants = Instants.of_seen(away)
    kinds = {event.kind for event in events_of(instants, Reading(), Thresholds())}
    assert kinds == {EventKind.GROUP_FALL, EventKind.AWAY}
    assert not events_of(instants, Reading(), Thresholds(away_ms=30_000, fall_points=90))
    happiness = DEFINITIONS["sentiment"]
    by_mood = events_of(instants, Reading(happiness, happiness.weights), Thresholds())
    assert {event.kind for event in by_mood} == {EventKind.AWAY}, "moods did not fall"


def asleep_and_nodding(n: int, flags: QualityFlag) -> Observation:
    """Closed eyes, a head that nods once a second, lips that move."""
    pitch_deg = 12.0 * np.sin(2 * np.pi * n / 10)
    moving = Signals(0.0, pitch_deg, 0.0, 0.1, 0.9, 0.3 if n % 2 else 0.0)
    return replace(face(1), signals=moving, flags=flags)


@pytest.mark.parametrize("flag", list(QualityFlag))
def test_what_is_not_usable_neither_nods_nor_speaks_nor_sleeps(flag: QualityFlag) -> None:
    def told(flags: QualityFlag) -> set[EventKind]:
        instants = Instants.of_seen([(1, n * 100, asleep_and_nodding(n, flags)) for n in range(200)])
        return {event.kind for event in events_of(instants, Reading(), Thresholds())}

    assert told(USABLE) == {EventKind.NOD, EventKind.EYES_CLOSED}
    assert told(flag) == set()
    flagged = Instants.of_seen([(1, n * 100, asleep_and_nodding(n, flag)) for n in range(200)])
    assert habits(flagged).isna().all(axis=None)


def test_a_face_only_turned_away_is_away_and_a_blurred_one_is_not() -> None:
    def away(flags: QualityFlag) -> list[EventKind]:
        turned = replace(head(1, 60.0, gaze=0.0), flags=flags)
        instants = Instants.of_seen([(1, n * 100, turned) for n in range(200)])
        return [event.kind for event in events_of(instants, Reading(), Thresholds())]

    assert away(QualityFlag.TURNED_AWAY) == [EventKind.AWAY]
    assert away(QualityFlag.TURNED_AWAY | QualityFlag.BLURRED) == []


@given(flags=st.lists(st.sampled_from([0, 0, 0, 4, 16, 20, 64]), min_size=12, max_size=30))
@settings(max_examples=25, deadline=None)
def test_the_running_session_and_the_report_find_the_same_under_any_flags(flags: list[int]) -> None:
    seen = [asleep_and_nodding(n, QualityFlag(flags[n // 10 % len(flags)])) for n in range(300)]
    seen += [
        replace(head(1, 50.0, gaze=0.0), flags=QualityFlag(flags[n // 25 % len(flags)])) for n in range(300)
    ]
    watch = EventWatch(Thresholds())
    for n, one in enumerate(seen):
        watch.update(n * 100, [person_now(one)])
    afterwards = events_of(
        Instants.of_seen([(1, n * 100, one) for n, one in enumerate(seen)]), Reading(), Thresholds()
    )
    assert watch.finish() == tuple(event for event in afterwards if event.track_id is not None)


def test_eyes_too_small_to_be_read_are_told_from_eyes_that_look() -> None:
    small = replace(head(1, 0.0), signals=Signals(0.0, 0.0, 0.0, None, 0.9, 0.0))
    half = Instants.of_seen([(1, n * 100, small if n % 2 else head(1, 0.0)) for n in range(100)])
    assert habits(half)["eyes"][1] == 0.5


def test_instants_too_far_apart_are_a_sentence() -> None:
    sparse = [
        (one.track_id, f.offset_ms, one) for f in seconds([[face()]] * 9, 4000) for one in f.observations
    ]
    with pytest.raises(EngagementError, match="4000 ms apart"):
        events_of(Instants.of_seen(sparse), Reading(), Thresholds())
