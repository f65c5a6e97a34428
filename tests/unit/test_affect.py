"""Valence and arousal are means of the circumplex points under the scores."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import ArrayLike

from model.affect import (
    CIRCUMPLEX,
    arousal,
    checked_circumplex,
    net_valence,
    sentiment,
    strongest_negative,
    valence,
)
from model.emotions import EMOTIONS, Emotion
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
    assert net_valence(MIX) == pytest.approx(0.4 - 0.3)


def test_sentiment_counts_surprise_as_pleasant_and_sadness_not_at_all() -> None:
    assert sentiment(MIX) == pytest.approx(0.4 + 0.1 - 0.2)


@pytest.mark.parametrize("measure", [strongest_negative, net_valence, sentiment])
def test_the_other_measures_keep_unknown_scores_unknown(measure: Callable[[ArrayLike], np.ndarray]) -> None:
    batch = np.tile(SURE[3], (2, 3, 1))
    batch[1, 1] = np.nan
    assert np.isnan(measure(batch)).sum() == 1 and measure(batch).shape == (2, 3)


def test_an_edited_table_is_taken_as_it_is() -> None:
    given = {str(emotion): list(point) for emotion, point in CIRCUMPLEX.items()}
    given["surprise"] = [0.4, 0.7]
    assert checked_circumplex(given)[Emotion.SURPRISE] == (0.4, 0.7)
    assert valence(SURE[5], checked_circumplex(given)) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"bored": (0, 0)}, "a point for each"),
        ({"happy": (1.2, 0)}, "happy: wanted valence and arousal"),
        ({"happy": (float("nan"), 0)}, "happy: wanted"),
        ({"happy": (0.1, 0.2, 0.3)}, "happy: wanted"),
    ],
)
def test_a_table_with_points_outside_the_plane_is_refused(
    change: dict[str, tuple[float, ...]], message: str
) -> None:
    with pytest.raises(EngagementError, match=message):
        checked_circumplex({**{str(emotion): point for emotion, point in CIRCUMPLEX.items()}, **change})


def test_a_table_without_every_expression_is_refused() -> None:
    with pytest.raises(EngagementError, match="a point for each"):
        checked_circumplex({"happy": (0.8, 0.5)})
