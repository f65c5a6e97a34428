"""Pictures that move without being videos are read over time, as browsers show them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dashboard.files.frames import SampledVideo
from dashboard.files.kinds import Kind, kind_of
from tests.made.photos import encoded

COLOURS = [(200, 30, 30), (30, 200, 30), (30, 30, 200), (120, 120, 120)]
STAYS_MS = [200, 400, 100, 300]


def moving(form: str, mode: str = "RGB", stays_ms: list[int] = STAYS_MS) -> bytes:
    pictures = [Image.new(mode, (64, 48), colour) for colour in COLOURS]
    for picture in pictures:
        picture.putpixel((0, 0), (1, 2, 3))
    return encoded(
        pictures[0], form, save_all=True, append_images=pictures[1:], duration=stays_ms, loop=0, lossless=True
    )


@pytest.mark.parametrize("form", ["WEBP", "PNG", "GIF"])
def test_a_picture_that_moves_is_read_over_time(tmp_path: Path, form: str) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(moving(form))
    source = SampledVideo(path, 10)
    seen = [(timed.offset_ms, timed.image[24, 32, ::-1].astype(int)) for timed in source]
    assert [time_ms for time_ms, _ in seen] == list(range(0, 1000, 100))
    shown = [COLOURS[i] for i, stays_ms in enumerate(STAYS_MS) for _ in range(stays_ms // 100)]
    np.testing.assert_allclose([colour for _, colour in seen], shown, atol=12)
    assert source.reading.end_ms == 1000 and source.reading.notes == []
    source.close()


@pytest.mark.parametrize("form", ["WEBP", "PNG", "GIF"])
def test_a_picture_that_asks_for_no_time_stays_as_long_as_browsers_show_it(tmp_path: Path, form: str) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(moving(form, stays_ms=[10, 10, 200, 10]))
    source = SampledVideo(path, 10)
    assert len(list(source)) == 5 and source.reading.end_ms == 500
    source.close()


@pytest.mark.parametrize(
    ("form", "kind"), [("WEBP", Kind.ANIMATION), ("PNG", Kind.VIDEO), ("GIF", Kind.VIDEO)]
)
def test_a_picture_that_moves_is_no_photo_and_one_that_does_not_is(
    tmp_path: Path, form: str, kind: Kind
) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(moving(form))
    assert kind_of(path) is kind
    if form != "GIF":
        path.write_bytes(encoded(Image.new("RGB", (64, 48)), form))
        assert kind_of(path) is Kind.PHOTO


def test_clear_parts_lie_on_white(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (64, 48), (10, 20, 30, 0))
    solid = Image.new("RGBA", (64, 48), (10, 20, 30, 255))
    for form in ("WEBP", "PNG"):
        path = tmp_path / form
        path.write_bytes(encoded(clear, form, save_all=True, append_images=[solid], duration=500))
        images = [timed.image for timed in SampledVideo(path, 2)]
        assert images[0].min() == 255 and images[1].max() < 40


def test_a_damaged_one_is_refused_in_a_sentence_or_read(tmp_path: Path) -> None:
    from dashboard.errors import RecordingError

    content = moving("WEBP")
    for share in (0.02, 0.3, 0.6, 0.9):
        path = tmp_path / "a.webp"
        path.write_bytes(content[: round(len(content) * share)])
        try:
            list(SampledVideo(path, 10))
        except RecordingError as error:
            assert str(error).endswith(".")
