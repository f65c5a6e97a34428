"""Single instants of everybody: movement, habits and events found again."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dashboard.instants import Instants, events_of, habits, read_instants, read_moving_shares
from dashboard.person_steps import PersonSteps
from dashboard.reading import Reading
from db.engine import open_database
from db.reports import gaze_buckets
from db.store import Store
from model.definitions import DEFINITIONS
from model.emotions import Emotion
from model.engagement import engagement
from model.errors import EngagementError
from model.events import EventKind, Thresholds
from model.observations import FrameRecord, Observation, QualityFlag, Signals
from tests.made_sessions import face, seconds, stored


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
    away = [(1, n * 1000, head(1, 30.0, gaze=0.1) if 20 <= n < 40 else head(1, 0.0)) for n in range(60)]
    instants = Instants.of_seen(away)
    kinds = {event.kind for event in events_of(instants, Reading(), Thresholds())}
    assert kinds == {EventKind.GROUP_FALL, EventKind.AWAY}
    assert not events_of(instants, Reading(), Thresholds(away_ms=30_000, fall_points=90))
    happiness = DEFINITIONS["sentiment"]
    by_mood = events_of(instants, Reading(happiness, happiness.weights), Thresholds())
    assert {event.kind for event in by_mood} == {EventKind.AWAY}, "moods did not fall"


def test_instants_too_far_apart_are_a_sentence() -> None:
    sparse = [
        (one.track_id, f.offset_ms, one) for f in seconds([[face()]] * 9, 4000) for one in f.observations
    ]
    with pytest.raises(EngagementError, match="4000 ms apart"):
        events_of(Instants.of_seen(sparse), Reading(), Thresholds())
