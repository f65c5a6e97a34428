"""One frame through all of perception: detect, measure, track, judge, classify as one batch, smooth."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from model.card import DEFAULT_ARTIFACT, ModelCard
from model.classifier import ExpressionClassifier, load_classifier
from model.crops import FER2013_MARGIN, Crops, cut_crops
from model.detection import FaceDetector, make_detector
from model.emotions import Certainty
from model.errors import ArtifactError
from model.faces import Faces, Floats
from model.images import Image, checked_image
from model.lanes import SpareCores
from model.observations import FrameRecord, Observation, QualityFlag, asked_of
from model.own_neutral import OwnNeutral
from model.quality import QualityLimits, judge_crops, readable
from model.scoring import FaceScorer
from model.signals import SignalReader, every_signals
from model.signals.following import FaceFollower
from model.signals.landmark_networks import networks_installed
from model.smoothing import ScoreSmoother
from model.stillness import StillnessWatch
from model.things import Things
from model.tracking import Tracker

SMOOTHING_MS = 600
PRESENCE_CROP_PX = 48

DETECT_EVERY_MS = 400
"""Against the detector at every frame, on the clips of ../shared/media at 10 Hz: as many faces in
every frame, scores within 0.01-0.04 and yaw within 1.2 degrees (medians), in half the time for one face."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """One frame and its faces, with signals, before anybody is told from anybody."""

    image: Image
    offset_ms: int
    faces: Faces


class FramePipeline:
    """The frames of one stream, in order of time. Not thread-safe: one pipeline for one stream.

    Without a classifier faces are found, numbered and judged, but not scored; without a reader they have no
    signals. With `detect_every_ms` above 0 the mesh's points carry the boxes in between.
    """

    def __init__(
        self,
        detector: FaceDetector,
        classifier: ExpressionClassifier | None,
        *,
        tracker: Tracker | None = None,
        smoother: ScoreSmoother | None = None,
        limits: QualityLimits | None = None,
        reader: SignalReader | None = None,
        detect_every_ms: int = 0,
        cores: SpareCores | None = None,
        another_classifier: Callable[[], ExpressionClassifier] | None = None,
        own_neutral: OwnNeutral | None = None,
    ) -> None:
        self.detector, self.classifier = detector, classifier
        cores = cores or SpareCores()
        self.follower = FaceFollower(detector, reader, detect_every_ms, cores)
        self.tracker = tracker or Tracker()
        self.smoother = smoother or ScoreSmoother(SMOOTHING_MS)
        self._scorer: FaceScorer | None = None
        if classifier is not None:
            self._scorer = FaceScorer(classifier, another_classifier, cores, self.smoother.time_constant_ms)
        self.own_neutral = own_neutral
        self.limits = limits or QualityLimits()
        self.stillness, self.things = StillnessWatch(), Things()
        self._size_px: tuple[int, int] | None = None

    def number_from(self, first: int) -> None:
        """Give the numbers from `first` on, where those before are taken. Call before the first frame."""
        self.tracker = Tracker(first=first)

    def forget(self, track_ids: Iterable[int]) -> None:
        """What was learned of the resting faces of these tracks goes."""
        if self.own_neutral is not None:
            self.own_neutral.forget(track_ids)

    @property
    def certainty(self) -> Certainty:
        """When an expression is named; the card's."""
        return self.classifier.card.certainty if self.classifier else Certainty()

    def process(self, image: Image, offset_ms: int) -> Faces:
        """The numbered faces of one (H, W, 3) uint8 BGR image of any size, flagged and scored.

        Things that look like faces have numbers below 0. `offset_ms` is the frame's time in the session.
        Raises InvalidImageError.
        """
        return self.tell(self.find(image, offset_ms))

    def find(self, image: Image, offset_ms: int) -> Found:
        """The first half of `process`, which knows no numbers and no scores. Raises InvalidImageError.

        Each half is for one thread, with all frames in order; the two may be different ones, so that the next
        frame's faces are found while this one's are told apart.
        """
        image = checked_image(image)
        return Found(image, offset_ms, self.follower.find(image, offset_ms))

    def tell(self, found: Found) -> Faces:
        """The second half of `process`: who they are, whether they count, and their scores."""
        image, offset_ms, faces = found.image, found.offset_ms, found.faces
        size_px = image.shape[1::-1]
        self._follow_size(*size_px)
        crops = self._cut(image, faces)
        faces = judge_crops(faces, crops, size_px, self.limits)
        faces = self.tracker.update(faces, offset_ms, image, readable(faces, size_px, self.limits))
        if self.tracker.became:
            for one in (self.smoother, self.stillness, self.things, self.own_neutral):
                if one is not None:
                    one.rename(self.tracker.became)
        faces = self.stillness.update(faces, offset_ms, image)
        faces = self.things.update(faces, self.tracker.candidates, self.stillness.frozen)
        if len(faces):
            crops = crops[self.tracker.kept] if len(faces) < len(crops) else crops
            if self._scorer is not None:
                faces = faces.having(scores=self._scores(self._scorer, faces, crops, offset_ms))
        if self.own_neutral is not None:
            faces = self.own_neutral.update(faces, offset_ms)
        return self.smoother.update(faces, offset_ms)

    def observe(self, faces: Faces) -> tuple[Observation, ...]:
        """The faces of `process` as plain values, for storing and drawing."""
        if faces.track_id is None or faces.flags is None:
            return ()
        rows = zip(
            faces.track_id.tolist(),
            faces.boxes.tolist(),
            np.clip(faces.confidence, 0, 1).tolist(),
            map(QualityFlag, faces.flags.tolist()),
            _scores_of(faces),
            every_signals(faces),
            strict=True,
        )
        certainty = self.certainty
        return tuple(
            Observation(
                number,
                tuple(box),
                sure,
                flags,
                scores,
                asked_of(flags, certainty).leading(scores) if scores else None,
                signals,
            )
            for number, box, sure, flags, scores, signals in rows
        )

    def record(self, frame: int, offset_ms: int, observations: tuple[Observation, ...]) -> FrameRecord:
        """What is kept of the last frame: the people of `observe`, and what was learned of pictures."""
        taken_back = tuple(self.stillness.found.items())
        return FrameRecord(frame, offset_ms, observations, taken_back, len(self.things))

    def _scores(self, scorer: FaceScorer, faces: Faces, crops: Crops, offset_ms: int) -> Floats:
        assert self._size_px is not None and faces.track_id is not None
        counts = readable(faces, self._size_px, self.limits)
        known = all(one in self.smoother for one in faces.track_id[counts].tolist())
        return scorer.scores(crops, counts, offset_ms, known=known)

    def _cut(self, image: Image, faces: Faces) -> Crops:
        card: ModelCard | None = self.classifier.card if self.classifier else None
        if card is None:
            return cut_crops(image, faces, FER2013_MARGIN, PRESENCE_CROP_PX, aligned=False)
        return cut_crops(image, faces, card.crop_margin, card.input_size_px, card.crop_aligned)

    def _follow_size(self, width_px: int, height_px: int) -> None:
        if self._size_px not in (None, (width_px, height_px)):
            self.tracker.rescale(width_px / self._size_px[0], height_px / self._size_px[1])
        self._size_px = (width_px, height_px)


