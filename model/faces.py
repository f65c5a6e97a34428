"""Faces: all faces of one frame as one batch of arrays, refused at construction when they disagree."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from model.emotions import EMOTIONS
from model.errors import InvalidFacesError
from model.observations import QualityFlag

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

SCORE_SUM_TOLERANCE = 1e-3


@dataclass(frozen=True, eq=False)
class Faces:
    """n faces of one frame.

    boxes: (n, 4) float32, x0 y0 x1 y1 in px, clipped to the image; x1 > x0 and y1 > y0.
    confidence: (n,) float32, the detector's, 0..1.
    points: (n, 5, 2) float32 px or None: the eyes, nose tip and mouth corners, the image's left eye first.
    track_id: (n,) int64 or None before tracking.
    flags: (n,) int64, bits of QualityFlag.
    scores: (n, 7) float32 or None; a row sums to 1, or is all NaN where that face was not scored.
    yaw_deg, pitch_deg, roll_deg, eye_open, gaze, mouth_open: (n,) float32 or None, NaN where unknown; as in
        Signals.
    mesh_presence: (n,) float32 or None, 0..1, that the face mesh found a face there; NaN where not tried.
    eyes_hidden: (n,) float32 or None, share 0..1 of the eyes turned to the camera that are covered; NaN where
        the face is too small to say. mouth_hidden: the same of the mouth, 0 or 1.

    Raises InvalidFacesError naming the field, the wanted and the given shape.
    """

    boxes: Floats
    confidence: Floats
    points: Floats | None = None
    track_id: Ints | None = None
    flags: Ints | None = None
    scores: Floats | None = None
    yaw_deg: Floats | None = None
    pitch_deg: Floats | None = None
    roll_deg: Floats | None = None
    eye_open: Floats | None = None
    gaze: Floats | None = None
    mouth_open: Floats | None = None
    mesh_presence: Floats | None = None
    eyes_hidden: Floats | None = None
    mouth_hidden: Floats | None = None

    def __post_init__(self) -> None:
        self._check(self.__dataclass_fields__)

    def _check(self, names: Collection[str]) -> None:
        if self.boxes.ndim != 2 or self.boxes.shape[1] != 4:
            raise InvalidFacesError(f"boxes: wanted shape (n, 4), got {self.boxes.shape}")
        n = len(self.boxes)
        wanted = {"boxes": (n, 4), "points": (n, 5, 2), "scores": (n, len(EMOTIONS))}
        for name in names:
            value, shape = getattr(self, name), wanted.get(name, (n,))
            if value is not None and value.shape != shape:
                raise InvalidFacesError(f"{name}: wanted shape {shape}, got {value.shape}")
        self._check_values(names)

    def _check_values(self, names: Collection[str]) -> None:
        if "boxes" in names and not np.all(self.boxes[:, 2:] > self.boxes[:, :2]):
            raise InvalidFacesError("boxes: wanted x1 > x0 and y1 > y0 in every row")
        if "scores" in names and self.scores is not None and len(self.scores):
            sums = self.scores.sum(axis=1)
            if not np.all(np.isnan(sums) | (np.abs(sums - 1) < SCORE_SUM_TOLERANCE)):
                raise InvalidFacesError(f"scores: wanted rows summing to 1, got sums {sums}")

    def __len__(self) -> int:
        return len(self.boxes)

    @classmethod
    def none(cls) -> Self:
        """No face in the frame."""
        return cls(np.empty((0, 4), np.float32), np.empty(0, np.float32))

    def having(self, **fields: NDArray[np.generic] | None) -> Self:
        """The same faces with some fields set; what is new is checked."""
        unknown = fields.keys() - self.__dataclass_fields__.keys()
        if unknown:
            raise TypeError(f"wanted fields of Faces, got {', '.join(sorted(unknown))}")
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__ | fields)
        made._check(self.__dataclass_fields__ if "boxes" in fields else fields)
        return made

    def take(self, index: NDArray[np.generic] | slice) -> Self:
        """The faces at `index` (integers, a boolean mask or a slice), in that order."""
        given = {name: getattr(self, name) for name in self.__dataclass_fields__}
        taken: dict[str, Any] = {k: None if v is None else v[index] for k, v in given.items()}
        return type(self)(**taken)

    @property
    def quality(self) -> list[QualityFlag]:
        """One flag set per face."""
        bits = np.zeros(len(self), np.int64) if self.flags is None else self.flags
        return [QualityFlag(int(b)) for b in bits]
