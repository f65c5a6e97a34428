"""Fades and dissolves: another picture that comes by and by, and what its people's numbers are."""

from collections.abc import Callable

import numpy as np
import pytest

from model.images import Image
from model.tracking import Tracker
from model.tracking.cuts import scene_of
from model.tracking.shots import Cut, Shots
from tests.made.tiles import faces
from tests.unit.model.tracking.test_cuts import noise

PLACE = (320.0, 180.0)
STEP_MS = 100
Mix = Callable[[float], Image]


def room(seed: int, spread: float = 60.0) -> Image:
    """Structure without colour: by its look nobody is told."""
    return np.repeat(noise(seed, spread)[:, :, :1], 3, axis=2)


def dark(image: Image, light: float) -> Image:
    return (image * light).astype(np.uint8)


def dissolve(first: Image, second: Image) -> Mix:
    return lambda share: (first * (1 - share) + second * share).astype(np.uint8)


def through(level: int, first: Image, second: Image) -> Mix:
    """Fades to black or white and from there."""
    ground = np.full_like(first, level)
    return lambda share: (
        dissolve(first, ground)(2 * share) if share < 0.5 else dissolve(ground, second)(2 * share - 1)
    )


def shown(mix: Mix, length_ms: int, still_ms: int = 1500) -> list[Image]:
    """The first picture, the change, and the second one, ten times a second."""
    change = [mix(at_ms / length_ms) for at_ms in range(0, length_ms, STEP_MS)]
    still = still_ms // STEP_MS
    return [mix(0.0)] * still + change + [mix(1.0)] * still


def cuts(images: list[Image]) -> list[Cut]:
    shots = Shots()
    found = (shots.cut(scene_of(image), number * STEP_MS) for number, image in enumerate(images))
    return [cut for cut in found if cut is not None]


CHANGES: dict[str, tuple[Mix, int]] = {
    "dissolve of 0.3 s": (dissolve(room(1), room(2)), 300),
    "dissolve of 0.9 s": (dissolve(room(1), room(2)), 900),
    "dissolve of a dark film": (dissolve(dark(room(1), 0.3), dark(room(2), 0.3)), 500),
    "through black": (through(0, room(1), room(2)), 1000),
    "through black in a dark film": (through(0, room(1, 12), room(2, 12)), 1000),
    "through white": (through(255, room(1), room(2)), 600),
}


@pytest.mark.parametrize("name", CHANGES)
def test_who_comes_by_a_fade_or_a_dissolve_gets_a_number_of_their_own(name: str) -> None:
    mix, length_ms = CHANGES[name]
    images = shown(mix, length_ms)
    assert cuts(images)
    tracker, told = Tracker(), []
    for number, image in enumerate(images):
        found = tracker.update(faces(PLACE, size=110), number * STEP_MS, image)
        assert found.track_id is not None
        told.append(set(found.track_id.tolist()))
    assert told[14] and told[-1] and not told[14] & told[-1]


@pytest.mark.parametrize("dark_ms", [100, 1500])
def test_a_dark_picture_that_goes_out_and_comes_back_is_the_same(dark_ms: int) -> None:
    picture, nothing = room(1, 10), np.zeros((360, 640, 3), np.uint8)
    assert cuts([picture] * 15 + [nothing] * (dark_ms // STEP_MS) + [picture] * 15) == []


def test_less_light_by_and_by_is_the_same_picture() -> None:
    assert cuts(shown(dissolve(room(1), dark(room(1), 0.3)), 800)) == []
