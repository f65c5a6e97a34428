"""What looked like a face and is nobody: what never counted, and pictures. Told apart from people.

Each is one thing for as long as it stays about where it is; where a person was seen, there is no thing.
"""

from collections.abc import Mapping

import numpy as np

from model.faces import Faces, Floats
from model.observations import QualityFlag
from model.signals.following import overlap

PICTURES_FROM = 1_000_000
"""A picture that had the number n comes under minus this minus n, far from what never had one."""
SAME_PLACE = 0.3
"""Intersection over union with where it was last."""
REMEMBERED = 300
"""Places; the oldest go first."""


class Things:
    """Not thread-safe: one for one stream, frames in order of time."""

    def __init__(self) -> None:
        self._places: dict[int, Floats] = {}
        self._things: set[int] = set()

    def __len__(self) -> int:
        """How many there were so far."""
        return len(self._things)

    def update(self, faces: Faces, tentative: set[int], frozen: set[int]) -> Faces:
        """`faces` with pictures under negative numbers of their own.

        `tentative`: negative numbers of what may become somebody within a moment. `frozen`: numbers of
        people whose tiles stand still, which are no things.
        """
        if faces.track_id is None or faces.flags is None:
            return faces
        still = ((faces.flags & int(QualityFlag.STILL)) != 0) & (faces.track_id > 0)
        told = np.where(still, -PICTURES_FROM - faces.track_id, faces.track_id)
        here = set(told.tolist())
        for one, before, box in zip(told.tolist(), faces.track_id.tolist(), faces.boxes, strict=True):
            if one > 0 or before in frozen:
                self._lives(before, box)
            elif one not in tentative:
                self._note(one, box, here)
        return faces.having(track_id=told)

    def rename(self, became: Mapping[int, int]) -> None:
        """What was a thing for a moment has a number now."""
        for before in became:
            self._things.discard(before)
            self._places.pop(before, None)

    def _lives(self, number: int, box: Floats) -> None:
        self._things.discard(-PICTURES_FROM - number)
        self._put(number, box)

    def _note(self, thing: int, box: Floats, here: set[int]) -> None:
        self._places.pop(-PICTURES_FROM - thing, None)  # its own, as long as it was taken for somebody
        if thing not in self._places:
            elsewhere = [place for known, place in self._places.items() if known not in here]
            if not elsewhere or overlap(box[None], np.array(elsewhere)).max() <= SAME_PLACE:
                self._things.add(thing)
        self._put(thing, box)

    def _put(self, number: int, box: Floats) -> None:
        self._places.pop(number, None)
        self._places[number] = box
        if len(self._places) > REMEMBERED:
            del self._places[next(iter(self._places))]
