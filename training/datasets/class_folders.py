"""FER2013 as folders of pictures: train/<class>, test/<class>, and sometimes validation/<class>."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from model.emotions import EMOTIONS
from training.datasets import IMAGE_SIZE_PX, PRIVATE_TEST, PUBLIC_TEST, TRAINING
from training.datasets.reading import BadRow, Reading, gathered
from training.errors import DataError

SPLITS = {"train": TRAINING, "validation": PUBLIC_TEST, "val": PUBLIC_TEST, "test": PRIVATE_TEST}
SYNONYMS = {
    "anger": "angry",
    "happiness": "happy",
    "sadness": "sad",
    "surprised": "surprise",
    "fearful": "fear",
}
PICTURES = {".png", ".jpg", ".jpeg", ".bmp"}


def read_class_folders(folder: Path) -> Reading:
    """Every picture under `folder`, grey and 48 x 48 (colour is converted, other sizes are resized; counted).

    Without a validation folder the pictures of test/ count as PublicTest, unless their name says PrivateTest.
    Raises DataError for a missing train folder, an unknown class or no usable picture.
    """
    images, labels, usages, bad = [], [], [], []
    converted: Counter[str] = Counter()
    pictures = list(_pictures(folder))
    for row, (path, label, usage) in enumerate(
        tqdm(pictures, desc=folder.name, unit=" files", leave=False), 1
    ):
        try:
            image = _grey(path, converted)
        except DataError as error:
            bad.append(BadRow(str(path.relative_to(folder)), row, str(error)))
            continue
        images.append(image)
        labels.append(label)
        usages.append(usage)
    return gathered(images, labels, usages, bad, str(folder), converted=dict(converted))


def is_class_folders(folder: Path) -> bool:
    return (folder / "train").is_dir()


def _pictures(folder: Path) -> Iterator[tuple[Path, int, int]]:
    splits = {path.name.lower(): path for path in sorted(folder.iterdir()) if path.is_dir()}
    if "train" not in splits:
        raise DataError(f"{folder}: wanted folders train/<class> and test/<class>, got {sorted(splits)}")
    validated = bool({"validation", "val"} & set(splits))
    for name in SPLITS:
        for kind in sorted(splits[name].iterdir()) if name in splits else ():
            if not kind.is_dir():
                continue
            label = _label(kind)
            for path in sorted(p for p in kind.iterdir() if p.suffix.lower() in PICTURES):
                yield path, label, _usage(name, path, validated)


def _usage(split: str, path: Path, validated: bool) -> int:
    if split == "test" and not validated and not path.name.startswith("PrivateTest"):
        return PUBLIC_TEST
    return SPLITS[split]


def _label(folder: Path) -> int:
    name = SYNONYMS.get(folder.name.lower(), folder.name.lower())
    names = [str(emotion) for emotion in EMOTIONS]
    if name not in names:
        raise DataError(f"{folder}: wanted a class of {', '.join(names)}, got {folder.name!r}")
    return names.index(name)


def _grey(path: Path, converted: Counter[str]) -> NDArray[np.uint8]:
    read = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED) if path.stat().st_size else None
    if read is None:
        raise DataError("wanted a picture, the file cannot be decoded")
    if read.dtype != np.uint8:
        raise DataError(f"wanted 8 bits a channel, got {read.dtype}")
    if read.ndim == 3:
        converted["colour to grey"] += 1
        read = cv2.cvtColor(read[..., :3], cv2.COLOR_BGR2GRAY)
    if read.shape != (IMAGE_SIZE_PX, IMAGE_SIZE_PX):
        converted["resized to 48 x 48"] += 1
        read = cv2.resize(read, (IMAGE_SIZE_PX, IMAGE_SIZE_PX), interpolation=cv2.INTER_AREA)
    return np.asarray(read, np.uint8)
