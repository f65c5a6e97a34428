"""One photo explained: what is said of a face is what a live session would say, and why."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from dashboard.explain.explainer import (
    MAX_FACES,
    SHOWN_PX,
    ExplainedFace,
    Explainer,
    evidence,
    open_explainer,
    verdict,
)
from dashboard.explain.pictures import colour_strip, face_picture, numbered_photo
from dashboard.palette import LABELS
from model.card import DEFAULT_ARTIFACT
from model.classifier import LiteRTClassifier, load_classifier
from model.detection import make_detector
from model.emotions import EMOTIONS, Certainty, Emotion
from model.observations import USABLE, Observation, QualityFlag
from model.pipeline import make_pipeline
from model.signals.following import FaceFollower
from tests.made.media import astronaut, face_frame, face_grid

CERTAINTY = Certainty(min_share=0.5, min_lead=0.2)


@pytest.fixture(scope="module")
def explainer() -> Explainer:
    return open_explainer("yunet", DEFAULT_ARTIFACT)


class Mapped(LiteRTClassifier):
    """The shipped network with maps of a known kind: all evidence for happy, in the top left corner."""

    def activation_maps(self, crops: NDArray[np.uint8]) -> NDArray[np.float32] | None:
        maps = np.zeros((len(crops), 6, 6, 7), np.float32)
        maps[:, :2, :2, EMOTIONS.index(Emotion.HAPPY)] = 7
        return maps


class Unmapped(LiteRTClassifier):
    """The shipped network without its second output."""

    def activation_maps(self, crops: NDArray[np.uint8]) -> NDArray[np.float32] | None:
        return None


def with_network(kind: Callable[..., LiteRTClassifier]) -> Explainer:
    card = load_classifier().card
    content = (DEFAULT_ARTIFACT / card.runtime_file).read_bytes()
    return Explainer(FaceFollower(make_detector("yunet"), None), kind(content, card))


def test_a_face_gets_what_a_live_session_says_of_it(explainer: Explainer) -> None:
    image = face_grid(1, 3, 960, 320)
    pipeline = make_pipeline(detect_every_ms=0)
    for offset_ms in range(0, 1000, 100):  # a live session follows a face before it shows it
        live = pipeline.observe(pipeline.process(image, offset_ms))
    explained = explainer.explain(image).faces
    assert len(explained) == len(live) == 3
    by_place = sorted(live, key=lambda each: each.box[0])
    for face, seen in zip(explained, by_place, strict=True):
        assert face.seen.box == seen.box and face.seen.leading == seen.leading
        assert face.seen.flags == seen.flags
        # The live mesh begins at the last frame's tilt, so its crop may be turned by a little less or more.
        np.testing.assert_allclose(face.scores, seen.scores or (), atol=0.05)


def test_the_largest_are_explained_from_left_to_right_and_the_others_counted(explainer: Explainer) -> None:
    found = explainer.explain(face_grid(4, 4, 1280, 720))
    assert (len(found.faces), found.more) == (MAX_FACES, 4)
    assert [face.number for face in found.faces] == list(range(1, MAX_FACES + 1))
    lefts = [face.seen.box[0] for face in found.faces]
    assert lefts == sorted(lefts)


@pytest.mark.parametrize("shape", [(240, 320), (1, 1), (1, 2560), (2560, 1)])
def test_a_photo_without_a_face_has_none(explainer: Explainer, shape: tuple[int, int]) -> None:
    found = explainer.explain(np.full((*shape, 3), 127, np.uint8))
    assert (found.faces, found.more) == ((), 0)


def test_a_face_too_small_to_count_keeps_its_scores_but_is_not_named(explainer: Explainer) -> None:
    [face] = explainer.explain(face_frame(120, 42)).faces
    assert "too small" in face.verdict
    assert face.seen.scores is None and face.seen.leading is None
    assert face.scores.sum() == pytest.approx(1, abs=1e-4)


def test_several_tabs_may_ask_at_once(explainer: Explainer) -> None:
    image = face_grid(2, 2, 640, 480)
    alone = explainer.explain(image)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(explainer.explain, [image] * 8):
            for face, same in zip(found.faces, alone.faces, strict=True):
                np.testing.assert_array_equal(face.scores, same.scores)


def test_maps_come_with_each_face_where_the_network_has_them() -> None:
    image = astronaut()
    [mapped] = with_network(Mapped).explain(image).faces
    assert mapped.maps is not None and mapped.maps.shape == (6, 6, 7)
    [unmapped] = with_network(Unmapped).explain(image).faces
    assert unmapped.maps is None
    np.testing.assert_array_equal(unmapped.scores, mapped.scores)


@pytest.mark.parametrize(
    ("flags", "scores", "said"),
    [
        (USABLE, (0, 0, 0, 0.9, 0, 0, 0.1), "Happy"),
        (USABLE, (0, 0, 0.4, 0, 0.5, 0, 0.1), "It depends: sad or fear"),
        (USABLE, (0, 0, 0.3, 0, 0.4, 0, 0.3), "It depends: sad, fear or neutral"),
        (USABLE, (0.1, 0.1, 0.2, 0, 0.45, 0, 0.15), "Not sure: sad leads, but with less than 50%"),
        (USABLE, (0.2, 0.1, 0.1, 0.2, 0.1, 0.1, 0.2), "Not sure: no expression stands out"),
        (QualityFlag.DARK, (0, 0, 0, 0.9, 0, 0, 0.1), "Not sure: too dark"),
        (QualityFlag.SMALL | QualityFlag.BLURRED, (0, 0, 0, 0.9, 0, 0, 0.1), "Not sure: too small, blurred"),
    ],
)
def test_the_verdict_says_what_may_be_said(flags: QualityFlag, scores: tuple[float, ...], said: str) -> None:
    assert verdict(flags, scores, CERTAINTY) == said


def test_of_a_turned_face_that_is_read_more_is_asked() -> None:
    turned, high, low = QualityFlag.TURNED_AWAY, (0, 0, 0, 0.9, 0, 0, 0.1), (0, 0, 0, 0.6, 0.3, 0, 0.1)
    assert verdict(turned, high, CERTAINTY, read=True) == "Happy"
    assert verdict(turned, low, CERTAINTY, read=True) == "Not sure: turned away"
    assert verdict(USABLE, low, CERTAINTY) == "Happy"
    assert verdict(turned, high, CERTAINTY) == "Not sure: turned away"


@given(st.lists(st.floats(0.01, 1), min_size=7, max_size=7))
def test_an_expression_is_named_exactly_when_it_leads_clearly(weights: list[float]) -> None:
    scores = [weight / sum(weights) for weight in weights]
    leading = CERTAINTY.leading(scores)
    said = verdict(USABLE, scores, CERTAINTY)
    assert (said == LABELS[leading]) if leading else said.startswith(("It depends: ", "Not sure: "))


maps_of_a_face = arrays.arrays(np.float32, (3, 3, 7), elements=st.floats(-50, 50, width=32))
maps_of_all = arrays.arrays(np.float32, (3, 3, 1), elements=st.floats(-50, 50, width=32))


@given(maps_of_a_face, maps_of_all)
def test_evidence_is_between_classes_so_what_helps_all_of_them_is_none(
    maps: NDArray[np.float32], shared: NDArray[np.float32]
) -> None:
    found = evidence(maps)
    assert np.abs(found).max() <= 1
    np.testing.assert_allclose(found.sum(axis=2), 0, atol=1e-3)
    if np.ptp(maps, axis=2).max() > 1:
        np.testing.assert_allclose(evidence(maps + shared), found, atol=1e-3)


def mapped_face() -> ExplainedFace:
    maps = np.zeros((6, 6, 7), np.float32)
    maps[:2, :2, 3] = 1
    seen = Observation(1, (0, 0, 50, 50), 0.9)
    picture = np.full((SHOWN_PX, SHOWN_PX), 128, np.uint8)
    return ExplainedFace(1, seen, "Happy", np.full(7, 1 / 7, np.float32), picture, maps)


def test_the_map_tints_where_the_evidence_lies_and_nothing_else() -> None:
    red, _, blue = face_picture(mapped_face(), 3)[40, 40].tolist()
    assert red > 160 and blue < 100, "orange, for happy"
    red, _, blue = face_picture(mapped_face(), 4)[40, 40].tolist()
    assert blue > red, "blue, against sad"
    assert face_picture(mapped_face(), 3)[200, 200].tolist() == [128] * 3
    assert (face_picture(mapped_face(), None) == 128).all()


def test_the_strip_runs_from_against_to_for() -> None:
    strip = colour_strip()
    assert strip[0, 0, 2] > strip[0, 0, 0] and strip[0, -1, 0] > strip[0, -1, 2]


def test_the_photo_with_its_boxes_is_rgb_and_the_given_one_stays_as_it_was(explainer: Explainer) -> None:
    image = astronaut()
    kept = image.copy()
    drawn = numbered_photo(image, explainer.explain(image))
    np.testing.assert_array_equal(image, kept)
    changed = (drawn[:, :, ::-1] != image).any(axis=2)
    assert 0 < changed.mean() < 0.2


def test_one_photo_leaves_no_trace_in_the_next(explainer: Explainer) -> None:
    image = face_grid(1, 2, 640, 320)
    first = explainer.explain(image)
    explainer.explain(np.ascontiguousarray(image[:, ::-1]))
    for face, again in zip(first.faces, explainer.explain(image).faces, strict=True):
        np.testing.assert_array_equal(face.scores, again.scores)
