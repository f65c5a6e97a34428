"""A picture is read as a player shows it: square, upright, in ordinary colours, of any size on the way."""

import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.files.frames import SampledVideo
from dashboard.files.pixels import Screen, displayed_size
from dashboard.files.tone import BT2020_TO_BT709, PQ, WHITE_CD_M2, code_of, light_of, on_an_ordinary_screen
from dashboard.recordings.annotate import AnnotatedVideo
from model.images import Image
from tests.made.films import Reel, write_film
from tests.made.media import astronaut, face_frame
from tests.made.videos import UPRIGHT, write_video

ONE = 1 << 16


def first(path: Path) -> Image:
    source = SampledVideo(path, 5)
    try:
        return next(iter(source)).image
    finally:
        source.close()


@pytest.mark.parametrize(
    ("aspect", "stored_px", "shown_px"),
    [
        (Fraction(64, 45), (720, 576), (1024, 576)),
        (Fraction(2), (320, 360), (640, 360)),
        (Fraction(1, 2), (320, 90), (320, 180)),
        (Fraction(1), (320, 180), (320, 180)),
    ],
)
@pytest.mark.parametrize("kind", [("a.mp4", "libx264"), ("a.mkv", "mpeg4"), ("a.ts", "mpeg2video")])
def test_long_pixels_are_drawn_out(
    tmp_path: Path,
    kind: tuple[str, str],
    aspect: Fraction,
    stored_px: tuple[int, int],
    shown_px: tuple[int, int],
) -> None:
    name, codec = kind
    if codec == "mpeg2video" and aspect == Fraction(1, 2):
        pytest.skip("it knows four shapes of the whole picture only")
    wanted = face_frame(*shown_px)
    stored = cv2.resize(wanted, stored_px, interpolation=cv2.INTER_AREA)
    options = {"crf": "12"} if codec == "libx264" else {"b": "4000000"}
    reel = Reel([np.asarray(stored, np.uint8)] * 3, 25, codec=codec, aspect=aspect, options=options)
    shown = first(write_film(tmp_path / name, reel))
    assert shown.shape[:2] == (shown_px[1], shown_px[0])
    assert np.abs(shown.astype(int) - wanted).mean() < 8


@given(st.integers(2, 8000), st.integers(2, 8000), st.fractions(0, 100, max_denominator=500))
def test_a_picture_is_never_made_smaller_and_keeps_its_shape(wide: int, high: int, aspect: Fraction) -> None:
    shown = displayed_size(wide, high, aspect)
    assert shown[0] >= wide and shown[1] >= high and (shown[0] == wide or shown[1] == high)
    if Fraction(1, 5) <= aspect <= 5:
        assert shown[0] / shown[1] == pytest.approx(wide * aspect / high, rel=0.5 / min(wide, high) + 1e-9)


TURNS: dict[str, tuple[tuple[int, int, int, int], Callable[[Image], Image]]] = {
    "as stored": ((ONE, 0, 0, ONE), lambda image: image),
    "a quarter clockwise": ((0, ONE, -ONE, 0), lambda image: np.rot90(image, -1)),
    "a quarter back": ((0, -ONE, ONE, 0), lambda image: np.rot90(image, 1)),
    "upside down": ((-ONE, 0, 0, -ONE), lambda image: np.rot90(image, 2)),
    "mirrored, as a front camera": ((-ONE, 0, 0, ONE), lambda image: image[:, ::-1]),
    "mirrored and turned": ((0, ONE, ONE, 0), lambda image: image.transpose(1, 0, 2)),
}


@pytest.mark.parametrize("turn", TURNS)
def test_a_picture_is_turned_and_mirrored_as_its_file_says(tmp_path: Path, turn: str) -> None:
    (a, b, c, d), wanted = TURNS[turn]
    image = np.zeros((180, 320, 3), np.uint8)
    image[:60, :100] = 255
    path = write_video(tmp_path / "a.mp4", [image] * 3)
    content = path.read_bytes()
    place = content.index(UPRIGHT, content.index(b"tkhd"))
    matrix = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(content[:place] + matrix + content[place + len(UPRIGHT) :])
    shown = first(path)
    assert shown.shape == wanted(image).shape
    assert np.abs(shown.astype(int) - wanted(image)).mean() < 6


