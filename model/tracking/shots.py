"""Where another picture begins: by a hard cut, or faded or dissolved into over up to a second."""

from collections import deque
from enum import Enum, auto

from model.tracking.cuts import BRIEF_MS, Scene, is_blank, is_cut

SOFT_MS, SOFT_MOVED_BELOW = 1000, 0.55
"""What differs so much from what was seen so long ago is another picture; see `cuts.MOVED_BELOW`. Of the most
restless clip in ../shared/media it is 0.63 at least, of two who cross with all that is about them 0.59."""


class Cut(Enum):
    """How another picture begins."""

    HARD = auto()
    SOFT = auto()
    """Through mixtures of both."""


class Shots:
    """Follows the scenes of one stream."""

    def __init__(self) -> None:
        self._seen: deque[tuple[int, Scene]] = deque()
        self._is_dark = False

    def cut(self, scene: Scene, now_ms: int) -> Cut | None:
        """How `scene`, the next one, begins another picture than those before it; None where it does not."""
        while len(self._seen) > 1 and now_ms - self._seen[0][0] > SOFT_MS:
            self._seen.popleft()
        found = None
        last_ms, last = self._seen[-1] if self._seen else (now_ms, scene)
        if is_cut(last, scene, brief=now_ms - last_ms <= BRIEF_MS):
            found = Cut.SOFT if self._is_dark else Cut.HARD
        elif len(self._seen) > 1 and is_cut(self._seen[0][1], scene, SOFT_MOVED_BELOW):
            found = Cut.SOFT
        if found:
            self._seen.clear()
        self._is_dark = bool(self._seen) and is_blank(scene)
        if not self._is_dark:  # over darkness the last picture is remembered
            self._seen.append((now_ms, scene))
        return found
