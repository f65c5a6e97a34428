"""One face through time, and the limits by which tracks begin, continue and end.

All times are ms of the session, so the frame rate does not matter. Distances count in face sizes (root of
the box's area), looks in Hellinger distances of colours around the face (model/appearance.py), 0..1.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from model.faces import Faces, Floats
from model.images import Image
from model.tracking.appearance import describe
from model.tracking.cuts import Scene, patches_of, scene_of

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TrackingLimits:
    """When tracks begin, end and continue."""

    birth_ms: int = 150
    """Seen for this long before it gets a number: a detector's false alarm lives for a frame or two."""
    birth_hits: int = 2
    """And at least this often, however slow the analysis runs. 1, with birth_ms 0: numbered at once."""
    candidate_ms: int = 300
    """A face without a number is forgotten when unseen for longer: nobody has met it yet."""
    death_ms: int = 2500
    """A numbered one after this: two seconds behind a hand or a passer-by, and some reserve."""
    memory_ms: int = 60_000
    """Where pictures are given, a number may still be taken up for this long, by its look alone."""
    reach: float = 0.8
    """How far from its predicted place a face may turn up; neighbours in a meeting are two or more apart."""
    reach_per_s: float = 0.5
    """Added for every second unseen, up to twice `reach`."""
    shaken_reach: float = 2.5
    """So many times as far, where it looks the same and was seen a moment ago: a push at the camera."""
    size_ratio: float = 1.8
    """Largest change of size between two sightings."""
    velocity_ms: float = 250.0
    """Time constant with which a velocity is learned; shorter follows the detector's jitter."""
    coasting_ms: float = 400.0
    """Time constant with which a hidden face is taken to stop: people do not glide on for seconds."""
    moment_ms: int = 500
    """Seen a moment ago: a jump since then is the camera's or the layout's, not the person's."""
    look_ms: float = 6000.0
    """Time constant with which a track learns its look: a hand before the chest changes it little."""
    same_look: float = 0.35
    """Of one person's looks over a minute 99 in 100 are nearer to their mean, of two people's 1 in 100
    (made-up grids, `python -m tests.bench.tracking`)."""
    clear_by: float = 0.12
    """How much worse the next best must fit. Nearer than that, two people look alike and nobody is chosen."""

    def is_ripe(self, hits: int, age_ms: int) -> bool:
        """Whether who was seen so often over so long gets a number."""
        return hits >= self.birth_hits and age_ms >= self.birth_ms


@dataclass(frozen=True, slots=True)
class Sightings:
    """The faces of one frame: centres and sizes (n, 2) in px, and which count (n,); None: all. Where a
    picture is given: looks as `describe` gives them, surroundings as `patches_of`, the whole as `scene_of`,
    its width and height."""

    centres: Vector
    sizes: Vector
    counting: NDArray[np.bool_] | None = None
    looks: Floats | None = None
    patches: Floats | None = None
    scene: Scene | None = None
    size_px: tuple[int, int] = (0, 0)

    @classmethod
    def of(cls, faces: Faces, image: Image | None, counting: NDArray[np.bool_] | None = None) -> Self:
        centres = ((faces.boxes[:, :2] + faces.boxes[:, 2:]) / 2).astype(np.float64)
        sizes = (faces.boxes[:, 2:] - faces.boxes[:, :2]).astype(np.float64)
        if image is None:
            return cls(centres, sizes, counting)
        looks, patches = describe(image, faces.boxes), patches_of(image, faces.boxes)
        size_px = (image.shape[1], image.shape[0])
        return cls(centres, sizes, counting, looks, patches, scene_of(image), size_px)

    def __len__(self) -> int:
        return len(self.centres)

    def counts(self, face: int) -> bool:
        return self.counting is None or bool(self.counting[face])

    def look(self, face: int) -> Floats | None:
        return None if self.looks is None else self.looks[face]

    def patch(self, face: int) -> Floats | None:
        return None if self.patches is None else self.patches[face]

    def box(self, face: int) -> Vector:
        """(4,) xyxy px."""
        return box_of(self.centres[face], self.sizes[face])


