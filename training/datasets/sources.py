"""A source in whichever form it has: recognised by its names, or as `--form` says."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from training.datasets import LabelledImages
from training.datasets.arrays import read_arrays
from training.datasets.ckplus import is_ckplus, read_ckplus
from training.datasets.class_folders import is_class_folders, read_class_folders
from training.datasets.class_names import KEEP
from training.datasets.enterface import FRAMES_PER_VIDEO, is_enterface, read_enterface
from training.datasets.fer2013_csv import read_fer2013_csv
from training.datasets.ferplus_votes import joined, read_votes
from training.datasets.plain_folders import DETECT, is_plain_folders, read_plain_folders
from training.datasets.reading import Reading
from training.errors import DataError

WANTED_FORMS = (
    "a csv emotion,pixels,Usage, an npz file, a folder of fer2013*.npz, a folder with train/<class>, "
    "CK+ (cohn-kanade-images and Emotion, or <class>/S010_004_00000017.png), "
    "eNTERFACE'05 (subject N/<emotion>), or folders named after their class"
)
WITHOUT_VOTES = ("ckplus", "enterface")


@dataclass(frozen=True)
class HowToRead:
    """form: a key of FORMS, None to recognise it. votes: FER+'s csv. contempt: one of CONTEMPT_CHOICES.
    frames: of each video. crop: `detect` or `whole`, for plain folders."""

    form: str | None = None
    votes: Path | None = None
    contempt: str = KEEP
    frames: int = FRAMES_PER_VIDEO
    crop: str = DETECT


def read_source(source: Path, how: HowToRead | None = None) -> Reading:
    """One source. Raises DataError naming the source and the forms that are wanted."""
    how = how or HowToRead()
    if not source.exists():
        raise DataError(f"{source}: no such file or folder; wanted {WANTED_FORMS}")
    form = how.form or recognised(source)
    if form not in FORMS:
        raise DataError(f"form: wanted one of {', '.join(FORMS)}, got {form!r}")
    reading = FORMS[form](source, how)
    if how.votes is None:
        return reading
    if form in WITHOUT_VOTES:
        note = f"{source.name}: FER+ has no votes on these images"
        return replace(reading, notes=(*reading.notes, note))
    return joined(reading, read_votes(how.votes))


def recognised(source: Path) -> str:
    """The key in FORMS of what `source` looks like. Raises DataError when it looks like none."""
    suffix = source.suffix.lower()
    if (suffix == ".npz" and source.is_file()) or (source.is_dir() and any(source.glob("fer2013*.npz"))):
        return "arrays"
    if is_ckplus(source):
        return "ckplus"
    if (suffix == ".csv" and source.is_file()) or (source.is_dir() and is_class_folders(source)):
        return "fer2013"
    if is_enterface(source):
        return "enterface"
    if is_plain_folders(source):
        return "plain"
    raise DataError(f"{source}: wanted {WANTED_FORMS}; found none of them")


def _arrays(source: Path, how: HowToRead) -> Reading:
    paths = sorted(source.glob("fer2013*.npz")) if source.is_dir() else [source]
    read = [read_arrays(path, how.contempt) for path in paths]
    left_out: dict[str, int] = {}
    for _, labels in read:
        left_out |= {what: left_out.get(what, 0) + n for what, n in labels.left_out.items()}
    notes = tuple(labels.note for _, labels in read if labels.note)
    return Reading(LabelledImages.joined([images for images, _ in read]), left_out=left_out, notes=notes)


def _fer2013(source: Path) -> Reading:
    return read_class_folders(source) if source.is_dir() else read_fer2013_csv(source)


FORMS: dict[str, Callable[[Path, HowToRead], Reading]] = {
    "arrays": _arrays,
    "fer2013": lambda source, _: _fer2013(source),
    "ckplus": lambda source, how: read_ckplus(source, how.contempt),
    "enterface": lambda source, how: read_enterface(source, how.frames),
    "plain": lambda source, how: read_plain_folders(source, how.contempt, how.crop),
}
