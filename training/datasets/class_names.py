"""From the names data sets give their classes to our labels, and what becomes of contempt on the way.

CK+ knows contempt, which FER2013 and EMOTIONS do not have: it stays a class of its own (`keep`), is left
out (`drop`), or counts as one of the seven EMOTIONS.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from training.datasets import CKPLUS_CLASSES, EMOTION_CLASSES
from training.errors import DataError

CONTEMPT = "contempt"
KEEP, DROP = "keep", "drop"
CONTEMPT_CHOICES = (KEEP, DROP, *EMOTION_CLASSES)
CLASS_NAMES = (*EMOTION_CLASSES, CONTEMPT)
SYNONYMS = {
    "anger": "angry",
    "disgusted": "disgust",
    "fearful": "fear",
    "happiness": "happy",
    "joy": "happy",
    "sadness": "sad",
    "surprised": "surprise",
}
LEFT_OUT = -1


def class_name(text: str) -> str:
    """The name of CLASS_NAMES meant by `text`. Raises DataError for any other word."""
    name = SYNONYMS.get(text.strip().lower(), text.strip().lower())
    if name not in CLASS_NAMES:
        raise DataError(f"wanted a class of {', '.join(CLASS_NAMES)}, got {text[:40]!r}")
    return name


@dataclass(frozen=True)
class Labelling:
    """y: (n,) int64, index into `classes`, LEFT_OUT where the class has no place among them.

    left_out counts those by reason; note says in a sentence what became of contempt, "" without any.
    """

    classes: tuple[str, ...]
    y: NDArray[np.int64]
    left_out: dict[str, int] = field(default_factory=dict)
    note: str = ""


def labelled(names: Sequence[str], contempt: str = KEEP, *, ckplus: bool = False) -> Labelling:
    """Labels for `names` of CLASS_NAMES under CKPLUS_CLASSES or EMOTIONS.

    `ckplus`: the data is CK+, whose classes have no neutral; while contempt is kept, neutral is left out.
    Raises DataError for an unknown choice, and where contempt is kept beside neutral in other data.
    """
    if contempt not in CONTEMPT_CHOICES:
        raise DataError(f"contempt: wanted one of {', '.join(CONTEMPT_CHOICES)}, got {contempt!r}")
    kept = contempt == KEEP and (ckplus or CONTEMPT in names)
    if kept and not ckplus and "neutral" in names:
        raise DataError(
            "contempt and neutral cannot both be classes: "
            "choose --contempt drop, or --contempt with the emotion it counts as"
        )
    classes = CKPLUS_CLASSES if kept else EMOTION_CLASSES
    counted_as = {CONTEMPT: contempt} if contempt in EMOTION_CLASSES else {}
    place = {name: i for i, name in enumerate(classes)}
    y = np.array([place.get(counted_as.get(name, name), LEFT_OUT) for name in names], np.int64)
    missing = [name for name, label in zip(names, y, strict=True) if label == LEFT_OUT]
    left_out = {f"{name}, not among the classes": missing.count(name) for name in set(missing)}
    return Labelling(classes, y, left_out, _note(list(names).count(CONTEMPT), contempt))


def _note(n: int, contempt: str) -> str:
    if not n:
        return ""
    what = {KEEP: "is a class of its own (CK+'s seven classes, without neutral)", DROP: "is left out"}
    return f"contempt {what.get(contempt, f'counts as {contempt}')}: {n} images"
