"""`python -m training.prepare SOURCE ... --out F.npz`: FER2013 in any of its forms -> arrays and a report.

SOURCE: the Kaggle csv, the Kaggle folders (train/test/<class>), array files, or a folder of fer2013*.npz.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from training.cleaning import clean
from training.datasets import TRAINING, USAGES, LabelledImages
from training.datasets.arrays import load_all, load_arrays, save_arrays, sha256_of
from training.datasets.class_folders import is_class_folders, read_class_folders
from training.datasets.fer2013_csv import read_fer2013_csv, read_votes
from training.datasets.reading import Reading
from training.errors import DataError, TrainingError

SHOWN_BAD_ROWS = 20


@dataclass(frozen=True)
class CleaningReport:
    """What was read, what was left out and why, and the classes before and after."""

    sources: tuple[str, ...]
    read: int
    kept: int
    unusable_rows: int
    dropped: dict[str, int]
    converted: dict[str, int]
    per_split: dict[str, int]
    per_class_before: dict[str, int]
    per_class_after: dict[str, int]
    bad_rows: tuple[dict[str, Any], ...]
    sha256: str = ""

    def text(self) -> str:
        """For the screen; at most SHOWN_BAD_ROWS bad rows."""
        lines = [f"read {self.read}, kept {self.kept}", f"  unusable rows: {self.unusable_rows}"]
        lines += [f"  dropped from Training, {reason}: {n}" for reason, n in self.dropped.items()]
        lines += [f"  changed, {change}: {n}" for change, n in self.converted.items()]
        lines += [f"  {split}: {n}" for split, n in self.per_split.items()]
        for name, before in self.per_class_before.items():
            lines.append(f"  {name:9} {before:6} -> {self.per_class_after[name]:6}")
        for bad in self.bad_rows[:SHOWN_BAD_ROWS]:
            lines.append(f"  left out: {bad['file']}, row {bad['row']}: {bad['problem']}")
        if len(self.bad_rows) > SHOWN_BAD_ROWS:
            lines.append(f"  ... and {len(self.bad_rows) - SHOWN_BAD_ROWS} more, all in the JSON report")
        return "\n".join(lines)


def read_source(source: Path, votes: Path | None = None) -> Reading:
    """One source in whichever form it has. Raises DataError saying which forms are wanted."""
    if source.suffix == ".npz" and source.is_file():
        return Reading(load_arrays(source))
    if source.suffix == ".csv" and source.is_file():
        reading = read_fer2013_csv(source)
        return _with_votes(reading, votes) if votes else reading
    if source.is_dir() and (arrays := sorted(source.glob("fer2013*.npz"))):
        return Reading(load_all(arrays))
    if source.is_dir() and is_class_folders(source):
        return read_class_folders(source)
    raise DataError(
        f"{source}: wanted a csv emotion,pixels,Usage, an npz file, a folder of fer2013*.npz, "
        "or a folder with train/<class>; found none of them"
    )


def _with_votes(reading: Reading, path: Path) -> Reading:
    """FER+ is joined by row order, so a csv with unusable rows cannot be joined."""
    if reading.bad:
        raise DataError(f"{path}: cannot be joined by row order, the csv has unusable rows: {reading.bad[0]}")
    votes = read_votes(path, len(reading.images))
    return replace(reading, images=replace(reading.images, votes=votes))


def mark_copies(images: LabelledImages) -> LabelledImages:
    """Sets seen_in_earlier_split where a test image repeats an earlier split's; keeps what was marked."""
    marked = images.seen_in_earlier_split.copy()
    first: dict[bytes, int] = {}
    for row in np.argsort(images.usage, kind="stable"):
        usage = int(images.usage[row])
        earliest = first.setdefault(images.x[row].tobytes(), usage)
        marked[row] |= usage > earliest
    return replace(images, seen_in_earlier_split=marked)


def prepare(sources: Sequence[Path], out: Path, votes: Path | None = None) -> CleaningReport:
    """Reads, cleans and writes `out` and, beside it, the report as JSON. Raises DataError."""
    readings = [read_source(source, votes) for source in sources]
    joined = LabelledImages.joined([reading.images for reading in readings])
    images = mark_copies(joined.take(np.argsort(joined.usage, kind="stable")))
    cleaned = clean(images)
    if not len(cleaned.images):
        raise DataError(f"{', '.join(map(str, sources))}: no usable image is left after cleaning")
    out.parent.mkdir(parents=True, exist_ok=True)
    save_arrays(out, cleaned.images)
    bad = tuple(asdict(row) for reading in readings for row in reading.bad)
    report = CleaningReport(
        sources=tuple(source.name for source in sources),
        read=len(images) + len(bad),
        kept=len(cleaned.images),
        unusable_rows=len(bad),
        dropped=cleaned.dropped,
        converted={k: v for reading in readings for k, v in reading.converted.items()},
        per_split={u: int((cleaned.images.usage == i).sum()) for i, u in enumerate(USAGES)},
        per_class_before=images.split(TRAINING).per_class(),
        per_class_after=cleaned.images.split(TRAINING).per_class(),
        bad_rows=bad,
        sha256=sha256_of(out),
    )
    out.with_suffix(".report.json").write_text(json.dumps(asdict(report), indent=1) + "\n", encoding="utf-8")
    return report


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="training.prepare", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("source", nargs="+", type=Path)
    parser.add_argument("--out", required=True, type=Path, help="array file to write, ending in .npz")
    parser.add_argument("--votes", type=Path, help="FER+ votes (fer2013new.csv) for a csv source")
    options = parser.parse_args(arguments)
    try:
        report = prepare(options.source, options.out, options.votes)
    except (TrainingError, OSError) as error:
        print(f"training.prepare: {error}", file=sys.stderr)
        return 1
    print(f"{options.out}\n{report.text()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
