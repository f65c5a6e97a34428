"""What a reader hands over: the usable images, and by name every row it could not use."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from training.datasets import IMAGE_SIZE_PX, LabelledImages
from training.errors import DataError


@dataclass(frozen=True)
class BadRow:
    """One row (a line number of a csv file, or the place in a folder, from 1) that was left out, and why."""

    file: str
    row: int
    problem: str

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}: {self.problem}"


@dataclass(frozen=True)
class Reading:
    """`converted` counts what was changed to fit: colour made grey, another size made 48 x 48."""

    images: LabelledImages
    bad: tuple[BadRow, ...] = ()
    converted: dict[str, int] = field(default_factory=dict)


def gathered(
    images: Sequence[NDArray[np.uint8]],
    labels: Sequence[int],
    usages: Sequence[int],
    bad: Sequence[BadRow],
    source: str,
    *,
    converted: dict[str, int] | None = None,
) -> Reading:
    """Rows put together. Raises DataError when not one image is usable, naming the first bad rows."""
    if not images:
        first = "; ".join(str(row) for row in bad[:3]) or "nothing was found"
        raise DataError(f"{source}: no usable image. {first}")
    x = np.stack(images).reshape(-1, IMAGE_SIZE_PX, IMAGE_SIZE_PX)
    together = LabelledImages.of(x, np.array(labels), np.array(usages))
    return Reading(together, tuple(bad), converted or {})
