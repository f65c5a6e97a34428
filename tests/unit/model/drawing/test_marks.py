"""Marks on the video differ by shape and word, not by colour alone, and stay where they belong."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.drawing.marks import Mark, draw_marks
from model.drawing.overlay import draw_faces
from model.images import Image
from model.observations import Observation
from tests.made.drawn import texts_drawn

BOX = (250, 150, 330, 250)


def drawn(*marks: Mark, box: tuple[int, int, int, int] = BOX) -> Image:
    image = np.full((480, 640, 3), 90, np.uint8)
    draw_marks(image, box, marks)
    return image


def touched(image: Image) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    changed: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = (image != 90).any(axis=2)
    return changed


def test_who_speaks_has_waves_beside_the_box_and_the_attentive_corners_about_it() -> None:
    waves, corners = touched(drawn(Mark.SPEAKING)), touched(drawn(Mark.ATTENTIVE))
    assert waves[:, 340:].any() and not waves[:, :320].any()
    assert corners[:150, :270].any() and corners[250:, 310:].any() and not corners[190:210].any()
    assert np.count_nonzero(waves & corners) < np.count_nonzero(waves) / 4


def test_without_marks_nothing_is_drawn() -> None:
    assert not touched(drawn()).any()
    assert not touched(drawn(Mark.LEFT_OUT)).any()


def test_at_the_right_edge_the_waves_go_left() -> None:
    assert touched(drawn(Mark.SPEAKING, box=(570, 150, 638, 250)))[:, :560].any()


@settings(max_examples=40)
@given(st.integers(-50, 700), st.integers(-50, 500), st.integers(1, 400), st.integers(1, 400))
def test_a_mark_may_lie_partly_or_wholly_outside(x: int, y: int, width: int, height: int) -> None:
    drawn(*Mark, box=(x, y, x + width, y + height))


def test_the_label_says_the_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = texts_drawn(monkeypatch)
    image = np.full((480, 640, 3), 60, np.uint8)
    draw_faces(image, [Observation(3, BOX, 0.9)], {3: "Ana"}, {}, {3: [Mark.SPEAKING]})
    assert texts == ["Ana  speaking"]
