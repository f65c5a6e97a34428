"""Any face images in folders named after their class: happy/*.jpg, also group=NAME/happy/*.jpg.

A level `group=NAME`, above or below the class, names the group of the people shown; other levels are free.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from training.datasets import IMAGE_SIZE_PX
from training.datasets.class_names import CLASS_NAMES, KEEP, SYNONYMS, class_name
from training.datasets.pictures import FaceCropper, count, is_picture, read_picture, whole
from training.datasets.reading import Gathering, Reading
from training.errors import DataError

GROUP = "group="
DETECT, WHOLE = "detect", "whole"
CROPS = (DETECT, WHOLE)


def is_plain_folders(folder: Path) -> bool:
    """At least one folder within `folder`, at most three levels down, has the name of a class."""
    known = {*CLASS_NAMES, *SYNONYMS}
    levels = ("*", "*/*", "*/*/*")
    return folder.is_dir() and any(
        path.is_dir() and path.name.strip().lower() in known
        for level in levels
        for path in folder.glob(level)
    )


def read_plain_folders(
    folder: Path, contempt: str = KEEP, crop: str = DETECT, cropper: FaceCropper | None = None
) -> Reading:
    """Every picture under `folder`; subjects are unknown.

    crop: `detect` finds the face of a picture larger than 48 x 48 and cuts it as in the live view;
    `whole` only resizes. A picture of 48 x 48 is taken as it is.
    Raises DataError for an unknown class or no usable picture.
    """
    if crop not in CROPS:
        raise DataError(f"crop: wanted one of {', '.join(CROPS)}, got {crop!r}")
    found = Gathering(str(folder))
    chosen = (cropper or FaceCropper()) if crop == DETECT else None
    pictures = list(_pictures(folder))
    for row, (path, kind, group) in enumerate(
        tqdm(pictures, desc=folder.name, unit=" files", leave=False), 1
    ):
        try:
            image = _taken(path, chosen, found)
        except DataError as error:
            found.refuse(str(path.relative_to(folder)), row, str(error))
            continue
        found.add(image, kind, group=group, name=path.name)
    return found.reading(contempt)


def _taken(path: Path, cropper: FaceCropper | None, found: Gathering) -> NDArray[np.uint8]:
    picture = read_picture(path)
    if cropper is None or max(picture.shape[:2]) <= IMAGE_SIZE_PX:
        return whole(picture, found.converted)
    crop = cropper.crop(picture)
    if picture.ndim == 3:
        count(found.converted, "colour to grey")
    count(found.converted, "face found and cropped")
    return crop


def _pictures(folder: Path) -> Iterator[tuple[Path, str, str]]:
    for path in sorted(folder.rglob("*")):
        levels = path.relative_to(folder).parts[:-1]
        if not is_picture(path) or any(level.startswith((".", "__")) for level in levels):
            continue
        groups = [level.removeprefix(GROUP) for level in levels if level.startswith(GROUP)]
        yield path, _class(folder, path, levels), "/".join(groups)


def _class(folder: Path, path: Path, levels: tuple[str, ...]) -> str:
    named = []
    for level in levels:
        try:
            named.append(class_name(level))
        except DataError:
            continue
    if len(named) != 1:
        raise DataError(
            f"{path}: wanted one folder between {folder.name} and the picture that names its class, "
            f"one of {', '.join(CLASS_NAMES)}; got {list(levels)}"
        )
    return named[0]
