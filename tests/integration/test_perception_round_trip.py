"""A FER2013 image pasted into a frame, found and cropped again must look like itself to the network."""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.card import DEFAULT_ARTIFACT, load_card
from model.classifier import LiteRTClassifier, load_classifier
from model.crops import FER2013_MARGIN, cut_crops
from model.detection import make_detector
from model.faces import Faces
from model.images import Image
from tests.media import DATA, needs_data
from training.crop_geometry import framed, measure

pytestmark = needs_data

IMAGES = 400
FRAME_PX = (640, 480)


@dataclass(frozen=True)
class RoundTrip:
    """Images whose face was found, their labels, and the crops cut from the frames."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    crops: NDArray[np.uint8]
    found_share: float


@cache
def public_test() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    stored = np.load(DATA / "fer2013_public.npz")
    chosen = np.random.default_rng(5).permutation(len(stored["x"]))[:IMAGES]
    return stored["x"][chosen], stored["y"][chosen]


def in_frame(image: NDArray[np.uint8], side_px: int) -> Image:
    """The image `side_px` large in the middle of a frame, its border repeated outwards."""
    large = cv2.resize(image, (side_px, side_px), interpolation=cv2.INTER_CUBIC)
    across, down = FRAME_PX[0] - side_px, FRAME_PX[1] - side_px
    edges = (down // 2, down - down // 2, across // 2, across - across // 2)
    frame = cv2.copyMakeBorder(large, *edges, cv2.BORDER_REPLICATE)
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR), np.uint8)


@cache
def round_trip(margin: float) -> RoundTrip:
    detector, random = make_detector("yunet"), np.random.default_rng(6)
    images, labels = public_test()
    aligned = load_card(DEFAULT_ARTIFACT).crop_aligned
    kept, crops = [], []
    for i, image in enumerate(images):
        frame = in_frame(image, int(random.integers(110, 300)))
        faces = detector.detect(frame).take(slice(0, 1))
        if len(faces):
            kept.append(i)
            crops.append(cut_crops(frame, faces, margin, 48, aligned)[0])
    return RoundTrip(images[kept], labels[kept], np.array(crops), len(kept) / len(images))


@pytest.fixture(scope="module")
def classifier() -> LiteRTClassifier:
    return load_classifier()


def accuracy(classifier: LiteRTClassifier, crops: NDArray[np.uint8], labels: NDArray[np.uint8]) -> float:
    return float((classifier.scores(crops).argmax(axis=1) == labels).mean())


def correlation(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Median over pairs of images that are not blank."""
    pairs = [(a.ravel(), b.ravel()) for a, b in zip(one, other, strict=True) if a.std() > 5 and b.std() > 5]
    return float(np.median([np.corrcoef(a, b)[0, 1] for a, b in pairs]))


def test_the_faces_are_found_again() -> None:
    assert round_trip(FER2013_MARGIN).found_share > 0.85


def test_the_shipped_card_uses_the_measured_margin() -> None:
    assert load_card(DEFAULT_ARTIFACT).crop_margin == pytest.approx(FER2013_MARGIN, abs=0.1)


def test_the_measured_margin_is_where_yunets_box_lies() -> None:
    found = measure(public_test()[0], make_detector("yunet"))
    assert found["margin"][2] == pytest.approx(FER2013_MARGIN, abs=0.06)
    assert abs(found["centre_x_offset"][2]) < 0.03 and abs(found["centre_y_offset"][2]) < 0.05


def test_live_crops_look_like_the_images_and_most_so_at_the_measured_margin() -> None:
    alike = {m: correlation(round_trip(m).crops, round_trip(m).images) for m in (0.75, FER2013_MARGIN, 1.4)}
    assert alike[FER2013_MARGIN] > 0.55
    assert alike[FER2013_MARGIN] > max(alike[0.75], alike[1.4]) + 0.08


def test_live_crops_score_as_well_as_the_images(classifier: LiteRTClassifier) -> None:
    trip = round_trip(FER2013_MARGIN)
    straight = accuracy(classifier, trip.images, trip.labels)
    assert accuracy(classifier, trip.crops, trip.labels) > straight - 0.04


def test_a_crop_of_the_image_itself_is_the_image() -> None:
    """Without the detector between them the geometry loses nothing."""
    images, _ = public_test()
    for image in images[:50]:
        frame, side, border = framed(image), 48 * 4, 96
        box = np.array([[border, border, border + side, border + side]], np.float32)
        crop = cut_crops(frame, made_face(box), 1.0, 48, aligned=False)[0]
        assert np.abs(crop.astype(int) - image).mean() < 6


def made_face(box: NDArray[np.float32]) -> Faces:
    return Faces(box, np.ones(1, np.float32))
