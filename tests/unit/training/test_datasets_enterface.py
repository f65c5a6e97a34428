"""eNTERFACE'05: which frames of a video are taken, whose face, and what a damaged video does."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.detection import make_detector
from tests.made.data import Pixels, head, video
from tests.made.media import MEDIA, needs_media, read_image
from training.datasets.enterface import is_enterface, read_enterface, sample_frames
from training.errors import DataError


def grey_level(level: int) -> Pixels:
    return np.full((32, 48, 3), level, np.uint8)


def sentence(folder: Path, subject: str = "subject 1", name: str = "s1_an_1.avi") -> Path:
    return folder / subject / "anger" / "sentence 1" / name


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 30), st.integers(1, 8))
def test_frames_come_evenly_from_the_middle_half(
    tmp_path_factory: pytest.TempPathFactory, length: int, n: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "levels.avi"
    video(path, [grey_level(8 * i) for i in range(length)])
    places = [round(float(frame.mean()) / 8) for frame in sample_frames(path, n)]
    assert 1 <= len(places) <= n and places == sorted(set(places))
    assert all((length - 1) * 0.25 - 1 <= place <= (length - 1) * 0.75 + 1 for place in places)
    gaps = np.diff(places)
    assert not len(gaps) or gaps.max() - gaps.min() <= 1


def test_as_many_frames_are_taken_of_each_video_as_asked(tmp_path: Path) -> None:
    video(sentence(tmp_path), [head(160, 120, shift=float(i)) for i in range(30)])
    assert len(read_enterface(tmp_path).images) == 5
    assert len(read_enterface(tmp_path, frames=2).images) == 2
    with pytest.raises(DataError, match="wanted at least 1, got 0"):
        read_enterface(tmp_path, frames=0)


def test_a_video_without_a_face_is_named(tmp_path: Path) -> None:
    video(sentence(tmp_path), [head(160, 120)] * 6)
    video(sentence(tmp_path, "subject 2"), [grey_level(90)] * 6)
    [bad] = read_enterface(tmp_path).bad
    assert bad.file == "subject 2/anger/sentence 1/s1_an_1.avi"
    assert bad.problem.startswith("wanted a face, found none in")


def test_sampled_frames_without_a_face_are_counted(tmp_path: Path) -> None:
    blank = np.full((120, 160, 3), 90, np.uint8)
    video(sentence(tmp_path), [head(160, 120)] * 10 + [blank] * 10)
    reading = read_enterface(tmp_path, frames=4)
    assert len(reading.images) == 2
    assert reading.left_out == {"sampled frame without a face": 2}


@pytest.mark.parametrize("kept", [0, 0.02, 0.2])
def test_a_video_cut_short_is_named_and_the_others_are_kept(kept: float, tmp_path: Path) -> None:
    frames = [head(160, 120, shift=float(i)) for i in range(20)]
    video(sentence(tmp_path), frames)
    cut = video(sentence(tmp_path, "subject 2"), frames)
    cut.write_bytes(cut.read_bytes()[: int(kept * cut.stat().st_size)])
    reading = read_enterface(tmp_path)
    assert [bad.file for bad in reading.bad] == ["subject 2/anger/sentence 1/s1_an_1.avi"]
    assert set(reading.images.subject.tolist()) == {"s1"}


@pytest.mark.parametrize("name", ["subject 1", "Subject 1", "subject1", "subject-01", "SUBJECT_1"])
def test_subjects_are_told_however_their_folder_is_written(name: str, tmp_path: Path) -> None:
    video(tmp_path / name / "Fear" / "s1_fe_1.avi", [head(160, 120)] * 3)
    assert is_enterface(tmp_path)
    assert set(read_enterface(tmp_path).images.subject.tolist()) == {"s1"}


def test_an_unknown_emotion_folder_is_refused(tmp_path: Path) -> None:
    video(tmp_path / "subject 1" / "boredom" / "a.avi", [head(160, 120)] * 3)
    with pytest.raises(DataError, match="boredom: wanted a class of"):
        read_enterface(tmp_path)


def test_a_folder_without_subjects_is_refused(tmp_path: Path) -> None:
    assert not is_enterface(tmp_path)
    with pytest.raises(DataError, match="wanted folders 'subject N'"):
        read_enterface(tmp_path)


@needs_media
def test_of_several_people_the_largest_face_is_taken(tmp_path: Path) -> None:
    """A passer-by behind the actor: the same crop as of the actor alone."""
    actor = cv2.resize(read_image(MEDIA / "human_person-linda.jpg")[80:420, 400:740], (240, 240))
    passer_by = cv2.resize(read_image(MEDIA / "human_person-vlado.jpg")[20:340, 440:760], (80, 80))
    alone = np.full((240, 400, 3), 90, np.uint8)
    alone[:, :240] = actor
    together = alone.copy()
    together[80:160, 300:380] = passer_by
    video(sentence(tmp_path), [np.asarray(alone)] * 4)
    video(sentence(tmp_path, "subject 2"), [np.asarray(together)] * 4)
    x = read_enterface(tmp_path, frames=1).images.x.astype(int)
    assert len(make_detector("yunet").detect(np.asarray(together))) == 2
    assert len(x) == 2 and np.abs(x[0] - x[1]).mean() < 4
