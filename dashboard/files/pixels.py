"""A decoded picture as a player shows it: square pixels, upright, on an ordinary screen. No Streamlit."""

from fractions import Fraction
from typing import Any

import numpy as np
from av.error import FFmpegError
from av.sidedata.sidedata import Type as SideData

from dashboard.errors import RecordingError
from dashboard.files.tone import PQ, on_an_ordinary_screen
from model.images import Image

UNSPECIFIED, BT_709 = 2, 1
HD_FROM_PX = 720
"""Lines from which on players take untold colours for BT.709, as television does."""
WIDEST = Fraction(5)
"""No camera has pixels longer than this; a header that says so is damaged."""


def displayed(frame: Any, aspect: Fraction | None) -> Image:
    """(H, W, 3) uint8 BGR. `aspect`: width over height of a stored pixel, or None where nothing tells it.

    Never smaller than stored: the shorter side of long pixels is drawn out, as players do. Raises
    RecordingError.
    """
    width, height = displayed_size(frame.width, frame.height, aspect)
    told: dict[str, Any] = (
        {} if (width, height) == (frame.width, frame.height) else {"width": width, "height": height}
    )
    if frame.colorspace == UNSPECIFIED and frame.height >= HD_FROM_PX:
        told["src_colorspace"] = BT_709
    try:
        image = _colours(frame, told)
        return np.ascontiguousarray(_upright(image, frame))
    except MemoryError:
        raise
    except (FFmpegError, ValueError) as error:
        raise RecordingError(f"A picture of this video cannot be read ({error}). Save it anew.") from error


def displayed_size(width_px: int, height_px: int, aspect: Fraction | None) -> tuple[int, int]:
    """Width and height in square pixels, before any turn."""
    if not aspect or not 1 / WIDEST <= aspect <= WIDEST:
        return width_px, height_px
    if aspect >= 1:
        return round(width_px * aspect), height_px
    return width_px, round(height_px / aspect)


def _colours(frame: Any, told: dict[str, Any]) -> Image:
    if frame.color_trc == PQ:
        return on_an_ordinary_screen(frame.to_ndarray(format="rgb48le", **told))
    if _is_clear(frame):
        return _on_white(frame.to_ndarray(format="bgra", **told))
    return np.asarray(frame.to_ndarray(format="bgr24", **told), np.uint8)


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
