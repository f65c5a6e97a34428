"""Training targets: the hard FER2013 label, softened by FER+ votes and label smoothing."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.emotions import EMOTIONS, Emotion
from training.datasets import VOTE_NAMES, LabelledImages

VOTE_COLUMN = {
    Emotion.ANGRY: "anger",
    Emotion.DISGUST: "disgust",
    Emotion.FEAR: "fear",
    Emotion.HAPPY: "happiness",
    Emotion.SAD: "sadness",
    Emotion.SURPRISE: "surprise",
    Emotion.NEUTRAL: "neutral",
}


def vote_shares(images: LabelledImages) -> NDArray[np.float32]:
    """(n, 7) float32: the FER+ votes for our seven classes as shares; a zero row where there are none.

    Votes for contempt, "unknown" and "not a face" have no class here and are left out.
    """
    columns = [VOTE_NAMES.index(VOTE_COLUMN[emotion]) for emotion in EMOTIONS]
    votes = np.maximum(images.votes[:, columns], 0).astype(np.float32)
    total = votes.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(votes, total, out=np.zeros_like(votes), where=total > 0), np.float32)


def soft_targets(images: LabelledImages, vote_weight: float, smoothing: float) -> NDArray[np.float32]:
    """(n, 7) float32 rows summing to 1.

    `vote_weight` of the mass follows the FER+ votes (none where there are no votes), the rest the hard
    label; then `smoothing` of it is spread evenly (Szegedy et al. 2016).
    """
    hard = np.eye(len(EMOTIONS), dtype=np.float32)[images.y]
    shares = vote_shares(images)
    weight = np.where(shares.sum(axis=1, keepdims=True) > 0, np.float32(vote_weight), np.float32(0))
    mixed = (1 - weight) * hard + weight * shares
    return np.asarray(mixed * (1 - smoothing) + smoothing / len(EMOTIONS), np.float32)


def plurality(images: LabelledImages) -> NDArray[np.int64]:
    """(n,) the class most FER+ voters named, of equals the first; -1 where nobody named one of ours."""
    shares = vote_shares(images)
    return np.where(shares.sum(axis=1) > 0, shares.argmax(axis=1), -1)


def people_targets(images: LabelledImages, smoothing: float) -> NDArray[np.float32]:
    """(n, 7) float32: the FER+ votes as shares, softened like `soft_targets`; zero rows without votes."""
    shares = vote_shares(images)
    voted = shares.sum(axis=1, keepdims=True)
    return np.asarray(shares * (1 - smoothing) + voted * smoothing / len(EMOTIONS), np.float32)


def class_weights(images: LabelledImages, power: float) -> NDArray[np.float32]:
    """(7,) float32 weights of the classes in the loss: (median count / count) ** `power`.

    0: all alike; 1: every class counts the same in sum. Their mean over the images is 1.
    """
    counts = np.maximum(np.bincount(images.y, minlength=len(EMOTIONS)), 1)
    weights = (np.median(counts) / counts) ** power
    return np.asarray(weights / (weights[images.y].mean() if len(images) else 1), np.float32)


def logit_adjustment(images: LabelledImages, strength: float) -> NDArray[np.float32]:
    """(7,) float32 to add to the logits: -strength x log of each class's share (Menon et al. 2021)."""
    return balance(np.maximum(np.bincount(images.y, minlength=len(EMOTIONS)), 1), strength)


def balance(counts: NDArray[Any], strength: float) -> NDArray[np.float32]:
    """The same by any amounts of the seven classes."""
    held = np.maximum(counts, 1e-6 * counts.sum())
    return np.asarray(-strength * np.log(held / held.sum()), np.float32)
