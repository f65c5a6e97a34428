"""What a reader hands over: the usable images, and by name every row it could not use."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from training.datasets import IMAGE_SIZE_PX, TRAINING, LabelledImages
from training.datasets.class_names import KEEP, LEFT_OUT, labelled
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
    """Usable images and what happened to the others.

    converted counts what was changed to fit: colour made grey, another size made 48 x 48.
    left_out counts, by reason, images without fault that have no place: a class that is not kept.
    notes are sentences for the report. names and rows, one for each image or empty, are its picture file's
    name and its place in the source from 0, unusable rows counted too; `source_rows` is how many there are.
    """

    images: LabelledImages
    bad: tuple[BadRow, ...] = ()
    converted: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    source_rows: int = 0


@dataclass
class Gathering:
    """Fills up while a reader goes through its source: `add` what is usable, `refuse` what is not."""

    source: str
    converted: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    _images: list[NDArray[np.uint8]] = field(default_factory=list)
    _classes: list[str] = field(default_factory=list)
    _usages: list[int] = field(default_factory=list)
    _subjects: list[str] = field(default_factory=list)
    _groups: list[str] = field(default_factory=list)
    _names: list[str] = field(default_factory=list)
    _rows: list[int] = field(default_factory=list)

    def add(
        self,
        image: NDArray[np.uint8],
        name_of_class: str,
        *,
        usage: int = TRAINING,
        subject: str = "",
        group: str = "",
        name: str = "",
    ) -> None:
        """One image of 2304 uint8 values, its class one of CLASS_NAMES."""
        self._rows.append(len(self._images) + len(self.bad))
        self._images.append(image)
        self._classes.append(name_of_class)
        self._usages.append(usage)
        self._subjects.append(subject)
        self._groups.append(group)
        self._names.append(name)

    def refuse(self, file: str, row: int, problem: str) -> None:
        self.bad.append(BadRow(file, row, problem))

    def reading(self, contempt: str = KEEP, *, ckplus: bool = False) -> Reading:
        """Everything put together. Raises DataError, naming the first bad rows, without a usable image."""
        if not self._images:
            first = "; ".join(str(row) for row in self.bad[:3]) or "nothing was found"
            raise DataError(f"{self.source}: no usable image. {first}")
        try:
            labels = labelled(self._classes, contempt, ckplus=ckplus)
        except DataError as error:
            raise DataError(f"{self.source}: {error}") from error
        kept = np.flatnonzero(labels.y != LEFT_OUT)
        if not len(kept):
            raise DataError(f"{self.source}: no usable image is left, {labels.left_out}")
        x = np.stack(self._images).reshape(-1, IMAGE_SIZE_PX, IMAGE_SIZE_PX)
        images = LabelledImages.of(
            x[kept],
            labels.y[kept],
            np.array(self._usages)[kept],
            subject=[self._subjects[i] for i in kept],
            group=[self._groups[i] for i in kept],
            classes=labels.classes,
        )
        return Reading(
            images,
            tuple(self.bad),
            self.converted,
            self.left_out | labels.left_out,
            (*self.notes, *filter(None, [labels.note])),
            tuple(self._names[i] for i in kept),
            tuple(self._rows[i] for i in kept),
            len(self._images) + len(self.bad),
        )
