"""LabelledImages: the one form in which every data set reaches training and evaluation."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from model.emotions import EMOTIONS
from training.errors import DataError

IMAGE_SIZE_PX = 48
USAGES = ("Training", "PublicTest", "PrivateTest")
TRAINING, PUBLIC_TEST, PRIVATE_TEST = range(3)
VOTE_NAMES = (
    "neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "NF",
)  # fmt: skip
NO_VOTES = -1


@dataclass(frozen=True, eq=False)
class LabelledImages:
    """n grey face images with their labels.

    x: (n, 48, 48) uint8. y: (n,) uint8, index into EMOTIONS. usage: (n,) uint8, index into USAGES.
    votes: (n, 10) int8, FER+ votes in the order of VOTE_NAMES, -1 where there are none.
    seen_in_earlier_split: (n,) bool, a pixel copy of an image of an earlier split of the official data.

    Raises DataError naming the array, the wanted and the given form.
    """

    x: NDArray[np.uint8]
    y: NDArray[np.uint8]
    usage: NDArray[np.uint8]
    votes: NDArray[np.int8]
    seen_in_earlier_split: NDArray[np.bool_]

    def __post_init__(self) -> None:
        n = len(self.x)
        size = (IMAGE_SIZE_PX, IMAGE_SIZE_PX)
        wanted = {"x": (n, *size), "votes": (n, len(VOTE_NAMES))}
        for field in fields(self):
            shape = getattr(self, field.name).shape
            if shape != wanted.get(field.name, (n,)):
                raise DataError(f"{field.name}: wanted shape {wanted.get(field.name, (n,))}, got {shape}")
        if self.x.dtype != np.uint8:
            raise DataError(f"x: wanted uint8 grey values 0..255, got {self.x.dtype}")
        self._check_range("y", len(EMOTIONS))
        self._check_range("usage", len(USAGES))

    def _check_range(self, name: str, end: int) -> None:
        bad = np.flatnonzero((getattr(self, name) < 0) | (getattr(self, name) >= end))
        if len(bad):
            value = getattr(self, name)[bad[0]]
            raise DataError(f"{name}: wanted 0..{end - 1}, got {value} at row {bad[0]}")

    def __len__(self) -> int:
        return len(self.x)

    @classmethod
    def of(cls, x: NDArray[np.uint8], y: NDArray[Any], usage: NDArray[Any], votes: Any = None) -> Self:
        """Images without FER+ votes (unless given) that repeat nothing."""
        n = len(x)
        if votes is None:
            votes = np.full((n, len(VOTE_NAMES)), NO_VOTES, np.int8)
        return cls(x, y.astype(np.uint8), usage.astype(np.uint8), votes, np.zeros(n, np.bool_))

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """All rows of `parts`, in order."""
        if not parts:
            raise DataError("no data: wanted at least one array file")
        return cls(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)))

    def take(self, index: NDArray[Any]) -> Self:
        """The rows at `index` (integers or a boolean mask)."""
        return type(self)(*(getattr(self, f.name)[index] for f in fields(self)))

    def split(self, usage: int) -> Self:
        """The rows of one official split."""
        return self.take(self.usage == usage)

    def per_class(self) -> dict[str, int]:
        """How many images each expression has."""
        counts = np.bincount(self.y, minlength=len(EMOTIONS))
        return {str(emotion): int(count) for emotion, count in zip(EMOTIONS, counts, strict=True)}
