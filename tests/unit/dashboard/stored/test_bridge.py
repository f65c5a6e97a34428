"""From the usual value to that of a moment: the parts add up exactly and say what replaced what."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from dashboard.stored.bridge import Makeup, bridge, makeup_of_group, makeup_of_person
from dashboard.stored.person_steps import PersonSteps
from db.reports import GazeBucket
from model.emotions import EMOTIONS, Emotion
from model.engagement import engagement_over, group_line
from model.engagement.definitions import DEFINITIONS
from model.engagement.groups import GAZE_STATES
from model.observations import GazeState
from tests.made.faces import scores_of

TIMES_MS, PEOPLE = (0, 5_000, 10_000), (1, 2, 3)
ANY = [name for name, one in DEFINITIONS.items() if "away_moving" not in one.needs]


def bucket(at_ms: int, person: int, gaze: GazeState, usable: int, scores: tuple[float, ...]) -> GazeBucket:
    leads = tuple(usable if at == int(np.argmax(scores)) else 0 for at in range(len(EMOTIONS)))
    return GazeBucket(at_ms, person, gaze, usable, scores, leads, 0, 0.2, usable, usable // 2, 0.6, 3.0, 1.0)


def steps_of(*buckets: GazeBucket) -> PersonSteps:
    return PersonSteps.of(buckets, 5_000, 0, 15_000)


@some.composite
def crowds(draw: some.DrawFn) -> PersonSteps:
    """Three steps of up to three people, each in some states of gaze with some scores."""
    found = []
    for at_ms in TIMES_MS:
        for person in PEOPLE:
            for gaze in draw(some.sets(some.sampled_from(GAZE_STATES), max_size=2)):
                parts = np.array(draw(some.lists(some.floats(0.01, 1), min_size=7, max_size=7)))
                usable = draw(some.integers(1, 50))
                found.append(bucket(at_ms, person, gaze, usable, tuple((parts / parts.sum()).tolist())))
    return steps_of(*found)


@settings(max_examples=60, deadline=None)
@given(crowds(), some.sampled_from(ANY))
def test_the_parts_add_up_to_the_value_of_the_group_and_of_everybody(steps: PersonSteps, name: str) -> None:
    definition = DEFINITIONS[name]
    reading = definition, definition.weights
    usual = makeup_of_group(steps, *reading)
    line = group_line(steps.values(*reading), 1).mean if len(steps.people) else np.full(3, np.nan)
    if usual is None:
        assert np.isnan(line).all()
        return
    assert usual.value == pytest.approx(np.nanmean(line), abs=1e-9)
    for at_ms, value in zip(TIMES_MS, line.tolist(), strict=True):
        now = makeup_of_group(steps.between(at_ms, at_ms + 5_000), *reading)
        assert (now is None) == np.isnan(value)
        if now is not None:
            found = bridge(usual, now)
            assert found.value == pytest.approx(value, abs=1e-9)
            assert found.usual + sum(part.change for part in found.parts) == pytest.approx(value, abs=1e-9)
            sizes = [abs(part.change) for part in found.parts]
            assert sizes == sorted(sizes, reverse=True)
    alone, _ = engagement_over(*reading, steps.groups, steps.column, len(steps.people))
    for person, value in zip(steps.people.tolist(), alone.tolist(), strict=True):
        made = makeup_of_person(steps, *reading, person)
        assert (np.nan if made is None else made.value) == pytest.approx(value, nan_ok=True, abs=1e-9)


def test_looking_away_and_another_expression_are_told_apart_and_what_was_replaced_is_not_told() -> None:
    definition = DEFINITIONS["concentration"]
    calm, sad = scores_of(Emotion.NEUTRAL, 1.0), scores_of(Emotion.SAD, 1.0)
    usual = bucket(0, 1, GazeState.LOOKING, 50, calm)
    steps = steps_of(usual, bucket(5_000, 1, GazeState.AWAY, 50, sad))
    first, then = (
        makeup_of_group(steps.between(at, at + 5_000), definition, definition.weights) for at in (0, 5_000)
    )
    assert first is not None and then is not None
    found = bridge(first, then)
    assert {part.key for part in found.parts} == {"sad", "away"}
    assert all(part.change < 0 for part in found.parts), "sadness takes away, it does not add"


def test_shares_that_replace_nothing_are_told_as_they_are() -> None:
    nothing = np.zeros(len(GAZE_STATES))
    usual = Makeup(("frontal", "turned"), np.array([0.5, 0.0]), np.array([100.0, 0.0]), nothing)
    now = Makeup(("frontal", "turned"), np.array([0.2, 0.0]), np.array([100.0, 0.0]), nothing)
    [part] = bridge(usual, now).parts
    assert (part.key, round(part.change)) == ("frontal", -30)


def test_too_few_people_have_no_makeup() -> None:
    steps = steps_of(bucket(0, 1, GazeState.LOOKING, 9, scores_of(Emotion.HAPPY)))
    definition = DEFINITIONS["concentration"]
    assert makeup_of_group(steps, definition, definition.weights, least_people=2) is None
    assert makeup_of_person(steps, definition, definition.weights, 7) is None
