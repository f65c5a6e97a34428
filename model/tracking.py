"""Who is who from frame to frame: a state machine over boxes, free of pictures and clocks.

A track is born once it was seen often and long enough, carries on by its motion while its face is
hidden, and dies after a while unseen. All times are ms of the session, so the frame rate does not
matter. The face's pixels are never used: this recognises places, not people.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.faces import Faces

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TrackingLimits:
    """When tracks begin, end and continue. Distances count in face sizes (root of the box's area)."""

    birth_ms: int = 150
    """Seen for this long before it gets a number: a detector's false alarm lives for a frame or two."""
    birth_hits: int = 2
    """And at least this often, however slow the analysis runs. 1, with birth_ms 0: numbered at once."""
    candidate_ms: int = 300
    """A face without a number is forgotten when unseen for longer: nobody has met it yet."""
    death_ms: int = 2500
    """A numbered one after this: two seconds behind a hand or a passer-by, and some reserve."""
    reach: float = 0.8
    """How far from its predicted place a face may turn up; neighbours in a meeting are two or more apart."""
    reach_per_s: float = 0.5
    """Added for every second unseen, up to twice `reach`."""
    size_ratio: float = 1.8
    """Largest change of size between two sightings."""
    velocity_ms: float = 250.0
    """Time constant with which a velocity is learned; shorter follows the detector's jitter."""
    coasting_ms: float = 400.0
    """Time constant with which a hidden face is taken to stop: people do not glide on for seconds."""


@dataclass(slots=True)
class Track:
    """One face through time. `track_id` is 0 before birth; `centre` and `size` (w, h) in px."""

    centre: Vector
    size: Vector
    velocity_px_ms: Vector
    first_ms: int
    last_ms: int
    hits: int = 1
    track_id: int = 0

    @property
    def extent_px(self) -> float:
        return float(np.sqrt(self.size[0] * self.size[1]))

    def centre_at(self, offset_ms: int, coasting_ms: float) -> Vector:
        """Where the face should be now, if it slowed down since it was last seen."""
        coasted_ms = coasting_ms * (1 - np.exp(-(offset_ms - self.last_ms) / coasting_ms))
        return np.asarray(self.centre + self.velocity_px_ms * coasted_ms)

    def see(self, centre: Vector, size: Vector, offset_ms: int, velocity_ms: float) -> None:
        """Take a sighting in."""
        passed_ms = offset_ms - self.last_ms
        if passed_ms > 0:
            gain = 1 - np.exp(-passed_ms / velocity_ms)
            self.velocity_px_ms += gain * ((centre - self.centre) / passed_ms - self.velocity_px_ms)
        self.centre, self.size, self.last_ms, self.hits = centre, size, offset_ms, self.hits + 1


class Tracker:
    """Numbers the faces of one session: 1, 2, 3... in order of birth, in one frame from left to right.

    A number is never given twice.
    """

    def __init__(self, limits: TrackingLimits | None = None) -> None:
        self.limits = limits or TrackingLimits()
        self.tracks: list[Track] = []
        self._born = 0
        self._now_ms = 0

    def update(self, faces: Faces, offset_ms: int) -> Faces:
        """The faces that have a number by now, with `track_id` set, in the order given.

        `offset_ms` should not run backwards; an earlier time counts as the latest one seen.
        """
        self._now_ms = max(self._now_ms, offset_ms)
        # Not by `_lives`: at two frames a second even a candidate seen in every frame looks long unseen here.
        self.tracks = [t for t in self.tracks if self._now_ms - t.last_ms <= self.limits.death_ms]
        centres = ((faces.boxes[:, :2] + faces.boxes[:, 2:]) / 2).astype(np.float64)
        sizes = (faces.boxes[:, 2:] - faces.boxes[:, :2]).astype(np.float64)
        numbers = np.zeros(len(faces), np.int64)
        matched = dict(self._pairs(centres, sizes))
        for face in np.argsort(centres[:, 0], kind="stable").tolist():
            track = matched.get(face) or self._begin(centres[face], sizes[face])
            if face in matched:
                track.see(centres[face], sizes[face], self._now_ms, self.limits.velocity_ms)
            self._bear(track)
            numbers[face] = track.track_id
        self.tracks = [track for track in self.tracks if self._lives(track)]
        return faces.having(track_id=numbers).take(numbers > 0)

    def rescale(self, factor_x: float, factor_y: float) -> None:
        """The frame's size changed in mid-stream: the same places in the new px."""
        factor = np.array([factor_x, factor_y])
        for track in self.tracks:
            track.centre, track.size = track.centre * factor, track.size * factor
            track.velocity_px_ms = track.velocity_px_ms * factor

    def _begin(self, centre: Vector, size: Vector) -> Track:
        track = Track(centre, size, np.zeros(2), self._now_ms, self._now_ms)
        self.tracks.append(track)
        return track

    def _bear(self, track: Track) -> None:
        seen_ms = track.last_ms - track.first_ms
        if not track.track_id and track.hits >= self.limits.birth_hits and seen_ms >= self.limits.birth_ms:
            self._born += 1
            track.track_id = self._born

    def _lives(self, track: Track) -> bool:
        limit_ms = self.limits.death_ms if track.track_id else self.limits.candidate_ms
        return self._now_ms - track.last_ms <= limit_ms

    def _pairs(self, centres: Vector, sizes: Vector) -> Iterator[tuple[int, Track]]:
        """Cheapest pairs first, each face and each track once. Numbered tracks choose first."""
        if not len(centres) or not self.tracks:
            return
        costs = self._costs(centres, sizes)
        order = np.argsort(costs, axis=None, kind="stable")
        free_faces, free_tracks = set(range(len(centres))), set(range(len(self.tracks)))
        for flat in order[: int(np.isfinite(costs).sum())]:
            track, face = (int(i) for i in np.unravel_index(flat, costs.shape))
            if face in free_faces and track in free_tracks:
                free_faces.discard(face)
                free_tracks.discard(track)
                yield face, self.tracks[track]

    def _costs(self, centres: Vector, sizes: Vector) -> Vector:
        """(tracks, faces): 0 for a perfect fit, infinite where the pair is out of reach.

        Intersection over union, centre distance and change of size each add 0..1; a track without a
        number adds 3, so that it never takes a face from one that has.
        """
        places = np.array([t.centre_at(self._now_ms, self.limits.coasting_ms) for t in self.tracks])
        extents = np.array([t.size for t in self.tracks])
        unseen_s = np.array([self._now_ms - t.last_ms for t in self.tracks])[:, None] / 1000
        reach = self.limits.reach * np.minimum(2, 1 + self.limits.reach_per_s * unseen_s)
        distance = np.linalg.norm(places[:, None] - centres[None], axis=2)
        apart = distance / np.sqrt(np.prod(extents, axis=1))[:, None] / reach
        grown = np.abs(np.log(np.prod(sizes, axis=1)[None] / np.prod(extents, axis=1)[:, None])) / 2
        grown = grown / np.log(self.limits.size_ratio)
        unborn = np.array([0 if t.track_id else 3 for t in self.tracks])[:, None]
        cost = apart + grown + 1 - _overlap(places, extents, centres, sizes) + unborn
        return np.where((apart <= 1) & (grown <= 1), cost, np.inf)


def _overlap(centres: Vector, sizes: Vector, others: Vector, other_sizes: Vector) -> Vector:
    """(n, m) intersection over union of boxes given by centre and size."""
    low = np.maximum((centres - sizes / 2)[:, None], (others - other_sizes / 2)[None])
    high = np.minimum((centres + sizes / 2)[:, None], (others + other_sizes / 2)[None])
    shared = np.prod(np.maximum(high - low, 0), axis=2)
    union = np.prod(sizes, axis=1)[:, None] + np.prod(other_sizes, axis=1)[None] - shared
    result: Vector = shared / union
    return result
