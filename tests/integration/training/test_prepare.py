"""`python -m training.prepare`: from a source to cleaned arrays, the report and the class distribution."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.made.data import ARRAYS, LAYOUTS, Layout, csv_file, csv_row, noise, put, votes_file
from tests.made.media import DATA, needs_data
from training.cleaning import clean, mark_copies
from training.cleaning_report import report_on
from training.datasets import EMOTION_CLASSES, PUBLIC_TEST, TRAINING, LabelledImages
from training.datasets.arrays import load_arrays, write_arrays
from training.datasets.sources import HowToRead, read_source
from training.errors import DataError
from training.prepare import main, prepare

FACE, NO_FACE = [10] + [0] * 9, [0] * 9 + [10]
BLACK = np.zeros((48, 48), np.uint8)


def test_cleaning_drops_from_training_only_and_counts_each_reason(tmp_path: Path) -> None:
    rows = [
        csv_row(3, noise(1)),
        csv_row(3, noise(1)),  # a copy inside Training
        csv_row(4, noise(2)),  # a copy of a test image
        csv_row(2, BLACK),
        csv_row(1, noise(3)),  # FER+ voters saw no face
        csv_row(4, noise(2), "PublicTest"),
        csv_row(2, BLACK, "PublicTest"),
    ]
    counts = [NO_FACE if i == 4 else FACE for i in range(len(rows))]
    usages = ["Training"] * 5 + ["PublicTest"] * 2
    names = [f"fer{i:07}.png" for i in range(len(rows))]
    votes = votes_file(tmp_path / "fer2013new.csv", counts, names, usages)
    report = prepare([csv_file(tmp_path / "f.csv", rows)], tmp_path / "out.npz", HowToRead(votes=votes))
    assert report.dropped == {
        "blank or constant": 1,
        "not a face or unknown by FER+ votes": 1,
        "copy of a test image": 1,
        "copy inside Training": 1,
    }
    images = load_arrays(tmp_path / "out.npz")
    assert images.usage.tolist() == [TRAINING, PUBLIC_TEST, PUBLIC_TEST]
    assert images.seen_in_earlier_split.tolist() == [False, True, True]
    assert images.votes[0].tolist() == FACE
    assert report.faults_in_tests["PublicTest"] == {
        "blank or constant": 1,
        "not a face or unknown by FER+ votes": 0,
        "copy of an earlier split": 2,
        "copy inside the split": 0,
    }


def test_the_written_report_counts_classes_before_and_after_by_split(tmp_path: Path) -> None:
    rows = [
        csv_row(3, noise(1)),
        csv_row(3, noise(1)),
        csv_row(9, noise(2)),
        csv_row(5, noise(3), "PublicTest"),
    ]
    report = prepare([csv_file(tmp_path / "f.csv", rows)], tmp_path / "out.npz")
    written = json.loads((tmp_path / "out.report.json").read_text())
    assert (written["read"], written["kept"], written["unusable_rows"]) == (4, 2, 1)
    assert (written["per_class_before"]["happy"], written["per_class_after"]["happy"]) == (2, 1)
    assert written["per_split_before"]["Training"]["happy"] == 2
    assert written["per_split_after"]["PublicTest"]["surprise"] == 1
    assert written["bad_rows"] == [{"file": "f.csv", "row": 4, "problem": "emotion: wanted 0..6, got '9'"}]
    assert written["sha256"] == report.sha256
    assert "unusable: f.csv, row 4: emotion" in report.text()


@pytest.mark.parametrize("layout", [*LAYOUTS.values(), ARRAYS], ids=[*LAYOUTS, "ck+ arrays"])
def test_every_form_ends_as_arrays_a_report_and_a_picture(layout: Layout, tmp_path: Path) -> None:
    source = layout.make(tmp_path)
    out = tmp_path / "out" / "made.npz"
    assert main([str(source), "--out", str(out), "--frames", "2"]) == 0
    names = sorted(path.name for path in out.parent.iterdir())
    assert names == ["made.classes.png", "made.npz", "made.report.json"]
    picture = cv2.imread(str(out.parent / "made.classes.png"))
    assert picture is not None and picture.std() > 10
    images, report = load_arrays(out), json.loads((out.parent / "made.report.json").read_text())
    assert report["kept"] == len(images) and report["classes"] == list(images.classes)
    gone = report["unusable_rows"] + sum(report["dropped"].values()) + sum(report["left_out"].values())
    assert report["read"] == report["kept"] + gone


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 3), st.booleans()), min_size=1, max_size=8))
def test_every_row_is_kept_or_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, int, bool]]
) -> None:
    """Labels beyond the classes, copies, black images, in both splits."""
    path = tmp_path_factory.getbasetemp() / "ck.csv"
    pictures = [BLACK, noise(1), noise(2), noise(3)]
    csv_file(path, [csv_row(label, pictures[i], "PublicTest" if t else "Training") for label, i, t in rows])
    try:
        reading = read_source(path, HowToRead(contempt="drop"))
    except DataError as error:
        assert "no usable image" in str(error)
        assert all(label in (7, 8) for label, _, _ in rows)
        return
    images = mark_copies(reading.images)
    report = report_on(["ck.csv"], [reading], images, clean(images))
    assert report.read == len(rows)
    gone = report.unusable_rows + sum(report.dropped.values()) + sum(report.left_out.values())
    assert report.kept == report.read - gone == sum(report.per_class_after.values())
    for split, counts in report.per_split_after.items():
        assert sum(counts.values()) == report.per_split[split]


def test_what_became_of_contempt_is_in_the_report(tmp_path: Path) -> None:
    source = LAYOUTS["ck+48"].make(tmp_path / "CK+48")
    kept = prepare([source], tmp_path / "kept.npz")
    assert "contempt is a class of its own (CK+'s seven classes, without neutral): 1 images" in kept.notes
    assert main([str(source), "--out", str(tmp_path / "d.npz"), "--contempt", "drop"]) == 0
    dropped = json.loads((tmp_path / "d.report.json").read_text())
    assert "contempt is left out: 1 images" in dropped["notes"]
    assert dropped["left_out"] == {"contempt, not among the classes": 1}
    assert dropped["subjects"] == 1


def test_sources_of_different_classes_are_not_joined_unless_contempt_gives_way(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sources = [str(LAYOUTS[name].make(tmp_path / name)) for name in ("fer2013 csv", "ck+48")]
    out = tmp_path / "both.npz"
    assert main([*sources, "--out", str(out)]) == 1
    said = capsys.readouterr().err
    assert "sources of different classes cannot be joined" in said and "--contempt drop" in said
    assert not out.exists()
    assert main([*sources, "--out", str(out), "--contempt", "drop"]) == 0
    joined = load_arrays(out)
    assert joined.classes == EMOTION_CLASSES
    assert joined.subject[joined.y == EMOTION_CLASSES.index("sad")].tolist() == ["S010"]


def test_a_source_without_a_picture_is_an_error_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data" / "train" / "happy").mkdir(parents=True)
    assert main([str(tmp_path / "data"), "--out", str(tmp_path / "out.npz")]) == 1
    assert "no usable image" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_only_blank_images_are_an_error_and_leave_earlier_files_as_they_were(tmp_path: Path) -> None:
    out = tmp_path / "out.npz"
    prepare([csv_file(tmp_path / "f.csv", [csv_row(1, noise(1))])], out)
    before = {path.name: path.read_bytes() for path in tmp_path.glob("out.*")}
    with pytest.raises(
        DataError,
        match=r"f\.csv: no usable image is left after cleaning: every row that .* \(1 blank or constant\)",
    ):
        prepare([csv_file(tmp_path / "f.csv", [csv_row(1, BLACK)])], out)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("out.*")} == before


def test_a_failure_while_writing_leaves_no_half_file(tmp_path: Path) -> None:
    """A folder stands where the report has to be written."""
    out = tmp_path / "out.npz"
    (tmp_path / "out.report.json.part").mkdir()
    with pytest.raises(OSError):
        prepare([csv_file(tmp_path / "f.csv", [csv_row(1, noise(1))])], out)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["f.csv", "out.report.json.part"]


def test_a_source_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    write_arrays(path, LabelledImages.of(np.stack([noise(1)]), np.array([1]), np.array([0])))
    with pytest.raises(DataError, match="wanted another file than the sources"):
        prepare([path], path)
    with pytest.raises(DataError, match=r"its name ending in \.npz"):
        prepare([path], tmp_path / "b.json")


def test_preparing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "f.csv", [csv_row(i, noise(i)) for i in range(7)])
    first = prepare([path], tmp_path / "one.npz")
    assert prepare([path], tmp_path / "two.npz").sha256 == first.sha256


def test_preparing_what_was_prepared_changes_nothing(tmp_path: Path) -> None:
    """Subjects, groups, CK+ classes and votes travel on."""
    source = LAYOUTS["ck+48"].make(tmp_path / "CK+48")
    first = prepare([source], tmp_path / "one.npz")
    assert prepare([tmp_path / "one.npz"], tmp_path / "two.npz").sha256 == first.sha256


def test_groups_and_bad_rows_reach_the_screen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "data" / "group=women" / "happy" / "a.png", noise(1))
    for i in range(25):
        path = tmp_path / "data" / "happy" / f"broken{i:02}.png"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"")
    assert main([str(tmp_path / "data"), "--out", str(tmp_path / "out.npz")]) == 0
    said = capsys.readouterr().out
    assert "group women: 1" in said and "read 26, kept 1" in said
    assert "unusable: happy/broken19.png" in said and "... and 5 more" in said


@needs_data
def test_the_real_ck_plus_arrays_are_kept_whole(tmp_path: Path) -> None:
    report = prepare([DATA / "ckplus48.npz"], tmp_path / "ck.npz")
    assert (report.read, report.kept, report.subjects) == (981, 981, 118)
    assert report.per_class_after["contempt"] == 54
