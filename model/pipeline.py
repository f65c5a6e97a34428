"""One frame through all of perception: detect, measure, track, judge, classify as one batch, smooth."""

from pathlib import Path

import cv2
import numpy as np

from model.card import DEFAULT_ARTIFACT, ModelCard
from model.classifier import ExpressionClassifier, load_classifier
from model.crops import FER2013_MARGIN, Crops, cut_crops
from model.detection import FaceDetector, make_detector
from model.emotions import EMOTIONS, Certainty, Emotion
from model.faces import Faces, Floats
from model.images import Image, checked_image
from model.observations import Observation, QualityFlag
from model.quality import QualityLimits, judge_crops
from model.signals import SignalReader, signals_of
from model.signals.following import FaceFollower
from model.signals.landmark_networks import networks_installed
from model.smoothing import ScoreSmoother
from model.stillness import StillnessWatch
from model.tracking import Tracker

SMOOTHING_MS = 600
PRESENCE_CROP_PX = 48

DETECT_EVERY_MS = 400
"""Against the detector at every frame, on the clips of ../shared/media at 10 Hz: as many faces in
every frame, scores within 0.01-0.04 and yaw within 1.2 degrees (medians), in half the time for one face."""

CROWD = 8
"""With more faces the network's zooms take turns from frame to frame, and the smoothing brings them together.
On PublicTest the mean of the two zooms' scores is right on 70.0 %, their common answer on 70.1, one alone on
69.5; with 25 faces a frame takes 78 ms instead of 93."""


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
    ) -> None:
        self.detector, self.classifier = detector, classifier
        self.follower = FaceFollower(detector, reader, detect_every_ms)
        self.tracker = tracker or Tracker()
        self.smoother = smoother or ScoreSmoother(SMOOTHING_MS)
        self.limits = limits or QualityLimits()
        self.stillness = StillnessWatch()
        self._size_px: tuple[int, int] | None = None
        self._turn, self._scored_ms = 0, float("-inf")

    @property
    def certainty(self) -> Certainty:
        """When an expression is named; the card's."""
        return self.classifier.card.certainty if self.classifier else Certainty()

    def process(self, image: Image, offset_ms: int) -> Faces:
        """The numbered faces of one (H, W, 3) uint8 BGR image of any size, flagged and scored.

        `offset_ms` is the frame's time in the session. Raises InvalidImageError.
        """
        image = checked_image(image)
        self._follow_size(image.shape[1], image.shape[0])
        faces = self.tracker.update(self.follower.find(image, offset_ms), offset_ms, image)
        if self.tracker.became:
            self.smoother.rename(self.tracker.became)
            self.stillness.rename(self.tracker.became)
        if len(faces):
            crops = self._cut(image, faces)
            faces = judge_crops(faces, crops, image.shape[1::-1], self.limits)
            faces = self.stillness.update(faces, offset_ms)
            if self.classifier is not None:
                scores = self._scores(self.classifier, faces, crops, self._next_turn(len(faces), offset_ms))
                faces = faces.having(scores=scores)
        return self.smoother.update(faces, offset_ms)

    def observe(self, faces: Faces) -> tuple[Observation, ...]:
        """The faces of `process` as plain values, for storing and drawing."""
        return tuple(self._observation(faces, row) for row in range(len(faces)))

    def _next_turn(self, count: int, offset_ms: int) -> int | None:
        """Whose zoom it is; None: all, where faces are few or frames too rare to be smoothed into one."""
        passed_ms, self._scored_ms = offset_ms - self._scored_ms, offset_ms
        self._turn += 1
        smoothed = 0 < passed_ms <= self.smoother.time_constant_ms / 2
        return self._turn if smoothed and count > CROWD else None

    def _scores(
        self, classifier: ExpressionClassifier, faces: Faces, crops: Crops, turn: int | None
    ) -> Floats:
        """NaN for faces that do not count: no time is spent on them, and none blurs a later score."""
        scores = np.full((len(faces), len(EMOTIONS)), np.nan, np.float32)
        counts = faces.flags == 0
        if np.any(counts):
            scores[counts] = classifier.scores(crops[counts], turn)
        return scores

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

    def _observation(self, faces: Faces, row: int) -> Observation:
        assert faces.track_id is not None and faces.flags is not None
        scored = faces.scores is not None and not np.isnan(faces.scores[row]).any()
        scores = tuple(faces.scores[row].tolist()) if scored and faces.scores is not None else None
        leading: Emotion | None = None if scores is None else self.certainty.leading(scores)
        x0, y0, x1, y1 = (float(edge) for edge in faces.boxes[row])
        return Observation(
            track_id=int(faces.track_id[row]),
            box=(x0, y0, x1, y1),
            confidence=float(np.clip(faces.confidence[row], 0, 1)),
            flags=QualityFlag(int(faces.flags[row])),
            scores=scores,
            leading=leading,
            signals=signals_of(faces, row),
        )


def make_pipeline(
    detector_name: str = "yunet",
    artifact: Path = DEFAULT_ARTIFACT,
    *,
    smoothing_ms: float = SMOOTHING_MS,
    expressions: bool = True,
    signals: bool = True,
    detect_every_ms: int = DETECT_EVERY_MS,
) -> FramePipeline:
    """A new pipeline with real networks; without `expressions` it only counts and follows faces.

    Without `signals`, or where the package with their networks is not installed, no pose, eyes, gaze or mouth
    is measured and the detector looks at every frame. Raises DetectorError, LandmarkError or ArtifactError.
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
    )
