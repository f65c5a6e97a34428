"""Hard cuts: another picture, another person in a place, a scene that comes back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.images import Image
from model.tracking.cuts import (
    BRIEF_MS,
    SCENE_SHAPE,
    is_blank,
    is_cut,
    is_replaced,
    patches_of,
    same_scene,
    scene_of,
)
from model.tracking.shots import Cut, Shots
from tests.made.media import face_frame

SIZE_PX = (640, 360)
FACE = np.array([270, 110, 370, 250], np.float32)


def noise(seed: int, spread: float = 60.0) -> Image:
    """A picture with structure of its own, coarse enough to outlive a reduction."""
    coarse = np.random.default_rng(seed).normal(128, spread, (18, 32, 3))
    return np.asarray(np.kron(np.clip(coarse, 0, 255), np.ones((20, 20, 1))), np.uint8)


@given(st.floats(0.2, 1.0))
def test_less_light_is_no_cut_and_another_picture_is_one_in_any_light(light: float) -> None:
    dimmed = (noise(1) * light).astype(np.uint8)
    assert not is_cut(scene_of(noise(1)), scene_of(dimmed))
    assert is_cut(scene_of(dimmed), scene_of((noise(2) * light).astype(np.uint8)))


@given(st.integers(-120, 120), st.integers(-60, 60))
def test_a_push_at_the_camera_is_no_cut(right: int, down: int) -> None:
    assert not is_cut(scene_of(noise(1)), scene_of(np.roll(noise(1), (down, right), (0, 1))))


def test_a_picture_that_goes_out_is_a_cut_to_nothing() -> None:
    dark = np.full((360, 640, 3), 16, np.uint8)
    assert is_cut(scene_of(noise(1)), scene_of(dark)) and is_blank(scene_of(dark))
    assert not is_cut(scene_of(dark), scene_of(dark))


def test_a_frame_of_any_size_is_reduced_to_the_same() -> None:
    for height, width in ((24, 24), (90, 160), (1080, 1920)):
        assert scene_of(np.zeros((height, width, 3), np.uint8)).shape == SCENE_SHAPE


def test_who_moves_a_little_stays_and_another_before_another_background_does_not() -> None:
    before = patches_of(face_frame(640, 360), FACE[None])[0]
    moved = patches_of(face_frame(640, 360, shift=(8, 4)), FACE[None] + np.array([8, 4, 8, 4], np.float32))[0]
    other = patches_of(noise(3), FACE[None])[0]
    assert not is_replaced(before, moved, 100, jumped=False, unlike=False)
    assert is_replaced(before, other, 100, jumped=False, unlike=False)


def test_an_alike_place_in_other_colours_is_another_persons_and_one_in_another_light_is_not() -> None:
    before, other = patches_of(noise(1), FACE[None])[0], patches_of(noise(2), FACE[None])[0]
    alike = before + other
    assert not is_replaced(before, alike, 100, jumped=False, unlike=False)
    assert is_replaced(before, alike, 100, jumped=False, unlike=True)
    assert not is_replaced(before, before / 2 + 90, 100, jumped=False, unlike=True)
    assert not is_replaced(before, alike, 1000, jumped=False, unlike=True), "too long ago to say"


def lit_alike(seed: int) -> Image:
    """Soft light from one side, and a structure of its own."""
    light = np.linspace(70, 160, 640)[None, :, None]
    return np.clip(light + (noise(seed, 30.0) - 128.0), 0, 255).astype(np.uint8)


def test_pictures_that_are_lit_alike_are_told_apart_by_their_structure_where_little_time_has_passed() -> None:
    first, other, now_ms = scene_of(lit_alike(1)), scene_of(lit_alike(2)), 5000
    assert not is_cut(first, other)
    for passed_ms, found in ((100, Cut.HARD), (BRIEF_MS + 1, None)):
        shots = Shots()
        assert shots.cut(first, now_ms) is None
        assert shots.cut(other, now_ms + passed_ms) is found
    moved = scene_of(np.roll(lit_alike(1), (20, 40), (0, 1)))
    shots = Shots()
    assert shots.cut(first, now_ms) is None and shots.cut(moved, now_ms + 100) is None, "a push at the camera"


def test_after_a_second_nobody_can_say_who_was_replaced() -> None:
    patches = patches_of(noise(1), np.array([FACE, FACE + 100], np.float32))
    assert not is_replaced(patches[0], patches[1], 1000, jumped=True, unlike=True)


def in_a_room(room: Image, left: int) -> Image:
    """Head and shoulders of noise in a room."""
    picture, random = room.copy(), np.random.default_rng(left)
    picture[80:270, left - 30 : left + 130] = random.integers(0, 255, (190, 160, 3))
    picture[250:, max(0, left - 80) : left + 180] = 60
    return picture


@pytest.mark.parametrize(("room", "same"), [(1, True), (2, False)])
def test_a_scene_is_known_by_what_stands_still_in_it(room: int, same: bool) -> None:
    then, now = in_a_room(noise(1), 270), in_a_room(noise(room), 300)
    boxes = np.array([FACE, FACE + np.array([30, 0, 30, 0], np.float32)], np.float32)
    assert same_scene(scene_of(then), scene_of(now), boxes, SIZE_PX) is same


def test_a_bare_wall_is_never_known() -> None:
    wall = np.full((360, 640, 3), 180, np.uint8)
    then, now = in_a_room(wall, 270), in_a_room(wall, 300)
    boxes = np.array([FACE, FACE], np.float32)
    assert not same_scene(scene_of(then), scene_of(now), boxes, SIZE_PX)
