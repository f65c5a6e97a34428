"""Array files: the npz form that `training.prepare` writes."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from model.emotions import EMOTIONS
from training.datasets import (
    EMOTION_CLASSES,
    NO_VOTES,
    TRAINING,
    USAGES,
    VOTE_NAMES,
    LabelledImages,
)
from training.errors import DataError


def load_arrays(path: Path) -> LabelledImages:
    """One npz file with `x` and `y`, and optionally `usage`, `votes`, `seen_in_earlier_split`, `subject`,
    `group`, `classes`.

    Raises DataError naming the file and what is wrong with it.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            content = {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError, EOFError, KeyError) as error:
        raise DataError(
            f"{path}: wanted an npz file of arrays x and y, could not read it: {error}"
        ) from error
    except Exception as error:  # zipfile raises its own kind for a file cut short
        raise DataError(f"{path}: the npz file is damaged or cut short: {error}") from error
    try:
        return _from_content(content)
    except DataError as error:
        raise DataError(f"{path}: {error}") from error


def _from_content(content: dict[str, np.ndarray]) -> LabelledImages:
    for name in ("x", "y"):
        if name not in content:
            raise DataError(f"wanted an array {name!r}, the file holds {sorted(content)}")
    x, y = content["x"], content["y"]
    if y.dtype.kind not in "iu":
        raise DataError(f"y: wanted integers 0..{len(EMOTIONS) - 1}, got {y.dtype}")
    n = len(x)
    return LabelledImages(
        x,
        y,
        content.get("usage", np.full(n, TRAINING, np.uint8)),
        content.get("votes", np.full((n, len(VOTE_NAMES)), NO_VOTES, np.int8)),
        content.get("seen_in_earlier_split", np.zeros(n, np.bool_)),
        content.get("subject", np.full(n, "", np.str_)),
        content.get("group", np.full(n, "", np.str_)),
        tuple(map(str, content.get("classes", EMOTION_CLASSES))),
    )


def load_all(paths: Sequence[Path]) -> LabelledImages:
    """The rows of several array files, in order. Raises DataError."""
    return LabelledImages.joined([load_arrays(path) for path in paths])


def save_arrays(path: Path, images: LabelledImages) -> None:
    """Written beside, then renamed, so that no reader ever finds half a file."""
    beside = path.with_name(path.name + ".part")
    with beside.open("wb") as file:
        np.savez_compressed(
            file,
            **{name: getattr(images, name) for name in images.array_names()},
            classes=np.array(images.classes),
            vote_names=np.array(VOTE_NAMES),
            usages=np.array(USAGES),
        )
    beside.replace(path)


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
