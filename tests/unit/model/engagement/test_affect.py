"""Valence and arousal are means of the circumplex points under the scores."""

import numpy as np
import pytest

from model.emotions import EMOTIONS, Emotion
from model.engagement.affect import (
    CIRCUMPLEX,
    arousal,
    checked_circumplex,
    circumplex_numbers,
    strongest_negative,
    valence,
)
from model.errors import EngagementError

SURE = np.eye(7)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_certain_expression_lies_on_its_point(emotion: Emotion) -> None:
    scores = SURE[EMOTIONS.index(emotion)]
    assert (float(valence(scores)), float(arousal(scores))) == pytest.approx(CIRCUMPLEX[emotion])


def test_pleasant_unpleasant_calm_and_excited_are_where_they_belong() -> None:
    by_name = dict(zip(EMOTIONS, valence(SURE).tolist(), strict=True))
    assert by_name[Emotion.HAPPY] > by_name[Emotion.NEUTRAL] == 0 > by_name[Emotion.SAD]
    excitement = dict(zip(EMOTIONS, arousal(SURE).tolist(), strict=True))
    assert excitement[Emotion.SURPRISE] > excitement[Emotion.NEUTRAL] > excitement[Emotion.SAD]


def test_a_mixture_lies_between() -> None:
    assert valence((SURE[3] + SURE[6]) / 2) == pytest.approx(0.415)


def test_unknown_scores_give_unknown_values_and_shapes_are_kept() -> None:
    batch = np.tile(SURE[6], (2, 3, 1))
    batch[0, 0] = np.nan
    assert np.isnan(valence(batch)).sum() == 1 and arousal(batch).shape == (2, 3)


def test_another_table_can_be_given() -> None:
    assert valence(SURE[5], {**CIRCUMPLEX, Emotion.SURPRISE: (0.4, 0.7)}) == pytest.approx(0.4)


def test_scores_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="got \\(8,\\)"):
        valence(np.ones(8) / 8)


MIX = 0.4 * SURE[3] + 0.1 * SURE[5] + 0.2 * SURE[0] + 0.3 * SURE[4]


def test_the_strongest_negative_is_one_expression_not_their_sum() -> None:
    assert strongest_negative(MIX) == pytest.approx(0.3)


def test_the_strongest_negative_of_unknown_scores_is_unknown() -> None:
    batch = np.tile(SURE[3], (2, 3, 1))
    batch[1, 1] = np.nan
    assert np.isnan(strongest_negative(batch)).sum() == 1 and strongest_negative(batch).shape == (2, 3)


def test_an_edited_table_is_taken_as_it_is() -> None:
    given = circumplex_numbers(CIRCUMPLEX) | {"surprise_valence": 0.4}
    assert checked_circumplex(given)[Emotion.SURPRISE] == (0.4, 0.89)
    assert valence(SURE[5], checked_circumplex(given)) == pytest.approx(0.4)
    assert checked_circumplex(circumplex_numbers(CIRCUMPLEX)) == CIRCUMPLEX


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"bored_valence": 0.0}, "of each of angry"),
        ({"happy_valence": 1.2}, "happy_valence: wanted a number in -1..1, got 1.2"),
        ({"happy_arousal": float("nan")}, "happy_arousal: wanted"),
    ],
)
def test_a_table_with_points_outside_the_plane_is_refused(change: dict[str, float], message: str) -> None:
    with pytest.raises(EngagementError, match=message):
        checked_circumplex(circumplex_numbers(CIRCUMPLEX) | change)


def test_a_table_without_every_expression_is_refused() -> None:
    with pytest.raises(EngagementError, match="of each of angry"):
        checked_circumplex({"happy_valence": 0.8})
