"""Who is who from frame to frame: a state machine over places and, where pictures are given, tiles.

A track is born once it was seen often and long enough, carries on by its motion while its face is
hidden, and dies after a while unseen. Where a meeting program re-arranges its tiles, places say nothing;
then the colours of clothing and background decide, and where two people look alike nobody does: a new
number is better than a wrong one. The face's pixels are never used: this knows places and tiles, not
people. A person shown twice at once, as in a speaker's view with a strip, is two faces with two numbers.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from model.faces import Faces
from model.images import Image
from model.tracking.cuts import is_blank, is_replaced
from model.tracking.evidence import Evidence, is_known_scene, known_scenes, look_parts, looks_of, telling
from model.tracking.relocation import REARRANGED_SHARE, Held, Relocation
from model.tracking.scene import cheapest_first, common_shift, near, place_costs
from model.tracking.shots import Cut, Shots
from model.tracking.tracks import Sightings, Track, TrackingLimits, forget_scenes

__all__ = ["Tracker", "TrackingLimits"]


class Tracker:
    """Numbers the faces of one session: 1, 2, 3... in order of birth, in one frame from left to right.

    A number is never given twice, and only to what counts. What was seen long enough for a number and never
    counted, a thing that looks like a face, comes under a negative one.
    """

    def __init__(
        self, limits: TrackingLimits | None = None, *, tentative: bool = False, first: int = 1
    ) -> None:
        """`tentative`: faces without a number come too, under a negative one. `first`: the first number."""
        self.limits, self.tentative = limits or TrackingLimits(), tentative
        self.became: dict[int, int] = {}
        """The negative numbers that ended with the last frame, and the number each has now."""
        self.kept = np.zeros(0, np.int64)
        """Which of the faces last given came back."""
        self.tracks: list[Track] = []
        self.remembered: list[Track] = []
        """Numbered ones that died with a known look, for `memory_ms`."""
        self._relocation, self._shots = Relocation(self.limits), Shots()
        self._born, self._begun = first - 1, 0
        self._now_ms = self._before_ms = 0

    def update(
        self,
        faces: Faces,
        offset_ms: int,
        image: Image | None = None,
        counting: NDArray[np.bool_] | None = None,
    ) -> Faces:
        """The faces that have a number by now, with `track_id` set, in the order given; `kept` says which.

        `offset_ms` should not run backwards; an earlier time counts as the latest one seen.
        image: the (H, W, 3) uint8 BGR frame the boxes lie in. Without it places alone decide.
        counting: (n,) which faces can be read; without it all.
        """
        self._before_ms, self._now_ms = self._now_ms, max(self._now_ms, offset_ms)
        self.became = {}
        self._let_go()
        seen = Sightings.of(faces, image, counting)
        self._follow_cuts(seen)
        held = self._continue(seen)
        numbers = np.zeros(len(faces), np.int64)
        for face in np.argsort(seen.centres[:, 0], kind="stable").tolist():
            track = held.get(face) or self._begin(seen, face)
            self._bear(track)
            told = self.tentative or self._is_thing(track)
            numbers[face] = track.track_id or (track.candidate if told else 0)
        self.tracks = [track for track in self.tracks if self._lives(track)]
        self.kept = np.flatnonzero(numbers)
        faces = faces.having(track_id=numbers)
        return faces if len(self.kept) == len(faces) else faces.take(self.kept)

    @property
    def candidates(self) -> set[int]:
        """The negative numbers of those that may have one of their own in a moment."""
        return {track.candidate for track in self.tracks if not track.track_id and not self._is_thing(track)}

    def rescale(self, factor_x: float, factor_y: float) -> None:
        """The frame's size changed in mid-stream: the same places in the new px."""
        for track in (*self.tracks, *self.remembered):
            track.rescale(np.array([factor_x, factor_y]))

    def _follow_cuts(self, seen: Sightings) -> None:
        """A cut ends every track: what is seen now may be anybody."""
        if seen.scene is None or (cut := self._shots.cut(seen.scene, self._now_ms)) is None:
            return
        self._relocation.rearranged_ms = self._now_ms
        forget_scenes(self.tracks if cut is Cut.SOFT else ())  # theirs is a mixture with what came
        self.remembered += [track for track in self.tracks if track.track_id]
        self.tracks = []
        forget_scenes(self.remembered if is_blank(seen.scene) else ())

    def _continue(self, seen: Sightings) -> dict[int, Track]:
        """The faces that continue a track, now seen by it."""
        if not len(seen) or not (self.tracks or self.remembered):
            return {}
        by_place, evidence = self._by_place(seen)
        held, evidence = (
            (by_place, evidence) if seen.looks is None else self._by_look(seen, by_place, evidence)
        )
        for face, index in held.items():
            if by_place.get(face) == index:
                evidence.tracks[index].see(seen, face, self._now_ms, self.limits)
            else:
                self._move(evidence.tracks, index, by_place.get(face), seen, face)
        if self._relocation.rearranged_ms == self._now_ms:
            self._leave_places()
        return {face: evidence.tracks[index] for face, index in held.items()}

    def _by_place(self, seen: Sightings) -> tuple[Held, Evidence]:
        """Pairs by place, after undoing a push at the camera that moved everybody."""
        evidence = self._evidence(self.tracks, seen)
        held = dict(self._pairs(seen, evidence))
        if evidence.is_disturbed(held) and self._undo_push(seen):
            evidence = self._evidence(self.tracks, seen)
            held = dict(self._pairs(seen, evidence))
        if replaced := self._replaced(seen, held, evidence):
            if len(replaced) >= REARRANGED_SHARE * int(evidence.recent.sum()):
                self._relocation.rearranged_ms = self._now_ms
            self.remembered += replaced
            self.tracks = [t for t in self.tracks if not any(t is one for one in replaced)]
            evidence = self._evidence(self.tracks, seen)
            held = dict(self._pairs(seen, evidence))
        return held, evidence

    def _replaced(self, seen: Sightings, held: Held, evidence: Evidence) -> list[Track]:
        """Those in whose place somebody else is from one frame to the next."""
        replaced, same_looks, unlike = [], evidence.same_looks, evidence.unlike
        for face, index in held.items():
            track, now = self.tracks[index], seen.patch(face)
            if not track.track_id or track.patch is None or now is None or same_looks[index, face]:
                continue
            jumped = not evidence.near[index, face]
            if is_replaced(track.patch, now, self._now_ms - track.last_ms, jumped, bool(unlike[index, face])):
                replaced.append(track)
                if is_known_scene(track, seen, face):
                    track.scene = None  # two people before one background: it tells neither
        return replaced

    def _by_look(self, seen: Sightings, held: Held, evidence: Evidence) -> tuple[Held, Evidence]:
        """The remembered are compared only where somebody is sought: they may be many."""
        doubts = self._relocation.doubts(held, self._due(seen, held), evidence, self._now_ms)
        if not doubts.faces:
            return held, evidence
        settling = self._relocation.is_settling(self._now_ms)
        evidence = self._evidence([*self.tracks, *self.remembered], seen, scenes=settling)
        return self._relocation.resolved(held, doubts, evidence), evidence

    def _move(
        self, tracks: list[Track], index: int, instead_of: int | None, seen: Sightings, face: int
    ) -> None:
        """A track goes on elsewhere; a numberless one that held the face till now has been that person."""
        track = tracks[index]
        track.resume(seen, face, self._now_ms, self.limits)
        mistaken = None if instead_of is None or tracks[instead_of].track_id else tracks[instead_of]
        if mistaken is not None:
            self.became[mistaken.candidate] = track.track_id
        self.remembered = [t for t in self.remembered if t is not track]
        self.tracks = [t for t in self.tracks if t is not track and t is not mistaken] + [track]

    def _evidence(self, tracks: list[Track], seen: Sightings, scenes: bool = False) -> Evidence:
        """`scenes`: these are compared as well; without a cut a background alone is no evidence."""
        looks = looks_of(tracks)
        parts = look_parts(looks, seen)
        return Evidence(
            tracks,
            np.array([bool(t.track_id) and self._is_recent(t) for t in tracks], bool),
            np.array([self._now_ms - t.last_ms <= self.limits.death_ms for t in tracks], bool),
            near(tracks, seen, self._now_ms, self.limits.coasting_ms),
            parts,
            telling(looks, seen),
            known_scenes(tracks, seen, parts) if scenes else np.zeros(parts.shape[:2], np.bool_),
        )

    def _undo_push(self, seen: Sightings) -> bool:
        """Move all places along where the whole picture moved."""
        recent = [track for track in self.tracks if track.track_id and self._is_recent(track)]
        shift = common_shift(recent, seen, self._now_ms, self.limits)
        if shift is not None:
            for track in self.tracks:
                track.centre = track.centre + shift
        return shift is not None

    def _pairs(self, seen: Sightings, evidence: Evidence) -> Iterator[tuple[int, int]]:
        """Cheapest pairs first, each face and each track once. Numbered tracks choose first."""
        if not self.tracks:
            return
        costs = place_costs(
            self.tracks,
            seen,
            self._now_ms,
            self.limits,
            looks_apart=evidence.looks_apart,
            unlike=evidence.unlike,
            recent=evidence.recent,
        )
        yield from cheapest_first(costs)

    def _is_recent(self, track: Track) -> bool:
        """Seen a moment ago, or in the last frame where frames are few."""
        return track.last_ms >= min(self._before_ms, self._now_ms - self.limits.moment_ms)

    def _begin(self, seen: Sightings, face: int) -> Track:
        self._begun += 1
        self.tracks.append(Track.begun(seen, face, self._now_ms, -self._begun))
        return self.tracks[-1]

    def _due(self, seen: Sightings, held: Held) -> set[int]:
        """The faces that would get a number now."""
        begun = {face: self.tracks[index] for face, index in held.items()}
        counting = {f for f in range(len(seen)) if seen.counts(f) or (f in begun and begun[f].counted)}
        ripe = {f for f, t in begun.items() if not t.track_id and t.is_ripe(self._now_ms, self.limits, 1)}
        fresh = set(range(len(seen))) - set(begun) if self.limits.is_ripe(1, 0) else set()
        return counting & (ripe | fresh)

    def _is_thing(self, track: Track) -> bool:
        """Whether it would be somebody, had it counted."""
        return not track.track_id and not track.counted and track.is_ripe(self._now_ms, self.limits)

    def _bear(self, track: Track) -> None:
        if not track.track_id and track.counted and track.is_ripe(self._now_ms, self.limits):
            self._born += 1
            track.track_id = self.became[track.candidate] = self._born

    def _let_go(self) -> None:
        # Not by `_lives`: at two frames a second even a candidate seen in every frame looks long unseen here.
        dead = [t for t in self.tracks if self._now_ms - t.last_ms > self.limits.death_ms]
        self.tracks = [t for t in self.tracks if self._now_ms - t.last_ms <= self.limits.death_ms]
        forget_scenes(dead)
        self.remembered += [track for track in dead if track.track_id and track.look is not None]
        self.remembered = [t for t in self.remembered if self._now_ms - t.last_ms <= self.limits.memory_ms]

    def _leave_places(self) -> None:
        """In a new layout the places of those not found in it are somebody else's: only looks remain."""
        unfound = [
            t for t in self.tracks if t.last_ms < self._now_ms and (t.look is not None or not t.track_id)
        ]
        self.tracks = [t for t in self.tracks if not any(t is u for u in unfound)]
        self.remembered += [track for track in unfound if track.track_id]

    def _lives(self, track: Track) -> bool:
        met = track.track_id or self._is_thing(track)
        return self._now_ms - track.last_ms <= (self.limits.death_ms if met else self.limits.candidate_ms)