def _scores_of(faces: Faces) -> list[tuple[float, ...] | None]:
    """Of each face, None where it was not scored."""
    if faces.scores is None:
        return [None] * len(faces)
    return [None if math.isnan(sum(row)) else tuple(row) for row in faces.scores.tolist()]


def make_pipeline(
    detector_name: str = "yunet",
    artifact: Path = DEFAULT_ARTIFACT,
    *,
    smoothing_ms: float = SMOOTHING_MS,
    expressions: bool = True,
    signals: bool = True,
    detect_every_ms: int = DETECT_EVERY_MS,
    cores: SpareCores | None = None,
    own_neutral: bool = False,
) -> FramePipeline:
    """A new pipeline with real networks; without `expressions` it only counts and follows faces.

    Without `signals`, or where the package with their networks is not installed, no pose, eyes, gaze or mouth
    is measured and the detector looks at every frame. One thread unless `cores` says otherwise. With
    `own_neutral` scores are read against each person's own resting face. Raises DetectorError, LandmarkError
    or ArtifactError.
    """
    # Measured on two cores: a second thread makes YuNet no faster at 960x540, and one core is left for video.
    cv2.setNumThreads(1)
    classifier = load_classifier(artifact) if expressions else None
    return FramePipeline(
        make_detector(detector_name),
        classifier,
        smoother=ScoreSmoother(smoothing_ms),
        reader=SignalReader() if signals and networks_installed() else None,
        detect_every_ms=detect_every_ms,
        cores=cores,
        another_classifier=lambda: load_classifier(artifact),
        own_neutral=_own_neutral(classifier.card) if classifier and own_neutral else None,
    )


def _own_neutral(card: ModelCard) -> OwnNeutral:
    if card.usual_neutral is None:
        raise ArtifactError(
            f"{card.name}: its card does not say what resting faces are like, so that nobody can be compared "
            "with their own; switch that off, or measure it with python -m training.own_neutral --record"
        )
    return OwnNeutral(card.usual_neutral)
