"""Intervals of figures that are means over people: many images of one person are not as many opinions."""

import numpy as np
from numpy.typing import NDArray

from training.metrics import Labels

RESAMPLED = 2000
ENDS = (2.5, 97.5)


def mean_recall_interval(
    labels: Labels, predicted: Labels, subject: NDArray[np.str_], seed: int = 0
) -> tuple[float, float]:
    """95 % interval of the mean recall over the classes that have images: bootstrap over subjects.

    A resample without any image of a class takes its mean over the others. (0, 1) for fewer than two people.
    """
    people, person = np.unique(subject, return_inverse=True)
    if len(people) < 2:
        return 0.0, 1.0
    classes = int(labels.max()) + 1
    held, hit = np.zeros((2, len(people), classes))
    np.add.at(held, (person, labels), 1)
    np.add.at(hit, (person, labels), labels == predicted)
    drawn = np.random.default_rng(seed).multinomial(
        len(people), np.full(len(people), 1 / len(people)), RESAMPLED
    )
    of_class, right = drawn @ held, drawn @ hit
    recall = np.divide(right, of_class, out=np.full(right.shape, np.nan), where=of_class > 0)
    low, high = np.percentile(np.nanmean(recall, axis=1), ENDS)
    return float(low), float(high)
