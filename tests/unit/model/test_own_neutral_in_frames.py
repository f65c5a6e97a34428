"""Resting faces on their way through the pipeline."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from model.card import CARD_FILE, DEFAULT_ARTIFACT, load_card
from model.detection import make_detector
from model.emotions import Emotion
from model.errors import ArtifactError
from model.own_neutral import QUIET_MS, OwnNeutral
from model.pipeline import FramePipeline, make_pipeline
from model.tracking import Tracker, TrackingLimits
from tests.made.media import astronaut

SAD_AT_REST = np.array([0.05, 0.01, 0.04, 0.02, 0.48, 0.01, 0.39], np.float32)


class SadAtRest:
    """A classifier to which every face looks sad."""

    def __init__(self) -> None:
        self.card = load_card(DEFAULT_ARTIFACT)

    def scores(self, crops: NDArray[np.uint8], turn: int | None = None) -> NDArray[np.float32]:
        return np.tile(SAD_AT_REST, (len(crops), 1))


def test_scores_are_read_against_the_resting_face_once_it_is_known() -> None:
    classifier = SadAtRest()
    usual = classifier.card.usual_neutral
    assert usual is not None
    own, at_once = OwnNeutral(usual), Tracker(TrackingLimits(birth_ms=0, birth_hits=1))
    pipeline = FramePipeline(make_detector("yunet"), classifier, tracker=at_once, own_neutral=own)
    led = []
    for at_ms in range(0, QUIET_MS + 4000, 1000):
        [seen] = pipeline.observe(pipeline.process(astronaut(), at_ms))
        assert seen.scores is not None
        led.append(list(Emotion)[int(np.argmax(seen.scores))])
    assert led[0] is Emotion.SAD and led[-1] is Emotion.NEUTRAL
    pipeline.forget([1])
    assert len(own) == 0


def test_a_network_that_was_not_measured_on_resting_faces_says_so(tmp_path: Path) -> None:
    folder = shutil.copytree(DEFAULT_ARTIFACT, tmp_path / "net")
    (folder / CARD_FILE).write_text(replace(load_card(folder), own_neutral={}).to_json(), encoding="utf-8")
    with pytest.raises(ArtifactError, match="what resting faces are like"):
        make_pipeline(artifact=folder, own_neutral=True)
