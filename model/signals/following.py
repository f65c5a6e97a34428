"""Faces of one stream with their signals: the detector every so often, the mesh's own points in between.

A face that was detected is followed by its mesh: each fit says where to look next. The detector looks again
when it is due, when a mesh loses its face, when two meshes meet on one, when a face is too small for a mesh,
and when the picture changes at once. So a new face waits for the next detection, and nothing else does.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.detection import FaceDetector
from model.faces import Faces, Floats
from model.images import Image
from model.lanes import Lanes, SpareCores
from model.signals import LEAST_PRESENCE, SignalReader, with_signals
from model.signals.head_pose import nose_aside
from model.signals.landmarks import Landmarks, upright_deg

SCENE_CHANGE = 30.0
"""Mean change of grey, 0..255, from one analysed frame to the next: up to 16 in the clips of ../shared/media
at 10 Hz, 45 and more between any two of its pictures."""

SAME_FACE = 0.4
"""Intersection over union of two boxes of one head, in neighbouring frames or by two meshes."""

THUMBNAIL = 24

PROFILE_NOSE_ASIDE = 0.6
"""Of the detector's points, in eye distances: a profile has 0.87, heads turned by 40 degrees 0.5, leant ones
0.43."""


@dataclass(slots=True)
class _Followed:
    """A face as last seen: its box in the detector's convention, and the points that carry it."""

    box: Floats
    confidence: float
    landmarks: Landmarks | None

    @property
    def trusted(self) -> bool:
        return self.landmarks is not None and self.landmarks.presence >= LEAST_PRESENCE