def frame_of(image: Image, pixels: str, **tags: int) -> Any:
    frame = av.VideoFrame.from_ndarray(image, format="bgr24").reformat(format=pixels)
    for name, value in tags.items():
        setattr(frame, name, value)
    return frame


@pytest.mark.parametrize(
    "pixels", ["yuv420p", "yuv444p", "yuv422p10le", "yuv420p10le", "gbrp", "gray", "yuvj420p"]
)
def test_every_pixel_format_shows_the_same(pixels: str) -> None:
    shown = Screen().shown(frame_of(astronaut(), pixels), None)
    wanted = astronaut().mean(axis=2) if pixels == "gray" else astronaut()
    seen = shown.mean(axis=2) if pixels == "gray" else shown
    assert np.abs(seen.astype(int) - wanted).mean() < (14 if pixels == "gray" else 4)


def test_what_is_transparent_lies_on_white() -> None:
    clear = np.zeros((20, 20, 4), np.uint8)
    clear[:10, :, 3] = 255
    shown = Screen().shown(av.VideoFrame.from_ndarray(clear, format="bgra"), None)
    assert (shown[:10] == 0).all() and (shown[10:] == 255).all()


@pytest.mark.parametrize("codec", ["libvpx", "libvpx-vp9"])
def test_clear_parts_of_a_webm_lie_on_white(tmp_path: Path, codec: str) -> None:
    stored = np.full((64, 96, 4), (40, 90, 200, 255), np.uint8)
    stored[:, :48] = 0
    with av.open(str(tmp_path / "a.webm"), "w") as container:
        stream: Any = container.add_stream(codec, rate=10, options={"auto-alt-ref": "0"})
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuva420p"
        frame = av.VideoFrame.from_ndarray(stored, format="bgra").reformat(format="yuva420p")
        container.mux([*stream.encode(frame), *stream.encode(None)])
    shown = first(tmp_path / "a.webm")
    assert (shown[:, :40] == 255).all()
    assert np.abs(shown[:, 56:].astype(int) - (40, 90, 200)).max() < 12


def graded(image: Image, white_cd_m2: float = WHITE_CD_M2) -> np.ndarray[Any, np.dtype[np.uint16]]:
    """A BGR picture of an ordinary screen as PQ code values in BT.2020, RGB."""
    shown = image[:, :, ::-1].astype(np.float64) / 255
    light = np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4)
    wide = light @ np.linalg.inv(BT2020_TO_BT709.astype(np.float64)).T
    return np.rint(65_535 * code_of(white_cd_m2 * np.clip(wide, 0, None))).astype(np.uint16)


def test_light_and_code_are_each_others_inverse() -> None:
    light = np.array([0.0, 0.1, 1, 10, 100, 203, 1000, 10_000])
    np.testing.assert_allclose(light_of(code_of(light)), light, atol=1e-6, rtol=1e-6)
    assert code_of(np.array([100.0]))[0] == pytest.approx(0.508, abs=0.001)


def test_a_film_graded_for_bright_screens_looks_as_on_an_ordinary_one() -> None:
    shown = on_an_ordinary_screen(graded(astronaut())).astype(int)
    dark = astronaut().max(axis=2) < 150
    assert np.abs(shown - astronaut())[dark].mean() < 2, "below the bend nothing changes"
    assert np.abs(shown - astronaut()).mean() < 8
    flat = graded(astronaut()) >> 8
    assert np.abs(flat[:, :, ::-1].astype(int) - astronaut()).mean() > 25, "shown as it is, it is pale"


