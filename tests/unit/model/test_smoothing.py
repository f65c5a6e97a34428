"""Scores follow changes at a pace set in ms, whatever the frame rate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.faces import Faces
from model.smoothing import FORGET_MS, ScoreSmoother

HAPPY, SAD = np.eye(7, dtype=np.float32)[3], np.eye(7, dtype=np.float32)[4]
UNKNOWN = np.full(7, np.nan, np.float32)


def scored(*rows: np.ndarray[tuple[int], np.dtype[np.float32]], ids: tuple[int, ...] = ()) -> Faces:
    n = len(rows)
    boxes = np.tile(np.array([0, 0, 9, 9], np.float32), (n, 1))
    return Faces(
        boxes,
        np.ones(n, np.float32),
        track_id=np.array(ids or range(1, n + 1), np.int64),
        scores=np.array(rows, np.float32),
    )


def happy(faces: Faces, row: int = 0) -> float:
    assert faces.scores is not None
    return float(faces.scores[row, 3])


def test_the_first_score_is_taken_as_it_is() -> None:
    assert happy(ScoreSmoother(600).update(scored(HAPPY), 0)) == 1


@pytest.mark.parametrize("steps_ms", [[600], [100] * 6, [33] * 18 + [6], [1, 250, 49, 300]])
def test_after_the_time_constant_a_change_has_come_through_to_63_percent(steps_ms: list[int]) -> None:
    smoother, now_ms = ScoreSmoother(600), 0
    found = smoother.update(scored(SAD), now_ms)
    for step_ms in steps_ms:
        now_ms += step_ms
        found = smoother.update(scored(HAPPY), now_ms)
    assert happy(found) == pytest.approx(1 - np.exp(-1), abs=1e-4)


@given(st.lists(st.integers(0, 900), min_size=1, max_size=20))
def test_steady_scores_stay_as_they_are_at_any_rhythm(steps_ms: list[int]) -> None:
    smoother, mix = ScoreSmoother(600), (HAPPY + SAD) / 2
    for now_ms in np.cumsum(steps_ms).tolist():
        found = smoother.update(scored(mix), now_ms)
        assert found.scores is not None
        np.testing.assert_allclose(found.scores[0], mix, atol=1e-6)


def test_a_time_constant_of_zero_passes_scores_through() -> None:
    smoother = ScoreSmoother(0)
    smoother.update(scored(SAD), 0)
    assert happy(smoother.update(scored(HAPPY), 0)) == 1


def test_an_unscored_instant_stays_unscored_and_leaves_the_state_alone() -> None:
    smoother = ScoreSmoother(600)
    smoother.update(scored(SAD), 0)
    between = smoother.update(scored(UNKNOWN), 300)
    assert np.isnan(happy(between))
    assert happy(smoother.update(scored(HAPPY), 600)) == pytest.approx(1 - np.exp(-1), abs=1e-4)


def test_tracks_do_not_mix() -> None:
    smoother = ScoreSmoother(600)
    smoother.update(scored(SAD, HAPPY, ids=(1, 2)), 0)
    found = smoother.update(scored(HAPPY, SAD, ids=(2, 1)), 100)
    assert (happy(found, 0), happy(found, 1)) == (1, 0)


def test_a_track_gone_for_long_is_forgotten() -> None:
    smoother = ScoreSmoother(600)
    smoother.update(scored(SAD, SAD), 0)
    smoother.update(scored(SAD), 100)
    smoother.update(Faces.none(), FORGET_MS + 50)
    assert len(smoother) == 1
    smoother.update(Faces.none(), FORGET_MS + 200)
    assert len(smoother) == 0


def test_faces_without_scores_pass() -> None:
    plain = Faces.none()
    assert ScoreSmoother(600).update(plain, 0) is plain


def test_time_that_runs_back_does_not_overshoot() -> None:
    smoother = ScoreSmoother(600)
    smoother.update(scored(SAD), 1000)
    assert happy(smoother.update(scored(HAPPY), 500)) == 0


def test_a_negative_time_constant_is_refused() -> None:
    with pytest.raises(ValueError, match="time_constant_ms"):
        ScoreSmoother(-1)
