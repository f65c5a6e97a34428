"""Where points would lie had what stands about a face not moved."""

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from model.surroundings import Surroundings

SIDE_PX, CENTRE = 60.0, np.array([160.0, 100.0])
POINTS = CENTRE + np.array([[-12, -10], [12, -10], [0, 2], [-9, 15], [9, 15]])


def wall() -> np.ndarray:
    random = np.random.default_rng(1)
    coarse = random.integers(0, 255, (20, 32, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(coarse, (320, 200), interpolation=cv2.INTER_CUBIC), np.uint8)


@settings(max_examples=15, deadline=None)
@given(st.floats(-8, 8), st.floats(-8, 8), st.floats(-3, 3))
def test_what_moves_with_its_surroundings_stays(x_px: float, y_px: float, turn_deg: float) -> None:
    there = Surroundings.about(wall(), CENTRE, SIDE_PX)
    assert there is not None
    turn = cv2.getRotationMatrix2D((160, 100), turn_deg, 1.0)
    turn[:, 2] += np.array([x_px, y_px])
    moved = cv2.warpAffine(wall(), turn, (320, 200), borderMode=cv2.BORDER_REPLICATE)
    back = there.carried_back(np.asarray(moved, np.uint8), POINTS @ turn[:, :2].T + turn[:, 2])
    assert np.abs(back - POINTS).max() < 0.5


@settings(max_examples=15, deadline=None)
@given(st.floats(-8, 8), st.floats(-8, 8))
def test_what_moves_before_its_surroundings_has_moved(x_px: float, y_px: float) -> None:
    there = Surroundings.about(wall(), CENTRE, SIDE_PX)
    assert there is not None
    moved = POINTS + np.array([x_px, y_px])
    assert np.abs(there.carried_back(wall(), moved) - moved).max() < 0.5


def test_before_a_bare_wall_nothing_can_be_followed() -> None:
    assert Surroundings.about(np.full((200, 320, 3), 90, np.uint8), CENTRE, SIDE_PX) is None
    assert Surroundings.about(np.full((8, 8, 3), 90, np.uint8), np.array([4.0, 4.0]), 6.0) is None
