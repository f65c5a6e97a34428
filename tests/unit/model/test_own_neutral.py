"""Scores read against a person's own resting face, learned in ten quiet seconds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.faces import Faces
from model.observations import QualityFlag
from model.own_neutral import FORGET_MS, QUIET_MS, OwnNeutral, compared, log_scores

USUAL = np.log([0.02, 0.01, 0.03, 0.07, 0.04, 0.01, 0.82])
SAD_AT_REST = np.array([0.05, 0.01, 0.04, 0.02, 0.48, 0.01, 0.39], np.float32)
SMALL_SMILE = np.array([0.01, 0.01, 0.02, 0.42, 0.03, 0.01, 0.50], np.float32)
SMILING = np.array([0.0, 0.0, 0.0, 0.96, 0.0, 0.0, 0.04], np.float32)
RESTING = np.exp(USUAL).astype(np.float32) / np.exp(USUAL).sum().astype(np.float32)
STEP_MS = 100
HAPPY, SAD, NEUTRAL = 3, 4, 6


def seen(*rows: np.ndarray, first: int = 1, **measured: float) -> Faces:
    n = len(rows)
    fields = {name: np.full(n, value, np.float32) for name, value in measured.items() if name != "flags"}
    return Faces(
        np.tile(np.array([0, 0, 9, 9], np.float32), (n, 1)),
        np.ones(n, np.float32),
        track_id=np.arange(first, first + n, dtype=np.int64),
        flags=np.full(n, int(measured.get("flags", 0)), np.int64),
        scores=np.array(rows, np.float32),
        **fields,
    )


def told(own: OwnNeutral, faces: Faces, at_ms: int) -> np.ndarray:
    found = own.update(faces, at_ms).scores
    assert found is not None
    return found


def shown(own: OwnNeutral, faces: Faces, from_ms: int = 0, for_ms: int = QUIET_MS) -> int:
    """The faces so long, ten times a second; the time of the next look."""
    for at_ms in range(from_ms, from_ms + for_ms + 1, STEP_MS):
        told(own, faces, at_ms)
    return from_ms + for_ms + STEP_MS


def test_scores_stay_as_they_are_until_ten_quiet_seconds_are_over() -> None:
    own = OwnNeutral(USUAL)
    for at_ms in range(0, QUIET_MS, STEP_MS):
        np.testing.assert_array_equal(told(own, seen(SAD_AT_REST), at_ms)[0], SAD_AT_REST)
    shown(own, seen(SAD_AT_REST), QUIET_MS, 0)
    assert own.knows(1)


def test_a_resting_face_that_looks_sad_is_called_neutral_once_it_is_known() -> None:
    own = OwnNeutral(USUAL)
    after_ms = shown(own, seen(SAD_AT_REST))
    assert told(own, seen(SAD_AT_REST), after_ms)[0].argmax() == NEUTRAL


def test_a_small_smile_of_a_known_face_is_called_happy() -> None:
    own = OwnNeutral(USUAL)
    after_ms = shown(own, seen(RESTING))
    assert SMALL_SMILE.argmax() == NEUTRAL
    assert told(own, seen(SMALL_SMILE), after_ms)[0].argmax() == HAPPY


@pytest.mark.parametrize(
    "faces",
    [
        seen(SMILING),
        seen(SAD_AT_REST, flags=QualityFlag.OCCLUDED),
        seen(SAD_AT_REST, yaw_deg=30.0),
        seen(SAD_AT_REST, mouth_open=0.4),
        seen(np.full(7, np.nan, np.float32)),
    ],
    ids=["smiling", "covered", "turned", "mouth open", "not scored"],
)
def test_a_face_that_is_not_at_rest_teaches_nothing(faces: Faces) -> None:
    own = OwnNeutral(USUAL)
    shown(own, faces, for_ms=3 * QUIET_MS)
    assert not own.knows(1)


def test_seconds_in_which_somebody_was_away_are_no_quiet_ones() -> None:
    own = OwnNeutral(USUAL)
    for at_ms in range(0, 5 * QUIET_MS, 5000):
        told(own, seen(SAD_AT_REST), at_ms)
    assert not own.knows(1)


def test_one_look_in_two_seconds_is_enough() -> None:
    own = OwnNeutral(USUAL)
    for at_ms in range(0, 2 * QUIET_MS, 2000):
        told(own, seen(SAD_AT_REST), at_ms)
    assert own.knows(1)


def test_everybody_has_their_own() -> None:
    own = OwnNeutral(USUAL)
    after_ms = shown(own, seen(SAD_AT_REST, RESTING))
    for row in told(own, seen(SAD_AT_REST, RESTING), after_ms):
        assert row.argmax() == NEUTRAL
    # Whoever rests as others do and looks sad now is sad.
    assert told(own, seen(RESTING, SAD_AT_REST), after_ms)[1].argmax() == SAD


def test_what_is_known_goes_with_the_number_and_ends_with_the_person() -> None:
    own = OwnNeutral(USUAL)
    after_ms = shown(own, seen(SAD_AT_REST))
    own.rename({1: 7})
    assert own.knows(7)
    assert not own.knows(1)
    own.forget([7, 8])
    assert len(own) == 0
    shown(own, seen(SAD_AT_REST), after_ms)
    own.update(Faces.none(), after_ms + QUIET_MS + FORGET_MS + STEP_MS)
    assert len(own) == 0


@given(
    st.lists(st.floats(0, 1, width=32), min_size=7, max_size=7).filter(lambda row: sum(row) > 0.1),
    st.lists(st.floats(0, 1, width=32), min_size=7, max_size=7).filter(lambda row: sum(row) > 0.1),
)
def test_scores_sum_to_one_whatever_is_taken_off(given_row: list[float], own_row: list[float]) -> None:
    scores, own = (np.array(row, np.float32) / np.float32(sum(row)) for row in (given_row, own_row))
    found = compared(scores[None], log_scores(own), USUAL)
    assert found.sum() == pytest.approx(1, abs=1e-4)
    assert (found >= 0).all()


def test_a_usual_face_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="usual: wanted shape"):
        OwnNeutral(USUAL[:6])
