"""The contract of the network of words: what it learned from, how its logits are read, what it reaches."""

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.emotions import EMOTIONS
from model.errors import ArtifactError

CARD_FILE, WEIGHTS_FILE = "card.json", "weights.npz"
DEFAULT_TEXT_ARTIFACT = Path(__file__).parents[1] / "artifacts" / "words"
Scores = NDArray[np.float32]
MANY = len(EMOTIONS)


@dataclass(frozen=True)
class TextCard:
    """One artifact folder described.

    thresholds: the logits, in the order of EMOTIONS, from which a class is named (that is what macro-F1
    counts). slopes and offsets: the chance of a class is the sigmoid of slope * logit + offset. min_share and
    min_lead: the chance that the likeliest class must reach, and its lead over the next, or it is "not sure".
    sha256: of weights.npz. data: file -> what was read of it. evaluation: by data file, what
    `training.text --evaluate` printed.
    """

    name: str
    language: str
    labels: tuple[str, ...]
    thresholds: tuple[float, ...]
    slopes: tuple[float, ...]
    offsets: tuple[float, ...]
    min_share: float
    min_lead: float
    sha256: str
    created: str = ""
    minutes: float = 0.0
    recipe: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    evaluation: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if tuple(self.labels) != tuple(str(one) for one in EMOTIONS):
            raise ArtifactError(f"labels: wanted {[str(one) for one in EMOTIONS]}, got {list(self.labels)}")
        for name in ("thresholds", "slopes", "offsets"):
            values = getattr(self, name)
            if len(values) != MANY or not all(isinstance(one, int | float) for one in values):
                raise ArtifactError(f"{name}: wanted {MANY} numbers, got {values!r}")

    def calibrated(self, logits: Scores) -> Scores:
        """(n, 7) chances, 0..1, of (n, 7) logits."""
        slopes, offsets = np.array(self.slopes, np.float32), np.array(self.offsets, np.float32)
        return np.asarray(1 / (1 + np.exp(-(logits * slopes + offsets))), np.float32)

    def leading(self, logits: Scores) -> NDArray[np.int64]:
        """(n,) the index in EMOTIONS that leads, -1 for not sure."""
        scores = self.calibrated(logits)
        ranked = np.sort(scores, axis=1)
        sure = (ranked[:, -1] >= self.min_share) & (ranked[:, -1] - ranked[:, -2] >= self.min_lead)
        return np.where(sure, scores.argmax(axis=1), -1).astype(np.int64)

    def save(self, folder: Path) -> None:
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False, sort_keys=False)
        (folder / CARD_FILE).write_text(text + "\n", encoding="utf-8")


def load_text_card(folder: Path) -> TextCard:
    """The card of a folder whose weights are those it names. Raises ArtifactError."""
    path = folder / CARD_FILE
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        known = {each.name for each in fields(TextCard)}
        given: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in told.items() if k in known
        }
        card = TextCard(**given)
        found = hashlib.sha256((folder / WEIGHTS_FILE).read_bytes()).hexdigest()
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ArtifactError(f"{path}: wanted the card of a network of words, got {error}") from error
    if found != card.sha256:
        raise ArtifactError(f"{folder / WEIGHTS_FILE}: wanted SHA-256 {card.sha256[:12]}, got {found[:12]}")
    return card
