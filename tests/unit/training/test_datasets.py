"""FER2013 in every form it comes in, good and bad, from made-up files of the true layout."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.made.data import csv_file, csv_row, noise, put, votes_file
from training.datasets import (
    CKPLUS_CLASSES,
    EMOTION_CLASSES,
    PRIVATE_TEST,
    PUBLIC_TEST,
    TRAINING,
    LabelledImages,
)
from training.datasets.arrays import load_arrays, write_arrays
from training.datasets.class_folders import read_class_folders
from training.datasets.fer2013_csv import parse_pixels, read_fer2013_csv
from training.datasets.ferplus_votes import joined, read_votes
from training.errors import DataError

RNG = np.random.default_rng(3)
FACE, NO_FACE = [10] + [0] * 9, [0] * 9 + [10]


def fer2013(folder: Path, rows: list[str], header: str = "emotion,pixels,Usage") -> Path:
    return csv_file(folder / "fer2013.csv", rows, header)


def test_the_kaggle_csv_is_read_with_labels_and_splits(tmp_path: Path) -> None:
    rows = [csv_row(3, noise(1)), csv_row(0, noise(2), "PublicTest"), csv_row(6, noise(3), "PrivateTest")]
    reading = read_fer2013_csv(fer2013(tmp_path, rows))
    assert reading.images.y.tolist() == [3, 0, 6]
    assert reading.images.usage.tolist() == [TRAINING, PUBLIC_TEST, PRIVATE_TEST]
    np.testing.assert_array_equal(reading.images.x[1], noise(2))
    assert reading.bad == ()


def test_another_header_is_refused(tmp_path: Path) -> None:
    path = fer2013(tmp_path, [csv_row(3, noise(1))], header="label,image,split")
    with pytest.raises(DataError, match=r"wanted the header emotion,pixels,Usage, got 'label,image,split'"):
        read_fer2013_csv(path)


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (csv_row(7, noise(1)), "emotion: wanted 0..6, got '7'"),
        (csv_row(-1, noise(1)), "emotion"),
        (csv_row("happy", noise(1)), "emotion"),
        (csv_row(1, noise(1)[:47]), "wanted 2304 values, got 2256"),
        (csv_row(1, noise(1), "Test"), "Usage"),
        ("1," + " ".join(["nan"] * 2304) + ",Training", "NaN"),
        ("1," + " ".join(["256"] * 2304) + ",Training", "0..255"),
        ("1," + " ".join(["1.5"] * 2304) + ",Training", "whole numbers"),
        ("1," + " ".join(["x"] * 2304) + ",Training", "whole numbers"),
        ("1,2", "columns"),
    ],
)
def test_a_bad_row_is_named_by_file_and_line_and_the_rest_is_kept(
    tmp_path: Path, bad: str, problem: str
) -> None:
    reading = read_fer2013_csv(fer2013(tmp_path, [csv_row(2, noise(5)), bad, csv_row(4, noise(6))]))
    assert reading.images.y.tolist() == [2, 4]
    [left_out] = reading.bad
    assert (left_out.file, left_out.row) == ("fer2013.csv", 3)
    assert problem in left_out.problem


def test_a_csv_without_a_usable_row_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no usable image.*row 2"):
        read_fer2013_csv(fer2013(tmp_path, [csv_row(9, noise(1))]))
    with pytest.raises(DataError, match="no usable image"):
        read_fer2013_csv(fer2013(tmp_path, []))


@given(st.text(max_size=60))
def test_any_text_is_pixels_or_a_data_error(text: str) -> None:
    with pytest.raises(DataError):
        parse_pixels(text)


@given(st.binary(min_size=2304, max_size=2304))
def test_pixels_survive_being_written_as_text(raw: bytes) -> None:
    assert parse_pixels(" ".join(map(str, raw))).tobytes() == raw


def test_columns_may_come_in_another_order(tmp_path: Path) -> None:
    """As in Kaggle's icml_face_data.csv."""
    path = fer2013(tmp_path, [], header="emotion, Usage, pixels")
    with path.open("a") as file:
        file.write(f"5,PublicTest,{' '.join(map(str, noise(1).ravel()))}\n")
    reading = read_fer2013_csv(path)
    assert (reading.images.y[0], reading.images.usage[0]) == (5, PUBLIC_TEST)


