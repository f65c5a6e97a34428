"""Where faces should be and whether the whole picture moved: places only, no identity is decided here."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from model.tracking.tracks import Sightings, Track, TrackingLimits, Vector

NEAR, ALIKE_SIZE = 0.25, 1.2
"""A sitting face moves and grows less than this between two analyses, in face sizes and as a ratio."""

SHAKE_REACH = 3.0
"""The farthest push at the camera, in face sizes."""
SHAKE_SHARE = 0.6
"""Of the faces that must have gone the same way."""


def predicted(tracks: Sequence[Track], now_ms: int, coasting_ms: float) -> Vector:
    """(tracks, 2) px."""
    return np.array([t.centre_at(now_ms, coasting_ms) for t in tracks]).reshape(-1, 2)


def place_costs(
    tracks: Sequence[Track],
    seen: Sightings,
    now_ms: int,
    limits: TrackingLimits,
    *,
    looks_apart: Vector,
    unlike: NDArray[np.bool_],
    recent: NDArray[np.bool_],
) -> Vector:
    """(tracks, faces): 0 for a perfect fit, infinite where the pair is out of reach.

    Intersection over union, centre distance, change of size and difference of looks each add about 0..1.
    A track without a number adds 10, so that it never takes a face from one that has, unless that one looks
    quite unlike it. looks_apart: (tracks, faces), NaN where unknown; unlike: (tracks, faces); recent:
    (tracks,) seen a moment ago.
    """
    places = predicted(tracks, now_ms, limits.coasting_ms)
    extents = np.array([t.size for t in tracks])
    unseen_ms = np.array([now_ms - t.last_ms for t in tracks])[:, None]
    reach = limits.reach * np.minimum(2, 1 + limits.reach_per_s * unseen_ms / 1000)
    apart = _distance(places, extents, seen) / reach
    grown = np.abs(_growth(extents, seen)) / np.log(limits.size_ratio)
    waits = unlike | np.array([not t.track_id for t in tracks])[:, None]
    cost = apart + grown + 1 - _overlap(places, extents, seen) + 10 * waits + np.nan_to_num(looks_apart)
    shaken = (looks_apart < limits.same_look) & recent[:, None]
    within = apart <= np.where(shaken, limits.shaken_reach, 1)
    return np.where(within & (grown <= 1), cost, np.inf)


def cheapest_first(costs: Vector) -> Iterator[tuple[int, int]]:
    """(face, track) pairs of finite `costs` (tracks, faces), each face and each track once."""
    order = np.argsort(costs, axis=None, kind="stable")
    taken_faces: set[int] = set()
    taken_tracks: set[int] = set()
    for flat in order[: int(np.isfinite(costs).sum())]:
        track, face = (int(i) for i in np.unravel_index(flat, costs.shape))
        if face not in taken_faces and track not in taken_tracks:
            taken_faces.add(face)
            taken_tracks.add(track)
            yield face, track


def near(tracks: Sequence[Track], seen: Sightings, now_ms: int, coasting_ms: float) -> NDArray[np.bool_]:
    """(tracks, faces): the face is just where and as large as it should be."""
    extents = np.array([t.size for t in tracks]).reshape(-1, 2)
    close = _distance(predicted(tracks, now_ms, coasting_ms), extents, seen) <= NEAR
    return np.asarray(close & (np.abs(_growth(extents, seen)) <= np.log(ALIKE_SIZE)))


def within(tracks: Sequence[Track], seen: Sightings, reach: float, growth: float) -> NDArray[np.bool_]:
    """(tracks, faces): the face is within `reach` face sizes of where the track was, and about as large."""
    places = np.array([t.centre for t in tracks]).reshape(-1, 2)
    extents = np.array([t.size for t in tracks]).reshape(-1, 2)
    close = _distance(places, extents, seen) <= reach
    return np.asarray(close & (np.abs(_growth(extents, seen)) <= np.log(growth)))


def common_shift(
    tracks: Sequence[Track], seen: Sightings, now_ms: int, limits: TrackingLimits
) -> Vector | None:
    """(x, y) px by which most faces moved at once, or None: a push at the camera, not people."""
    if len(tracks) < 2 or len(seen) < 2:
        return None
    places = predicted(tracks, now_ms, limits.coasting_ms)
    extents = np.array([t.size for t in tracks])
    ways = seen.centres[None] - places[:, None]
    sizes = np.sqrt(np.prod(extents, axis=1))[:, None]
    possible = np.abs(_growth(extents, seen)) <= np.log(limits.size_ratio)
    possible &= np.linalg.norm(ways, axis=2) <= SHAKE_REACH * sizes
    candidates = ways[possible]
    if not len(candidates):
        return None
    # (candidates, tracks): is there a face where this track would have gone?
    rest = np.linalg.norm(ways[None] - candidates[:, None, None], axis=3) / sizes
    follow = np.any((rest <= NEAR) & possible[None], axis=2).sum(axis=1)
    best = int(np.lexsort((np.linalg.norm(candidates, axis=1), -follow))[0])
    if follow[best] < max(2, SHAKE_SHARE * len(tracks)):
        return None
    return np.asarray(np.median(ways[(rest[best] <= NEAR) & possible], axis=0))


def _distance(places: Vector, extents: Vector, seen: Sightings) -> Vector:
    """(tracks, faces) between centres, in face sizes."""
    ways = places[:, None] - seen.centres[None]
    return np.asarray(np.hypot(ways[..., 0], ways[..., 1]) / np.sqrt(_area(extents))[:, None])


def _growth(extents: Vector, seen: Sightings) -> Vector:
    """(tracks, faces) logarithm of the ratio of sizes."""
    return np.asarray(np.log(_area(seen.sizes)[None] / _area(extents)[:, None]) / 2)


def _overlap(places: Vector, extents: Vector, seen: Sightings) -> Vector:
    """(tracks, faces) intersection over union."""
    low = np.maximum((places - extents / 2)[:, None], (seen.centres - seen.sizes / 2)[None])
    high = np.minimum((places + extents / 2)[:, None], (seen.centres + seen.sizes / 2)[None])
    shared = _area(np.maximum(high - low, 0))
    return np.asarray(shared / (_area(extents)[:, None] + _area(seen.sizes)[None] - shared))


def _area(sizes: Vector) -> Vector:
    """Of sizes (..., 2)."""
    return np.asarray(sizes[..., 0] * sizes[..., 1])  # a product over an axis of two takes five times as long
