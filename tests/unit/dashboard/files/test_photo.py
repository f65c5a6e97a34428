"""Whatever is uploaded becomes an upright BGR image or a sentence, never anything else."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from dashboard.files.photo import MAX_MB, MAX_SIDE_PX, PhotoError, read_photo
from tests.made.colour_profiles import wide_profile
from tests.made.photos import encoded, jpeg_of_scans, png_that_declares, turned_png

PICTURE = Image.fromarray(
    np.stack(np.broadcast_arrays(np.arange(40)[:, None] * 6, np.arange(30)[None] * 8, 90), axis=2).astype(
        np.uint8
    )
)
BGR = np.asarray(PICTURE)[:, :, ::-1]

DISPLAY_P3, ADOBE_RGB = (
    wide_profile((0.68, 0.32), (0.265, 0.69)),
    wide_profile((0.64, 0.33), (0.21, 0.71)),
)


def refused(content: bytes) -> str:
    with pytest.raises(PhotoError) as caught:
        read_photo(content)
    return str(caught.value)


def test_a_photo_becomes_bgr_pixel_for_pixel() -> None:
    photo = read_photo(encoded(PICTURE))
    assert photo.image.dtype == np.uint8 and photo.image.flags["C_CONTIGUOUS"]
    np.testing.assert_array_equal(photo.image, BGR)
    assert photo.notes == ()


@pytest.mark.parametrize(("form", "mode"), [("JPEG", "RGB"), ("WEBP", "RGB"), ("JPEG", "CMYK"), ("PNG", "P")])
def test_other_formats_and_modes_show_the_same_picture(form: str, mode: str) -> None:
    stored = PICTURE.quantize() if mode == "P" else PICTURE.convert(mode)
    found = read_photo(encoded(stored, form, quality=95)).image.astype(int)
    assert np.abs(found - BGR).mean() < 12


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGBA", "P"])
def test_every_mode_has_three_channels(mode: str) -> None:
    assert read_photo(encoded(PICTURE.convert(mode))).image.shape == (40, 30, 3)


def test_sixteen_bits_a_pixel_are_scaled_not_clipped() -> None:
    grey = np.linspace(0, 65535, 64).astype(np.uint16).reshape(8, 8)
    found = read_photo(encoded(Image.fromarray(grey))).image
    np.testing.assert_allclose(found[:, :, 0], grey / 257, atol=1)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
@pytest.mark.parametrize("wide", [DISPLAY_P3, ADOBE_RGB])
def test_wide_colours_are_shown_as_on_an_ordinary_screen(form: str, wide: bytes) -> None:
    told = np.full((16, 16, 3), (200, 150, 120), np.uint8)
    srgb, own = ImageCms.createProfile("sRGB"), ImageCms.ImageCmsProfile(io.BytesIO(wide))
    stored = ImageCms.profileToProfile(Image.fromarray(told), srgb, own)
    assert stored is not None and np.abs(np.asarray(stored).astype(int) - told).max() > 7
    found = read_photo(encoded(stored, form, quality=95, icc_profile=wide)).image[:, :, ::-1].astype(int)
    assert np.abs(found - told).max() <= 4


@pytest.mark.parametrize("profile", [b"x", b"\0" * 200])
def test_a_damaged_profile_leaves_the_colours_as_they_are(profile: bytes) -> None:
    np.testing.assert_array_equal(read_photo(encoded(PICTURE, icc_profile=profile)).image, BGR)


def test_clear_grey_becomes_white() -> None:
    clear = Image.new("L", (6, 6), 90)
    assert (read_photo(encoded(clear, transparency=90)).image == 255).all()


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_what_is_transparent_becomes_white(form: str) -> None:
    clear = Image.new("RGBA", (6, 6), (200, 0, 0, 0))
    assert (read_photo(encoded(clear, form)).image == 255).all()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_upright_as_its_exif_says(orientation: int) -> None:
    np.testing.assert_array_equal(read_photo(turned_png(PICTURE, orientation)).image, BGR)


@pytest.mark.parametrize("exif", [b"Exif\0\0", b"Exif\0\0MM\0*\xff\xff\xff\xff", b"nonsense"])
def test_damaged_exif_leaves_the_photo_as_it_is(exif: bytes) -> None:
    assert read_photo(encoded(PICTURE, "JPEG", exif=exif)).image.shape == BGR.shape


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_huge_photo_is_scaled_down_and_says_so(form: str) -> None:
    photo = read_photo(encoded(PICTURE.resize((700, 3500)), form))
    assert photo.image.shape == (MAX_SIDE_PX, 512, 3)
    assert photo.notes == ("Scaled down to 512 x 2,560 px.",)


@pytest.mark.parametrize(("form", "option"), [("PNG", "save_all"), ("WEBP", "save_all")])
def test_a_moving_picture_shows_its_first_frame_and_says_so(form: str, option: str) -> None:
    black, white = Image.new("RGB", (20, 20)), Image.new("RGB", (20, 20), "white")
    photo = read_photo(encoded(black, form, append_images=[white], duration=100, **{option: True}))
    assert photo.image.max() < 10
    assert "first picture" in photo.notes[0]


@pytest.mark.parametrize(
    ("width", "height", "millions"), [(50_000, 50_000, "2,500"), (12_000, 12_000, "144"), (8000, 8000, "64")]
)
def test_too_many_declared_pixels_are_refused_from_the_header_alone(
    width: int, height: int, millions: str
) -> None:
    sentence = refused(png_that_declares(width, height))
    assert f"declares {millions} million" in sentence and "at most 50 million" in sentence


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "empty"),
        (b"GIF89a" + bytes(20), "a GIF"),
        (b"%PDF-1.7 and so on", "a PDF"),
        (bytes(4) + b"ftypheic" + bytes(20), "an HEIC photo that is cut short"),
        (b"II*\0" + bytes(20), "a TIFF"),
        (b"hello", "5 bytes"),
        (bytes(MAX_MB * 1_000_000 + 1), f"at most {MAX_MB} MB"),
    ],
)
def test_what_is_no_photo_is_named_with_what_was_wanted(content: bytes, named: str) -> None:
    sentence = refused(content)
    assert named in sentence and "anted" in sentence


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_a_sentence(content: bytes) -> None:
    assert refused(content).endswith(".")


@settings(max_examples=150)
@given(
    form=st.sampled_from(["PNG", "JPEG", "WEBP"]),
    cut=st.floats(0, 1),
    at=st.floats(0, 0.999),
    value=st.integers(0, 255),
)
def test_a_damaged_file_is_a_photo_or_a_sentence(form: str, cut: float, at: float, value: int) -> None:
    content = bytearray(encoded(PICTURE, form))
    content[int(at * len(content))] = value
    try:
        assert read_photo(bytes(content[: int(cut * len(content)) + 1])).image.ndim == 3
    except PhotoError as error:
        assert str(error)


def test_a_jpeg_that_draws_its_picture_again_and_again_is_refused_before_it_is_decoded() -> None:
    picture = Image.new("RGB", (64, 48), "teal")
    assert "at most 100 scans; this one draws its picture 210 times" in refused(jpeg_of_scans(picture, 200))
    assert read_photo(jpeg_of_scans(picture, 20)).image.shape == (48, 64, 3)


def test_what_lies_in_and_behind_a_phones_jpeg_is_no_scan_of_it() -> None:
    like_scans = b"\xff\xda\x00\x02" * 500
    photo = encoded(Image.new("RGB", (64, 48), "teal"), "JPEG", comment=like_scans)
    assert read_photo(photo + like_scans).image.shape == (48, 64, 3)