def test_an_endless_field_is_a_data_error(tmp_path: Path) -> None:
    path = fer2013(tmp_path, [csv_row(1, noise(1)), '2,"' + "0 " * 100_000])
    with pytest.raises(DataError, match=r"fer2013\.csv, row 3: wanted lines of a csv"):
        read_fer2013_csv(path)


def test_folders_give_classes_and_splits_and_convert_colour_and_size(tmp_path: Path) -> None:
    put(tmp_path / "train" / "happy" / "a.png", noise(1))
    put(tmp_path / "train" / "Anger" / "b.png", RNG.integers(0, 256, (60, 50, 3)).astype(np.uint8))
    put(tmp_path / "test" / "sad" / "PublicTest_1.png", noise(2))
    put(tmp_path / "test" / "sad" / "PrivateTest_2.png", noise(3))
    reading = read_class_folders(tmp_path)
    pairs = zip(reading.images.y.tolist(), reading.images.usage.tolist(), strict=True)
    assert sorted(pairs) == [(0, 0), (3, 0), (4, 1), (4, 2)]
    assert reading.converted == {"colour to grey": 1, "resized to 48 x 48": 1}


@pytest.mark.parametrize("validation", ["validation", "val", "Valid"])
def test_with_a_validation_folder_the_test_folder_is_the_last_split(validation: str, tmp_path: Path) -> None:
    for i, split in enumerate(("train", validation, "test")):
        put(tmp_path / split / "fear" / "a.png", noise(i))
    assert read_class_folders(tmp_path).images.usage.tolist() == [TRAINING, PUBLIC_TEST, PRIVATE_TEST]


@pytest.mark.parametrize("name", ["bored", "contempt"])
def test_a_class_fer2013_does_not_have_is_refused(name: str, tmp_path: Path) -> None:
    put(tmp_path / "train" / name / "a.png", noise(1))
    with pytest.raises(DataError, match=rf"{name}: wanted a class of"):
        read_class_folders(tmp_path)


def votes_for(folder: Path, counts: list[list[int]], usages: list[str]) -> Path:
    names = [f"fer{i:07}.png" for i in range(len(counts))]
    return votes_file(folder / "fer2013new.csv", counts, names, usages)


def test_votes_are_joined_by_row_order_over_unusable_rows(tmp_path: Path) -> None:
    rows = [csv_row(3, noise(1)), csv_row(9, noise(2)), csv_row(4, noise(3))]
    votes = read_votes(votes_for(tmp_path, [FACE, FACE, NO_FACE], ["Training"] * 3))
    reading = joined(read_fer2013_csv(fer2013(tmp_path, rows)), votes)
    assert reading.images.votes.tolist() == [FACE, NO_FACE]
    assert reading.notes == ("FER+ votes joined by row order: 0 images have none",)


def test_votes_of_another_length_or_order_cannot_be_joined(tmp_path: Path) -> None:
    rows = [csv_row(3, noise(1)), csv_row(4, noise(2), "PublicTest")]
    reading = read_fer2013_csv(fer2013(tmp_path, rows))
    with pytest.raises(DataError, match=r"wanted 2 rows.*got 1"):
        joined(reading, read_votes(votes_for(tmp_path, [FACE], ["Training"])))
    with pytest.raises(DataError, match="row 0 is of PublicTest, of the images Training"):
        joined(reading, read_votes(votes_for(tmp_path, [FACE, FACE], ["PublicTest", "Training"])))


@pytest.mark.parametrize("value", ["x", "-1", "1.5", "", "1000"])
def test_a_vote_that_is_no_count_is_named(value: str, tmp_path: Path) -> None:
    path = votes_for(tmp_path, [FACE, FACE], ["Training"] * 2)
    path.write_text(path.read_text().removesuffix(",0\n") + f",{value}\n")
    with pytest.raises(DataError, match=r"fer2013new\.csv, row 3: NF: wanted a whole number"):
        read_votes(path)


