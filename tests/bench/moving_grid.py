"""A made-up meeting with known truth: everybody moves, tiles re-arrange, people hide, leave and join.

One description from a seed: who is in which tile when (`Meeting.tiles`), whose face is hidden when, and
the frames with the truth beside them. Everything that changes the number of tiles re-flows the whole
gallery, as meeting programs do.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np

from model.images import Image
from tests.bench.grid_people import Box, Person, people

WIDTH, HEIGHT = 1280, 720
GAP = 4
HIDDEN_MS = (500, 2000)
HIDDEN_PER_MINUTE = 2.0
NOISE = 4.0
OBJECTS = ((60, 70, 90), (120, 150, 190), (40, 40, 40), (200, 200, 200))

Rectangle = tuple[int, int, int, int]


@dataclass(frozen=True)
class Scene:
    """From `start_ms` on these people (by index) are in the tiles, in this order."""

    start_ms: int
    order: tuple[int, ...]
    speaker: bool = False


@dataclass(frozen=True)
class TrueFace:
    person: int
    box: Box


@dataclass
class Meeting:
    """`frames` draws it. `hidden` has, for every person, when their face is covered."""

    persons: list[Person]
    scenes: list[Scene]
    duration_ms: int
    hidden: list[list[tuple[int, int]]]
    seed: int
    _noise: Image = field(init=False)

    def __post_init__(self) -> None:
        noise = np.random.default_rng(self.seed).normal(0, NOISE, (HEIGHT + 64, WIDTH + 64, 3))
        self._noise = np.clip(128 + noise, 0, 255).astype(np.uint8)

    def frames(self, rate_hz: float) -> Iterator[tuple[int, Image, list[TrueFace]]]:
        """Time in ms, picture, and every face that is to be seen in it."""
        for number in range(int(self.duration_ms * rate_hz / 1000)):
            time_ms = round(number * 1000 / rate_hz)
            yield time_ms, *self.at(time_ms)

    def at(self, time_ms: int) -> tuple[Image, list[TrueFace]]:
        scene = [s for s in self.scenes if s.start_ms <= time_ms][-1]
        frame = np.full((HEIGHT, WIDTH, 3), 28, np.uint8)
        truth = []
        for person, (x, y, width, height) in zip(scene.order, tiles(scene), strict=True):
            tile, box = self.persons[person].tile(width, height, time_ms)
            if any(start <= time_ms < end for start, end in self.hidden[person]):
                _cover(tile, box, OBJECTS[person % len(OBJECTS)])
            else:
                truth.append(TrueFace(person, (box[0] + x, box[1] + y, box[2] + x, box[3] + y)))
            frame[y : y + height, x : x + width] = tile
        return self._grained(frame, time_ms), truth

    def _grained(self, frame: Image, time_ms: int) -> Image:
        x, y = time_ms * 7 % 64, time_ms * 13 % 64
        return np.asarray(
            cv2.addWeighted(frame, 1, self._noise[y : y + HEIGHT, x : x + WIDTH], 1, -128), np.uint8
        )


def make_meeting(count: int, duration_ms: int, *, rooms: int, clothes: int, seed: int) -> Meeting:
    """`count` people at the beginning and two who come later.

    Three re-arrangements (another order; a speaker's view; a gallery in yet another order), and between
    them two join, three leave and one of those comes back.
    """
    random = np.random.default_rng(seed)
    hidden: list[list[tuple[int, int]]] = []
    for _ in range(count + 2):
        times = random.poisson(HIDDEN_PER_MINUTE * duration_ms / 60_000)
        starts = random.integers(1000, duration_ms - 1000, times)
        hidden.append([(int(s), int(s + random.integers(*HIDDEN_MS))) for s in starts])
    crowd = people(count + 2, rooms, seed, clothes)
    return Meeting(crowd, _scenes(count, duration_ms, random), duration_ms, hidden, seed)


def _scenes(count: int, duration_ms: int, random: np.random.Generator) -> list[Scene]:
    there = list(range(count))
    scenes = [Scene(0, tuple(there))]

    def then(share: float, speaker: bool = False) -> None:
        scenes.append(Scene(round(share * duration_ms), tuple(there), speaker))

    there.append(count)
    then(0.15)
    random.shuffle(there)
    then(0.25)
    left = [there.pop(1), there.pop(count // 2)]
    then(0.37)
    random.shuffle(there)
    then(0.5, speaker=True)
    there.append(left[0])
    then(0.6, speaker=True)
    random.shuffle(there)
    then(0.75)
    there.insert(2, count + 1)
    then(0.84)
    there.pop(0)
    then(0.92)
    return scenes


def tiles(scene: Scene) -> list[Rectangle]:
    """x, y, width, height of every tile in px, row after row; the first one large in a speaker's view."""
    count = len(scene.order)
    if not scene.speaker:
        columns = int(np.ceil(np.sqrt(count)))
        return _rows(count, columns, int(np.ceil(count / columns)), (0, 0, WIDTH, HEIGHT))
    large = (GAP, GAP, 800 - 2 * GAP, 450 - 2 * GAP)
    columns = 3 if count > 9 else 2
    rows = max(4, int(np.ceil((count - 1) / columns)))
    return [large, *_rows(count - 1, columns, rows, (800, 0, WIDTH - 800, HEIGHT))]


def _rows(count: int, columns: int, rows: int, area: Rectangle) -> list[Rectangle]:
    """Tiles of 16:9 at most; a last row that is not full stands in the middle."""
    width = min(area[2] // columns, area[3] // rows * 16 // 9)
    height = min(area[3] // rows, width * 3 // 4)
    found = []
    for i in range(count):
        row, in_row = i // columns, min(columns, count - i // columns * columns)
        x = area[0] + (area[2] - in_row * width) // 2 + i % columns * width
        y = area[1] + (area[3] - rows * height) // 2 + row * height
        found.append((x + GAP, y + GAP, width - 2 * GAP, height - 2 * GAP))
    return found


def _cover(tile: Image, box: Box, colour: tuple[int, int, int]) -> None:
    """A hand, a cup, a sheet of paper in front of the whole face."""
    centre = round((box[0] + box[2]) / 2), round((box[1] + box[3]) / 2)
    radii = round(0.75 * (box[2] - box[0])), round(0.7 * (box[3] - box[1]))
    cv2.ellipse(tile, centre, radii, 0, 0, 360, colour, -1)
