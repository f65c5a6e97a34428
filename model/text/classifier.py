"""The network of words: a linear model over hashed n-grams, from a folder with card.json and weights.npz.

It reads English comments as people labelled them: which of the seven expressions an utterance says, more than
one at times, "not sure" where none leads clearly. Numpy alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from model.emotions import EMOTIONS, Emotion
from model.errors import ArtifactError
from model.text.card import DEFAULT_TEXT_ARTIFACT, WEIGHTS_FILE, Scores, TextCard, load_text_card
from model.text.features import FEATURES, TABLE, grams_of

BATCH = 1000


@dataclass(frozen=True, slots=True)
class TextReading:
    """`scores`: for each of EMOTIONS the calibrated chance, 0..1, that people say it of the utterance; they
    need not add up to 1. `leading` None: not sure. `named`: everything that passes its threshold."""

    scores: tuple[float, ...]
    leading: Emotion | None
    named: tuple[Emotion, ...]


@dataclass(frozen=True, eq=False)
class TextClassifier:
    """`weights` (FEATURES, 7) int8, `scale` and `bias` (7,) float32."""

    card: TextCard
    weights: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]

    @classmethod
    def load(cls, folder: Path) -> "TextClassifier":
        """Raises ArtifactError when card or weights are missing or of another form."""
        card = load_text_card(folder)
        try:
            with np.load(folder / WEIGHTS_FILE, allow_pickle=False) as kept:
                weights, scale, bias = (kept[name] for name in ("weights", "scale", "bias"))
        except (OSError, KeyError, ValueError, BadZipFile) as error:
            raise ArtifactError(
                f"{folder / WEIGHTS_FILE}: wanted weights, scale, bias, got {error}"
            ) from error
        wanted, many = (FEATURES, len(EMOTIONS)), (len(EMOTIONS),)
        if (weights.shape, scale.shape, bias.shape, weights.dtype) != (wanted, many, many, np.int8):
            raise ArtifactError(
                f"{folder / WEIGHTS_FILE}: wanted int8 of {wanted}, got {weights.dtype} {weights.shape}"
            )
        return cls(card, weights, scale.astype(np.float32), bias.astype(np.float32))

    def logits(self, texts: Sequence[str]) -> Scores:
        """(n, 7), one for each of EMOTIONS, before calibration."""
        parts = [self._logits(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, len(EMOTIONS)), np.float32)

    def scores(self, texts: Sequence[str]) -> Scores:
        """(n, 7) calibrated chances, 0..1."""
        return self.card.calibrated(self.logits(texts))

    def read(self, texts: Sequence[str]) -> list[TextReading]:
        """One reading an utterance; an empty one, or one without a letter, is not sure of anything."""
        logits = self.logits(texts)
        scores, leading = self.card.calibrated(logits), self.card.leading(logits)
        over = logits >= np.array(self.card.thresholds, np.float32)
        found = []
        for text, row, lead, named in zip(texts, scores.tolist(), leading.tolist(), over, strict=True):
            says = any(letter.isalpha() for letter in text)
            found.append(
                TextReading(
                    tuple(row),
                    EMOTIONS[lead] if says and lead >= 0 else None,
                    tuple(one for one, passed in zip(EMOTIONS, named, strict=True) if passed and says),
                )
            )
        return found

    def _logits(self, texts: Sequence[str]) -> Scores:
        grams, count = grams_of(texts), len(texts)
        characters = grams.feature >= TABLE
        per_text = [np.bincount(grams.text[part], minlength=count) for part in (~characters, characters)]
        share = 1 / np.sqrt(np.maximum(1, np.stack(per_text)))
        weight = share[characters.astype(np.int64), grams.text].astype(np.float32)
        rows = self.weights[grams.feature]
        sums = [np.bincount(grams.text, rows[:, place] * weight, count) for place in range(len(EMOTIONS))]
        return (np.stack(sums, axis=1) * self.scale + self.bias).astype(np.float32)


@lru_cache(maxsize=2)
def text_classifier(folder: Path = DEFAULT_TEXT_ARTIFACT) -> TextClassifier:
    """The network of `folder`, loaded once. Raises ArtifactError."""
    return TextClassifier.load(folder)
