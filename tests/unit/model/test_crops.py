"""The crop geometry: square, centred, level, and never beyond the edge's pixels."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.crops import crop_squares, cut_crops, eye_tilt_deg
from model.faces import Faces
from model.images import Image
from tests.made.media import astronaut


def one(box: tuple[float, float, float, float], eyes: tuple[tuple[float, float], ...] | None = None) -> Faces:
    points = None
    if eyes is not None:
        points = np.zeros((1, 5, 2), np.float32)
        points[0, :2] = eyes
    return Faces(np.array([box], np.float32), np.ones(1, np.float32), points)


def ramp(width: int = 200, height: int = 160) -> Image:
    """Grey rises by one from pixel to pixel, to the right."""
    row = np.arange(width, dtype=np.uint8)
    return np.ascontiguousarray(np.broadcast_to(row[None, :, None], (height, width, 3)))


def test_the_square_is_centred_and_measures_margin_times_the_longer_side() -> None:
    centres, sides_px = crop_squares(np.array([[10, 20, 40, 80]], np.float32), 1.5)
    assert centres.tolist() == [[25, 50]]
    assert sides_px.tolist() == [90]


def test_a_crop_at_full_size_is_the_picture_itself() -> None:
    image = astronaut()
    crop = cut_crops(image, one((200, 80, 248, 128)), 1.0, 48, aligned=False)[0]
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)[80:128, 200:248]
    np.testing.assert_allclose(crop, grey, atol=1)


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_a_large_face_is_averaged_and_not_thinned_out(factor: int) -> None:
    side = 24 * factor
    image = astronaut()
    crop = cut_crops(image, one((180, 60, 180 + side, 60 + side)), 1.0, 24, aligned=False)[0]
    part = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)[60 : 60 + side, 180 : 180 + side]
    wanted = part.reshape(24, factor, 24, factor).mean(axis=(1, 3))
    assert np.abs(crop - wanted).mean() < 3


def test_places_are_kept_to_a_fraction_of_a_pixel() -> None:
    crop = cut_crops(ramp(), one((50.5, 40, 98.5, 88)), 1.0, 48, aligned=False)[0]
    np.testing.assert_allclose(crop[20], np.arange(48) + 50.5, atol=0.51)


def test_beyond_the_edge_the_edges_pixels_are_repeated() -> None:
    crop = cut_crops(ramp(), one((0, 40, 20, 60)), 3.0, 60, aligned=False)[0]
    assert (crop[:, :20] == 0).all()
    assert crop[30, 40] == pytest.approx(20, abs=1)


def test_tilted_eyes_are_made_level() -> None:
    image = astronaut()
    eyes = ((205.0, 110.0), (243.0, 108.0))
    box = (180.0, 70.0, 268.0, 180.0)
    turn = cv2.getRotationMatrix2D((224, 125), -25, 1)
    turned = np.asarray(cv2.warpAffine(image, turn, (512, 512)), np.uint8)
    turned_eyes = np.array([turn @ (*eye, 1) for eye in eyes])
    moved = one(box, tuple(map(tuple, turned_eyes)))
    assert eye_tilt_deg(moved)[0] == pytest.approx(25 - 3, abs=1)
    upright = cut_crops(image, one(box, eyes), 1.0, 48, aligned=True)[0].astype(float)
    level = cut_crops(turned, moved, 1.0, 48, aligned=True)[0].astype(float)
    left = cut_crops(turned, moved, 1.0, 48, aligned=False)[0].astype(float)
    assert np.corrcoef(upright.ravel(), level.ravel())[0, 1] > 0.98
    assert np.corrcoef(upright.ravel(), left.ravel())[0, 1] < 0.9


def test_eyes_that_cannot_be_right_turn_nothing() -> None:
    assert eye_tilt_deg(one((0, 0, 9, 9), ((5, 1), (5, 8)))).tolist() == [0]
    assert eye_tilt_deg(one((0, 0, 9, 9), ((np.nan, 1), (5, 8)))).tolist() == [0]
    assert eye_tilt_deg(one((0, 0, 9, 9))).tolist() == [0]


def test_no_face_gives_an_empty_batch() -> None:
    assert cut_crops(ramp(), Faces.none(), 1.0, 48, aligned=True).shape == (0, 48, 48)


corners = st.floats(-0.2, 1.2)


@given(
    st.tuples(corners, corners, st.floats(0.01, 1), st.floats(0.01, 1)),
    st.floats(0.5, 2.5),
    st.floats(-180, 180),
    st.integers(1, 300),
    st.integers(1, 300),
)
def test_any_box_in_any_image_gives_a_crop_of_grey_values_that_are_in_it(
    shares: tuple[float, float, float, float], margin: float, tilt_deg: float, width: int, height: int
) -> None:
    image = np.random.default_rng(0).integers(60, 200, (height, width, 3)).astype(np.uint8)
    x0, y0 = shares[0] * width, shares[1] * height
    x1, y1 = x0 + max(1, shares[2] * width), y0 + max(1, shares[3] * height)
    tilt = np.radians(tilt_deg)
    eyes = ((x0, y0), (x0 + 10 * np.cos(tilt), y0 + 10 * np.sin(tilt)))
    crops = cut_crops(image, one((x0, y0, x1, y1), eyes), margin, 32, aligned=True)
    assert crops.shape == (1, 32, 32) and crops.dtype == np.uint8
    assert crops.min() >= 59 and crops.max() <= 200
