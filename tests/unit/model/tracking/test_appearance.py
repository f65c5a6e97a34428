"""Colours around a face: what is looked at, what never is, and how looks compare."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.tracking.appearance import BINS, PARTS, describe, difference
from tests.made.tiles import ANNA, BERT, CARL, FACE, GREY, RED, WHITE, Sitter, faces, picture

MIDDLE = (320.0, 150.0)


def look(sitter: Sitter, size: float = FACE, light: float = 1.0) -> np.ndarray:
    return describe(picture([(sitter, MIDDLE)], size, light), faces(MIDDLE, size=size).boxes)


def test_a_look_is_two_histograms_that_sum_to_one() -> None:
    found = look(ANNA)
    assert found.shape == (1, PARTS, BINS) and found.dtype == np.float32
    assert np.allclose(found.sum(axis=2), 1) and found.min() >= 0


def test_no_faces_have_no_looks() -> None:
    assert describe(picture([]), faces().boxes).shape == (0, PARTS, BINS)


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_the_pixels_of_a_face_are_never_used(seed: int) -> None:
    shown = [(ANNA, (150.0, 150.0)), (BERT, (210.0, 130.0))]
    boxes = faces(*[place for _, place in shown]).boxes
    image = picture(shown)
    changed = image.copy()
    for x0, y0, x1, y1 in boxes.astype(int):
        reach_x, above, below = round(0.24 * (x1 - x0)), round(0.29 * (y1 - y0)), round(0.19 * (y1 - y0))
        area = changed[y0 - above : y1 + below, x0 - reach_x : x1 + reach_x]
        area[:] = np.random.default_rng(seed).integers(0, 255, area.shape)
    assert not np.array_equal(image, changed)
    assert np.array_equal(describe(image, boxes), describe(changed, boxes))


def test_clothing_and_background_are_told_apart() -> None:
    other_shirt, other_room = Sitter(GREY, WHITE), Sitter(WHITE, RED)
    background, clothing = difference(look(ANNA), look(other_shirt))[0, 0]
    assert background < 0.1 and clothing > 0.8
    background, clothing = difference(look(ANNA), look(other_room))[0, 0]
    assert background > 0.8 and clothing < 0.35


def test_a_tile_of_another_size_looks_the_same() -> None:
    for size in (24.0, 60.0, 80.0):
        assert difference(look(ANNA), look(ANNA, size)).max() < 0.3


def test_a_little_more_or_less_light_matters_less_than_another_person() -> None:
    for light in (0.9, 1.1):
        assert (
            difference(look(CARL), look(CARL, light=light)).mean()
            < difference(look(CARL), look(ANNA)).mean() / 2
        )


def test_what_lies_outside_the_picture_is_unknown() -> None:
    place = (320.0, 345.0)
    found = describe(picture([(ANNA, place)]), faces(place).boxes)[0]
    assert np.isfinite(found[0]).all() and np.isnan(found[1]).all()
    assert np.isnan(difference(found[None], found[None])[0, 0]).tolist() == [False, True]


@pytest.mark.parametrize("place", [(-500.0, -500.0), (5000.0, 50.0)])
def test_a_face_far_outside_has_no_look(place: tuple[float, float]) -> None:
    assert np.isnan(describe(picture([]), faces(place).boxes)).all()


def test_a_picture_of_one_pixel_harms_nothing() -> None:
    image = np.zeros((1, 1, 3), np.uint8)
    assert describe(image, np.array([[0, 0, 1, 1]], np.float32)).shape == (1, PARTS, BINS)


@settings(max_examples=25)
@given(st.lists(st.sampled_from([ANNA, BERT, CARL]), min_size=1, max_size=4))
def test_differences_lie_between_zero_and_one_and_a_look_equals_itself(sitters: list[Sitter]) -> None:
    looks = np.concatenate([look(sitter) for sitter in sitters])
    found = difference(looks, looks)
    assert found.shape == (len(sitters), len(sitters), PARTS)
    assert found.min() >= 0 and found.max() <= 1
    assert np.allclose(found, found.swapaxes(0, 1), atol=1e-3)
    assert np.diagonal(found).max() < 0.01
