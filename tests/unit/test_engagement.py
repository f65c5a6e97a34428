"""The concentration index equals the paper's weights."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.emotions import EMOTIONS, Emotion
from model.engagement import (
    EMOTION_WEIGHTS,
    GAZE_CLOSED,
    GAZE_HALF_CLOSED,
    GAZE_LOOKING,
    GAZE_OFF_CENTRE,
    ConcentrationBand,
    concentration_band,
    concentration_index,
    concentration_index_of_leading,
)

SURE = np.eye(7)
PAPER = {
    Emotion.NEUTRAL: 0.9,
    Emotion.HAPPY: 0.6,
    Emotion.SURPRISE: 0.6,
    Emotion.SAD: 0.3,
    Emotion.FEAR: 0.3,
    Emotion.ANGRY: 0.25,
    Emotion.DISGUST: 0.2,
}


@pytest.mark.parametrize("emotion", EMOTIONS)
@pytest.mark.parametrize("gaze", [GAZE_LOOKING, GAZE_OFF_CENTRE, GAZE_HALF_CLOSED, GAZE_CLOSED])
def test_a_certain_expression_gives_the_papers_product_hard_and_soft(emotion: Emotion, gaze: float) -> None:
    scores = SURE[EMOTIONS.index(emotion)]
    wanted = 100 * PAPER[emotion] * gaze / 4.5
    assert concentration_index(scores, gaze) == pytest.approx(wanted)
    assert concentration_index_of_leading(scores, gaze) == pytest.approx(wanted)


def test_neutral_and_looking_scores_highest_and_happy_two_thirds() -> None:
    assert concentration_index(SURE[6]) == pytest.approx(100)
    assert concentration_index(SURE[3]) == pytest.approx(66.667, abs=0.01)


def test_a_mixture_gives_the_expectation_soft_and_the_top_one_hard() -> None:
    mix = 0.6 * SURE[6] + 0.4 * SURE[4]
    assert concentration_index(mix) == pytest.approx(100 * (0.6 * 0.9 + 0.4 * 0.3) * 5 / 4.5)
    assert concentration_index_of_leading(mix) == pytest.approx(100)


@given(st.lists(st.floats(0, 1), min_size=7, max_size=7).filter(lambda p: sum(p) > 0.1))
def test_the_index_stays_within_its_range(parts: list[float]) -> None:
    scores = np.array(parts) / sum(parts)
    assert 22 < concentration_index(scores) <= 100.0001


def test_batches_of_any_shape_keep_their_shape_and_unknown_rows_stay_unknown() -> None:
    batch = np.tile(SURE[6], (4, 3, 1))
    batch[1, 2] = np.nan
    for index in (concentration_index, concentration_index_of_leading):
        found = index(batch)
        assert found.shape == (4, 3)
        assert np.isnan(found).sum() == 1 and np.isnan(found[1, 2])


def test_each_face_has_its_own_gaze() -> None:
    assert concentration_index(SURE[[6, 6]], [5.0, 0.0]).tolist() == [100, 0]


def test_other_weights_can_be_given() -> None:
    weights = {**EMOTION_WEIGHTS, Emotion.HAPPY: 0.9}
    assert concentration_index(SURE[3], weights=weights) == pytest.approx(100)


def test_scores_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match=r"wanted shape \(\.\.\., 7\), got \(6,\)"):
        concentration_index(np.ones(6) / 6)


@pytest.mark.parametrize(
    ("percent", "band"),
    [
        (65.1, ConcentrationBand.HIGH),
        (65.0, ConcentrationBand.NOMINAL),
        (25.0, ConcentrationBand.NOMINAL),
        (24.9, ConcentrationBand.DISENGAGED),
        (float("nan"), None),
    ],
)
def test_the_bands_end_where_the_paper_ends_them(percent: float, band: ConcentrationBand | None) -> None:
    assert concentration_band(percent) == band
