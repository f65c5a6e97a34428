"""CK+ (Lucey et al. 2010) in its three file forms; as arrays it is read by training.datasets.arrays.

- the official folders: cohn-kanade-images/S005/001/S005_001_00000001.png, whole heads from neutral to the
  peak, and Emotion/S005/001/S005_001_00000011_emotion.txt for the 327 labelled sequences;
- "CK+48": <class>/S010_004_00000017.png, the last three frames of those, cropped to 48 x 48;
- ckextended.csv: emotion,pixels,Usage as FER2013, with 7 for contempt and without subjects.
"""

import math
import re
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from training.datasets import EMOTION_CLASSES
from training.datasets.class_names import CONTEMPT, KEEP, class_name
from training.datasets.fer2013_csv import gather_csv
from training.datasets.pictures import FaceCropper, count, is_picture, read_picture, whole
from training.datasets.reading import Gathering, Reading
from training.errors import DataError

PICTURES, LABELS = "cohn-kanade-images", ("Emotion", "Emotion_labels")
CODES = ("neutral", "angry", CONTEMPT, "disgust", "fear", "happy", "sad", "surprise")
PEAK_FRAMES = 3
CSV_CLASSES = (*EMOTION_CLASSES, CONTEMPT)
FRAME_NAME = re.compile(r"(S\d{3})_(\d{3})_(\d{8})", re.IGNORECASE)


def read_ckplus(source: Path, contempt: str = KEEP) -> Reading:
    """CK+ in whichever form `source` has, under CKPLUS_CLASSES or, with contempt dropped or counted as an
    emotion, under EMOTIONS. Raises DataError."""
    if source.suffix.lower() == ".csv":
        return read_ckextended_csv(source, contempt)
    if official_folder(source):
        return read_official(source, contempt)
    return read_ckplus48(source, contempt)


def is_ckplus(source: Path) -> bool:
    """By the names of its files: no FER2013 file with a wrong label 7 may pass for CK+."""
    if source.suffix.lower() == ".csv":
        return re.search(r"(^|[^a-z])ck", source.stem.lower()) is not None
    if not source.is_dir():
        return False
    return official_folder(source) is not None or any(
        FRAME_NAME.fullmatch(path.stem) for path in source.glob("*/*.png")
    )


def read_ckextended_csv(path: Path, contempt: str = KEEP) -> Reading:
    """ckextended.csv. Raises DataError for another header or no usable row."""
    found = gather_csv(path, CSV_CLASSES)
    found.notes.append("this form of CK+ names no subjects: its splits may show one person on both sides")
    return found.reading(contempt, ckplus=True)


def read_ckplus48(folder: Path, contempt: str = KEEP) -> Reading:
    """<class>/S010_004_00000017.png. Raises DataError for an unknown class or no usable picture."""
    found = Gathering(str(folder))
    kinds = [kind for kind in sorted(folder.iterdir()) if kind.is_dir() and kind.name[0] not in "._"]
    pictures = [(class_name(kind.name), path) for kind in kinds for path in _listed(kind)]
    for row, (kind, path) in enumerate(tqdm(pictures, desc=folder.name, unit=" files", leave=False), 1):
        try:
            subject = _subject(path)
            image = whole(read_picture(path), found.converted)
        except DataError as error:
            found.refuse(str(path.relative_to(folder)), row, str(error))
            continue
        found.add(image, kind, subject=subject, name=path.name)
    return found.reading(contempt, ckplus=True)


def official_folder(source: Path) -> Path | None:
    """The folder cohn-kanade-images in `source` or one level below it."""
    found = [path for depth in ("", "*/") for path in sorted(source.glob(depth + PICTURES)) if path.is_dir()]
    return found[0] if found else None


def read_official(
    source: Path, contempt: str = KEEP, frames: int = PEAK_FRAMES, cropper: FaceCropper | None = None
) -> Reading:
    """The last `frames` pictures of every labelled sequence, the face found and cut as in the live view.

    Raises DataError without the folders cohn-kanade-images and Emotion or a usable picture.
    """
    pictures, labels = official_folder(source), _labels_folder(source)
    if pictures is None or labels is None:
        raise DataError(f"{source}: wanted the folders {PICTURES} and Emotion, found not both")
    found, cropper = Gathering(str(source)), cropper or FaceCropper()
    sequences = [path for path in sorted(pictures.glob("*/*")) if path.is_dir()]
    unlabelled = 0
    for row, sequence in enumerate(tqdm(sequences, desc=source.name, unit=" sequences", leave=False), 1):
        label_file = _label_file(labels, sequence)
        if label_file is None:
            unlabelled += 1
            continue
        place = f"{sequence.parent.name}/{sequence.name}"
        try:
            kind, peak = read_label(label_file), _peak_frames(sequence, frames)
        except DataError as error:
            found.refuse(place, row, str(error))
            continue
        _take_peak(found, row, kind, peak, cropper)
    found.notes.append(f"{unlabelled} sequences without a label were not read")
    return found.reading(contempt, ckplus=True)


def _take_peak(found: Gathering, row: int, kind: str, peak: Sequence[Path], cropper: FaceCropper) -> None:
    for path in peak:
        subject, sequence = path.parts[-3:-1]
        try:
            picture = read_picture(path)
            image = cropper.crop(picture)
        except DataError as error:
            found.refuse(f"{subject}/{sequence}/{path.name}", row, str(error))
            continue
        if picture.ndim == 3:
            count(found.converted, "colour to grey")
        count(found.converted, "face found and cropped")
        found.add(image, kind, subject=subject.upper(), name=path.name)


def read_label(path: Path) -> str:
    """The class of an S005_001_00000011_emotion.txt, a float such as 3.0000000e+00. Raises DataError."""
    text = path.read_text(encoding="utf-8", errors="replace").strip()
    try:
        code = float(text)
    except ValueError:
        code = math.nan
    if code not in range(len(CODES)):
        raise DataError(f"{path.name}: wanted a code 0..{len(CODES) - 1}, got {text[:20]!r}")
    return CODES[int(code)]


def _peak_frames(sequence: Path, frames: int) -> Sequence[Path]:
    """The last pictures of a sequence. Raises DataError without any."""
    listed = _listed(sequence)
    if not listed:
        raise DataError("wanted the pictures of a labelled sequence, found none")
    return listed[-frames:]


def _labels_folder(source: Path) -> Path | None:
    """Emotion, Emotion_labels, or the one within the other, in `source` or one level below it."""
    places = [path for depth in ("", "*/", "*/*/") for name in LABELS for path in source.glob(depth + name)]
    return next((path for path in places if any(path.glob("*/*/*_emotion.txt"))), None)


def _label_file(labels: Path, sequence: Path) -> Path | None:
    listed = sorted((labels / sequence.parent.name / sequence.name).glob("*_emotion.txt"))
    return next((path for path in listed if not path.name.startswith(".")), None)


def _listed(folder: Path) -> Sequence[Path]:
    return sorted(path for path in folder.iterdir() if is_picture(path))


def _subject(path: Path) -> str:
    match = FRAME_NAME.fullmatch(path.stem)
    if match is None:
        raise DataError("wanted a name such as S010_004_00000017.png, whose first part is the subject")
    return match[1].upper()
