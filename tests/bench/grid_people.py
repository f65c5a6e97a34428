"""The people of a made-up meeting: real faces with their shoulders, each in a tile of their own.

Each person is cut from a picture or clip of ../shared/media with shoulders and put before a background,
as a call's own software does; a few keep the place they were photographed in. There are fewer clothes
and rooms among the pictures than in a call, hence made backgrounds and tinted clothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from model.detection import make_detector
from model.images import Image, resized
from tests.made.media import MEDIA, read_frames, read_image

Box = tuple[float, float, float, float]

PATCH_FACE_PX = 96
AROUND = (1.6, 1.0, 1.6, 1.5)
"""How much of the picture around a face is cut out: left and right in widths, above and below in heights."""
SURE = 0.9
CLIPS = {
    "pyfeat_single_face.mp4": 72,
    "intel_head-pose-face-detection-female.gif": 23,
    "pyfeat_WolfgangLanger_Pexels.mp4": 60,
}
AT_HOME = ("human_person-", *CLIPS)
"""Who keeps the background of the picture."""
CLOTHES = (
    (35, 30, 30), (120, 60, 30), (60, 60, 190), (70, 120, 50), (225, 225, 225),
    (150, 150, 145), (60, 170, 215), (140, 60, 130), (150, 190, 90), (70, 90, 130),
)  # fmt: skip
"""BGR: black, navy, red, green, white, grey, yellow, violet, turquoise, brown."""


@dataclass
class Person:
    """Someone's pictures with the face's box in each, and what a tile of theirs looks like."""

    patches: list[Image]
    boxes: list[Box]
    source: str
    seed: int
    matte: NDArray[np.float32] | None = None
    background: Image | None = None
    _rooms: dict[tuple[int, int], Image] = field(default_factory=dict)

    def tile(self, width: int, height: int, time_ms: int) -> tuple[Image, Box]:
        """The picture of this person in a tile of that size, and where in it the face is."""
        index = (time_ms // 100) % (2 * len(self.patches))
        index = min(index, 2 * len(self.patches) - 1 - index)  # to and fro
        turn = self._pose(self.boxes[index], width, height, time_ms / 1000)
        if self.matte is None or self.background is None:
            tile = cv2.warpAffine(self.patches[index], turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
        else:
            person = cv2.warpAffine(
                self.patches[index], turn, (width, height), borderMode=cv2.BORDER_REPLICATE
            )
            alpha = cv2.warpAffine(self.matte, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
            tile = cv2.blendLinear(person, self._room(width, height), alpha, 1 - alpha)
        light = 1 + 0.04 * np.sin(time_ms / 1000 * 0.7 + self.seed)
        return np.asarray(cv2.convertScaleAbs(tile, alpha=light), np.uint8), moved(self.boxes[index], turn)

    def _room(self, width: int, height: int) -> Image:
        assert self.background is not None
        if (width, height) not in self._rooms:
            self._rooms[width, height] = covering(self.background, width, height)
        return self._rooms[width, height]

    def _pose(self, box: Box, width: int, height: int, time_s: float) -> NDArray[np.float64]:
        """(2, 3) from the patch's px to the tile's: sitting, swaying, nodding, leaning in."""
        speed, phase = (
            np.random.default_rng(self.seed).uniform((0.3,) * 4, (1.6, 1.6, 1.0, 1.0)),
            self.seed * 1.7,
        )
        x = width * (0.5 + 0.05 * np.sin(speed[0] * time_s + phase))
        y = height * (0.46 + 0.03 * np.sin(speed[1] * time_s + 2 * phase))
        share = (0.40 + 0.06 * np.sin(phase)) * (1 + 0.06 * np.sin(speed[2] * time_s))
        turn = cv2.getRotationMatrix2D(
            ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2),
            4 * np.sin(speed[3] * time_s),
            share * height / (box[3] - box[1]),
        )
        turn[:, 2] += (x - (box[0] + box[2]) / 2, y - (box[1] + box[3]) / 2)
        return np.asarray(turn)


def covering(picture: Image, width: int, height: int) -> Image:
    """`picture` cut and resized to fill width x height."""
    scale = max(width / picture.shape[1], height / picture.shape[0])
    size = int(np.ceil(picture.shape[1] * scale)), int(np.ceil(picture.shape[0] * scale))
    whole = resized(picture, size, cv2.INTER_AREA)
    x, y = (size[0] - width) // 2, (size[1] - height) // 2
    return whole[y : y + height, x : x + width]


def moved(box: Box, turn: NDArray[np.float64]) -> Box:
    """A box under a similarity: its centre moves along, its size grows along, upright as before."""
    scale = float(np.hypot(turn[0, 0], turn[1, 0]))
    x, y = turn @ ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, 1)
    half = scale * (box[2] - box[0]) / 2, scale * (box[3] - box[1]) / 2
    return x - half[0], y - half[1], x + half[0], y + half[1]


def people(count: int, rooms: int, seed: int, clothes: int = len(CLOTHES)) -> list[Person]:
    """`count` different people; those before made backgrounds share `rooms` of them and `clothes` tints."""
    random = np.random.default_rng(seed)
    found = [*_from_clips(), *_from_pictures()]
    assert len(found) >= count, f"wanted {count} people, the pictures have {len(found)}"
    chosen = [replace(found[i], _rooms={}) for i in random.permutation(len(found))[:count]]
    tints = random.permutation(np.arange(count) % clothes)
    places = random.permutation(np.arange(count) % rooms)
    for i, person in enumerate(chosen):
        person.seed = seed * 1000 + i
        if not person.source.startswith(AT_HOME):
            _put_in_a_room(person, room(seed * 1000 + int(places[i])), CLOTHES[tints[i]])
    return chosen


def room(seed: int) -> Image:
    """A background of 480x270: a wall, things standing in front of it, light from one side."""
    random = np.random.default_rng(seed)
    hue = np.array([[random.integers((0, 20, 60), (180, 120, 240))]], np.uint8)
    wall = cv2.cvtColor(hue, cv2.COLOR_HSV2BGR)
    picture = np.broadcast_to(wall, (270, 480, 3)).copy()
    for _ in range(random.integers(4, 12)):
        x, y, width, height = random.integers((0, 0, 20, 20), (460, 250, 160, 160))
        colour = [int(c) for c in (wall[0, 0] + random.integers(20, 240, 3)) / 2]
        cv2.rectangle(picture, (int(x), int(y)), (int(x + width), int(y + height)), colour, -1)
    light = np.linspace(random.uniform(0.7, 1), random.uniform(0.7, 1), 480)[None, :, None]
    return np.asarray(cv2.GaussianBlur((picture * light).astype(np.uint8), (0, 0), 3), np.uint8)


@cache
def _from_pictures() -> list[Person]:
    detector = make_detector("yunet")
    found = []
    for path in sorted(MEDIA.glob("*.jpg")):
        image = read_image(path)
        faces = detector.detect(image)
        for box in faces.boxes[faces.confidence >= SURE].tolist():
            found.append(_person([image], [tuple(box)], path.name))
    return found


@cache
def _from_clips() -> list[Person]:
    detector = make_detector("yunet")
    found = []
    for clip, limit in CLIPS.items():
        seen = [(frame, detector.detect(frame)) for frame in read_frames(MEDIA / clip, limit)[0][::3]]
        sure = [(frame, tuple(faces.boxes[0].tolist())) for frame, faces in seen if len(faces) == 1]
        found.append(_person([frame for frame, _ in sure], [box for _, box in sure], clip))
    return found


def _person(images: Sequence[Image], boxes: Sequence[Box], source: str) -> Person:
    """Cut alike from every picture, the first face PATCH_FACE_PX high."""
    x0, y0, x1, y1 = boxes[0]
    width, height = x1 - x0, y1 - y0
    whole = source.startswith(AT_HOME)
    left, top = (0.0, 0.0) if whole else (x0 - AROUND[0] * width, y0 - AROUND[1] * height)
    scale = min(1.0, PATCH_FACE_PX / height)
    size = ((1 + AROUND[0] + AROUND[2]) * width, (1 + AROUND[1] + AROUND[3]) * height)
    size = (images[0].shape[1], images[0].shape[0]) if whole else size
    turn = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]])
    pixels = round(size[0] * scale), round(size[1] * scale)
    cut = [
        cv2.warpAffine(i, turn, pixels, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE) for i in images
    ]
    return Person([np.asarray(c, np.uint8) for c in cut], [moved(box, turn) for box in boxes], source, 0)


def _put_in_a_room(person: Person, background: Image, tint: tuple[int, int, int]) -> None:
    """A head and shoulders are cut out around the face, and what lies below the neck is tinted."""
    patch, (x0, y0, x1, y1) = person.patches[0], person.boxes[0]
    width, height = x1 - x0, y1 - y0
    head, body = np.zeros(patch.shape[:2], np.float32), np.zeros(patch.shape[:2], np.float32)
    _ellipse(head, ((x0 + x1) / 2, y0 + 0.42 * height), (0.72 * width, 0.78 * height))
    _ellipse(body, ((x0 + x1) / 2, y1 + 1.15 * height), (1.25 * width, 1.0 * height))
    body[round(y1 + 1.15 * height) :] = np.maximum(
        body[round(y1 + 1.15 * height) :], body[round(y1 + 1.15 * height)]
    )
    person.matte = np.asarray(cv2.GaussianBlur(np.maximum(head, body), (0, 0), 2), np.float32)
    grey = cv2.cvtColor(patch, cv2.COLOR_BGR2GRAY).astype(np.float32)[:, :, None] / 255
    dyed = np.array(tint, np.float32) * (0.6 + 0.6 * grey)
    cloth = cv2.GaussianBlur(body * (1 - head), (0, 0), 2)[:, :, None]
    person.patches = [np.clip(patch * (1 - cloth) + dyed * cloth, 0, 255).astype(np.uint8)]
    person.background = background


def _ellipse(mask: NDArray[np.float32], centre: tuple[float, float], radii: tuple[float, float]) -> None:
    whole = [round(v) for v in (*centre, *radii)]
    cv2.ellipse(mask, (whole[0], whole[1]), (whole[2], whole[3]), 0, 0, 360, 1.0, -1)
