"""FER2013 in every form it comes in, good and bad, from made-up files of the true layout."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from training.datasets import PRIVATE_TEST, PUBLIC_TEST, TRAINING, VOTE_NAMES, LabelledImages
from training.datasets.arrays import load_arrays, save_arrays
from training.datasets.fer2013_csv import parse_pixels, read_fer2013_csv
from training.errors import DataError
from training.prepare import main, prepare

RNG = np.random.default_rng(3)


def picture(seed: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (48, 48)).astype(np.uint8)


def row(label: object, image: NDArray[np.uint8], usage: str = "Training") -> str:
    return f"{label},{' '.join(map(str, image.ravel()))},{usage}"


def csv_file(folder: Path, rows: list[str], header: str = "emotion,pixels,Usage") -> Path:
    path = folder / "fer2013.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def votes_file(folder: Path, votes: list[list[int]]) -> Path:
    path = folder / "fer2013new.csv"
    lines = [f"Training,fer{i}.png,{','.join(map(str, v))}" for i, v in enumerate(votes)]
    path.write_text("\n".join(["Usage,Image name," + ",".join(VOTE_NAMES), *lines]) + "\n")
    return path


def put(path: Path, image: NDArray[np.uint8]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), image)


def test_the_kaggle_csv_is_read_with_labels_and_splits(tmp_path: Path) -> None:
    rows = [row(3, picture(1)), row(0, picture(2), "PublicTest"), row(6, picture(3), "PrivateTest")]
    reading = read_fer2013_csv(csv_file(tmp_path, rows))
    assert reading.images.y.tolist() == [3, 0, 6]
    assert reading.images.usage.tolist() == [TRAINING, PUBLIC_TEST, PRIVATE_TEST]
    np.testing.assert_array_equal(reading.images.x[1], picture(2))
    assert reading.bad == ()


def test_another_header_is_refused(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [row(3, picture(1))], header="label,image,split")
    with pytest.raises(DataError, match=r"wanted the header emotion,pixels,Usage, got 'label,image,split'"):
        read_fer2013_csv(path)


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (row(7, picture(1)), "emotion: wanted 0..6, got '7'"),
        (row(-1, picture(1)), "emotion"),
        (row("happy", picture(1)), "emotion"),
        (row(1, picture(1)[:47]), "wanted 2304 values, got 2256"),
        (row(1, picture(1), "Test"), "Usage"),
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
    reading = read_fer2013_csv(csv_file(tmp_path, [row(2, picture(5)), bad, row(4, picture(6))]))
    assert reading.images.y.tolist() == [2, 4]
    [left_out] = reading.bad
    assert (left_out.file, left_out.row) == ("fer2013.csv", 3)
    assert problem in left_out.problem


def test_a_csv_without_a_usable_row_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no usable image.*row 2"):
        read_fer2013_csv(csv_file(tmp_path, [row(9, picture(1))]))
    with pytest.raises(DataError, match="no usable image"):
        read_fer2013_csv(csv_file(tmp_path, []))


@given(st.text(max_size=60))
def test_any_text_is_pixels_or_a_data_error(text: str) -> None:
    with pytest.raises(DataError):
        parse_pixels(text)


@given(st.binary(min_size=2304, max_size=2304))
def test_pixels_survive_being_written_as_text(raw: bytes) -> None:
    assert parse_pixels(" ".join(map(str, raw))).tobytes() == raw


def test_folders_give_classes_and_splits_and_convert_colour_and_size(tmp_path: Path) -> None:
    put(tmp_path / "train" / "happy" / "a.png", picture(1))
    put(tmp_path / "train" / "Anger" / "b.png", RNG.integers(0, 256, (60, 50, 3)).astype(np.uint8))
    put(tmp_path / "test" / "sad" / "PublicTest_1.png", picture(2))
    put(tmp_path / "test" / "sad" / "PrivateTest_2.png", picture(3))
    report = prepare([tmp_path], tmp_path / "out.npz")
    images = load_arrays(tmp_path / "out.npz")
    assert sorted(zip(images.y.tolist(), images.usage.tolist(), strict=True)) == [
        (0, 0),
        (3, 0),
        (4, 1),
        (4, 2),
    ]
    assert report.converted == {"colour to grey": 1, "resized to 48 x 48": 1}


def test_with_a_validation_folder_the_test_folder_is_the_last_split(tmp_path: Path) -> None:
    for i, split in enumerate(("train", "validation", "test")):
        put(tmp_path / split / "fear" / "a.png", picture(i))
    prepare([tmp_path], tmp_path / "out.npz")
    assert load_arrays(tmp_path / "out.npz").usage.tolist() == [TRAINING, PUBLIC_TEST, PRIVATE_TEST]


def test_a_picture_that_cannot_be_decoded_is_named(tmp_path: Path) -> None:
    put(tmp_path / "train" / "happy" / "good.png", picture(1))
    (tmp_path / "train" / "happy" / "broken.png").write_bytes(b"no picture")
    report = prepare([tmp_path], tmp_path / "out.npz")
    assert [bad["file"] for bad in report.bad_rows] == ["train/happy/broken.png"]


def test_an_unknown_class_folder_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "train" / "bored" / "a.png", picture(1))
    with pytest.raises(DataError, match="bored"):
        prepare([tmp_path], tmp_path / "out.npz")


def test_folders_without_a_picture_are_an_error_and_write_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "train" / "happy").mkdir(parents=True)
    assert main([str(tmp_path), "--out", str(tmp_path / "out.npz")]) == 1
    assert "no usable image" in capsys.readouterr().err
    assert not (tmp_path / "out.npz").exists()


def test_what_is_no_source_says_which_forms_are_wanted(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="wanted a csv"):
        prepare([tmp_path], tmp_path / "out.npz")


def test_cleaning_drops_from_training_only_and_counts_each_reason(tmp_path: Path) -> None:
    black = np.zeros((48, 48), np.uint8)
    rows = [
        row(3, picture(1)),
        row(3, picture(1)),  # a copy inside Training
        row(4, picture(2)),  # a copy of a test image
        row(2, black),
        row(1, picture(3)),  # FER+ voters saw no face
        row(4, picture(2), "PublicTest"),
        row(2, black, "PublicTest"),
    ]
    face, no_face = [10] + [0] * 9, [0] * 9 + [10]
    votes = votes_file(tmp_path, [no_face if i == 4 else face for i in range(len(rows))])
    report = prepare([csv_file(tmp_path, rows)], tmp_path / "out.npz", votes)
    assert report.dropped == {
        "blank or constant": 1,
        "not a face or unknown by FER+ votes": 1,
        "copy of a test image": 1,
        "copy inside Training": 1,
    }
    images = load_arrays(tmp_path / "out.npz")
    assert images.usage.tolist() == [TRAINING, PUBLIC_TEST, PUBLIC_TEST]
    assert images.seen_in_earlier_split.tolist() == [False, True, True]
    assert images.votes[0].tolist() == face
    written = json.loads((tmp_path / "out.report.json").read_text())
    assert (written["read"], written["kept"]) == (7, 3)
    assert written["per_class_before"]["happy"] == 2
    assert written["per_class_after"]["happy"] == 1


def test_votes_of_another_length_cannot_be_joined(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [row(3, picture(1)), row(4, picture(2))])
    with pytest.raises(DataError, match="wanted 2 rows"):
        prepare([path], tmp_path / "out.npz", votes_file(tmp_path, [[10] + [0] * 9]))


def test_preparing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [row(i, picture(i)) for i in range(7)])
    first = prepare([path], tmp_path / "one.npz")
    assert prepare([path], tmp_path / "two.npz").sha256 == first.sha256


def images(**changes: NDArray[np.generic]) -> dict[str, NDArray[np.generic]]:
    return {"x": np.stack([picture(1), picture(2)]), "y": np.array([0, 6], np.uint8)} | changes


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"y": np.array([0, 7], np.uint8)}, "y: wanted 0..6, got 7 at row 1"),
        ({"y": np.array(["anger", "fear"])}, "wanted integers"),
        ({"y": np.array([1], np.uint8)}, "y: wanted shape"),
        ({"x": np.zeros((2, 48, 48, 3), np.uint8)}, "x: wanted shape"),
        ({"x": np.zeros((2, 48, 48), np.float32)}, "uint8"),
        ({"usage": np.array([0, 3], np.uint8)}, "usage"),
        ({"votes": np.zeros((2, 8), np.int8)}, "votes"),
        (
            {"classes": np.array(["happy", "sad", "angry", "fear", "disgust", "surprise", "neutral"])},
            "classes",
        ),
    ],
)
def test_a_wrong_array_is_named(tmp_path: Path, changes: dict[str, NDArray[np.generic]], named: str) -> None:
    np.savez(tmp_path / "a.npz", allow_pickle=True, **images(**changes))
    with pytest.raises(DataError, match=rf"a\.npz.*{named}"):
        load_arrays(tmp_path / "a.npz")


def test_a_damaged_array_file_is_a_data_error(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    save_arrays(path, LabelledImages.of(np.stack([picture(1)]), np.array([1]), np.array([0])))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DataError, match=r"a\.npz"):
        load_arrays(path)
    with pytest.raises(DataError, match="missing"):
        load_arrays(tmp_path / "missing.npz")
