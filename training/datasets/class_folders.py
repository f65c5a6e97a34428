"""FER2013 as folders of pictures: train/<class>, test/<class>, and sometimes validation/<class>."""

from collections.abc import Iterator
from pathlib import Path

from tqdm import tqdm

from training.datasets import EMOTION_CLASSES, PRIVATE_TEST, PUBLIC_TEST, TRAINING
from training.datasets.class_names import class_name
from training.datasets.pictures import is_picture, read_picture, whole
from training.datasets.reading import Gathering, Reading
from training.errors import DataError

SPLITS = {
    "train": TRAINING,
    "training": TRAINING,
    "validation": PUBLIC_TEST,
    "val": PUBLIC_TEST,
    "valid": PUBLIC_TEST,
    "test": PRIVATE_TEST,
}


def read_class_folders(folder: Path) -> Reading:
    """Every picture under `folder`, grey and 48 x 48 (colour is converted, other sizes are resized; counted).

    Without a validation folder the pictures of test/ count as PublicTest, unless their name says PrivateTest.
    Raises DataError for a missing train folder, an unknown class or no usable picture.
    """
    found = Gathering(str(folder))
    pictures = list(_pictures(folder))
    for row, (path, kind, usage) in enumerate(
        tqdm(pictures, desc=folder.name, unit=" files", leave=False), 1
    ):
        try:
            image = whole(read_picture(path), found.converted)
        except DataError as error:
            found.refuse(str(path.relative_to(folder)), row, str(error))
            continue
        found.add(image, kind, usage=usage, name=path.name)
    return found.reading()


def is_class_folders(folder: Path) -> bool:
    return any((folder / name).is_dir() for name in ("train", "Train", "training", "Training"))


def _pictures(folder: Path) -> Iterator[tuple[Path, str, int]]:
    splits = {path.name.lower(): path for path in sorted(folder.iterdir()) if path.is_dir()}
    if not {"train", "training"} & set(splits):
        raise DataError(f"{folder}: wanted folders train/<class> and test/<class>, got {sorted(splits)}")
    validated = any(SPLITS.get(name) == PUBLIC_TEST for name in splits)
    for name in SPLITS:
        for kind in sorted(splits[name].iterdir()) if name in splits else ():
            if not kind.is_dir():
                continue
            label = _emotion(kind)
            for path in sorted(path for path in kind.iterdir() if is_picture(path)):
                yield path, label, _usage(name, path, validated)


def _usage(split: str, path: Path, validated: bool) -> int:
    if split == "test" and not validated and not path.name.startswith("PrivateTest"):
        return PUBLIC_TEST
    return SPLITS[split]


def _emotion(folder: Path) -> str:
    try:
        name = class_name(folder.name)
    except DataError as error:
        raise DataError(f"{folder}: {error}") from error
    if name not in EMOTION_CLASSES:
        raise DataError(f"{folder}: wanted a class of {', '.join(EMOTION_CLASSES)}, got {folder.name!r}")
    return name
