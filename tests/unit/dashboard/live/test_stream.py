import time

import av
import numpy as np
import pytest
from aiortc.codecs import CODECS

from dashboard.live import stream
from dashboard.live.overlay.link import HeldLink
from dashboard.running.incoming import Image, Incoming

ALONE = HeldLink()


def picture(width: int = 64, height: int = 48) -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(np.full((height, width, 3), 90, np.uint8), format="bgr24")


def test_an_exception_in_the_handler_is_reported_and_the_camera_picture_is_shown() -> None:
    seen: list[Exception] = []

    def broken(picture: Incoming, draw: bool) -> Image:
        raise RuntimeError("no net")

    frame = picture()
    assert stream.frame_callback(broken, seen.append, ALONE)(frame) is frame
    assert [str(error) for error in seen] == ["no net"]


def test_the_handler_gets_a_bgr_image_of_any_size_and_its_result_is_shown() -> None:
    def darken(picture: Incoming, draw: bool) -> Image:
        image = picture.image()
        assert image.dtype == np.uint8
        return image // 2

    callback = stream.frame_callback(darken, lambda error: None, ALONE)
    for width, height in ((64, 48), (960, 540), (322, 242)):
        shown = callback(picture(width, height))
        assert (shown.width, shown.height) == (width, height)
        assert abs(int(shown.to_ndarray(format="bgr24").mean()) - 45) <= 2


def test_a_picture_that_waited_seven_seconds_on_its_way_is_told_as_seven_seconds_old() -> None:
    ages_s: list[float] = []

    def look(picture: Incoming, draw: bool) -> Image:
        ages_s.append(time.monotonic() - picture.arrived_s)
        return picture.image()

    frame = picture()
    frame.opaque = time.monotonic() - 7  # as fresh_frames.py writes it
    stream.frame_callback(look, lambda error: None, ALONE)(frame)
    assert ages_s[0] >= 7


@pytest.mark.parametrize(
    ("width", "height"), [(1280, 720), (1919, 1081), (3840, 2160), (2000, 31), (5000, 2)]
)
def test_a_large_picture_is_handled_whole_and_goes_back_smaller_in_even_numbers(
    width: int, height: int
) -> None:
    sizes: list[tuple[int, ...]] = []

    def look(picture: Incoming, draw: bool) -> Image:
        image = picture.image()
        sizes.append(image.shape[:2])
        assert picture.size_px == image.shape[1::-1]
        return image

    shown = stream.frame_callback(look, lambda error: None, ALONE)(picture(width, height))
    assert sizes == [(height, width)]
    assert shown.width == stream.RETURNED_WIDTH_PX and shown.height % 2 == 0
    assert abs(shown.height - height * shown.width / width) <= 2


def test_what_a_minimised_window_sends_is_no_picture() -> None:
    seen: list[Image] = []

    def look(picture: Incoming, draw: bool) -> Image:
        seen.append(picture.image())
        return seen[-1]

    callback = stream.frame_callback(look, lambda error: None, ALONE)
    nothing = picture(2, 2)
    assert callback(nothing) is nothing and seen == []
    callback(picture(2, 400))
    assert len(seen) == 1


def test_the_start_bit_rate_is_set_once_on_vp8() -> None:
    stream._patch_once()
    stream._patch_once()
    rates = [codec.parameters for codec in CODECS["video"] if codec.mimeType.lower() == "video/vp8"]
    assert [rate["x-google-start-bitrate"] for rate in rates] == [stream.START_BITRATE_KBPS]
