"""What is dropped from the Training split, and why. Test splits are reported on but never cleaned."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from training.datasets import NO_VOTES, TRAINING, USAGES, VOTE_NAMES, LabelledImages

BLANK_BELOW_STD = 4.0
VOTES_AGAINST = 5
"""At least this many of ten FER+ voters saw no face, or could not tell what it shows."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Cleaned:
    """The kept images, how many rows of Training each reason removed, and for each test split how many rows
    have the same faults and stay."""

    images: LabelledImages
    dropped: dict[str, int]
    stay_in_tests: dict[str, dict[str, int]] = field(default_factory=dict)


def blank(images: LabelledImages) -> Mask:
    """(n,) bool: constant or nearly so."""
    return np.asarray(images.x.reshape(len(images), -1).std(axis=1) < BLANK_BELOW_STD)


def not_a_face(images: LabelledImages) -> Mask:
    """(n,) bool: by FER+ votes no face, or nobody can tell the expression."""
    votes = images.votes.astype(np.int64)
    against = votes[:, VOTE_NAMES.index("NF")] + votes[:, VOTE_NAMES.index("unknown")]
    return np.asarray((votes[:, 0] != NO_VOTES) & (against >= VOTES_AGAINST))


def copies(images: LabelledImages) -> tuple[Mask, Mask]:
    """Two (n,) bool masks: Training rows that repeat an earlier Training row, and Training rows that are
    pixel copies of an image of a test split."""
    keys = [image.tobytes() for image in images.x]
    training = images.usage == TRAINING
    tested = {key for key, train in zip(keys, training, strict=True) if not train}
    across = np.array([key in tested for key in keys], np.bool_) & training
    return repeated(images) & training, across


def repeated(images: LabelledImages) -> Mask:
    """(n,) bool: pixel copies of an earlier row of the same split."""
    seen: set[tuple[int, bytes]] = set()
    mask = np.zeros(len(images), np.bool_)
    for row, (usage, image) in enumerate(zip(images.usage.tolist(), images.x, strict=True)):
        key = (usage, image.tobytes())
        mask[row] = key in seen
        seen.add(key)
    return mask


def mark_copies(images: LabelledImages) -> LabelledImages:
    """Sets seen_in_earlier_split where a test image repeats an earlier split's; keeps what was marked."""
    marked = images.seen_in_earlier_split.copy()
    first: dict[bytes, int] = {}
    for row in np.argsort(images.usage, kind="stable"):
        usage = int(images.usage[row])
        earliest = first.setdefault(images.x[row].tobytes(), usage)
        marked[row] |= usage > earliest
    return replace(images, seen_in_earlier_split=marked)


def clean(images: LabelledImages) -> Cleaned:
    """Drops from the Training split; a row is counted under the first reason that holds for it."""
    inside, across = copies(images)
    reasons = {
        "blank or constant": blank(images),
        "not a face or unknown by FER+ votes": not_a_face(images),
        "copy of a test image": across,
        "copy inside Training": inside,
    }
    keep = np.ones(len(images), np.bool_)
    training = images.usage == TRAINING
    dropped = {}
    for reason, mask in reasons.items():
        gone = keep & training & mask
        dropped[reason] = int(gone.sum())
        keep &= ~gone
    return Cleaned(images.take(keep), dropped, _faults_in_tests(images))


def _faults_in_tests(images: LabelledImages) -> dict[str, dict[str, int]]:
    """For each test split with images: how many have which fault; one image may have several."""
    faults = {
        "blank or constant": blank(images),
        "not a face or unknown by FER+ votes": not_a_face(images),
        "copy of an earlier split": images.seen_in_earlier_split,
        "copy inside the split": repeated(images),
    }
    splits = [usage for usage in np.unique(images.usage).tolist() if usage != TRAINING]
    return {
        USAGES[usage]: {fault: int((mask & (images.usage == usage)).sum()) for fault, mask in faults.items()}
        for usage in splits
    }
