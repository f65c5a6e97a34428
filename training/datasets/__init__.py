"""LabelledImages: the one form in which every data set reaches training and evaluation."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
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
EMOTION_CLASSES = tuple(str(emotion) for emotion in EMOTIONS)
CKPLUS_CLASSES = ("angry", "contempt", "disgust", "fear", "happy", "sad", "surprise")
"""CK+ has contempt and no neutral."""
CLASS_SETS = (EMOTION_CLASSES, CKPLUS_CLASSES)


@dataclass(frozen=True, eq=False)
class LabelledImages:
    """n grey face images with their labels.

    x: (n, 48, 48) uint8. y: (n,) uint8, index into `classes`. usage: (n,) uint8, index into USAGES.
    votes: (n, 10) int8, FER+ votes in the order of VOTE_NAMES, -1 where there are none.
    seen_in_earlier_split: (n,) bool, a pixel copy of an image of an earlier split of the official data.
    subject: (n,) str, who is shown; group: (n,) str, a kind of person or source; "" where unknown.
    classes: one of CLASS_SETS.

    Raises DataError naming the array, the wanted and the given form.
    """

    x: NDArray[np.uint8]
    y: NDArray[np.uint8]
    usage: NDArray[np.uint8]
    votes: NDArray[np.int8]
    seen_in_earlier_split: NDArray[np.bool_]
    subject: NDArray[np.str_]
    group: NDArray[np.str_]
    classes: tuple[str, ...] = EMOTION_CLASSES

    def __post_init__(self) -> None:
        n = len(self.x)
        size = (IMAGE_SIZE_PX, IMAGE_SIZE_PX)
        wanted = {"x": (n, *size), "votes": (n, len(VOTE_NAMES))}
        for name in self.array_names():
            shape = getattr(self, name).shape
            if shape != wanted.get(name, (n,)):
                raise DataError(f"{name}: wanted shape {wanted.get(name, (n,))}, got {shape}")
        if self.x.dtype != np.uint8:
            raise DataError(f"x: wanted uint8 grey values 0..255, got {self.x.dtype}")
        if self.classes not in CLASS_SETS:
            raise DataError(
                f"wanted classes in the order {' or '.join(map(str, CLASS_SETS))}, got {self.classes}"
            )
        self._check_range("y", len(self.classes))
        self._check_range("usage", len(USAGES))

    def _check_range(self, name: str, end: int) -> None:
        bad = np.flatnonzero((getattr(self, name) < 0) | (getattr(self, name) >= end))
        if len(bad):
            value = getattr(self, name)[bad[0]]
            raise DataError(f"{name}: wanted 0..{end - 1}, got {value} at row {bad[0]}")

    @classmethod
    def array_names(cls) -> tuple[str, ...]:
        """The fields that hold one entry for each image."""
        return tuple(field.name for field in fields(cls) if field.name != "classes")

    def __len__(self) -> int:
        return len(self.x)

    @classmethod
    def of(
        cls,
        x: NDArray[np.uint8],
        y: NDArray[Any],
        usage: NDArray[Any],
        *,
        subject: Sequence[str] | None = None,
        group: Sequence[str] | None = None,
        classes: tuple[str, ...] = EMOTION_CLASSES,
    ) -> Self:
        """Images without FER+ votes that repeat nothing. Raises DataError."""
        n = len(x)
        return cls(
            x,
            y.astype(np.uint8),
            usage.astype(np.uint8),
            np.full((n, len(VOTE_NAMES)), NO_VOTES, np.int8),
            np.zeros(n, np.bool_),
            np.array(subject if subject is not None else [""] * n, np.str_),
            np.array(group if group is not None else [""] * n, np.str_),
            classes,
        )

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """All rows of `parts`, in order. Raises DataError for none, or for parts of different classes."""
        if not parts:
            raise DataError("no data: wanted at least one array file")
        if len({part.classes for part in parts}) > 1:
            raise DataError(f"wanted data of the same classes, got {[list(p.classes) for p in parts]}")
        names = cls.array_names()
        arrays: dict[str, Any] = {name: np.concatenate([getattr(p, name) for p in parts]) for name in names}
        return replace(parts[0], **arrays)

    def take(self, index: NDArray[Any]) -> Self:
        """The rows at `index` (integers or a boolean mask)."""
        return replace(self, **{name: getattr(self, name)[index] for name in self.array_names()})

    def as_emotions(self) -> Self:
        """The same images under EMOTIONS; those of a class that is none of them (contempt) are left out."""
        known = np.array([name in EMOTION_CLASSES for name in self.classes])
        kept = self.take(known[self.y])
        index = [EMOTION_CLASSES.index(name) if name in EMOTION_CLASSES else 0 for name in self.classes]
        return replace(kept, y=np.array(index, np.uint8)[kept.y], classes=EMOTION_CLASSES)

    def split(self, usage: int) -> Self:
        """The rows of one official split."""
        return self.take(self.usage == usage)

    def per_class(self) -> dict[str, int]:
        """How many images each class has."""
        counts = np.bincount(self.y, minlength=len(self.classes))
        return {name: int(count) for name, count in zip(self.classes, counts, strict=True)}
