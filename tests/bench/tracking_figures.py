"""How well tracks follow true people: IDF1, identity switches and fragmentation.

- IDF1: Ristani, Solera, Zou, Cucchiara and Tomasi, "Performance measures and a data set for multi-target,
  multi-camera tracking", ECCV Workshops 2016: true people and tracks are matched once for the whole
  sequence so that most faces agree; IDF1 = 2 IDTP / (true faces + tracked faces).
- Identity switches: Bernardin and Stiefelhagen, "Evaluating multiple object tracking performance: the
  CLEAR MOT metrics", EURASIP JIVP 2008: a true face's track is another than the last one it had.
- Fragmentation: Li, Huang and Nevatia, CVPR 2009: interruptions of a true trajectory's tracked state; here
  while the face is to be seen, or when another track goes on with it.
- Borrowed: faces under a number that was somebody else's before. The one error a host cannot mend by
  merging.

A track and a true face agree where their boxes overlap by half (intersection over union).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from model.faces import Faces
from model.tracking.assignment import best_assignment
from tests.bench.moving_grid import TrueFace

AGREE = 0.5

Boxes = NDArray[np.float64]


@dataclass
class Tally:
    """Take every frame in with `add`, then read."""

    true_faces: int = 0
    tracked_faces: int = 0
    switches: int = 0
    fragments: int = 0
    borrowed: int = 0
    together: Counter[tuple[int, int]] = field(default_factory=Counter)
    _last: dict[int, int] = field(default_factory=dict)
    _missed: set[int] = field(default_factory=set)
    _owners: dict[int, int] = field(default_factory=dict)

    def add(self, truth: Sequence[TrueFace], tracked: Faces) -> None:
        """One frame: the faces to be seen, and those the tracker numbered."""
        assert tracked.track_id is not None
        numbers = tracked.track_id.tolist()
        self.true_faces += len(truth)
        self.tracked_faces += len(numbers)
        agreed = {truth[t].person: numbers[f] for t, f in _agreeing(truth, tracked)}
        self.together.update(agreed.items())
        for face in truth:
            self._follow(face.person, agreed.get(face.person))

    def _follow(self, person: int, number: int | None) -> None:
        before = self._last.get(person)
        if number is None:
            self._missed |= {person} if before is not None else set()
            return
        self.borrowed += self._owners.setdefault(number, person) != person
        if before is not None:
            self.switches += number != before
            self.fragments += number != before or person in self._missed
        self._missed.discard(person)
        self._last[person] = number

    @property
    def idf1(self) -> float:
        """0..1; 0 where no track agreed with anybody."""
        people = sorted({person for person, _ in self.together})
        numbers = sorted({number for _, number in self.together})
        frames = np.array([[self.together[p, n] for n in numbers] for p in people], np.float64)
        frames = frames.reshape(len(people), len(numbers))
        agreed = sum(frames[pair] for pair in best_assignment(-frames, 0.0))
        return float(2 * agreed / max(1, self.true_faces + self.tracked_faces))

    def figures(self) -> dict[str, float]:
        return {
            "idf1": round(self.idf1, 4),
            "identity_switches": self.switches,
            "fragmentation": self.fragments,
            "borrowed_share": round(self.borrowed / max(1, self.true_faces), 4),
            "numbers_given": len({number for _, number in self.together}),
        }


def _agreeing(truth: Sequence[TrueFace], tracked: Faces) -> list[tuple[int, int]]:
    true_boxes = np.array([face.box for face in truth], np.float64).reshape(-1, 4)
    overlaps = _intersection_over_union(true_boxes, tracked.boxes.astype(np.float64))
    return best_assignment(np.where(overlaps >= AGREE, -overlaps, np.inf), 0.0)


def _intersection_over_union(some: Boxes, others: Boxes) -> Boxes:
    low = np.maximum(some[:, None, :2], others[None, :, :2])
    high = np.minimum(some[:, None, 2:], others[None, :, 2:])
    shared = np.prod(np.maximum(high - low, 0), axis=2)
    areas = [np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) for boxes in (some, others)]
    return np.asarray(shared / (areas[0][:, None] + areas[1][None] - shared))