@dataclass(slots=True)
class Track:
    """One face through time. `track_id` is 0 before birth, when it has a number below 0 as a `candidate`.

    `centre` and `size` (w, h) in px. `counted`: at some time it did.
    """

    centre: Vector
    size: Vector
    velocity_px_ms: Vector
    first_ms: int
    last_ms: int
    hits: int = 1
    track_id: int = 0
    candidate: int = 0
    counted: bool = False
    look: Floats | None = None
    looked: int = 0
    patch: Floats | None = None
    scene: Scene | None = None

    @classmethod
    def begun(cls, seen: Sightings, face: int, now_ms: int, candidate: int) -> Self:
        """A track with its first sighting."""
        track = cls(seen.centres[face], seen.sizes[face], np.zeros(2), now_ms, now_ms, candidate=candidate)
        track.counted = seen.counts(face)
        track.look, track.looked = seen.look(face), 1
        track.patch, track.scene = seen.patch(face), seen.scene
        return track

    @property
    def box(self) -> Vector:
        """(4,) xyxy px, when last seen."""
        return box_of(self.centre, self.size)

    def is_ripe(self, now_ms: int, limits: TrackingLimits, more_hits: int = 0) -> bool:
        return limits.is_ripe(self.hits + more_hits, now_ms - self.first_ms)

    def centre_at(self, offset_ms: int, coasting_ms: float) -> Vector:
        """Where the face should be now, if it slowed down since it was last seen."""
        coasted_ms = coasting_ms * (1 - np.exp(-(offset_ms - self.last_ms) / coasting_ms))
        return np.asarray(self.centre + self.velocity_px_ms * coasted_ms)

    def see(self, seen: Sightings, face: int, offset_ms: int, limits: TrackingLimits) -> None:
        """Take a sighting in that continues this track's motion."""
        passed_ms = offset_ms - self.last_ms
        if passed_ms > 0:
            gain = 1 - np.exp(-passed_ms / limits.velocity_ms)
            moved_px_ms = (seen.centres[face] - self.centre) / passed_ms
            self.velocity_px_ms = self.velocity_px_ms + gain * (moved_px_ms - self.velocity_px_ms)
        self._take(seen, face, offset_ms, limits)

    def resume(self, seen: Sightings, face: int, offset_ms: int, limits: TrackingLimits) -> None:
        """Take a sighting in at another place, to which nobody walked."""
        self.velocity_px_ms = np.zeros(2)
        self._take(seen, face, offset_ms, limits)

    def rescale(self, factor: Vector) -> None:
        """The same place in px that are `factor` (x, y) times as many."""
        self.centre, self.size = self.centre * factor, self.size * factor
        self.velocity_px_ms = self.velocity_px_ms * factor

    def _take(self, seen: Sightings, face: int, offset_ms: int, limits: TrackingLimits) -> None:
        self._learn(seen.look(face), max(0, offset_ms - self.last_ms), limits.look_ms)
        self.centre, self.size = seen.centres[face], seen.sizes[face]
        self.patch, self.scene = seen.patch(face), seen.scene
        self.last_ms, self.hits = offset_ms, self.hits + 1
        self.counted = self.counted or seen.counts(face)

    def _learn(self, look: Floats | None, passed_ms: int, look_ms: float) -> None:
        """A plain mean of the first looks, a slowly moving one later; an unseen part stays as it was."""
        if look is None:
            return
        self.looked += 1
        if self.look is None:
            self.look = look
            return
        gain = max(1 / self.looked, 1 - float(np.exp(-passed_ms / look_ms)))
        mixed = self.look + gain * (look - self.look)
        mixed = np.where(np.isnan(self.look), look, mixed)
        self.look = np.where(np.isnan(look), self.look, mixed).astype(np.float32)


def forget_scenes(tracks: Iterable[Track]) -> None:
    """Who went without a cut, or whose picture went out, left their place to anybody."""
    for track in tracks:
        track.scene = None


def box_of(centre: Vector, size: Vector) -> Vector:
    """(4,) xyxy px."""
    return np.concatenate([centre - size / 2, centre + size / 2])
