"""One frame through all of perception: detect, measure, track, judge, classify as one batch, smooth."""

import math
from collections.abc import Callable, Iterable
from pathlib import Path

import cv2
import numpy as np

from model.card import DEFAULT_ARTIFACT, ModelCard
from model.classifier import ExpressionClassifier, load_classifier
from model.crops import FER2013_MARGIN, Crops, cut_crops
from model.detection import FaceDetector, make_detector
from model.emotions import EMOTIONS, Certainty
from model.errors import ArtifactError
from model.faces import Faces, Floats
from model.images import Image, checked_image
from model.lanes import Lanes, SpareCores
from model.observations import FrameRecord, Observation, QualityFlag, asked_of
from model.own_neutral import OwnNeutral
from model.quality import QualityLimits, judge_crops, readable
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
        self._classifiers = None if classifier is None else _lanes(classifier, another_classifier, cores)
        self.tracker = tracker or Tracker()
        self.smoother = smoother or ScoreSmoother(SMOOTHING_MS)
        self.own_neutral = own_neutral
        self.limits = limits or QualityLimits()
        self.stillness, self.things = StillnessWatch(), Things()
        self._size_px: tuple[int, int] | None = None
        self._turn, self._scored_ms = 0, float("-inf")

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
        image = checked_image(image)
        self._follow_size(image.shape[1], image.shape[0])
        faces = self.follower.find(image, offset_ms)
        crops = self._cut(image, faces)
        size_px = image.shape[1::-1]
        faces = judge_crops(faces, crops, size_px, self.limits)
        faces = self.tracker.update(faces, offset_ms, image, readable(faces, size_px, self.limits))
        if self.tracker.became:
            for one in (self.smoother, self.stillness, self.things, self.own_neutral):
                if one is not None:
                    one.rename(self.tracker.became)
        faces = self.stillness.update(faces, offset_ms, image)
        faces = self.things.update(faces, self.tracker.candidates, self.stillness.frozen)
        if len(faces):
            crops = crops[self.tracker.kept]
            if self._classifiers is not None:
                scores = self._scores(self._classifiers, faces, crops, offset_ms)
                faces = faces.having(scores=scores)
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

    def _scores(
        self, classifiers: Lanes[ExpressionClassifier], faces: Faces, crops: Crops, offset_ms: int
    ) -> Floats:
        """NaN for faces that cannot be read: no time is spent on them, and none blurs a later score."""
        scores = np.full((len(faces), len(EMOTIONS)), np.nan, np.float32)
        assert self._size_px is not None and faces.track_id is not None
        counts = readable(faces, self._size_px, self.limits)
        turn = self._next_turn(faces.track_id[counts].tolist(), offset_ms)
        if np.any(counts):
            counting = crops[counts]
            parts = classifiers.parts(len(counting), lambda one, part: one.scores(counting[part], turn))
            scores[counts] = np.concatenate(parts)
        return scores

    def _next_turn(self, track_ids: list[int], offset_ms: int) -> int | None:
        """Whose zoom it is; None: all, where somebody is scored for the first time, or frames are too rare to
        be smoothed into one.

        Zooms take turns from frame to frame, and the smoothing brings them together: on PublicTest the mean
        of the two zooms' scores is right on 70.0 %, their common answer on 70.1, one alone on 69.5.
        """
        passed_ms, self._scored_ms = offset_ms - self._scored_ms, offset_ms
        self._turn += 1
        smoothed = 0 < passed_ms <= self.smoother.time_constant_ms / 2
        known = all(one in self.smoother for one in track_ids)
        return self._turn if smoothed and known else None

    def _cut(self, image: Image, faces: Faces) -> Crops:
        card: ModelCard | None = self.classifier.card if self.classifier else None
        if card is None:
            return cut_crops(image, faces, FER2013_MARGIN, PRESENCE_CROP_PX, aligned=False)
        return cut_crops(image, faces, card.crop_margin, card.input_size_px, card.crop_aligned)

    def _follow_size(self, width_px: int, height_px: int) -> None:
        if self._size_px not in (None, (width_px, height_px)):
            self.tracker.rescale(width_px / self._size_px[0], height_px / self._size_px[1])
            self.follower.forget()
        self._size_px = (width_px, height_px)


def _lanes(
    first: ExpressionClassifier, another: Callable[[], ExpressionClassifier] | None, cores: SpareCores
) -> Lanes[ExpressionClassifier]:
    return Lanes(first, another or (lambda: first), cores)


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
