"""Pictures among people: faces without life, as a portrait on a wall, a statue, a profile picture.

A face is watched for some seconds at a time. There is life in it when lids or lips move, or when the head
moves otherwise than what stands about it: a photograph that is panned, or held by a hand, moves as one. Who
never showed any is a picture, and so is whoever showed none for long: a tile that froze.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from model.faces import Faces
from model.images import Image
from model.observations import QualityFlag
from model.surroundings import Points, Surroundings, light_about

WINDOW_MS, SAMPLE_MS, LEAST_SAMPLES = 4_200, 400, 6
"""So long a face is watched, and so often its place is taken; longer where looks are rarer."""
STALE_MS = 15_000
"""A face that was hidden for so long in the middle is watched anew."""
REST_MS = 8_000
"""Whoever showed life is left alone for so long, which saves two thirds of the cost; a picture's is taken
back all the same."""
FROZEN_WINDOWS = 6
"""So many in a row without life make a picture of somebody who has shown some: 25 s."""
FORGET_MS = 10_000
CLEARLY, DOUBTS = 1.75, 2
"""Who moved less than so many times the limit is watched for another window, so often, before it is believed:
swayed and compressed photographs reach 1.6 times the limit now and then, hardly three times in a row."""

MOVED, MOVED_AT_MOST, BY_TILE = 0.0075, 0.025, 0.25
"""Deviation of the five points within a window, in longer sides of the box, from which a head moved; the
limit grows with the tile's own motion, which is taken out less exactly. `python -m tests.bench.pictures`
prints both sides: photographs of 32 px and more that stand 0.007 at most, with noise and VP8 at 300 kbit/s;
swayed by a hand 0.008, with noise 0.014, through VP8 0.02 to 0.04 where the tile moves by 0.05 to 0.13;
people 0.02 at least."""
EXACT_FROM_PX = 36.0
"""Points of smaller faces are inexact in proportion."""
BLINKED, SPOKE, LEAST_LOOKS = 0.03, 0.045, 8
"""Deviations of the eyes' and the mouth's opening: photographs have 0.020 and 0.029 at most, a blink 0.04."""
SHAKEN = 10.0
"""What a moving tile adds to both, which compression smears then: half as much at 0.05 sides."""
DIMMED = 18.0
"""What is asked more of a clear motion, times the deviation of the logarithm of the light about a face: where
it changes by 0.07, meshes of statues jump now and then by up to 2.4 times the limit; photographs' do not."""

Sums = NDArray[np.float64]


@dataclass(slots=True)
class _Window:
    """`openings`: count, sum and sum of squares (3, 2) of eyes and mouth. `places`: the five points as they
    are, and without the surroundings' motion, of each sample; `sides_px` of the boxes."""

    began_ms: int
    surroundings: Surroundings | None
    openings: Sums = field(default_factory=lambda: np.zeros((3, 2)))
    places: list[tuple[Points, Points]] = field(default_factory=list)
    sides_px: list[float] = field(default_factory=list)
    lights: list[float] = field(default_factory=list)
    sampled_ms: float = float("-inf")

    def sample(self, image: Image, points: Points, side_px: float, offset_ms: int) -> None:
        whole = bool(self.places) and self.surroundings is not None
        back = self.surroundings.carried_back(image, points) if whole and self.surroundings else points
        self.places.append((points, back))
        self.sides_px.append(side_px)
        self.lights.append(light_about(image, points.mean(axis=0), side_px))
        self.sampled_ms = offset_ms

    def is_full(self, offset_ms: int) -> bool:
        return offset_ms - self.began_ms >= WINDOW_MS and len(self.places) >= LEAST_SAMPLES

    def shows_life(self, clearly: float = 1.0) -> bool:
        """`clearly`: so many times the limit."""
        looks, total, squares = self.openings
        known = np.maximum(looks, 1)
        opened = np.sqrt(np.maximum(squares / known - (total / known) ** 2, 0))
        opened[looks < LEAST_LOOKS] = 0
        moved, limit, tile = self.moved()
        blinked, spoke = (least * (1 + SHAKEN * tile) for least in (BLINKED, SPOKE))
        return bool(opened[0] > blinked or opened[1] > spoke or moved > limit * clearly)

    def shows_clear_life(self) -> bool:
        """So much of it that nothing but life can be behind it."""
        return self.shows_life(CLEARLY * (1 + DIMMED * float(np.std(np.log(self.lights)))))

    def moved(self) -> tuple[float, float, float]:
        """How far the head moved on its own, from where on it lives, and how far its tile moved, in sides."""
        side_px = float(np.median(self.sides_px))
        seen, back = (np.array(points) / side_px for points in zip(*self.places, strict=True))
        tile = deviation(seen - back)
        limit = min(MOVED + BY_TILE * tile, MOVED_AT_MOST) * max(1.0, EXACT_FROM_PX / side_px)
        return min(deviation(seen), deviation(back)), limit, tile


