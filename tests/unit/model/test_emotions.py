"""The vocabulary's order and the rule of who leads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.emotions import EMOTIONS, Certainty, Emotion
from model.observations import QualityFlag, asked_of


def test_the_order_is_that_of_fer2013s_labels() -> None:
    assert [str(e) for e in EMOTIONS] == ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]


def scores(**shares: float) -> list[float]:
    return [shares.get(str(e), 0.0) for e in EMOTIONS]


def test_the_highest_score_leads_when_it_is_high_and_well_ahead() -> None:
    assert Certainty(0.4, 0.1).leading(scores(happy=0.6, neutral=0.4)) is Emotion.HAPPY


@pytest.mark.parametrize(
    "unsure", [scores(happy=0.39, sad=0.2, fear=0.2, neutral=0.21), scores(happy=0.52, neutral=0.48)]
)
def test_a_low_score_or_a_small_lead_is_not_sure(unsure: list[float]) -> None:
    assert Certainty(0.4, 0.1).leading(unsure) is None


def test_the_limits_themselves_are_enough() -> None:
    assert Certainty(0.5, 0.25).leading(scores(sad=0.5, neutral=0.25, fear=0.25)) is Emotion.SAD


@given(st.lists(st.floats(0.01, 1), min_size=7, max_size=7), st.permutations(range(7)))
def test_who_leads_does_not_depend_on_the_order_of_the_others(parts: list[float], order: list[int]) -> None:
    given_scores = [p / sum(parts) for p in parts]
    leading = Certainty().leading(given_scores)
    shuffled = Certainty().leading([given_scores[i] for i in order])
    assert (leading is None) == (shuffled is None)
    if leading is not None and shuffled is not None:
        assert given_scores[order[EMOTIONS.index(shuffled)]] == given_scores[EMOTIONS.index(leading)]


def test_of_a_flagged_face_more_is_asked_but_never_more_than_all() -> None:
    plain, turned, covered = QualityFlag(0), QualityFlag.TURNED_AWAY, QualityFlag.OCCLUDED
    limits = Certainty(0.5, 0.2)
    assert asked_of(plain, limits) == limits
    assert 0.5 < asked_of(covered, limits).min_share < asked_of(turned, limits).min_share
    assert asked_of(turned | covered, limits) == asked_of(turned, limits)
    assert asked_of(turned, Certainty(0.95, 0.9)) == Certainty(1.0, 1.0)
