"""Photos as phones write them: HEIC of tiles, turned, with more pictures behind, in ten bits; AVIF; MPO."""

import io
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from dashboard.files.kinds import Kind, kind_of
from dashboard.files.photo import MAX_SIDE_PX, read_photo
from dashboard.files.probe import open_photo
from dashboard.files.tone import BT2020_TO_BT709, WHITE_CD_M2, code_of
from model.images import Image as Pixels
from tests.made.media import astronaut
from tests.made.photos import ORIENTATION, encoded

FACE = Image.fromarray(astronaut()[:, :, ::-1]).crop((100, 0, 356, 320))
BGR = np.asarray(FACE)[:, :, ::-1]


def differ(found: Pixels) -> float:
    assert found.shape == BGR.shape
    return float(np.abs(found.astype(int) - BGR).mean())


@pytest.mark.parametrize("form", ["HEIF", "AVIF"])
def test_a_phones_photo_is_read(form: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(encoded(FACE, form, quality=90))
    assert kind_of(path) is Kind.PHOTO
    photo = open_photo(path)
    assert differ(photo.image) < 5 and photo.notes == ()


@pytest.mark.parametrize("form", ["HEIF", "AVIF", "JPEG"])
@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_it_is_turned_as_it_says(form: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    turned = (
        FACE.transpose(
            {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}[
                orientation
            ]
        )
        if orientation != 1
        else FACE
    )
    found = read_photo(encoded(turned, form, quality=90, exif=exif.tobytes())).image
    assert differ(found) < 6


def test_of_several_pictures_the_main_one_is_taken_and_it_is_said() -> None:
    black = Image.new("RGB", (64, 64))
    file = io.BytesIO()
    heif = pillow_heif.from_pillow(black)
    heif.add_from_pillow(FACE)
    heif.save(file, quality=90, primary_index=1)
    photo = read_photo(file.getvalue())
    assert differ(photo.image) < 5
    assert photo.notes == (
        "The file holds another picture behind its main one, as phones add; the main one is used.",
    )


def test_ten_bits_are_shown_as_eight() -> None:
    deep = (np.asarray(FACE).astype(np.uint16) * 257).astype(np.uint16)
    file = io.BytesIO()
    pillow_heif.encode(
        "RGB;16", (FACE.width, FACE.height), deep.tobytes(), file, quality=90, save_to_12bit=False
    )
    assert differ(read_photo(file.getvalue()).image) < 5


def test_a_second_picture_behind_a_phones_jpeg_moves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(encoded(FACE, "MPO", save_all=True, append_images=[Image.new("RGB", (64, 64))]))
    assert kind_of(path) is Kind.PHOTO
    photo = open_photo(path)
    assert differ(photo.image) < 5
    assert "another picture behind" in photo.notes[0] and "moves" not in photo.notes[0]


def test_a_large_photo_tells_its_own_pixels() -> None:
    photo = read_photo(encoded(FACE.resize((1280, 3200)), "HEIF", quality=50))
    assert max(photo.image.shape) == MAX_SIDE_PX
    assert photo.scale == 3200 / MAX_SIDE_PX


def test_a_cut_one_is_refused_in_a_sentence() -> None:
    content = encoded(FACE, "HEIF", quality=90)
    from dashboard.files.photo import PhotoError

    for share in (0.01, 0.2, 0.5):
        with pytest.raises(PhotoError, match=r"cut short or damaged.*Copy it again"):
            read_photo(content[: max(20, round(len(content) * share))])


def test_a_photo_for_bright_screens_is_toned_down() -> None:
    shown = np.asarray(FACE).astype(np.float64) / 255
    light = np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4) * WHITE_CD_M2
    wide = np.clip(light @ np.linalg.inv(BT2020_TO_BT709.astype(np.float64)).T, 0, None)
    graded = Image.fromarray(np.rint(255 * code_of(wide)).astype(np.uint8))
    file = io.BytesIO()
    heif = pillow_heif.from_pillow(graded)
    heif.save(
        file,
        quality=95,
        color_primaries=9,
        transfer_characteristics=16,
        matrix_coefficients=9,
        full_range_flag=1,
    )
    assert differ(read_photo(file.getvalue()).image) < 14
    assert differ(np.asarray(graded)[:, :, ::-1]) > 25
