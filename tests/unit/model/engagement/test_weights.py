"""Edited weights are checked, kept as JSON, and never keep a session from opening."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.engagement import engagement
from model.engagement.definitions import DEFAULT, DEFINITIONS, Definition
from model.engagement.groups import Moments
from model.engagement.weights import checked_weights, definition_or_default, weights_or_default
from model.errors import EngagementError, ModelError

ALL = pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=list(DEFINITIONS))
SURE = np.eye(7)


@ALL
@pytest.mark.parametrize("value", [-2.0, math.nan, math.inf, "much", None, True, [1.0]])
def test_weights_that_make_no_sense_are_refused(definition: Definition, value: object) -> None:
    name = next(iter(definition.weights))
    with pytest.raises(EngagementError, match=f"weight {name}: wanted a number.*got"):
        checked_weights(definition, {**definition.weights, name: value})


@ALL
def test_unknown_weights_are_refused(definition: Definition) -> None:
    with pytest.raises(EngagementError, match="weights unknown bored; wanted"):
        checked_weights(definition, {**definition.weights, "bored": 1.0})


@ALL
def test_missing_and_all_zero_weights_are_refused(definition: Definition) -> None:
    first, *others = definition.weights
    with pytest.raises(EngagementError, match=f"missing {first}"):
        checked_weights(definition, {name: definition.weights[name] for name in others})
    with pytest.raises(EngagementError, match="all weights are zero"):
        checked_weights(definition, dict.fromkeys(definition.weights, 0))


def test_gaze_weights_that_are_all_zero_are_refused() -> None:
    no_gaze = {name: 0 for name in DEFAULT.weights if name.startswith("gaze_")}
    with pytest.raises(EngagementError, match="all gaze weights are zero"):
        checked_weights(DEFAULT, {**DEFAULT.weights, **no_gaze})


def test_positive_weights_count_by_their_ratios() -> None:
    moments = Moments(SURE[[3, 6]], np.ones(2, bool), np.array([0, 1]))
    tenfold = {name: 10 * weight for name, weight in DEFAULT.weights.items()}
    wanted = engagement(DEFAULT, None, moments)
    np.testing.assert_allclose(engagement(DEFAULT, tenfold, moments), wanted)


@ALL
@settings(max_examples=10)
@given(share=st.floats(0.01, 1))
def test_weights_survive_json_and_are_told_in_the_same_order(definition: Definition, share: float) -> None:
    edited = {name: share * weight for name, weight in reversed(list(definition.weights.items()))}
    weights = checked_weights(definition, edited)
    assert weights_or_default(definition, json.loads(json.dumps(weights))) == (weights, None)
    assert list(weights) == list(definition.weights)


def test_a_session_with_unknown_definition_or_broken_weights_still_opens() -> None:
    definition, problem = definition_or_default("mood_ring")
    assert definition is DEFAULT and problem is not None and "mood_ring" in problem
    assert definition_or_default("valence") == (DEFINITIONS["valence"], None)
    assert definition_or_default(None) == (DEFAULT, None)
    weights, problem = weights_or_default(DEFAULT, {"happy": 1})
    assert weights == dict(DEFAULT.weights) and problem is not None and "missing" in problem
    assert weights_or_default(DEFAULT, None) == (dict(DEFAULT.weights), None)


def test_trouble_with_weights_is_caught_with_the_models_errors_and_as_a_wrong_value() -> None:
    for kind in (ModelError, ValueError):
        with pytest.raises(kind):
            checked_weights(DEFAULT, {})
