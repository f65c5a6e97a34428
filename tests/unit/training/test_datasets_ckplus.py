"""CK+: what its official labels, frames and csv mean, and what becomes of contempt and neutral."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.crops import FER2013_MARGIN, cut_crops
from model.detection import make_detector
from tests.made.data import LAYOUTS, csv_file, csv_row, noise, put, votes_file
from tests.made.media import DATA, needs_data, read_image
from training.datasets import CKPLUS_CLASSES, EMOTION_CLASSES, NO_VOTES, PRIVATE_TEST, TRAINING
from training.datasets.arrays import load_arrays
from training.datasets.ckplus import CODES, is_ckplus, read_ckextended_csv, read_ckplus, read_label
from training.datasets.class_names import CLASS_NAMES, CONTEMPT_CHOICES, LEFT_OUT, labelled
from training.datasets.sources import HowToRead, read_source
from training.errors import DataError


def made(name: str, folder: Path) -> Path:
    return LAYOUTS[name].make(folder)


def test_the_last_three_frames_of_a_labelled_sequence_are_read(tmp_path: Path) -> None:
    reading = read_ckplus(made("ck+ official", tmp_path))
    assert reading.names == tuple(f"S005_001_{i:08}.png" for i in (3, 4, 5))
    assert "1 sequences without a label were not read" in reading.notes


def test_the_official_pictures_are_cropped_as_the_live_view_does(tmp_path: Path) -> None:
    reading = read_ckplus(made("ck+ official", tmp_path))
    image = read_image(tmp_path / "cohn-kanade-images/S005/001/S005_001_00000005.png")
    faces = make_detector("yunet").detect(image)
    live = cut_crops(image, faces, FER2013_MARGIN, 48, aligned=True)
    np.testing.assert_array_equal(reading.images.x[2], live[0])


def test_the_official_folders_may_lie_one_level_down_and_hold_foreign_files(tmp_path: Path) -> None:
    made("ck+ official", tmp_path)
    (tmp_path / "Emotion").rename(tmp_path / "labels")
    (tmp_path / "Emotion_labels").mkdir()
    (tmp_path / "labels").rename(tmp_path / "Emotion_labels" / "Emotion")
    (tmp_path / "extended-cohn-kanade-images").mkdir()
    (tmp_path / "cohn-kanade-images").rename(tmp_path / "extended-cohn-kanade-images" / "cohn-kanade-images")
    (tmp_path / "extended-cohn-kanade-images/cohn-kanade-images/S005/001/.DS_Store").write_bytes(b"\0")
    assert len(read_ckplus(tmp_path).images) == 3


def test_pictures_without_the_labels_folder_are_an_error(tmp_path: Path) -> None:
    made("ck+ official", tmp_path)
    (tmp_path / "Emotion").rename(tmp_path / "FACS")
    with pytest.raises(DataError, match="wanted the folders cohn-kanade-images and Emotion"):
        read_ckplus(tmp_path)


@pytest.mark.parametrize("text", ["", "8.0", "-1", "2.5", "nan", "inf", "happy", "3 4"])
def test_a_label_file_without_a_code_is_refused_by_name(text: str, tmp_path: Path) -> None:
    made("ck+ official", tmp_path)
    label = tmp_path / "Emotion" / "S005" / "001" / "S005_001_00000005_emotion.txt"
    label.write_text(text)
    with pytest.raises(DataError, match=r"S005/001.*S005_001_00000005_emotion.txt: wanted a code 0..7"):
        read_ckplus(tmp_path)


@settings(max_examples=40)
@given(st.one_of(st.integers(-2, 10).map(float), st.floats()))
def test_any_number_is_a_code_or_refused(tmp_path_factory: pytest.TempPathFactory, number: float) -> None:
    path = tmp_path_factory.getbasetemp() / "code_emotion.txt"
    path.write_text(f"   {number!r}\n")
    if math.isfinite(number) and number in range(8):
        assert read_label(path) == CODES[int(number)]
    else:
        with pytest.raises(DataError):
            read_label(path)


def test_a_picture_that_names_no_subject_is_refused(tmp_path: Path) -> None:
    made("ck+48", tmp_path)
    put(tmp_path / "fear" / "somebody.png", noise(9))
    [bad] = read_ckplus(tmp_path).bad
    assert bad.file == "fear/somebody.png" and "S010_004_00000017.png" in bad.problem


def test_in_the_csv_seven_is_contempt_and_neutral_has_no_place_beside_it(tmp_path: Path) -> None:
    rows = [csv_row(label, noise(label), "Training") for label in range(8)]
    path = csv_file(tmp_path / "ckextended.csv", rows)
    kept = read_ckextended_csv(path)
    assert kept.images.classes == CKPLUS_CLASSES
    names = ["angry", "disgust", "fear", "happy", "sad", "surprise", "contempt"]
    assert [kept.images.classes[label] for label in kept.images.y] == names
    assert kept.left_out == {"neutral, not among the classes": 1}
    assert any("names no subjects" in note for note in kept.notes)
    dropped = read_ckextended_csv(path, "drop").images
    assert dropped.classes == EMOTION_CLASSES and dropped.y.tolist() == list(range(7))


def test_the_csv_keeps_its_splits(tmp_path: Path) -> None:
    assert read_ckplus(made("ck+ csv", tmp_path)).images.usage.tolist() == [TRAINING, PRIVATE_TEST]


def test_a_csv_is_ckplus_by_its_name_or_by_order_but_not_by_one_wrong_label(tmp_path: Path) -> None:
    rows = [csv_row(6, noise(1)), csv_row(7, noise(2))]
    assert is_ckplus(csv_file(tmp_path / "ckextended.csv", rows))
    assert is_ckplus(csv_file(tmp_path / "my_CK+.csv", rows))
    path = csv_file(tmp_path / "backup.csv", rows)
    reading = read_source(path)
    assert reading.images.y.tolist() == [6]
    assert "say --form ckplus" in reading.bad[0].problem
    as_ckplus = read_source(path, HowToRead(form="ckplus"))
    assert as_ckplus.images.classes == CKPLUS_CLASSES and len(as_ckplus.images) == 1


@pytest.mark.parametrize(
    ("contempt", "said"),
    [("keep", "class of its own"), ("drop", "is left out"), ("disgust", "counts as disgust")],
)
def test_what_becomes_of_contempt_is_said(contempt: str, said: str, tmp_path: Path) -> None:
    [note] = read_ckplus(made("ck+48", tmp_path), contempt).notes
    assert note.startswith("contempt") and said in note and note.endswith(": 1 images")


@settings(max_examples=60)
@given(st.lists(st.sampled_from(CLASS_NAMES)), st.sampled_from(CONTEMPT_CHOICES), st.booleans())
def test_every_image_gets_a_label_or_is_counted_as_left_out(
    names: list[str], contempt: str, ckplus: bool
) -> None:
    if contempt == "keep" and not ckplus and {"contempt", "neutral"} <= set(names):
        with pytest.raises(DataError, match="--contempt drop"):
            labelled(names, contempt, ckplus=ckplus)
        return
    labels = labelled(names, contempt, ckplus=ckplus)
    assert sum(labels.left_out.values()) == (labels.y == LEFT_OUT).sum()
    for name, label in zip(names, labels.y.tolist(), strict=True):
        if label != LEFT_OUT:
            assert labels.classes[label] == (
                contempt if name == "contempt" != labels.classes[label] else name
            )


def test_an_unknown_choice_for_contempt_is_refused() -> None:
    with pytest.raises(DataError, match=r"contempt: wanted one of keep, drop, angry.*got 'ignore'"):
        labelled(["contempt"], "ignore")


def test_ferplus_votes_are_not_joined_to_ckplus(tmp_path: Path) -> None:
    source = made("ck+ csv", tmp_path)
    votes = votes_file(tmp_path / "v.csv", [[10] + [0] * 9] * 2, ["", ""], ["Training"] * 2)
    reading = read_source(source, HowToRead(votes=votes))
    assert (reading.images.votes == NO_VOTES).all()
    assert "ckextended.csv: FER+ has no votes on these images" in reading.notes


@needs_data
def test_the_real_arrays_have_their_published_counts() -> None:
    images = load_arrays(DATA / "ckplus48.npz")
    assert images.per_class() == {
        "angry": 135, "contempt": 54, "disgust": 177, "fear": 75, "happy": 207, "sad": 84, "surprise": 249
    }  # fmt: skip
    assert len(images) == 981 and len(set(images.subject.tolist())) == 118
