"""Valence and arousal are means of the circumplex points under the scores."""

import numpy as np
import pytest

from model.affect import CIRCUMPLEX, arousal, valence
from model.emotions import EMOTIONS, Emotion

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
