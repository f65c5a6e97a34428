"""Who sits where after tiles were moved: decided by looks, and left open where looks do not decide.

Places go first and are right nearly always. They are doubted where a tile suddenly shows other colours, and
mistrusted altogether when many people are gone or replaced at once: a new layout. Then whoever is not in
their place is sought among the tiles by one assignment of all, and each pair must be clear.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.tracking.assignment import best_assignment
from model.tracking.evidence import Evidence
from model.tracking.tracks import TrackingLimits, Vector

Held = dict[int, int]
"""Which of `Evidence.tracks` a face continues, by the face's index."""

REARRANGED_SHARE = 0.4
"""Of the people seen a moment ago: so many gone or replaced are a new layout."""
SETTLING_MS = 1000
"""After a new layout faces are told by their look at once, before a newcomer's waiting time is over."""
OLD_PLACE = 0.15
"""How much nearer a look counts where someone like that was last, while the layout stayed."""
CROWD = 3
"""With fewer faces nothing shows how alike looks are here: clothing and background must each be the same."""


@dataclass(frozen=True, slots=True)
class Doubts:
    """The faces for which looks shall decide; of these, those that are not who sat there before."""

    faces: set[int]
    replaced: set[int]


class Relocation:
    """Corrects what places say; remembers when the layout last changed."""

    def __init__(self, limits: TrackingLimits) -> None:
        self.limits = limits
        self.rearranged_ms = -SETTLING_MS - 1

    def doubts(self, held: Held, due: set[int], evidence: Evidence, now_ms: int) -> Doubts:
        """What places leave open. evidence: of the living; due: faces that would get a new number now."""
        numbered = {f for f, t in held.items() if evidence.tracks[t].track_id}
        doubted = {f for f in numbered if evidence.looks_apart[held[f], f] > self.limits.same_look}
        loose = {f for f in numbered if not evidence.near[held[f], f]}
        rearranged = self._is_rearranged(held, doubted & loose, evidence)
        if rearranged:
            self.rearranged_ms = now_ms
            # A place kept is not told from one kept by chance, so looks decide for all that have one.
            doubted |= loose | {f for f in numbered if np.isfinite(evidence.looks_fully_apart[held[f], f])}
        settling = self.is_settling(now_ms)
        lost = {f for f in doubted if rearranged or (f in loose and evidence.unlike[held[f], f])}
        return Doubts(doubted | (set(range(evidence.parts.shape[1])) - numbered if settling else due), lost)

    def is_settling(self, now_ms: int) -> bool:
        """Whether the layout changed a moment ago."""
        return now_ms - self.rearranged_ms <= SETTLING_MS

    def resolved(self, held: Held, doubts: Doubts, evidence: Evidence) -> Held:
        """`held`, but for those whose tile says otherwise, and with those found again elsewhere.

        evidence: of the living and the remembered, who are found here as well.
        """
        kept = {f: t for f, t in held.items() if f not in doubts.faces}
        found = self._found(sorted(doubts.faces), kept, evidence)
        undecided = doubts.faces & set(held) - doubts.replaced
        return kept | {f: held[f] for f in undecided if held[f] not in found.values()} | found

    def _is_rearranged(self, held: Held, replaced: set[int], evidence: Evidence) -> bool:
        """Several people gone or replaced at once, and others there instead.

        Those who look different in just their place do not count: that is somebody switching the light.
        """
        recent = set(np.flatnonzero(evidence.recent).tolist())
        changed = len(recent - set(held.values())) + len(replaced)
        strangers = evidence.parts.shape[1] - len(held) + len(replaced)
        return strangers > 0 and changed >= 2 and changed >= REARRANGED_SHARE * len(recent)

    def _found(self, faces: list[int], kept: Held, evidence: Evidence) -> Held:
        """Who of the people not in their place is clearly meant by which of the faces."""
        busy = set(kept.values())
        missing = [t for t, track in enumerate(evidence.tracks) if track.track_id and t not in busy]
        if not missing:
            return {}
        stayed = [evidence.tracks[t].last_ms > self.rearranged_ms for t in missing]
        at_home = evidence.near[np.ix_(missing, faces)] & np.array(stayed)[:, None]
        costs = self._looks(evidence)[np.ix_(missing, faces)] - OLD_PLACE * at_home
        costs = np.where(evidence.scenes[np.ix_(missing, faces)], 0.0, costs)
        lately = evidence.lately[missing] & (evidence.parts.shape[1] >= CROWD)
        pairs = best_assignment(costs, self.limits.same_look)
        return {faces[f]: missing[t] for t, f in pairs if is_clear(costs, t, f, lately, self.limits.clear_by)}

    def _looks(self, evidence: Evidence) -> Vector:
        """(tracks, faces) how far looks are apart; infinite where they say nothing."""
        apart = evidence.looks_fully_apart
        says = evidence.telling & np.isfinite(apart)
        if evidence.parts.shape[1] < CROWD:
            says &= evidence.parts.max(axis=2) <= self.limits.same_look
        return np.where(says, apart, np.inf)


def is_clear(costs: Vector, track: int, face: int, lately: NDArray[np.bool_], clear_by: float) -> bool:
    """Nobody else fits this face nearly as well.

    Of two alike, the one seen lately is meant rather than one long gone, unless another face fits as well.
    costs: (tracks, faces), infinite where unknown; lately: (tracks,) not long gone.
    """
    limit = costs[track, face] + clear_by
    rivals = costs[:, face] < limit
    rivals[track] = False
    if not rivals.any():
        return True
    other_faces = np.delete(costs[track], face) < limit
    return bool(lately[track] and not np.any(rivals & lately) and not other_faces.any())
