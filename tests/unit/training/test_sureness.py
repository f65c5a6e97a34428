"""What being sure is worth: of flagged faces, and on sets that nothing was fitted to."""

import cv2
import numpy as np
import pytest

from model.card import DEFAULT_ARTIFACT
from model.emotions import Certainty
from model.observations import QualityFlag
from model.pipeline import make_pipeline
from tests.made.media import astronaut
from training.away import Told
from training.datasets import LabelledImages
from training.flagged import Read, labels_of, measured, read
from training.sure import under

HAPPY, NEUTRAL = 3, 6
CERTAINTY = Certainty(0.45, 0.15)


def row(top: float, where: int) -> list[float]:
    scores = [(1 - top) / 6] * 7
    scores[where] = top
    return scores


def test_more_asked_of_flagged_faces_names_fewer_and_is_more_often_right() -> None:
    scores = np.array([row(0.9, HAPPY), row(0.5, HAPPY), row(0.5, NEUTRAL), row(0.9, NEUTRAL)], np.float32)
    labels = np.array([HAPPY, NEUTRAL, NEUTRAL, NEUTRAL])
    flags = np.array([QualityFlag.OCCLUDED, QualityFlag.TURNED_AWAY, QualityFlag.TURNED_AWAY, 0], np.int64)
    told = measured(Read(scores, labels, flags), CERTAINTY)["groups"]
    assert {name: group["n"] for name, group in told.items()} == {
        "not flagged": 1,
        "flagged": 3,
        "turned_away": 2,
        "cut_off": 0,
        "occluded": 1,
    }
    loose, strict = (told["flagged"]["by_margin"][margin] for margin in ("0.00", "0.20"))
    assert (loose["sure_share"], loose["accuracy_when_sure"]) == (1, pytest.approx(2 / 3))
    assert (strict["sure_share"], strict["accuracy_when_sure"]) == (pytest.approx(1 / 3), 1)
    assert told["cut_off"]["accuracy"] is None


def test_faces_are_read_as_the_program_reads_a_photo() -> None:
    face = cv2.cvtColor(astronaut()[30:210, 135:315], cv2.COLOR_BGR2GRAY)
    crop = np.asarray(cv2.resize(face, (48, 48), interpolation=cv2.INTER_AREA), np.uint8)
    two = np.stack([crop, np.zeros_like(crop)])
    images = LabelledImages.of(two, np.array([HAPPY, NEUTRAL]), np.zeros(2))
    pipeline = make_pipeline(artifact=DEFAULT_ARTIFACT, smoothing_ms=0, detect_every_ms=0)
    found = read(pipeline, images, labels_of(images))
    assert found.labels.tolist() == [HAPPY], "in a blank picture nobody is found"
    assert found.scores[0].argmax() == HAPPY


def test_sets_together_count_every_image_once() -> None:
    sure_and_right = np.array([row(0.9, HAPPY)] * 3, np.float32)
    wrong = np.array([row(0.9, HAPPY)], np.float32)
    sets = [
        Told("one", np.log(sure_and_right), np.full(3, HAPPY)),
        Told("two", np.log(wrong), np.array([NEUTRAL])),
    ]
    found = under(sets, 1.0, CERTAINTY)
    assert (found["n"], found["sure_share"], found["accuracy_when_sure"]) == (4, 1, 0.75)
    assert found["ece"] == pytest.approx(0.15, abs=1e-3)
