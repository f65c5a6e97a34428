"""CleaningReport: what `training.prepare` read, left out and kept, for a screen, as JSON and in a card."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from training.cleaning import Cleaned
from training.datasets import USAGES, LabelledImages
from training.datasets.reading import Reading

SHOWN_BAD_ROWS = 20
PerClass = dict[str, dict[str, int]]


@dataclass(frozen=True)
class CleaningReport:
    """read = kept + unusable_rows + the sums of dropped (from Training, in cleaning) and of left_out (images
    without fault that have no place); test splits are never cleaned.

    per_class_before / per_class_after: all splits together; per_split_before / per_split_after: the same for
    each split that has images. faults_in_tests: what cleaning would have dropped there. notes: sentences, one
    of them on contempt where the data has it. name: what a card calls the data, the sources' names where it
    is empty. sha256: of the array file that was written.
    """

    sources: tuple[str, ...]
    read: int
    kept: int
    unusable_rows: int
    dropped: dict[str, int]
    left_out: dict[str, int]
    converted: dict[str, int]
    notes: tuple[str, ...]
    classes: tuple[str, ...]
    subjects: int
    groups: dict[str, int]
    per_split: dict[str, int]
    per_class_before: dict[str, int]
    per_class_after: dict[str, int]
    per_split_before: PerClass
    per_split_after: PerClass
    faults_in_tests: PerClass
    bad_rows: tuple[dict[str, Any], ...]
    name: str = ""
    sha256: str = ""

    def text(self) -> str:
        """For the screen; at most SHOWN_BAD_ROWS bad rows."""
        lines = [f"read {self.read}, kept {self.kept}", f"  unusable rows: {self.unusable_rows}"]
        lines += [f"  dropped from Training, {reason}: {n}" for reason, n in self.dropped.items()]
        lines += [f"  left out, {reason}: {n}" for reason, n in self.left_out.items()]
        lines += [f"  changed, {change}: {n}" for change, n in self.converted.items()]
        lines += [f"  note: {note}" for note in self.notes]
        for split, faults in self.faults_in_tests.items():
            lines += [f"  stays in {split}, {fault}: {n}" for fault, n in faults.items() if n]
        lines += [f"  subjects: {self.subjects}"] if self.subjects else []
        lines += [f"  group {name}: {n}" for name, n in self.groups.items()]
        lines += [f"  {split}: {n}" for split, n in self.per_split.items()]
        for name, before in self.per_class_before.items():
            lines.append(f"  {name:9} {before:6} -> {self.per_class_after[name]:6}")
        return "\n".join([*lines, *self._bad_lines()])

    def _bad_lines(self) -> list[str]:
        shown = self.bad_rows[:SHOWN_BAD_ROWS]
        lines = [f"  unusable: {bad['file']}, row {bad['row']}: {bad['problem']}" for bad in shown]
        if len(self.bad_rows) > SHOWN_BAD_ROWS:
            lines.append(f"  ... and {len(self.bad_rows) - SHOWN_BAD_ROWS} more, all in the JSON report")
        return lines


def report_on(
    sources: Sequence[str], readings: Sequence[Reading], before: LabelledImages, cleaned: Cleaned
) -> CleaningReport:
    """The report on `readings`, joined as `before` and then cleaned."""
    after = cleaned.images
    bad = tuple(asdict(row) for reading in readings for row in reading.bad)
    left_out = _summed([reading.left_out for reading in readings])
    subjects = {name for name in after.subject.tolist() if name}
    groups, counts = np.unique(after.group[after.group != ""], return_counts=True)
    return CleaningReport(
        sources=tuple(sources),
        read=len(before) + len(bad) + sum(left_out.values()),
        kept=len(after),
        unusable_rows=len(bad),
        dropped=cleaned.dropped,
        left_out=left_out,
        converted=_summed([reading.converted for reading in readings]),
        notes=tuple(dict.fromkeys(note for reading in readings for note in reading.notes)),
        classes=after.classes,
        subjects=len(subjects),
        groups=dict(zip(groups.tolist(), counts.tolist(), strict=True)),
        per_split={usage: int((after.usage == i).sum()) for i, usage in enumerate(USAGES)},
        per_class_before=before.per_class(),
        per_class_after=after.per_class(),
        per_split_before=_per_split(before),
        per_split_after=_per_split(after),
        faults_in_tests=cleaned.stay_in_tests,
        bad_rows=bad,
    )


def _per_split(images: LabelledImages) -> PerClass:
    splits = np.unique(images.usage).tolist()
    return {USAGES[usage]: images.split(usage).per_class() for usage in splits}


def _summed(counts: Sequence[dict[str, int]]) -> dict[str, int]:
    names = dict.fromkeys(name for one in counts for name in one)
    return {name: sum(one.get(name, 0) for one in counts) for name in names}
