"""What is dropped from the Training split, and why. Test splits are reported on but never cleaned."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.datasets import NO_VOTES, TRAINING, VOTE_NAMES, LabelledImages

BLANK_BELOW_STD = 4.0
VOTES_AGAINST = 5
"""At least this many of ten FER+ voters saw no face, or could not tell what it shows."""


@dataclass(frozen=True)
class Cleaned:
    """The kept images, and how many rows each reason removed."""

    images: LabelledImages
    dropped: dict[str, int]


def blank(images: LabelledImages) -> NDArray[np.bool_]:
    """(n,) bool: constant or nearly so."""
    return np.asarray(images.x.reshape(len(images), -1).std(axis=1) < BLANK_BELOW_STD)


def not_a_face(images: LabelledImages) -> NDArray[np.bool_]:
    """(n,) bool: by FER+ votes no face, or nobody can tell the expression."""
    votes = images.votes.astype(np.int64)
    against = votes[:, VOTE_NAMES.index("NF")] + votes[:, VOTE_NAMES.index("unknown")]
    return np.asarray((votes[:, 0] != NO_VOTES) & (against >= VOTES_AGAINST))


def copies(images: LabelledImages) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Two (n,) bool masks: Training rows that repeat an earlier Training row, and Training rows that are
    pixel copies of an image of a test split."""
    keys = [image.tobytes() for image in images.x]
    training = images.usage == TRAINING
    tested = {key for key, train in zip(keys, training, strict=True) if not train}
    seen: set[bytes] = set()
    inside = np.zeros(len(images), np.bool_)
    across = np.zeros(len(images), np.bool_)
    for row in np.flatnonzero(training):
        across[row] = keys[row] in tested
        inside[row] = keys[row] in seen
        seen.add(keys[row])
    return inside, across


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
    return Cleaned(images.take(keep), dropped)
