"""Scores read against a person's own resting face, learned in their first ten quiet seconds of a session.

Faces differ at rest: some look sad or angry to every network, and a closed-mouth smile is small beside such
a difference. What a resting face adds to the logits is taken off before the softmax, most of it, and a part
of what resting faces add on average is put back, so that a resting face is still called neutral:

    softmax(z - OWN_SHARE * own + USUAL_SHARE * usual)

z, own and usual are log-scores: logits but for a constant that the softmax cancels. Memory: eight numbers
for a track, kept while the track may still come back and never matched with any face.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.emotions import EMOTIONS, Emotion
from model.faces import Faces, Floats
from model.observations import FRONTAL_WITHIN_DEG

Doubles = NDArray[np.float64]

OWN_SHARE, USUAL_SHARE = 0.75, 0.5
"""Chosen on London, JAFFE and Yale (`python -m training.own_neutral --choose`, training/TRIALS.md): of the
pairs that cost resting faces at most five points in another light than they were learned in, the one of
highest mean recall. All of it is better in the same light (London 0.97, not 0.93) and costs 14 there."""
QUIET_MS, LEAST_LOOKS = 10_000, 10
LONGEST_GAP_MS = 2_000
"""Quiet instants further apart are not the same quiet; at half a look a second they still are."""
LIPS_CLOSED_TO = 0.10
"""Mouth opening, 0..1, of a mouth at rest."""
LIVELY = (EMOTIONS.index(Emotion.HAPPY), EMOTIONS.index(Emotion.SURPRISE))
LIVELY_FROM = 0.5
"""A face that looks happy or surprised by so much is not at rest; one that looks sad or angry may be."""
FORGET_MS = 65_000
"""A track's number is taken up again for a minute at most (model.tracking.tracks: memory_ms)."""
LEAST_SCORE = 1e-6


def log_scores(scores: ArrayLike) -> Doubles:
    """(..., 7) logits less a constant, of scores 0..1; NaN rows stay NaN."""
    return np.asarray(np.log(np.maximum(np.asarray(scores, np.float64), LEAST_SCORE)))


def compared(
    scores: ArrayLike,
    own: ArrayLike,
    usual: ArrayLike,
    own_share: float = OWN_SHARE,
    usual_share: float = USUAL_SHARE,
) -> Floats:
    """(n, 7) `scores` read against `own` and `usual`, log-scores of shape (7,) or (n, 7); rows sum to 1."""
    moved = log_scores(scores) - own_share * np.asarray(own) + usual_share * np.asarray(usual)
    powers = np.exp(moved - moved.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)


@dataclass(slots=True)
class _Rest:
    """What a track's quiet instants were so far."""

    seen_ms: int
    quiet_until_ms: int
    quiet_ms: int = 0
    looks: int = 0
    total: Doubles = field(default_factory=lambda: np.zeros(len(EMOTIONS)))

    @property
    def known(self) -> bool:
        return self.quiet_ms >= QUIET_MS and self.looks >= LEAST_LOOKS

    @property
    def own(self) -> Doubles:
        return np.asarray(self.total / self.looks)

    def look(self, offset_ms: int, logs: Doubles) -> None:
        passed_ms = offset_ms - self.quiet_until_ms
        if self.looks and 0 < passed_ms <= LONGEST_GAP_MS:
            self.quiet_ms += passed_ms
        self.quiet_until_ms = offset_ms
        self.looks, self.total = self.looks + 1, self.total + logs


class OwnNeutral:
    """The resting faces of one stream's tracks. Frames come in order of time."""

    def __init__(self, usual: ArrayLike) -> None:
        """`usual`: (7,) mean log-scores of resting faces by the network at work, as its card has them."""
        self._usual = np.asarray(usual, np.float64)
        if self._usual.shape != (len(EMOTIONS),):
            raise ValueError(f"usual: wanted shape ({len(EMOTIONS)},), got {self._usual.shape}")
        self._tracks: dict[int, _Rest] = {}

    def __len__(self) -> int:
        """Tracks remembered."""
        return len(self._tracks)

    def knows(self, track_id: int) -> bool:
        """Whether that track's resting face is learned."""
        rest = self._tracks.get(track_id)
        return rest is not None and rest.known

    def update(self, faces: Faces, offset_ms: int) -> Faces:
        """Learn from scored `faces` that are quiet; those of known tracks with scores read against their own.

        As they are where they carry no scores or no track_id.
        """
        if faces.scores is not None and faces.track_id is not None:
            faces = faces.having(scores=self._read(faces, faces.scores, faces.track_id.tolist(), offset_ms))
        kept = {k: one for k, one in self._tracks.items() if offset_ms - one.seen_ms <= FORGET_MS}
        self._tracks = kept
        return faces

    def rename(self, became: Mapping[int, int]) -> None:
        """What was known under one number goes on under another."""
        for before, now in became.items():
            if before in self._tracks:
                self._tracks[now] = self._tracks.pop(before)

    def forget(self, track_ids: Iterable[int]) -> None:
        """Nothing stays of these; a face that stays in view is learned anew."""
        for track_id in track_ids:
            self._tracks.pop(track_id, None)

    def _read(self, faces: Faces, scores: Floats, track_ids: list[int], offset_ms: int) -> Floats:
        result, logs, quiet = scores.copy(), log_scores(scores), _quiet(faces, scores)
        for row, track_id in enumerate(track_ids):
            if np.isnan(scores[row]).any():
                continue
            rest = self._tracks.setdefault(track_id, _Rest(offset_ms, offset_ms))
            rest.seen_ms = offset_ms
            if rest.known:
                result[row] = compared(scores[row], rest.own, self._usual)
            elif quiet[row]:
                rest.look(offset_ms, logs[row])
        return result


def _quiet(faces: Faces, scores: Floats) -> NDArray[np.bool_]:
    """(n,) bool: unflagged, looking ahead, lips closed, neither happy nor surprised. Unknown is no reason."""
    quiet = np.asarray(scores[:, LIVELY].sum(axis=1) < LIVELY_FROM)
    if faces.flags is not None:
        quiet &= faces.flags == 0
    if faces.yaw_deg is not None:
        quiet &= ~(np.abs(faces.yaw_deg) > FRONTAL_WITHIN_DEG)
    if faces.mouth_open is not None:
        quiet &= ~(faces.mouth_open > LIPS_CLOSED_TO)
    return quiet
