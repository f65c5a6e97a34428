"""The concentration index equals the paper's weights."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from model.emotions import EMOTIONS, Emotion
from model.engagement import engagement, engagement_over, group_line, peak_and_end
from model.engagement.definitions import DEFINITIONS
from model.engagement.groups import GAZE_STATES, NOT_SURE_CODE, Grouped, Moments, gaze_codes, gaze_codes_of
from model.errors import EngagementError
from model.observations import GazeState, Observation, QualityFlag, Signals
from tests.made.paper_concentration import EMOTION_WEIGHT, GAZE_WEIGHT, hard_percent, soft_percent

SURE = np.eye(7)
LOOKING = GazeState.LOOKING
SOFT, HARD = DEFINITIONS["concentration"], DEFINITIONS["concentration_hard"]


def looking(*scores: ArrayLike) -> Moments:
    """One instant for each seven scores, the person looking at the screen."""
    return Moments(
        np.array(scores, np.float64), np.ones(len(scores), bool), gaze_codes([LOOKING] * len(scores))
    )


@pytest.mark.parametrize("emotion", EMOTIONS)
@pytest.mark.parametrize("state", GazeState)
def test_both_definitions_give_the_papers_product_for_instants_and_groups(
    emotion: Emotion, state: GazeState
) -> None:
    wanted = 100 * EMOTION_WEIGHT[emotion] * GAZE_WEIGHT[state] / 4.5
    row = SURE[EMOTIONS.index(emotion)]
    moment = Moments(row[None], np.ones(1, bool), gaze_codes([state]))
    leads = np.append(row, 0)[None]
    group = Grouped(np.array([40]), row[None], gaze_codes([state]), leads=leads)
    for definition in (SOFT, HARD):
        assert engagement(definition, None, moment) == pytest.approx(wanted)
        assert engagement(definition, None, group) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("leading", "percent"),
    [
        (Emotion.NEUTRAL, 100),
        (Emotion.HAPPY, 66.667),
        (Emotion.SURPRISE, 66.667),
        (Emotion.SAD, 33.333),
        (Emotion.FEAR, 33.333),
        (Emotion.ANGRY, 27.778),
        (Emotion.DISGUST, 22.222),
    ],
)
def test_neutral_and_looking_scores_highest_and_happy_two_thirds(leading: Emotion, percent: float) -> None:
    moment = looking(SURE[EMOTIONS.index(leading)])
    for definition in (SOFT, HARD):
        assert engagement(definition, None, moment) == pytest.approx(percent, abs=0.001)


def test_a_mixture_gives_the_expectation_soft_and_the_top_one_hard() -> None:
    mix = looking(0.6 * SURE[6] + 0.4 * SURE[4])
    assert engagement(SOFT, None, mix) == pytest.approx(100 * (0.6 * 0.9 + 0.4 * 0.3) * 5 / 4.5)
    assert engagement(HARD, None, mix) == pytest.approx(100)


@given(st.integers(0, 2**32))
def test_both_definitions_agree_with_the_paper_on_any_scores(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores, codes = rng.dirichlet(np.ones(7), 20), rng.integers(0, 5, 20)
    moments = Moments(scores, np.ones(20, bool), codes)
    faces = [(row.tolist(), GAZE_STATES[code]) for row, code in zip(scores, codes, strict=True)]
    np.testing.assert_allclose(engagement(SOFT, None, moments), [soft_percent(*one) for one in faces])
    np.testing.assert_allclose(engagement(HARD, None, moments), [hard_percent(*one) for one in faces])


@given(st.lists(st.floats(0, 1), min_size=7, max_size=7).filter(lambda p: sum(p) > 0.1))
def test_who_looks_stays_within_the_papers_range(parts: list[float]) -> None:
    [soft] = engagement(SOFT, None, looking(np.array(parts) / sum(parts)))
    assert 22 < soft <= 100.0001


def test_an_instant_without_scores_has_no_value_and_takes_nothing_from_the_others() -> None:
    scores = np.array([SURE[6], [np.nan] * 7])
    moments = Moments(scores, np.array([True, False]), gaze_codes([LOOKING] * 2))
    for definition in (SOFT, HARD):
        assert engagement(definition, None, moments) == pytest.approx([100, np.nan], nan_ok=True)


def test_other_weights_can_be_given() -> None:
    weights = {**SOFT.weights, "happy": 0.9}
    assert engagement(SOFT, weights, looking(SURE[3])) == pytest.approx(100)


def test_the_hard_form_has_no_value_when_nothing_leads() -> None:
    unsure = Moments(SURE[[6, 6]], np.ones(2, bool), leading=np.array([NOT_SURE_CODE, 6]))
    assert engagement(HARD, None, unsure) == pytest.approx([np.nan, 100], nan_ok=True)
    merged, counted = engagement_over(HARD, None, unsure, [0, 0], 1)
    assert (merged.tolist(), counted.tolist()) == ([100], [1])


def test_observations_become_instants() -> None:
    box, signals = (0.0, 0.0, 9.0, 9.0), Signals(30.0, 0.0, 0.0, 0.35, 0.2, 0.1)
    seen = [
        Observation(1, box, 0.9, scores=tuple(SURE[6]), leading=Emotion.NEUTRAL, signals=signals),
        Observation(2, box, 0.9, QualityFlag.BLURRED, tuple(SURE[6]), Emotion.NEUTRAL),
        Observation(3, box, 0.9),
    ]
    moments = Moments.of(seen)
    assert engagement(SOFT, None, moments) == pytest.approx([40, np.nan, np.nan], nan_ok=True)
    attention = engagement(DEFINITIONS["attention"], None, moments)
    assert attention == pytest.approx([100 / 3, np.nan, np.nan], nan_ok=True)
    assert len(Moments.of([])) == 0 and engagement(SOFT, None, Moments.of([])).shape == (0,)


@given(st.floats(0, 1) | st.none(), st.floats(0, 1) | st.none())
def test_gaze_codes_of_arrays_are_those_of_the_signals(eye_open: float | None, gaze: float | None) -> None:
    arrays = (np.array([value], np.float64) for value in (eye_open, gaze))
    state = Signals(eye_open=eye_open, gaze=gaze).gaze_state
    assert gaze_codes_of(*arrays).tolist() == gaze_codes([state]).tolist()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"scores": np.ones((2, 6)) / 6}, r"scores: wanted shape \(2, 7\), got \(2, 6\)"),
        ({"scores": np.ones((2, 7))}, "sum to 1"),
        ({"scores": np.array([[2.0, -1, 0, 0, 0, 0, 0]] * 2)}, "sum to 1"),
        ({"usable": np.ones(3, bool)}, r"usable: wanted shape \(2,\), got \(3,\)"),
        ({"gaze_state": np.array([0, 5])}, r"gaze_state: wanted codes 0\.\.4, got 0\.\.5"),
        ({"leading": np.array([-1, 0])}, "leading: wanted codes"),
        ({"yaw_deg": np.zeros(1)}, "yaw_deg: wanted shape"),
    ],
)
def test_instants_that_do_not_fit_are_refused(fields: dict[str, np.ndarray], message: str) -> None:
    with pytest.raises(EngagementError, match=message):
        Moments(**{"scores": SURE[:2], "usable": np.ones(2, bool), **fields})


def test_groups_that_do_not_fit_are_refused() -> None:
    with pytest.raises(EngagementError, match="leads: wanted shape"):
        Grouped(np.ones(2, int), SURE[:2], np.zeros(2, int), leads=np.ones((2, 7)))
    with pytest.raises(EngagementError, match="counts: wanted 0 or more"):
        Grouped(np.array([-1]), SURE[:1], np.zeros(1, int))
    with pytest.raises(EngagementError, match="row_of: wanted shape"):
        engagement_over(SOFT, None, Grouped(np.ones(2, int), SURE[:2], np.zeros(2, int)), [0], 1)


def test_merging_weighs_groups_by_their_instants_and_leaves_empty_rows_out() -> None:
    groups = Grouped(
        np.array([3, 1, 0]),
        np.array([*SURE[[6, 6]], SURE[0]]),
        gaze_codes([GazeState.LOOKING, GazeState.CLOSED, GazeState.AWAY]),
    )
    values, counted = engagement_over(SOFT, None, groups, [0, 0, 1], 3)
    assert values == pytest.approx([75, np.nan, np.nan], nan_ok=True)
    assert counted.tolist() == [4, 0, 0]


def test_the_group_line_is_a_mean_of_people_with_its_middle_half() -> None:
    line = group_line(np.array([[10, 20, 30, 40, 50], [100, np.nan, np.nan, 0, np.nan]]), least_people=2)
    assert line.mean.tolist() == [30, 50]
    assert (line.lower.tolist(), line.upper.tolist()) == ([20, 25], [40, 75])
    assert line.people.tolist() == [5, 2]


def test_the_group_line_has_nothing_where_too_few_are_usable() -> None:
    values = np.array([[50, np.nan, np.nan], [np.nan, np.nan, np.nan], [50, 60, np.nan]])
    line = group_line(values, least_people=2)
    for part in (line.mean, line.lower, line.upper):
        assert np.isnan(part).tolist() == [True, True, False]
    assert line.people.tolist() == [1, 0, 2]
    assert np.isnan(group_line(np.empty((3, 0))).mean).all()


@pytest.mark.parametrize(("values", "least"), [([1.0, 2.0], 1), ([[1.0]], 0)])
def test_a_group_line_of_something_else_is_refused(values: ArrayLike, least: int) -> None:
    with pytest.raises(EngagementError, match="wanted values"):
        group_line(values, least)


def test_peak_and_end_is_the_mean_of_both() -> None:
    assert peak_and_end([10, 80, 10, 10, 10, 10, 30, 50]) == (80 + 40) / 2
    assert peak_and_end([np.nan, 80, np.nan, 40]) == 60
    assert np.isnan(peak_and_end([80, 80, 80, np.nan])) and np.isnan(peak_and_end([]))