@given(st.lists(st.floats(0, 10_000), min_size=2, max_size=50))
def test_more_light_is_never_shown_darker(light: list[float]) -> None:
    codes = np.rint(65_535 * code_of(np.sort(np.array(light)))).astype(np.uint16)
    shown = on_an_ordinary_screen(np.repeat(codes[None, :, None], 3, axis=2))[0, :, 0].astype(int)
    assert (np.diff(shown) >= 0).all()


def test_a_film_says_itself_that_it_is_graded_for_bright_screens(tmp_path: Path) -> None:
    rgb = graded(face_frame(320, 180))
    frame = av.VideoFrame.from_ndarray(rgb, format="rgb48le")
    frame = frame.reformat(format="yuv420p10le", dst_colorspace="BT2020")
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("ffv1", rate=5)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p10le"
        context = stream.codec_context
        context.color_trc, context.color_primaries, context.colorspace = PQ, 9, 9
        for number in range(2):
            frame.pts, frame.time_base = number, Fraction(1, 5)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert np.abs(first(path).astype(int) - face_frame(320, 180)).mean() < 10


def test_sizes_that_change_on_the_way_are_followed(tmp_path: Path) -> None:
    parts = []
    for number, size_px in enumerate([(320, 180), (180, 320), (640, 360)]):
        reel = Reel([face_frame(*size_px)] * 5, 5, number * 1.0, codec="mpeg2video")
        parts.append(write_film(tmp_path / f"{number}.ts", reel).read_bytes())
    (tmp_path / "a.ts").write_bytes(b"".join(parts))
    source = SampledVideo(tmp_path / "a.ts", 5)
    shapes = [timed.image.shape[:2] for timed in source]
    assert [shapes.count(one) for one in [(180, 320), (320, 180), (360, 640)]] == pytest.approx(
        [5] * 3, abs=1
    )


def test_an_annotated_copy_keeps_the_shape_of_every_picture(tmp_path: Path) -> None:
    wide, high = np.full((180, 320, 3), 200, np.uint8), np.full((320, 180, 3), 200, np.uint8)
    with AnnotatedVideo(tmp_path / "a") as copy:
        for number, image in enumerate([wide, high, np.full((90, 160, 3), 200, np.uint8)]):
            copy.add(image, 200 * number)
        path = copy.finish()
    assert path is not None
    shown = [timed.image for timed in SampledVideo(path, 5)]
    assert all(image.shape == (180, 320, 3) for image in shown)
    assert shown[0].min() > 180 and shown[2].min() > 180
    lit = shown[1][90, :, 0] > 100
    assert lit.sum() == pytest.approx(180 * 180 / 320, abs=4) and lit[160] and not lit[0]


def teeth(image: Image) -> float:
    """How far lines lie outside their neighbours, on the mean."""
    lines = image.astype(int)
    low, high = np.minimum(lines[:-2], lines[2:]), np.maximum(lines[:-2], lines[2:])
    return float(np.maximum(np.maximum(low - lines[1:-1], lines[1:-1] - high), 0).mean())


@pytest.mark.parametrize("aspect", [None, Fraction(64, 45)])
def test_interlaced_pictures_have_no_teeth(tmp_path: Path, aspect: Fraction | None) -> None:
    before, after = (face_frame(720, 576, shift=(shift, 0)) for shift in (-12, 12))
    woven = before.copy()
    woven[1::2] = after[1::2]
    options = {"flags": "+ildct+ilme", "b": "20000000"}
    reel = Reel([woven] * 4, 25, codec="mpeg2video", options=options, aspect=aspect)
    shown = first(write_film(tmp_path / "a.ts", reel))
    wanted = cv2.resize(before, (1024 if aspect else 720, 576))
    assert shown.shape == wanted.shape
    assert np.abs(shown.astype(int) - wanted).mean() < 0.6 * np.abs(woven.astype(int) - before).mean()
    assert teeth(shown) < 0.2 * teeth(woven)
