"""What one frame says about who is who: places, looks and scenes. Nothing is decided here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.faces import Floats
from model.tracking.appearance import BINS, PARTS, colour_share, difference
from model.tracking.cuts import same_scene
from model.tracking.scene import within
from model.tracking.tracks import Sightings, Track, Vector

BOTH_DIFFER = 0.3
"""Clothing and background each, in someone else's tile; a raised hand or a virtual background changes one."""
COLOURED = 0.46
"""A look of less colour says nothing: in grey pictures the looks of two in five pairs of people are alike."""
SCENE_REACH, SCENE_GROWTH = 1.0, 1.8
"""How far from its place, in face sizes, and how much larger or smaller a face may return to its scene."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one frame says about the tracks: those alive first, then, where asked for, those remembered.

    recent: (tracks,) seen a moment ago; lately: (tracks,) not longer gone than a track lives; near: (tracks,
    faces) just where and as large as predicted; parts: (tracks, faces, PARTS) distances of looks, NaN where
    unknown; telling: (tracks, faces) looks say who is who; scenes: (tracks, faces) the face is where the
    track was, in the same scene.
    """

    tracks: list[Track]
    recent: NDArray[np.bool_]
    lately: NDArray[np.bool_]
    near: NDArray[np.bool_]
    parts: Vector
    telling: NDArray[np.bool_]
    scenes: NDArray[np.bool_]

    @property
    def looks_apart(self) -> Vector:
        """(tracks, faces): the mean of the parts that are known, NaN where none is."""
        known = ~np.isnan(self.parts)
        counts = known.sum(axis=2)
        sums = np.where(known, self.parts, 0).sum(axis=2)
        return np.where(counts, sums / np.maximum(counts, 1), np.nan)

    @property
    def unlike(self) -> NDArray[np.bool_]:
        """(tracks, faces): whatever is known of their looks differs."""
        least = np.where(np.isnan(self.parts), np.inf, self.parts).min(axis=2)
        return np.asarray((least > BOTH_DIFFER) & np.isfinite(least))

    @property
    def same_looks(self) -> NDArray[np.bool_]:
        """(tracks, faces): background and clothing are known, have colour, and each is the same."""
        return np.asarray(self.telling & (self.parts.max(axis=2) <= BOTH_DIFFER))

    @property
    def looks_fully_apart(self) -> Vector:
        """(tracks, faces): the same, NaN unless both are known: a background alone is no evidence."""
        return np.asarray(self.parts.mean(axis=2))

    def is_disturbed(self, held: Mapping[int, int]) -> bool:
        """Whether fewer than half of the people are just where they should be; `held`: track by face."""
        steady = sum(bool(self.near[track, face]) for face, track in held.items() if self.recent[track])
        return 2 * steady < int(self.recent.sum())


def looks_of(tracks: Sequence[Track]) -> Floats:
    """(tracks, PARTS, BINS), NaN where unknown."""
    unknown = np.full((PARTS, BINS), np.nan, np.float32)
    looks = [unknown if t.look is None else t.look for t in tracks]
    return np.array(looks, np.float32).reshape(-1, PARTS, BINS)


def look_parts(looks: Floats, seen: Sightings) -> Vector:
    """(tracks, faces, PARTS) distances of looks (tracks, PARTS, BINS), NaN where unknown."""
    if seen.looks is None or not len(looks):
        return np.full((len(looks), len(seen), PARTS), np.nan)
    return difference(looks, seen.looks).astype(np.float64)


def telling(looks: Floats, seen: Sightings) -> NDArray[np.bool_]:
    """(tracks, faces) whether looks say who is who: both have colour, or colours are seen in the frame."""
    if seen.looks is None:
        return np.zeros((len(looks), len(seen)), np.bool_)
    ours, theirs = (colour_share(some) >= COLOURED for some in (looks, seen.looks))
    return np.asarray((ours[:, None] & theirs[None]) | (len(seen) > 1 and bool(theirs.any())))


def known_scenes(tracks: Sequence[Track], seen: Sightings, parts: Vector) -> NDArray[np.bool_]:
    """(tracks, faces) whether a face is where a track was, before its background, and not dressed otherwise.

    parts: (tracks, faces, PARTS) distances of looks.
    """
    known = within(tracks, seen, SCENE_REACH, SCENE_GROWTH)
    known &= ~(parts[..., 1] > BOTH_DIFFER)
    for t, f in np.argwhere(known).tolist():
        known[t, f] = is_known_scene(tracks[t], seen, f)
    return known


def is_known_scene(track: Track, seen: Sightings, face: int) -> bool:
    """Whether what stands still about a face is what was about the track when it was last seen."""
    if track.scene is None or seen.scene is None:
        return False
    boxes = np.array([track.box, seen.box(face)], np.float32)
    return same_scene(track.scene, seen.scene, boxes, seen.size_px)
