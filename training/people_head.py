"""The head `people` on a trunk that stays as it is: what it learns of, and what it is honestly worth."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.card import HEADS
from model.evaluation import OtherData
from training import metrics
from training.augmentation import CHANGES, changed
from training.config import Refit
from training.datasets import VOTE_NAMES, LabelledImages
from training.evaluate import by_person
from training.features import Head, Trunk, fitted
from training.folds import subject_folds
from training.heads import WIDTH, Floats
from training.labels import balance, soft_targets

PEOPLE = HEADS.index("people")
NEUTRAL = WIDTH - 1
NEUTRAL_VOTES = 8
"""FER+ voters who must say so of a face that stands beside acted ones as neutral."""
COPIES = 1_600
"""Of a set of acted faces are changed, at least, for each change."""


@dataclass(frozen=True, eq=False)
class Measured:
    """A set's images with their features (n, d); so many at the end are changed `copies` of those before,
    all of them in turn."""

    images: LabelledImages
    features: Floats
    copies: int = 0

    def take(self, rows: NDArray[Any]) -> "Measured":
        return Measured(self.images.take(rows), self.features[rows])

    def as_they_are(self) -> "Measured":
        return self.take(np.arange(len(self.images) - self.copies))


def voted_photos(trunk: Trunk, training: LabelledImages, how: Refit) -> Measured:
    """`how.images` of the training images, as they are or as each of `how.changed` leaves them."""
    rows = np.random.default_rng(0).permutation(len(training))[: how.images]
    features, times = trunk.of_changed(training.x[rows], how.changed)
    return Measured(training.take(np.tile(rows, times)), features)


def acted_faces(trunk: Trunk, images: LabelledImages, zooms: Sequence[float], how: Refit) -> Measured:
    """As at run time, and behind them copies as each of `how.posed_changed` leaves them."""
    parts, times = [trunk.features(images.x, zooms)], -(-COPIES // max(1, len(images)))
    for name in how.posed_changed:
        parts.append(trunk.seen(changed(np.tile(images.x, (times, 1, 1)), CHANGES[name])))
    features = np.concatenate(parts)
    rows = np.arange(len(features)) % len(images)
    return Measured(images.take(rows), features, copies=len(rows) - len(images))


def people_head(voted: Measured, posed: Sequence[Measured], start: Head, how: Refit) -> Head:
    """Fitted to votes and acted faces, then adjusted by the log of what each class weighed there and by
    `how.bias`."""
    targets = [soft_targets(voted.images, how.vote_weight, 0)]
    weights: list[NDArray[Any]] = [np.ones(len(voted.images), np.float32)]
    sure = voted.images.votes[:, VOTE_NAMES.index("neutral")] >= NEUTRAL_VOTES
    for part in posed:
        each = how.posed_share * len(voted.images) / max(1, len(part.images))
        targets.append(np.eye(WIDTH, dtype=np.float32)[part.images.y])
        weights.append(np.full(len(part.images), each, np.float32))
        missing = int((part.images.y != NEUTRAL).sum()) - int((part.images.y == NEUTRAL).sum())
        weights[0] = weights[0] + sure * np.float32(max(0, missing) * each / max(1, sure.sum()))
    features = np.concatenate([voted.features, *(part.features for part in posed)])
    joined, weight = np.concatenate(targets), np.concatenate(weights)
    head = fitted(features, joined, weight, start, how.pull)
    adjusted = balance((weight[:, None] * joined).sum(axis=0), how.adjustment) + np.array(how.bias)
    return replace(head, bias=head.bias + adjusted)


def crossed(
    voted: Measured, posed: Sequence[Measured], number: int, start: Head, how: Refit, *, folds: int
) -> Floats:
    """Logits (n, 7) of one acted set, each image's from a head that learned of other people only."""
    part, others = posed[number], [each for i, each in enumerate(posed) if i != number]
    plain, copied_from = part.as_they_are(), np.arange(len(part.images))
    copied_from %= len(plain.images)
    logits = np.zeros((len(plain.images), WIDTH), np.float32)
    for learned, asked in subject_folds(plain.images, folds, 0):
        rows = np.flatnonzero(np.isin(copied_from, learned))
        head = people_head(voted, [*others, part.take(rows)], start, how)
        logits[asked] = head.logits(plain.features[asked])
    return logits


def without(voted: Measured, posed: Sequence[Measured], number: int, start: Head, how: Refit) -> Floats:
    """The same from a head that learned nothing of the set."""
    others = [each for i, each in enumerate(posed) if i != number]
    return people_head(voted, others, start, how).logits(posed[number].as_they_are().features)


def figures(logits: Floats, images: LabelledImages, what: str = "") -> OtherData:
    """As an entry of the card's other_data."""
    labels, named = images.y.astype(np.int64), logits.argmax(axis=1)
    return OtherData(
        what=what,
        head=HEADS[PEOPLE],
        per_class=metrics.per_class(metrics.confusion_matrix(labels, named)),
        **asdict(metrics.named_right(labels, named)),
        **by_person(logits, images),
    )