def test_votes_without_their_columns_or_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="'NF' is missing"):
        read_votes(csv_file(tmp_path / "v.csv", [], header="Usage,Image name"))
    with pytest.raises(DataError, match="got none"):
        read_votes(votes_for(tmp_path, [], []))


def images(**changes: NDArray[np.generic]) -> dict[str, NDArray[np.generic]]:
    return {"x": np.stack([noise(1), noise(2)]), "y": np.array([0, 6], np.uint8)} | changes


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"y": np.array([0, 7], np.uint8)}, "y: wanted 0..6, got 7 at row 1"),
        ({"y": np.array(["anger", "boredom"])}, "y: row 1: wanted a class of .* got 'boredom'"),
        ({"y": np.array([0.0, 1.0])}, "y: wanted integers 0..6 or names of classes, got float64"),
        ({"y": np.array([0, -1])}, "y: wanted 0..6, got -1 at row 1"),
        ({"subject": np.array(["S1"])}, "subject: wanted shape"),
        ({"group": np.array([0.5, 1.0])}, "group: wanted text"),
        ({"usage": np.zeros(2)}, "usage: wanted integers"),
        ({"x": np.full((2, 48, 48), np.nan)}, "x: wanted uint8"),
        ({"x": np.array(5, np.uint8)}, "x: wanted shape"),
        ({"x": np.zeros((0, 48, 48), np.uint8)}, "x: wanted at least one image"),
        ({"y": np.array([1], np.uint8)}, "y: wanted shape"),
        ({"x": np.zeros((2, 48, 48, 3), np.uint8)}, "x: wanted shape"),
        ({"x": np.zeros((2, 48, 48), np.float32)}, "uint8"),
        ({"usage": np.array([0, 3], np.uint8)}, "usage"),
        ({"votes": np.zeros((2, 8), np.int8)}, "votes"),
        (
            {"classes": np.array(["happy", "sad", "angry", "fear", "disgust", "surprise", "neutral"])},
            r"wanted classes in the order \('angry', 'disgust'.*got \('happy', 'sad'",
        ),
    ],
)
def test_a_wrong_array_is_named(tmp_path: Path, changes: dict[str, NDArray[np.generic]], named: str) -> None:
    np.savez(tmp_path / "a.npz", allow_pickle=True, **images(**changes))
    with pytest.raises(DataError, match=rf"a\.npz.*{named}"):
        load_arrays(tmp_path / "a.npz")


def test_a_damaged_array_file_is_a_data_error(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    write_arrays(path, LabelledImages.of(np.stack([noise(1)]), np.array([1]), np.array([0])))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DataError, match=r"a\.npz"):
        load_arrays(path)
    with pytest.raises(DataError, match="missing"):
        load_arrays(tmp_path / "missing.npz")


@pytest.mark.parametrize(
    ("names", "classes"),
    [
        (["anger", "Happiness"], EMOTION_CLASSES),
        (["anger", "neutral"], EMOTION_CLASSES),
        (["anger", "contempt"], CKPLUS_CLASSES),
    ],
)
def test_labels_may_be_names_of_classes(names: list[str], classes: tuple[str, ...], tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", allow_pickle=True, **images(y=np.array(names)))
    read = load_arrays(tmp_path / "a.npz")
    assert read.classes == classes
    assert classes[read.y[0]] == "angry"


def test_what_was_saved_is_read_again(tmp_path: Path) -> None:
    x, label, usage = np.stack([noise(1), noise(2)]), np.array([1, 6]), np.array([0, 2])
    saved = LabelledImages.of(
        x, label, usage, subject=["S1", "S2"], group=["", "women"], classes=CKPLUS_CLASSES
    )
    write_arrays(tmp_path / "a.npz", saved)
    read = load_arrays(tmp_path / "a.npz")
    assert read.classes == CKPLUS_CLASSES
    for name in LabelledImages.array_names():
        np.testing.assert_array_equal(getattr(read, name), getattr(saved, name))
