"""Cuts: people who take turns in one picture, and what numbers they get. Part of tests.bench.tracking.

For a minute each story shows one face at a time for 3 s, full screen or in the large tile of a meeting.
Right is one number a person where backgrounds differ, and never one that was another's before.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from model.detection import make_detector
from model.images import Image
from model.tracking import Tracker
from tests.bench.grid_people import Person, covering, people
from tests.bench.moving_grid import TrueFace
from tests.bench.tracking_figures import Tally
from tests.made.media import MEDIA, read_image

WIDTH, HEIGHT = 640, 360
TURN_MS, STORY_MS = 3000, 60_000
LARGE = (20, 30, 440, 300)
"""x, y, width, height of the speaker in a meeting window."""

Change = Callable[[Image], Image]


@dataclass(frozen=True)
class Story:
    """Who is seen, turn after turn; None is a slide without anybody."""

    people: list[Person]
    turns: tuple[int | None, ...]
    change: Change = lambda image: image
    window: bool = False

    def frames(
        self, rate_hz: float, length_ms: int = STORY_MS
    ) -> Iterator[tuple[int, Image, list[TrueFace]]]:
        """Time in ms, picture, and whose face is where in it."""
        noise = np.random.default_rng(0)
        for number in range(int(length_ms * rate_hz / 1000)):
            time_ms = round(number * 1000 / rate_hz)
            image, truth = self._at(time_ms)
            grained = image + noise.normal(0, 2, image.shape)
            yield time_ms, self.change(np.clip(grained, 0, 255).astype(np.uint8)), truth

    def _at(self, time_ms: int) -> tuple[Image, list[TrueFace]]:
        speaker = self.turns[time_ms // TURN_MS % len(self.turns)]
        x, y, width, height = LARGE if self.window else (0, 0, WIDTH, HEIGHT)
        image = np.full((HEIGHT, WIDTH, 3), 36, np.uint8)
        if speaker is None:
            image[y : y + height, x : x + width] = _slide(width, height)
            return image, []
        image[y : y + height, x : x + width], box = self.people[speaker].tile(width, height, time_ms)
        moved = (box[0] + x, box[1] + y, box[2] + x, box[3] + y)
        return image, [TrueFace(speaker, moved)]


def stories(seed: int) -> dict[str, Story]:
    """Different people for every seed."""
    apart = cast(5, seed, rooms=27)
    together = cast(5, seed, rooms=1)
    two, film = (0, 1), (0, 1, 2, 0, 3, 1, 4, 2, 0, 4)
    return {
        "two_apart": Story(apart, two),
        "two_apart_dark_grey": Story(apart, two, dark_grey),
        "two_before_one_background": Story(together, two),
        "two_before_one_background_dark_grey": Story(together, two, dark_grey),
        "film": Story(apart, film),
        "film_dark_grey": Story(apart, film, dark_grey),
        "slides_between": Story(apart, (0, None, 1, None)),
        "window": Story(apart, film, window=True),
    }


def cast(count: int, seed: int, rooms: int) -> list[Person]:
    """People cut out of pictures, each before one of `rooms` backgrounds."""
    found = [one for one in people(27, rooms, seed) if one.background is not None][:count]
    return [replace(one, _rooms={}) for one in found]


def dark_grey(image: Image) -> Image:
    """A third of the light and no colour."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    return cv2.cvtColor((grey * 0.33).astype(np.uint8), cv2.COLOR_GRAY2BGR).astype(np.uint8)


def take_turns(story: Story, rate_hz: float, length_ms: int = STORY_MS) -> dict[str, Any]:
    """Figures of one story, and how many people were in it."""
    tracker, detector, tally = Tracker(), make_detector("yunet"), Tally()
    for time_ms, image, truth in story.frames(rate_hz, length_ms):
        tally.add(truth, tracker.update(detector.detect(image), time_ms, image))
    return {**tally.figures(), "people": len({turn for turn in story.turns if turn is not None})}


def _slide(width: int, height: int) -> Image:
    picture = read_image(MEDIA / "pyfeat_free-mountain-vector-01.jpg")
    return covering(picture, width, height)
