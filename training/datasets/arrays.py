"""Array files: the npz form that `training.prepare` writes, and CK+'s with the names of its classes."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.datasets import (
    CLASS_SETS,
    EMOTION_CLASSES,
    IMAGE_SIZE_PX,
    NO_VOTES,
    TRAINING,
    USAGES,
    VOTE_NAMES,
    LabelledImages,
)
from training.datasets.class_names import KEEP, LEFT_OUT, Labelling, class_name, labelled
from training.errors import DataError

Content = dict[str, NDArray[Any]]
ZIP = b"PK"


def load_arrays(path: Path) -> LabelledImages:
    """One npz file with `x` and `y`, and optionally `usage`, `votes`, `seen_in_earlier_split`, `subject`,
    `group`, `classes`. `y` holds indices into `classes` or, as CK+'s arrays do, names of classes.

    Raises DataError naming the file and what is wrong with it.
    """
    return read_arrays(path)[0]


def read_arrays(path: Path, contempt: str = KEEP) -> tuple[LabelledImages, Labelling]:
    """`load_arrays`, contempt kept, dropped or counted as an emotion, and what that did."""
    try:
        _check_is_npz(path)
        with np.load(path, allow_pickle=False) as arrays:
            content = {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError, EOFError, KeyError) as error:
        raise DataError(
            f"{path}: wanted an npz file of arrays x and y, could not read it: {error}"
        ) from error
    except DataError:
        raise
    except Exception as error:  # zipfile raises its own kind for a file cut short
        raise DataError(f"{path}: the npz file is damaged or cut short: {error}") from error
    try:
        return _from_content(content, contempt)
    except DataError as error:
        raise DataError(f"{path}: {error}") from error


def _check_is_npz(path: Path) -> None:
    """By its first bytes: numpy takes other files for something else, and says that."""
    with path.open("rb") as file:
        if file.read(len(ZIP)) != ZIP:
            raise DataError(
                f"{path}: wanted an npz file with arrays x and y, this is none. "
                f"`python -m training.prepare {path.name} --out F.npz` makes one of a csv or of folders"
            )


def _from_content(content: Content, contempt: str) -> tuple[LabelledImages, Labelling]:
    for name in ("x", "y"):
        if name not in content:
            raise DataError(f"wanted an array {name!r}, the file holds {sorted(content)}")
    _check_kinds(content)
    n = len(content["x"])
    names = _class_names(content, n)
    labels = labelled(names, contempt, ckplus="sequence" in content or _classes(content) != EMOTION_CLASSES)
    images = LabelledImages(
        content["x"],
        np.where(labels.y == LEFT_OUT, 0, labels.y).astype(np.uint8),
        content.get("usage", np.full(n, TRAINING, np.uint8)),
        content.get("votes", np.full((n, len(VOTE_NAMES)), NO_VOTES, np.int8)),
        content.get("seen_in_earlier_split", np.zeros(n, np.bool_)),
        _text(content, "subject", n),
        _text(content, "group", n),
        labels.classes,
    )
    kept = labels.y != LEFT_OUT
    if n and not kept.any():
        raise DataError(f"no usable image is left, {labels.left_out}")
    return images if kept.all() else images.take(kept), labels


def _check_kinds(content: Content) -> None:
    """What LabelledImages takes for granted of its arrays."""
    if content["x"].ndim != 3:
        wanted = f"(n, {IMAGE_SIZE_PX}, {IMAGE_SIZE_PX})"
        raise DataError(f"x: wanted shape {wanted}, grey, got {content['x'].shape}")
    if not len(content["x"]):
        raise DataError("x: wanted at least one image, got none")
    for name, kinds in (("usage", "iu"), ("votes", "iu"), ("seen_in_earlier_split", "b")):
        if name in content and content[name].dtype.kind not in kinds:
            wanted = "true or false" if kinds == "b" else "integers"
            raise DataError(f"{name}: wanted {wanted}, got {content[name].dtype}")


def _class_names(content: Content, n: int) -> list[str]:
    """The name of each image's class, from indices into `classes` or from names."""
    y, classes = content["y"], _classes(content)
    if y.shape != (n,):
        raise DataError(f"y: wanted shape {(n,)}, got {y.shape}")
    if y.dtype.kind in "iu":
        bad = np.flatnonzero((y < 0) | (y >= len(classes)))
        if len(bad):
            raise DataError(f"y: wanted 0..{len(classes) - 1}, got {y[bad[0]]} at row {bad[0]}")
        return [classes[label] for label in y.tolist()]
    if y.dtype.kind != "U":
        raise DataError(f"y: wanted integers 0..{len(classes) - 1} or names of classes, got {y.dtype}")
    known: dict[str, str] = {}
    for row, word in enumerate(y.tolist()):
        if word not in known:
            known[word] = _named(word, row)
    return [known[word] for word in y.tolist()]


def _named(word: str, row: int) -> str:
    try:
        return class_name(word)
    except DataError as error:
        raise DataError(f"y: row {row}: {error}") from error


def _classes(content: Content) -> tuple[str, ...]:
    """The order that integers in `y` index. Raises DataError for any order but ours."""
    given = tuple(map(str, content.get("classes", EMOTION_CLASSES)))
    if given not in CLASS_SETS:
        raise DataError(f"wanted classes in the order {' or '.join(map(str, CLASS_SETS))}, got {given}")
    return given


def _text(content: Content, name: str, n: int) -> NDArray[np.str_]:
    given = content.get(name, np.full(n, "", np.str_))
    if given.dtype.kind not in "Uiu":
        raise DataError(f"{name}: wanted text for each image, got {given.dtype}")
    return given.astype(np.str_)


def load_all(paths: Sequence[Path]) -> LabelledImages:
    """The rows of several array files, in order. Raises DataError."""
    return LabelledImages.joined([load_arrays(path) for path in paths])


def write_arrays(path: Path, images: LabelledImages) -> None:
    """The npz file itself, under any name."""
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            **{name: getattr(images, name) for name in images.array_names()},
            classes=np.array(images.classes),
            vote_names=np.array(VOTE_NAMES),
            usages=np.array(USAGES),
        )


def sums_of(paths: Sequence[Path]) -> dict[str, str]:
    """The SHA-256 of each file by its name, in order; a name that comes again is numbered."""
    sums: dict[str, str] = {}
    for i, path in enumerate(paths):
        again = sum(path.name == earlier.name for earlier in paths[:i])
        sums[f"{path.name} ({again + 1})" if again else path.name] = sha256_of(path)
    return sums


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
