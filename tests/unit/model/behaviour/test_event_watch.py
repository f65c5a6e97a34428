"""The watch over a running session, its thresholds, and events in words."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from model.behaviour.event_watch import EventWatch, PersonNow, person_now
from model.behaviour.events import Event, EventKind, Thresholds, checked_thresholds
from model.behaviour.words import event_sentence
from model.emotions import Emotion
from model.errors import EngagementError
from model.observations import GazeState, Observation, QualityFlag, Signals


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ({"away_ms": 0}, "threshold away_ms: wanted a number above 0, got 0"),
        ({"fall_points": -3}, "fall_points"),
        ({"laughter_share": 1.5}, r"laughter_share: wanted a number in 0\.\.1"),
        ({"bridge_ms": float("nan")}, "bridge_ms"),
        ({"away_ms": "long"}, "away_ms"),
        ({"laughter_ms": True}, "laughter_ms"),
        ({"yawns": 3}, "unknown thresholds yawns: wanted some of fall_points"),
    ],
)
def test_thresholds_that_make_no_sense_are_refused(given_: Mapping[str, float], message: str) -> None:
    with pytest.raises(EngagementError, match=message):
        checked_thresholds(given_)


def test_thresholds_can_be_edited_one_by_one() -> None:
    assert checked_thresholds({"away_ms": 5_000}) == Thresholds(away_ms=5_000)


def test_a_person_out_of_the_picture_ends_what_was_under_way() -> None:
    watch = EventWatch(Thresholds(away_ms=2_000))
    told = [watch.update(t, [PersonNow(5, GazeState.AWAY)]) for t in range(0, 3_000, 100)]
    assert sum(map(len, told)) == 1 and watch.events[0].end_ms is None
    for t in range(3_000, 20_000, 100):
        assert watch.update(t, []) == ()
    assert watch.events == (Event(0, 2_900, EventKind.AWAY, 5, 2.9),)


def test_an_instant_told_twice_or_out_of_order_changes_nothing() -> None:
    watch = EventWatch(Thresholds(away_ms=1_000))
    watch.update(0, [PersonNow(1, GazeState.AWAY)])
    assert watch.update(0, [PersonNow(1, GazeState.AWAY)]) == ()
    assert len(watch.update(1_000, [PersonNow(1, GazeState.AWAY)])) == 1
    assert watch.update(500, [PersonNow(1, GazeState.LOOKING)]) == () and len(watch.events) == 1


def test_an_observation_that_does_not_count_lends_its_gaze_only() -> None:
    scores = (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0)
    signals = Signals(yaw_deg=50, pitch_deg=1, gaze=0.1, eye_open=0.3)
    seen = Observation(3, (0, 0, 9, 9), 0.9, QualityFlag(0), scores, Emotion.HAPPY, signals)
    assert person_now(seen) == PersonNow(3, GazeState.AWAY, 1.0, 50, 1)
    turned = replace(seen, flags=QualityFlag.TURNED_AWAY)
    assert person_now(turned) == PersonNow(3, GazeState.AWAY, 1.0), "its scores are read, its head is not"
    blurred = replace(seen, flags=QualityFlag.BLURRED)
    assert person_now(blurred) == PersonNow(3, GazeState.UNKNOWN)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (Event(0, 9_000, EventKind.GROUP_FALL, None, 18.2), "The group's line fell by 18 points within 9 s."),
        (Event(0, 16_000, EventKind.AWAY, 1, 16.0), "Ann looked away for 16 s."),
        (Event(0, None, EventKind.EYES_CLOSED, 1, 3.0), "Ann had the eyes closed for more than 3 s."),
        (Event(0, 900, EventKind.NOD, 1, 4), "Ann nodded."),
        (
            Event(0, 900, EventKind.LAUGHTER, None, 0.75),
            "Smiles or laughter together: 75% of the people seen.",
        ),
    ],
)
def test_an_event_is_told_in_words(event: Event, words: str) -> None:
    assert event_sentence(event, "Ann") == words
