"""Everybody's instants by step and gaze state: values per person first, then over people."""

import numpy as np
import pytest

from dashboard.stored.group_lines import (
    group_timeline,
    least_people_of,
    person_table,
    smooth_timeline,
)
from dashboard.stored.person_steps import PersonSteps
from db.reports import GazeBucket
from model.emotions import EMOTIONS, Emotion
from model.engagement.definitions import DEFAULT
from model.observations import GazeState

NEUTRAL = tuple(float(emotion is Emotion.NEUTRAL) for emotion in EMOTIONS)
HAPPY = tuple(float(emotion is Emotion.HAPPY) for emotion in EMOTIONS)


def gazes(
    start_ms: int,
    person: int,
    gaze: GazeState = GazeState.LOOKING,
    usable: int = 10,
    scores: tuple[float, ...] = NEUTRAL,
) -> GazeBucket:
    leads = tuple(round(usable * score) for score in scores)
    return GazeBucket(start_ms, person, gaze, usable, scores, leads, 0, 0.0, 0, 0, None, None, None)


def steps_of(*buckets: GazeBucket, end_ms: int = 4000) -> PersonSteps:
    return PersonSteps.of(buckets, 1000, 0, end_ms)


def values(steps: PersonSteps) -> np.ndarray:
    return steps.values(DEFAULT, DEFAULT.weights)


def test_gaze_states_of_one_step_are_weighed_by_their_instants() -> None:
    steps = steps_of(gazes(0, 1, usable=30), gazes(0, 1, GazeState.AWAY, usable=10))
    assert values(steps)[0] == pytest.approx([(30 * 100 + 10 * 40) / 40])
    assert steps.looking()[0] == pytest.approx([0.75])
    assert steps.usable()[:, 0].tolist() == [40, 0, 0, 0]


def test_a_step_in_which_a_person_was_not_usable_is_unknown() -> None:
    steps = steps_of(gazes(1000, 7), gazes(3000, 9))
    assert steps.people.tolist() == [7, 9]
    assert np.isnan(values(steps)).tolist() == [[True, True], [False, True], [True, True], [True, False]]
    assert np.isnan(steps.scores()[0]).all()


def test_unknown_gaze_counts_as_looking_and_is_told() -> None:
    steps = steps_of(gazes(0, 1, GazeState.UNKNOWN), gazes(1000, 1, GazeState.AWAY))
    assert values(steps)[:2, 0] == pytest.approx([100, 40])
    assert steps.gaze_known() == 0.5
    assert steps.looking_overall() == 0.0
    assert np.isnan(steps.looking()[0, 0]), "nobody guesses where they looked"


def test_nothing_is_known_of_an_empty_session() -> None:
    steps = steps_of()
    assert (steps.gaze_known(), steps.looking_overall(), steps.gaze_shares()) == (None, None, {})
    assert values(steps).shape == (4, 0)
    assert least_people_of(steps) == 1


def test_buckets_outside_the_grid_are_left_out() -> None:
    assert PersonSteps.of([gazes(0, 1), gazes(5000, 1)], 1000, 2000, 4000).people.tolist() == []


def test_every_person_counts_once_however_often_they_are_seen() -> None:
    steps = steps_of(gazes(0, 1, usable=90), gazes(0, 2, GazeState.AWAY, usable=10))
    line = group_timeline(steps, values(steps), steps.scores(), 1)
    assert line["engagement"][0] == pytest.approx(70)
    assert line["looking"][0] == pytest.approx(0.5)
    assert line["counted"].tolist() == [2, 0, 0, 0]


def test_the_group_has_no_line_while_too_few_are_usable_and_no_spread_of_two() -> None:
    crowd = [gazes(0, person) for person in range(1, 9)]
    steps = steps_of(*crowd, gazes(1000, 1), gazes(1000, 2), gazes(2000, 3))
    assert least_people_of(steps) == 1, "a quarter of the usual two"
    line = group_timeline(steps, values(steps), steps.scores(), 2)
    assert line["engagement"].notna().tolist() == [True, True, False, False]
    assert line["upper"].notna().tolist() == [True, False, False, False]


def test_smoothing_weighs_the_line_by_people_and_leaves_gaps() -> None:
    steps = steps_of(gazes(0, 1), gazes(0, 2), gazes(0, 3), gazes(1000, 1, GazeState.AWAY), gazes(3000, 1))
    line = smooth_timeline(group_timeline(steps, values(steps), steps.scores(), 1), 3)
    assert line["engagement"][0] == pytest.approx((3 * 100 + 40) / 4)
    assert line["engagement"].notna().tolist() == [True, True, False, True]
    table = person_table(steps, values(steps), 3)
    assert table.index.tolist() == [0, 1000, 2000, 3000] and table.columns.to_numpy().tolist() == [1, 2, 3]
