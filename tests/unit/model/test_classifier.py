"""The shipped network on LiteRT: batches, rows, threads, and artifacts that do not hold together."""

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.card import CARD_FILE, DEFAULT_ARTIFACT
from model.classifier import LiteRTClassifier, load_classifier, softmax
from model.errors import ArtifactError, InvalidImageError


@pytest.fixture(scope="module")
def classifier() -> LiteRTClassifier:
    return load_classifier()


@pytest.fixture
def artifact(tmp_path: Path) -> Path:
    folder = tmp_path / "artifact"
    shutil.copytree(DEFAULT_ARTIFACT, folder)
    return folder


def crops(n: int, seed: int = 0) -> NDArray[np.uint8]:
    """Smooth random pictures, which spread over the classes more than noise does."""
    coarse = np.random.default_rng(seed).integers(0, 256, (n, 6, 6)).astype(np.uint8)
    return coarse.repeat(8, axis=1).repeat(8, axis=2)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 15, 16, 17, 23, 49])
def test_a_batch_scores_as_its_faces_one_by_one(classifier: LiteRTClassifier, n: int) -> None:
    faces = crops(n)
    alone = np.concatenate([classifier.scores(face[None]) for face in faces])
    np.testing.assert_allclose(classifier.scores(faces), alone, atol=2e-3)


def test_turns_go_round_the_zooms_whose_mean_is_the_common_answer(classifier: LiteRTClassifier) -> None:
    faces, zooms = crops(5), classifier.card.zooms
    assert len(zooms) == 2
    for turn in range(4):
        one = softmax(classifier.logits(faces, (zooms[turn % 2],)), classifier.card.temperature)
        np.testing.assert_allclose(classifier.scores(faces, turn), one, atol=1e-6)
    both = np.mean([classifier.logits(faces, (zoom,)) for zoom in zooms], axis=0)
    np.testing.assert_allclose(both, classifier.logits(faces), atol=2e-3)


def test_rows_are_probabilities(classifier: LiteRTClassifier) -> None:
    scores = classifier.scores(crops(20))
    assert scores.shape == (20, 7)
    assert scores.dtype == np.float32
    assert np.all(scores >= 0)
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-5)


def test_different_faces_score_differently(classifier: LiteRTClassifier) -> None:
    """By ten times what a batch's size may change."""
    assert np.ptp(classifier.scores(crops(20)), axis=0).max() > 0.02


def test_no_face_gives_no_row(classifier: LiteRTClassifier) -> None:
    assert classifier.scores(np.empty((0, 48, 48), np.uint8)).shape == (0, 7)


def test_threads_may_share_one_classifier(classifier: LiteRTClassifier) -> None:
    batches = [crops(1 + i % 19, seed=i) for i in range(40)]
    wanted = [classifier.scores(batch) for batch in batches]
    with ThreadPoolExecutor(8) as pool:
        for found, expected in zip(pool.map(classifier.scores, batches), wanted, strict=True):
            np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((2, 48, 47), np.uint8),
        np.zeros((48, 48), np.uint8),
        np.zeros((2, 48, 48, 3), np.uint8),
        np.zeros((2, 48, 48), np.float32),
    ],
)
def test_other_shapes_and_dtypes_are_refused(classifier: LiteRTClassifier, wrong: NDArray[np.uint8]) -> None:
    with pytest.raises(InvalidImageError, match="wanted"):
        classifier.scores(wrong)


@given(
    st.lists(st.lists(st.floats(-30, 30, width=32), min_size=7, max_size=7), min_size=1, max_size=5),
    st.floats(0.2, 5),
)
def test_temperature_never_changes_the_ranking(rows: list[list[float]], temperature: float) -> None:
    logits = np.array(rows, np.float32)
    scores = softmax(logits, temperature)
    top = scores[np.arange(len(logits)), logits.argmax(axis=1)]
    np.testing.assert_allclose(top, scores.max(axis=1), rtol=1e-6)
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-5)


def test_a_network_cut_short_is_refused(artifact: Path) -> None:
    card = json.loads((artifact / CARD_FILE).read_text())
    network = artifact / card["runtime_file"]
    network.write_bytes(network.read_bytes()[:-1000])
    with pytest.raises(ArtifactError, match="cut short or does not match"):
        load_classifier(artifact)


def test_a_network_of_another_card_is_refused(artifact: Path) -> None:
    card = json.loads((artifact / CARD_FILE).read_text())
    other = next(n for n in card["files"] if n.endswith(".tflite") and n != card["runtime_file"])
    shutil.copy(artifact / other, artifact / card["runtime_file"])
    with pytest.raises(ArtifactError, match="does not match"):
        load_classifier(artifact)


def test_a_missing_network_is_named(artifact: Path) -> None:
    card = json.loads((artifact / CARD_FILE).read_text())
    (artifact / card["runtime_file"]).unlink()
    with pytest.raises(ArtifactError, match=card["runtime_file"]):
        load_classifier(artifact)


def test_a_file_that_is_no_network_is_refused_though_its_sum_is_right(artifact: Path) -> None:
    path = artifact / CARD_FILE
    card = json.loads(path.read_text())
    card["runtime_file"] = "curves.png"
    path.write_text(json.dumps(card))
    with pytest.raises(ArtifactError, match="not a network"):
        load_classifier(artifact)


def test_the_classifier_loads_no_tensorflow() -> None:
    code = (
        "import sys, model.classifier as c; c.load_classifier();"
        "print([m for m in sys.modules if m.split('.')[0] in ('tensorflow', 'keras', 'pandas')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
