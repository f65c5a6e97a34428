"""A decoded picture as a player shows it: square pixels, upright, on an ordinary screen. No Streamlit."""

from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.error import FFmpegError
from av.sidedata.sidedata import Type as SideData
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from dashboard.errors import RecordingError
from dashboard.files.cropping import WHOLE, Crop
from dashboard.files.tone import PQ, on_an_ordinary_screen
from model.images import Image

UNSPECIFIED, BT_709 = 2, 1
HD_FROM_PX = 720
"""Lines from which on players take untold colours for BT.709, as television does."""
TEETH = 42
"""So small a part of all light, 6 of 255, may a line of the second field differ from both its neighbours."""
WIDEST = Fraction(5)
"""No camera has pixels longer than this; a header that says so is damaged."""


class Screen:
    """Shows the frames of one file. Not thread-safe."""

    def __init__(self, crop: Crop = WHOLE) -> None:
        """`crop`: the part of every picture that is shown."""
        self._crop = crop
        # One for all frames: each would start and end threads of its own, which may fail on a busy machine.
        self._reformatter = VideoReformatter()

    def shown(self, frame: Any, aspect: Fraction | None) -> Image:
        """(H, W, 3) uint8 BGR. `aspect`: width over height of a stored pixel, or None where nothing tells it.

        Never smaller than stored: the shorter side of long pixels is drawn out, as players do. Raises
        RecordingError.
        """
        try:
            return np.ascontiguousarray(_upright(self._crop.of(self._colours(frame, aspect)), frame))
        except MemoryError:
            raise
        except (FFmpegError, ValueError) as error:
            raise RecordingError(
                f"A picture of this video cannot be read ({error}). Save it anew."
            ) from error

    def _colours(self, frame: Any, aspect: Fraction | None) -> Image:
        if frame.color_trc == PQ:
            return on_an_ordinary_screen(self._pixels(frame, aspect, "rgb48le"))
        if _is_clear(frame):
            return _on_white(self._pixels(frame, aspect, "bgra"))
        return np.asarray(self._pixels(frame, aspect, "bgr24"), np.uint8)

    def _pixels(self, frame: Any, aspect: Fraction | None, form: str) -> Any:
        width, height = displayed_size(frame.width, frame.height, aspect)
        is_untold = frame.colorspace == UNSPECIFIED and frame.height >= HD_FROM_PX
        told = {"src_colorspace": BT_709} if is_untold else {}
        if frame.interlaced_frame:
            # Before it is scaled, which would mix the two instants.
            stored = self._reformatter.reformat(frame, format=form, threads=1, **told).to_ndarray()
            frame, told = av.VideoFrame.from_ndarray(_one_instant(stored), format=form), {}
        return self._reformatter.reformat(frame, width, height, form, threads=1, **told).to_ndarray()


def displayed_size(width_px: int, height_px: int, aspect: Fraction | None) -> tuple[int, int]:
    """Width and height in square pixels, before any turn."""
    if not aspect or not 1 / WIDEST <= aspect <= WIDEST:
        return width_px, height_px
    if aspect >= 1:
        return round(width_px * aspect), height_px
    return width_px, round(height_px / aspect)


def _one_instant(image: NDArray[Any]) -> NDArray[Any]:
    """A picture of two fields, half a frame apart in time: the second's lines are kept near the first's.

    What stays keeps its detail, what moves loses its teeth.
    """
    first, second = image[::2], image[1::2]
    below = np.concatenate([first[1:], first[-1:]])[: len(second)]
    above = first[: len(second)]
    most = np.iinfo(image.dtype).max
    tooth = np.array(most // TEETH, image.dtype)
    low, high = np.minimum(above, below), np.maximum(above, below)
    image = image.copy()
    image[1::2] = np.clip(second, low - np.minimum(low, tooth), high + np.minimum(most - high, tooth))
    return image


def _is_clear(frame: Any) -> bool:
    """Whether pixels may be transparent; a palette's may."""
    return bool(frame.format.has_palette or any(part.is_alpha for part in frame.format.components))


def _on_white(image: Image) -> Image:
    """(H, W, 4) BGRA over white, as photos are shown."""
    alpha = image[:, :, 3:]
    if alpha.min(initial=255) == 255:
        return image[:, :, :3]
    mixed = image[:, :, :3].astype(np.uint16) * alpha + np.uint16(255) * (255 - alpha.astype(np.uint16))
    return np.asarray(mixed // 255, np.uint8)


def _upright(image: Image, frame: Any) -> Image:
    """Turned and mirrored as the display matrix says, in steps of a quarter."""
    told = frame.side_data.get(SideData.DISPLAYMATRIX)
    if told is None:
        return image
    a, b, _, c, d = np.frombuffer(bytes(told), "<i4", 5).tolist()
    if abs(a) + abs(d) >= abs(b) + abs(c):
        right, down = a, d
    else:
        image, right, down = image.transpose(1, 0, 2), c, b
    return image[:: -1 if down < 0 else 1, :: -1 if right < 0 else 1]