@dataclass(slots=True)
class _Watched:
    """One track. `since_ms`: when it showed life last, or came. `lives`: it has shown some."""

    since_ms: int
    last_ms: int
    window: _Window | None = None
    rests_until_ms: int = 0
    lives: bool = False
    lifeless: int = 0
    doubtful: int = 0
    picture: bool = False

    def judge(self, window: _Window, offset_ms: int) -> bool:
        """After a window; whether it turned out to be a picture."""
        self.window, life = None, window.shows_life()
        doubted = life and not self.lives and not window.shows_clear_life()
        self.doubtful = self.doubtful + 1 if doubted else 0
        if doubted and self.doubtful <= DOUBTS:
            return False
        if life:
            self.lives, self.picture, self.lifeless = True, False, 0
            self.since_ms, self.rests_until_ms = offset_ms, offset_ms + REST_MS
            return False
        self.lifeless += 1
        before, self.picture = self.picture, self.picture or not self.lives or self.lifeless >= FROZEN_WINDOWS
        return self.picture and not before


class StillnessWatch:
    """Flags STILL what does not live. Not thread-safe: one for one stream, frames in order of time."""

    def __init__(self) -> None:
        self._tracks: dict[int, _Watched] = {}
        self.found: dict[int, int] = {}
        """The pictures found with the last frame: track, and the time in ms since which it showed no life."""

    def __len__(self) -> int:
        """Tracks remembered."""
        return len(self._tracks)

    @property
    def frozen(self) -> set[int]:
        """Tracks that are pictures now and were not always."""
        return {track for track, one in self._tracks.items() if one.picture and one.lives}

    def update(self, faces: Faces, offset_ms: int, image: Image) -> Faces:
        """`faces` with their flags; as they are when they carry no signals, flags or track_id."""
        self.found = {}
        if faces.yaw_deg is not None and faces.track_id is not None and faces.flags is not None:
            still = [self._follow(faces, row, offset_ms, image) for row in range(len(faces))]
            faces = faces.having(flags=faces.flags | np.where(still, int(QualityFlag.STILL), 0))
        self._tracks = {k: one for k, one in self._tracks.items() if offset_ms - one.last_ms <= FORGET_MS}
        return faces

    def rename(self, became: Mapping[int, int]) -> None:
        """What was known under one number goes on under another."""
        for before, now in became.items():
            if before in self._tracks:
                self._tracks[now] = self._tracks.pop(before)

    def _follow(self, faces: Faces, row: int, offset_ms: int, image: Image) -> bool:
        assert faces.track_id is not None and faces.yaw_deg is not None
        track_id = int(faces.track_id[row])
        watched = self._tracks.setdefault(track_id, _Watched(offset_ms, offset_ms))
        watched.last_ms = max(offset_ms, watched.last_ms)
        measured = faces.points is not None and not np.isnan(faces.yaw_deg[row])
        if measured and offset_ms >= watched.rests_until_ms:
            self._look(track_id, faces.take(slice(row, row + 1)), offset_ms, image)
        return watched.picture

    def _look(self, track_id: int, face: Faces, offset_ms: int, image: Image) -> None:
        assert face.points is not None
        points, side_px = (
            face.points[0].astype(np.float64),
            float(np.ptp(face.boxes.reshape(2, 2), axis=0).max()),
        )
        watched = self._tracks[track_id]
        window = watched.window
        if window is None or offset_ms - window.began_ms > STALE_MS or offset_ms < window.sampled_ms:
            window = _Window(offset_ms, Surroundings.about(image, points.mean(axis=0), side_px))
            watched.window = window
        window.openings += _openings(face)
        if offset_ms - window.sampled_ms < SAMPLE_MS:
            return
        window.sample(image, points, side_px, offset_ms)
        moves_again = watched.picture and len(window.places) > 2 and window.shows_clear_life()
        if not moves_again and not window.is_full(offset_ms):
            return
        if watched.judge(window, offset_ms) and track_id > 0:
            self.found[track_id] = watched.since_ms


def deviation(points: Points) -> float:
    """Of (samples, n, 2) over the samples: the root of the mean square distance from each point's mean."""
    return float(np.sqrt(((points - points.mean(axis=0)) ** 2).sum(axis=-1).mean()))


def _openings(face: Faces) -> Sums:
    """(3, 2) as a window sums them; 0 where unknown."""
    columns = (face.eye_open, face.mouth_open)
    values = np.array([np.nan if one is None else float(one[0]) for one in columns])
    known = ~np.isnan(values)
    values[~known] = 0
    return np.stack([known, values, values**2])
