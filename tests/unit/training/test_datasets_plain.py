"""Plain folders: which pictures are cropped, what names the class and the group, and FER+ votes by name."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.made.data import head, noise, put, votes_file
from tests.made.media import face_frame
from training.datasets import NO_VOTES, VOTE_NAMES
from training.datasets.ferplus_votes import joined, read_votes
from training.datasets.pictures import FaceCropper
from training.datasets.plain_folders import read_plain_folders
from training.datasets.sources import HowToRead, read_source
from training.errors import DataError

HAPPY_VOTES = [0, 10, 0, 0, 0, 0, 0, 0, 0, 0]


def test_a_large_picture_is_cropped_to_its_face_and_a_small_one_taken_as_it_is(tmp_path: Path) -> None:
    put(tmp_path / "happy" / "a.png", head())
    put(tmp_path / "happy" / "b.png", noise(1))
    reading = read_plain_folders(tmp_path)
    np.testing.assert_array_equal(reading.images.x[0], FaceCropper().crop(head()))
    np.testing.assert_array_equal(reading.images.x[1], noise(1))
    assert reading.converted == {"colour to grey": 1, "face found and cropped": 1}
    assert reading.images.subject.tolist() == ["", ""]


def test_the_whole_picture_can_be_asked_for(tmp_path: Path) -> None:
    put(tmp_path / "happy" / "a.png", head())
    reading = read_plain_folders(tmp_path, crop="whole")
    small = cv2.resize(cv2.cvtColor(head(), cv2.COLOR_BGR2GRAY), (48, 48), interpolation=cv2.INTER_AREA)
    np.testing.assert_array_equal(reading.images.x[0], small)
    assert reading.converted == {"colour to grey": 1, "resized to 48 x 48": 1}
    with pytest.raises(DataError, match="wanted one of detect, whole, got 'centre'"):
        read_plain_folders(tmp_path, crop="centre")


def test_a_picture_that_is_nothing_but_a_face_is_still_found(tmp_path: Path) -> None:
    """Without room around it, from ear to ear."""
    tight = face_frame(100, 100, zoom=2.0)
    put(tmp_path / "happy" / "tight.png", tight)
    reading = read_plain_folders(tmp_path)
    assert reading.bad == () and len(reading.images) == 1


def test_a_picture_without_a_face_is_named(tmp_path: Path) -> None:
    put(tmp_path / "happy" / "a.png", head())
    put(tmp_path / "happy" / "wall.png", np.full((400, 500, 3), 120, np.uint8))
    [bad] = read_plain_folders(tmp_path).bad
    assert (bad.file, bad.row) == ("happy/wall.png", 2)
    assert bad.problem == "wanted a face, found none in 500 x 400 px"


def test_a_level_can_name_the_group(tmp_path: Path) -> None:
    put(tmp_path / "group=women" / "happy" / "a.png", noise(1))
    put(tmp_path / "sad" / "group=men" / "b.png", noise(2))
    put(tmp_path / "sad" / "part 2" / "c.png", noise(3))
    reading = read_source(tmp_path)
    assert dict(zip(reading.names, reading.images.group.tolist(), strict=True)) == {
        "a.png": "women", "b.png": "men", "c.png": ""
    }  # fmt: skip


@pytest.mark.parametrize("place", ["bored/a.png", "a.png", "happy/sad/a.png"])
def test_a_picture_whose_class_is_unclear_is_refused(place: str, tmp_path: Path) -> None:
    put(tmp_path / "happy" / "good.png", noise(1))
    put(tmp_path / place, noise(2))
    with pytest.raises(DataError, match=r"wanted one folder between .* that names its class"):
        read_plain_folders(tmp_path)


def test_hidden_files_are_no_pictures(tmp_path: Path) -> None:
    put(tmp_path / "happy" / "a.png", noise(1))
    (tmp_path / "happy" / "._a.png").write_bytes(b"a Mac's own file")
    put(tmp_path / "__MACOSX" / "b.png", noise(2))
    assert read_plain_folders(tmp_path).names == ("a.png",)


def test_contempt_beside_neutral_asks_for_a_choice(tmp_path: Path) -> None:
    put(tmp_path / "contempt" / "a.png", noise(1))
    put(tmp_path / "neutral" / "b.png", noise(2))
    with pytest.raises(DataError, match="choose --contempt drop"):
        read_source(tmp_path)
    assert read_source(tmp_path, HowToRead(contempt="angry")).images.per_class()["angry"] == 1


def test_a_picture_of_more_than_8_bits_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "happy" / "good.png", noise(1))
    cv2.imwrite(str(tmp_path / "happy" / "deep.png"), np.full((48, 48), 999, np.uint16))
    [bad] = read_plain_folders(tmp_path).bad
    assert bad.problem == "wanted 8 bits a channel, got uint16"


def test_votes_are_joined_to_pictures_by_their_names(tmp_path: Path) -> None:
    put(tmp_path / "data" / "happy" / "fer0000001.png", noise(1))
    put(tmp_path / "data" / "happy" / "fer0000007.png", noise(2))
    votes = read_votes(
        votes_file(
            tmp_path / "fer2013new.csv",
            [[10] + [0] * 9, [0] * 9 + [10], HAPPY_VOTES],
            ["fer0000000.png", "", "fer0000001.png"],
            ["Training"] * 3,
        )
    )
    reading = joined(read_source(tmp_path / "data"), votes)
    assert reading.images.votes.tolist() == [HAPPY_VOTES, [NO_VOTES] * len(VOTE_NAMES)]
    assert reading.notes == ("FER+ votes joined by image name: 1 images have none",)


def test_votes_of_other_pictures_cannot_be_joined(tmp_path: Path) -> None:
    put(tmp_path / "data" / "happy" / "Training_1.png", noise(1))
    votes = read_votes(votes_file(tmp_path / "v.csv", [HAPPY_VOTES], ["fer0000000.png"], ["Training"]))
    with pytest.raises(DataError, match=r"wanted names of the pictures, such as 'Training_1.png'"):
        joined(read_source(tmp_path / "data"), votes)
