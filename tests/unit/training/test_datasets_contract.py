"""What every reader of a data set promises, whatever the form: held on made-up files of the true layout."""

from pathlib import Path

import numpy as np
import pytest

from tests.made.data import ARRAYS, LAYOUTS, Layout
from training.datasets import EMOTION_CLASSES, LabelledImages
from training.datasets.reading import Reading
from training.datasets.sources import FORMS, HowToRead, read_source
from training.errors import DataError

FRAMES = 4

every_layout = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
with_arrays = pytest.mark.parametrize("layout", [*LAYOUTS.values(), ARRAYS], ids=[*LAYOUTS, "ck+ arrays"])


def read(source: Path) -> Reading:
    return read_source(source, HowToRead(frames=FRAMES))


def class_names(images: LabelledImages) -> tuple[str, ...]:
    return tuple(sorted(images.classes[label] for label in images.y))


@with_arrays
def test_a_source_is_recognised_and_read_with_classes_and_subjects(layout: Layout, tmp_path: Path) -> None:
    reading = read(layout.make(tmp_path))
    assert class_names(reading.images) == layout.classes
    assert tuple(sorted(reading.images.subject.tolist())) == layout.subjects
    assert reading.bad == ()


@with_arrays
def test_images_are_grey_48_px_and_not_blank(layout: Layout, tmp_path: Path) -> None:
    x = read(layout.make(tmp_path)).images.x
    assert x.shape[1:] == (48, 48) and x.dtype == np.uint8
    assert np.all(x.reshape(len(x), -1).std(axis=1) > 10)


@every_layout
def test_what_is_unusable_is_named_and_the_rest_is_kept(layout: Layout, tmp_path: Path) -> None:
    source = layout.make(tmp_path)
    name = layout.spoil(source)
    reading = read(source)
    assert [bad.file for bad in reading.bad] == [name]
    assert reading.bad[0].row >= 1 and "wanted" in reading.bad[0].problem
    assert set(class_names(reading.images)) == set(layout.classes)


@every_layout
def test_a_source_with_nothing_usable_is_an_error(layout: Layout, tmp_path: Path) -> None:
    source = layout.make(tmp_path)
    for path in [source] if source.is_file() else source.rglob("*.*"):
        if path.is_file() and path.suffix.lower() in (".png", ".jpg", ".avi"):
            path.write_bytes(b"spoiled")
        elif path.suffix == ".csv":
            path.write_text("emotion,pixels,Usage\n")
    with pytest.raises(DataError, match="no usable image"):
        read(source)


@with_arrays
def test_reading_twice_gives_the_same_images(layout: Layout, tmp_path: Path) -> None:
    source = layout.make(tmp_path)
    np.testing.assert_array_equal(read(source).images.x, read(source).images.x)


@with_arrays
@pytest.mark.parametrize("contempt", ["drop", "disgust"])
def test_without_contempt_the_classes_are_our_seven(layout: Layout, contempt: str, tmp_path: Path) -> None:
    reading = read_source(layout.make(tmp_path), HowToRead(contempt=contempt, frames=FRAMES))
    wanted = [contempt if name == "contempt" else name for name in layout.classes]
    assert reading.images.classes == EMOTION_CLASSES
    assert class_names(reading.images) == tuple(sorted(name for name in wanted if name != "drop"))


def test_an_empty_folder_says_which_forms_are_wanted(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"wanted a csv emotion,pixels,Usage.*found none of them"):
        read(tmp_path)
    with pytest.raises(DataError, match="no such file or folder"):
        read(tmp_path / "missing")


def test_an_unknown_form_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=f"wanted one of {', '.join(FORMS)}, got 'jaffe'"):
        read_source(tmp_path, HowToRead(form="jaffe"))