class FaceFollower:
    """Detector and meshes over the frames of one stream, in order of time. Not thread-safe.

    `detect_every_ms` 0: the detector looks at every frame. Without a reader nothing is measured, and it does.
    """

    def __init__(
        self,
        detector: FaceDetector,
        reader: SignalReader | None,
        detect_every_ms: int = 0,
        cores: SpareCores | None = None,
    ) -> None:
        self.detector = detector
        self._readers = None if reader is None else Lanes(reader, SignalReader, cores or SpareCores())
        self.detect_every_ms = detect_every_ms
        self._detected_ms: int | None = None
        self._followed: list[_Followed] = []
        self._thumbnail: NDArray[np.int16] | None = None
        self._size_px: tuple[int, int] | None = None

    def find(self, image: Image, offset_ms: int) -> Faces:
        """Faces of one checked image, with signals where there is a reader. Raises InvalidImageError."""
        if self._readers is None:
            return self.detector.detect(image)
        size_px = (image.shape[1], image.shape[0])
        if size_px != self._size_px:
            self.forget()
            self._size_px = size_px
        faces = None if self._due(image, offset_ms) else self._carried(image, self._readers)
        if faces is None:
            self._detected_ms = offset_ms
            faces = self._detected(image, self._readers)
        return faces

    def forget(self) -> None:
        """Look afresh: what comes is another picture."""
        self._detected_ms, self._followed, self._thumbnail = None, [], None

    def _due(self, image: Image, offset_ms: int) -> bool:
        if not self.detect_every_ms or self._scene_changed(image) or self._detected_ms is None:
            return True
        doubtful = not self._followed or not all(face.trusted for face in self._followed)
        return doubtful or not 0 <= offset_ms - self._detected_ms < self.detect_every_ms

    def _detected(self, image: Image, readers: Lanes[SignalReader]) -> Faces:
        faces = self.detector.detect(image)
        last, rolls_deg, sides_px = self._last_meshes(faces), upright_deg(faces), _longer_sides(faces.boxes)

        def read(reader: SignalReader, i: int) -> Landmarks | None:
            side_px = float(sides_px[i])
            again = self._again(image, reader, last[i], side_px)
            return again or reader.landmarks(image, faces.boxes[i], float(rolls_deg[i]), side_px)

        found = readers.each(len(faces), read)
        found = [
            _of_profile(one) if aside else one for one, aside in zip(found, _profiles(faces), strict=True)
        ]
        self._followed = [
            _Followed(faces.boxes[i], float(faces.confidence[i]), one) for i, one in enumerate(found)
        ]
        return with_signals(faces, found)

    def _last_meshes(self, faces: Faces) -> list[Landmarks | None]:
        """For each face the mesh that was the same head's in the last frame; each mesh for one face only."""
        known = [face for face in self._followed if face.trusted]
        if not known or not len(faces):
            return [None] * len(faces)
        same = overlap(faces.boxes, np.array([face.box for face in known]))
        nearest = same.argmax(axis=1)
        return [
            known[j].landmarks if same[i, j] > SAME_FACE and same[:, j].argmax() == i else None
            for i, j in enumerate(nearest)
        ]

    def _again(
        self, image: Image, reader: SignalReader, last: Landmarks | None, side_px: float
    ) -> Landmarks | None:
        """Fitted where the last mesh lay, as between detections: from the detector's box a head seems to bow
        by 2 degrees, with every detection anew. None where nothing is found there."""
        if last is None:
            return None
        found = reader.landmarks(image, last.square, last.roll_deg, side_px, last.refitted)
        return found if found is not None and found.presence >= LEAST_PRESENCE else None

    def _carried(self, image: Image, readers: Lanes[SignalReader]) -> Faces | None:
        """The faces of the last frame found again by their meshes, or None where one was lost."""
        sides_px = _longer_sides(np.array([face.box for face in self._followed])).tolist()
        lost = False

        def follow(reader: SignalReader, i: int) -> _Followed | None:
            nonlocal lost
            face, last = self._followed[i], self._followed[i].landmarks
            if lost or last is None:
                return None
            now = reader.landmarks(image, last.square, last.roll_deg, sides_px[i], last.refitted)
            box = None if now is None else _moved(face.box, last, now, image)
            lost = lost or box is None
            return None if box is None else _Followed(box, face.confidence, now)

        found = readers.each(len(self._followed), follow)
        carried = [face for face in found if face is not None and face.trusted]
        boxes = np.array([face.box for face in carried])
        if len(carried) < len(found) or _meet(boxes):
            return None
        self._followed = carried
        faces = Faces(boxes, np.array([face.confidence for face in carried], np.float32))
        return with_signals(faces, [face.landmarks for face in carried])

    def _scene_changed(self, image: Image) -> bool:
        """Samples of the picture against the last frame's; the frame is taken in."""
        height, width = image.shape[:2]
        sampled = image[:: max(1, height // THUMBNAIL), :: max(1, width // THUMBNAIL), 1].astype(np.int16)
        last, self._thumbnail = self._thumbnail, sampled
        if last is None or last.shape != sampled.shape:
            return True
        return float(np.abs(sampled - last).mean()) > SCENE_CHANGE


def overlap(boxes: Floats, others: Floats) -> Floats:
    """(n, m) intersection over union of boxes (n, 4) and (m, 4) xyxy."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    shared = np.prod(np.maximum(high - low, 0), axis=2)
    areas, other_areas = (np.prod(some[:, 2:] - some[:, :2], axis=1) for some in (boxes, others))
    return np.asarray(shared / (areas[:, None] + other_areas[None] - shared), np.float32)


def _moved(box: Floats, last: Landmarks, now: Landmarks, image: Image) -> Floats | None:
    """`box` moved and scaled as the mesh was, within the image; None where nothing of it is left.

    So boxes keep the detector's convention, on which crops depend.
    """
    scale = np.float32(now.spread_px / max(last.spread_px, 1e-6))
    corners = (box.reshape(2, 2) - last.centre) * scale + now.centre
    edges = np.array(image.shape[1::-1], np.float32)
    moved = np.minimum(np.maximum(corners, 0), edges).reshape(4).astype(np.float32)
    return moved if np.all(moved[2:] - moved[:2] >= 1) else None


def _profiles(faces: Faces) -> list[bool]:
    """Which heads the detector's points show from the side: a mesh fits these too, turned by half as much."""
    return [bool(aside > PROFILE_NOSE_ASIDE) for aside in nose_aside(faces)]


def _of_profile(found: Landmarks | None) -> Landmarks | None:
    """As one that does not fit."""
    return None if found is None else replace(found, log_odds=min(found.log_odds, 0.0), eyes=None)


def _meet(boxes: Floats) -> bool:
    """Two meshes on one face."""
    return bool(np.triu(overlap(boxes, boxes), 1).max(initial=0) > SAME_FACE)


def _longer_sides(boxes: Floats) -> Floats:
    return np.asarray((boxes[:, 2:] - boxes[:, :2]).max(axis=1, initial=0), np.float32)
