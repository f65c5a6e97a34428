"""Faces refuses arrays that do not fit together."""

from typing import Any

import numpy as np
import pytest

from model.errors import InvalidFacesError
from model.faces import Faces

TWO = np.array([[0, 0, 10, 10], [20, 5, 30, 25]], np.float32)
SURE = np.array([0.9, 0.8], np.float32)


def test_the_batch_of_no_face_is_empty_and_valid() -> None:
    assert len(Faces.none()) == 0
    assert Faces.none().quality == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("confidence", np.ones(3, np.float32)),
        ("points", np.zeros((2, 4, 2), np.float32)),
        ("scores", np.zeros((2, 6), np.float32)),
        ("track_id", np.zeros((2, 1), np.int64)),
        ("yaw_deg", np.zeros(1, np.float32)),
    ],
)
def test_a_field_of_another_shape_is_refused_by_name(field: str, value: np.ndarray[Any, Any]) -> None:
    with pytest.raises(InvalidFacesError, match=f"{field}: wanted shape"):
        Faces(TWO, SURE).having(**{field: value})


def test_boxes_without_extent_are_refused() -> None:
    with pytest.raises(InvalidFacesError, match="x1 > x0"):
        Faces(TWO[:, [2, 1, 0, 3]], SURE)


def test_score_rows_sum_to_one_or_are_unknown() -> None:
    rows = np.array([[1, 0, 0, 0, 0, 0, 0], [np.nan] * 7], np.float32)
    assert Faces(TWO, SURE, scores=rows).scores is rows
    with pytest.raises(InvalidFacesError, match="summing to 1"):
        Faces(TWO, SURE, scores=np.full((2, 7), 0.5, np.float32))


def test_taking_some_faces_takes_all_their_fields() -> None:
    faces = Faces(TWO, SURE, track_id=np.array([4, 7]), flags=np.array([0, 2]))
    second = faces.take(np.array([False, True]))
    assert second.boxes.tolist() == [[20, 5, 30, 25]]
    assert second.track_id is not None and second.track_id.tolist() == [7]
    assert second.quality[0].names() == ("blurred",)
    assert second.points is None
