"""`python -m training.prepare SOURCE ... --out F.npz`: faces in any known form -> arrays and a report.

SOURCE: FER2013 (the Kaggle csv, the Kaggle folders train/test/<class>, array files or a folder of
fer2013*.npz), CK+ (the official folders, <class>/S010_004_00000017.png, ckextended.csv, arrays),
eNTERFACE'05 (subject N/<emotion>/sentence M/*.avi), or pictures in folders named after their class.
Beside F.npz are written F.report.json and F.classes.png.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from training.cleaning import Cleaned, clean, mark_copies
from training.cleaning_report import CleaningReport, report_on
from training.data_plots import plot_classes
from training.datasets import LabelledImages
from training.datasets.arrays import sha256_of, write_arrays
from training.datasets.class_names import CONTEMPT_CHOICES, KEEP
from training.datasets.enterface import FRAMES_PER_VIDEO
from training.datasets.plain_folders import CROPS, DETECT
from training.datasets.reading import Reading
from training.datasets.sources import FORMS, HowToRead, read_source
from training.errors import DataError, TrainingError


def prepare(
    sources: Sequence[Path], out: Path, how: HowToRead | None = None, name: str = ""
) -> CleaningReport:
    """Reads, cleans and writes `out` and, beside it, the report as JSON and PNG. Raises DataError; then
    nothing is written."""
    if out.suffix != ".npz" or out.resolve() in [source.resolve() for source in sources]:
        raise DataError(f"{out}: wanted another file than the sources, its name ending in .npz")
    readings = [read_source(source, how) for source in sources]
    before = _joined(sources, readings)
    cleaned = clean(before)
    if not len(cleaned.images):
        raise DataError(_nothing_left(sources, readings, cleaned))
    report = report_on([source.name for source in sources], readings, before, cleaned)
    return _write(out, cleaned.images, replace(report, name=name))


def _nothing_left(sources: Sequence[Path], readings: Sequence[Reading], cleaned: Cleaned) -> str:
    reasons = ", ".join(f"{n} {reason}" for reason, n in cleaned.dropped.items() if n)
    bad = [str(row) for reading in readings for row in reading.bad]
    said = f"every row that could be read was dropped ({reasons})"
    said += f"; {len(bad)} could not, beginning with {bad[0]}" if bad else ""
    return f"{', '.join(map(str, sources))}: no usable image is left after cleaning: {said}"


def _joined(sources: Sequence[Path], readings: Sequence[Reading]) -> LabelledImages:
    """All images, split by split, copies across splits marked. Raises DataError for different classes."""
    if len({reading.images.classes for reading in readings}) > 1:
        listed = "; ".join(
            f"{source} has {', '.join(reading.images.classes)}"
            for source, reading in zip(sources, readings, strict=True)
        )
        raise DataError(
            f"sources of different classes cannot be joined: {listed}. Prepare each by itself, or choose "
            "--contempt drop, or --contempt with the emotion it counts as"
        )
    joined = LabelledImages.joined([reading.images for reading in readings])
    return mark_copies(joined.take(np.argsort(joined.usage, kind="stable")))


def _write(out: Path, images: LabelledImages, report: CleaningReport) -> CleaningReport:
    """All three files are written beside and renamed together: a failure leaves what was there."""
    out.parent.mkdir(parents=True, exist_ok=True)
    files = {name: out.with_suffix(name) for name in (".npz", ".report.json", ".classes.png")}
    beside = {name: path.with_name(path.name + ".part") for name, path in files.items()}
    try:
        write_arrays(beside[".npz"], images)
        report = replace(report, sha256=sha256_of(beside[".npz"]))
        text = json.dumps(asdict(report), indent=1, ensure_ascii=False)
        beside[".report.json"].write_text(text + "\n", encoding="utf-8")
        plot_classes(report, beside[".classes.png"])
        for name, path in files.items():
            beside[name].replace(path)
    finally:
        for path in beside.values():
            path.unlink(missing_ok=True)
    return report


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="training.prepare", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add: Callable[..., object] = parser.add_argument
    add("source", nargs="+", type=Path)
    add("--out", required=True, type=Path, help="array file to write, ending in .npz")
    add("--name", default="", help="what a model's card calls these data (default: the names of SOURCE)")
    add("--form", choices=list(FORMS), help="what SOURCE is; recognised by its names when absent")
    add("--votes", type=Path, help="FER+ votes (fer2013new.csv) for FER2013 as csv, or pictures of its names")
    add("--contempt", choices=CONTEMPT_CHOICES, default=KEEP, help="what becomes of contempt")
    add("--frames", type=int, default=FRAMES_PER_VIDEO, help="frames of each video (default %(default)s)")
    add("--crop", choices=CROPS, default=DETECT, help="pictures in plain folders: find the face, or take all")
    return parser


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    how = HowToRead(given.form, given.votes, given.contempt, given.frames, given.crop)
    try:
        report = prepare(given.source, given.out, how, given.name)
    except (TrainingError, OSError) as error:
        print(f"training.prepare: {error}", file=sys.stderr)
        return 1
    print(f"{given.out}\n{report.text()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
