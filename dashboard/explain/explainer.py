"""One photo through the live path: detector, mesh, crop, quality, network; and what it made of each face.

No Streamlit. Nothing is kept: values in, values out.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dashboard.palette import LABELS
from model.classifier import LiteRTClassifier, load_classifier
from model.crops import Crops, cut_crops
from model.detection import make_detector
from model.drawing.overlay import REASONS
from model.emotions import EMOTIONS, Certainty
from model.faces import Faces, Floats
from model.images import Image
from model.observations import Observation, QualityFlag, asked_of
from model.quality import QualityLimits, judge_crops, readable
from model.signals import SignalReader, signals_of
from model.signals.following import FaceFollower
from model.signals.landmark_networks import networks_installed

MAX_FACES = 12
SHOWN_PX = 240
"""Side of the crop as shown. The network sees the same square at its own, much smaller size."""
MOST_NAMED = 3


@dataclass(frozen=True, slots=True, eq=False)
class ExplainedFace:
    """One face: its number in the photo, as in live what was `seen` of it, and why.

    picture: (SHOWN_PX, SHOWN_PX) uint8 grey, the square the network was given. scores: (7,), also of a face
    that does not count. maps: (h, w, 7) class-activation maps, or None.
    """

    number: int
    seen: Observation
    verdict: str
    scores: Floats
    picture: Crops
    maps: Floats | None


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """The largest faces, numbered from left to right, and how many more the detector found."""

    faces: tuple[ExplainedFace, ...]
    more: int


class Explainer:
    """The live path for single photos, from any thread."""

    def __init__(self, follower: FaceFollower, classifier: LiteRTClassifier) -> None:
        self._follower, self._classifier = follower, classifier
        self._lock = threading.Lock()

    def explain(self, image: Image) -> Explanation:
        """The faces of an (H, W, 3) uint8 BGR image. Raises InvalidImageError."""
        with self._lock:  # detector and mesh are not thread-safe, and two tabs may ask at once
            self._follower.forget()
            found = self._follower.find(image, 0)
        faces = largest(found, MAX_FACES)
        card = self._classifier.card
        crops = cut_crops(image, faces, card.crop_margin, card.input_size_px, card.crop_aligned)
        faces = judge_crops(faces, crops, image.shape[1::-1], QualityLimits())
        counts = readable(faces, image.shape[1::-1], QualityLimits())
        pictures = cut_crops(image, faces, card.crop_margin, SHOWN_PX, card.crop_aligned)
        scores = self._classifier.scores(crops)
        maps = self._classifier.activation_maps(crops)
        explained = tuple(
            ExplainedFace(
                number=row + 1,
                seen=_seen(faces, row, scores[row] if counts[row] else None, card.certainty),
                verdict=verdict(faces.quality[row], scores[row].tolist(), card.certainty, read=counts[row]),
                scores=scores[row],
                picture=pictures[row],
                maps=None if maps is None else maps[row],
            )
            for row in range(len(faces))
        )
        return Explanation(explained, len(found) - len(faces))


def open_explainer(detector: str, artifact: Path) -> Explainer:
    """With real networks. Raises DetectorError, LandmarkError or ArtifactError."""
    reader = SignalReader() if networks_installed() else None
    return Explainer(FaceFollower(make_detector(detector), reader), load_classifier(artifact))


def largest(faces: Faces, limit: int) -> Faces:
    """The `limit` largest of `faces`, from left to right."""
    sides = faces.boxes[:, 2:] - faces.boxes[:, :2]
    kept = faces.take(np.argsort(-sides.prod(axis=1), kind="stable")[:limit])
    return kept.take(np.argsort(kept.boxes[:, 0], kind="stable"))


def verdict(flags: QualityFlag, scores: Sequence[float], certainty: Certainty, *, read: bool = False) -> str:
    """What may be said of a face: an expression, two or three it depends between, or why not even that.

    `scores` are seven in the order of EMOTIONS; `read`: whether a flagged face shows enough to be scored.
    """
    certainty = asked_of(flags, certainty)
    if flags and not (read and certainty.leading(scores)):
        return f"Not sure: {', '.join(word for flag, word in REASONS.items() if flag in flags)}"
    leading = certainty.leading(scores)
    if leading is not None:
        return LABELS[leading]
    ranked = sorted(range(len(scores)), key=scores.__getitem__, reverse=True)
    names = [LABELS[EMOTIONS[i]].lower() for i in ranked]
    near = sum(scores[ranked[0]] - scores[i] < certainty.min_lead for i in ranked)
    if near == 1:
        return f"Not sure: {names[0]} leads, but with less than {certainty.min_share:.0%}"
    if near > MOST_NAMED:
        return "Not sure: no expression stands out"
    return f"It depends: {', '.join(names[: near - 1])} or {names[near - 1]}"


def evidence(maps: Floats) -> NDArray[np.float64]:
    """Class-activation maps (h, w, 7) as evidence for each class against the others, -1..1, same shape.

    What a place adds to all seven logits alike leaves the scores unchanged, so the mean over the classes is
    taken off; the largest value of the face becomes 1, so that its seven maps can be compared.
    """
    against_others = maps.astype(np.float64) - maps.mean(axis=2, keepdims=True, dtype=np.float64)
    return np.asarray(against_others / max(float(np.abs(against_others).max(initial=0)), 1e-9))


def _seen(faces: Faces, row: int, scores: Floats | None, certainty: Certainty) -> Observation:
    """As a live session would keep it: a face that cannot be read has no scores."""
    flags = faces.quality[row]
    kept = None if scores is None else tuple(scores.tolist())
    certainty = asked_of(flags, certainty)
    x0, y0, x1, y1 = (float(edge) for edge in faces.boxes[row])
    return Observation(
        track_id=row + 1,
        box=(x0, y0, x1, y1),
        confidence=float(np.clip(faces.confidence[row], 0, 1)),
        flags=flags,
        scores=kept,
        leading=None if kept is None else certainty.leading(kept),
        signals=signals_of(faces, row),
    )
