"""How a session is read: what it keeps, and sentences about what cannot be used."""

import pytest

from dashboard.reading import Neutral, Reading, stored_reading
from db.reports import SessionSettings
from model.emotions import Emotion
from model.engagement.affect import CIRCUMPLEX, circumplex_numbers
from model.engagement.definitions import DEFAULT, DEFINITIONS

SENTIMENT = DEFINITIONS["sentiment"]


def test_an_old_session_reads_by_the_default_without_a_word() -> None:
    reading, troubles = stored_reading(SessionSettings(None, None, None))
    assert reading == Reading() and reading.definition is DEFAULT
    assert troubles == []


def test_a_kept_definition_comes_back_with_its_weights() -> None:
    weights = dict(SENTIMENT.weights) | {"surprise": 0.0}
    reading, troubles = stored_reading(SessionSettings("sentiment", weights, None))
    assert (reading.definition, dict(reading.weights), troubles) == (SENTIMENT, weights, [])


def test_an_unknown_definition_is_a_sentence_and_the_default() -> None:
    reading, [trouble] = stored_reading(SessionSettings("flow", {"flow": 1.0}, None))
    assert reading == Reading()
    assert '"flow"' in trouble and DEFAULT.title in trouble


@pytest.mark.parametrize(
    "weights",
    [None, {}, {"happy": 1.0}, dict.fromkeys(SENTIMENT.weights, 0.0), dict.fromkeys(SENTIMENT.weights, 9.0)],
)
def test_broken_weights_are_a_sentence_and_the_published_ones(weights: dict[str, float] | None) -> None:
    reading, [trouble] = stored_reading(SessionSettings("sentiment", weights, None))
    assert dict(reading.weights) == dict(SENTIMENT.weights)
    assert "stored weights cannot be" in trouble


def test_values_are_told_in_the_definitions_unit() -> None:
    percent, plane = Reading(), Reading(SENTIMENT, SENTIMENT.weights)
    assert percent.told(61.4).replace("\N{NO-BREAK SPACE}", " ") == "61 %"
    assert percent.told(-4.6, signed=True) == "-5 points"
    assert plane.told(0.417) == "0.42"
    assert plane.told(None) == plane.told(float("nan")) == "\N{EN DASH}"


def test_only_the_paper_has_bands_and_only_with_its_own_weights() -> None:
    assert Reading().banded
    assert not Reading(SENTIMENT, SENTIMENT.weights).banded
    assert not Reading(neutral=Neutral.RUNNING).banded
    assert not Reading(DEFAULT, {**DEFAULT.weights, "happy": 0.9}).banded


def test_changes_span_both_directions() -> None:
    assert Reading().limits == (0, 100)
    assert Reading(neutral=Neutral.FIXED).limits == (-100, 100)
    assert Reading(SENTIMENT, SENTIMENT.weights).limits == (-1, 1)


def test_stored_points_of_valence_and_arousal_are_used_or_named() -> None:
    own = circumplex_numbers(CIRCUMPLEX) | {"fear_valence": -0.6}
    reading, troubles = stored_reading(SessionSettings(None, None, None, own))
    assert reading.circumplex[Emotion.FEAR] == (-0.6, 0.64) and not troubles
    reading, [trouble] = stored_reading(SessionSettings(None, None, None, own | {"fear_valence": -6.0}))
    assert reading.circumplex == CIRCUMPLEX and "fear_valence" in trouble
