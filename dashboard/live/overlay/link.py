"""From the analysis to the page that draws over its own picture: numbers, about ten times a second.

The page says over the same data channel whether it draws. Until it does, and whenever it cannot, the picture
goes back drawn by the server. No Streamlit, no WebRTC.
"""

import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model.drawing.overlay import FaceLabel

LABEL = "attune-overlay"
LONGEST_SAID = 100
DIGITS = 4


class OverlayLink:
    """One connection's. `open`, `close` and `hear` are called on the event loop, everything else anywhere."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._post: Callable[[str], None] | None = None
        self._draws = False

    @property
    def is_open(self) -> bool:
        return self._post is not None

    @property
    def draws(self) -> bool:
        """Whether the page draws now, so that nobody else need."""
        return self._draws

    def open(self, post: Callable[[str], None]) -> None:
        """Tell through `post` from now on; it must not block."""
        with self._lock:
            self._post = post

    def close(self) -> None:
        """The channel is gone: the page can draw nothing any more."""
        with self._lock:
            self._post, self._draws = None, False

    def hear(self, said: object) -> None:
        """What the page says of itself; anything it would not say is ignored."""
        if not isinstance(said, str) or len(said) > LONGEST_SAID or said not in ("draws", "cannot"):
            return
        with self._lock:
            self._draws = said == "draws" and self._post is not None

    def tell(self, text: str) -> None:
        """Send; nothing happens where the channel is not open."""
        post = self._post
        if post is not None:
            post(text)


@dataclass
class HeldLink:
    """A tab's way to its page, once there is one. It outlives runs of the page's script, which frames do not
    wait for."""

    held: OverlayLink | None = None


def message(
    labels: "Sequence[FaceLabel]", size_px: tuple[int, int], stamp_ms: float, arrived_s: float
) -> str:
    """What is drawn of one analysed picture, as JSON. Boxes are parts of its width and height.

    `t`: the sender's own time stamp of it, in ms, by which the page knows when it was captured; `d`: how
    long it has been here, in ms.
    """
    width, height = size_px
    told: dict[str, Any] = {
        "t": round(stamp_ms, 1),
        "d": round((time.monotonic() - arrived_s) * 1000, 1),
        "w": width,
        "h": height,
        "faces": [_face(label, width, height) for label in labels],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _face(label: "FaceLabel", width: int, height: int) -> dict[str, Any]:
    x0, y0, x1, y1 = label.box
    parts = (x0 / width, y0 / height, x1 / width, y1 / height)
    blue, green, red = label.colour
    return {
        "id": label.track_id,
        "box": [round(part, DIGITS) for part in parts],
        "colour": f"#{red:02x}{green:02x}{blue:02x}",
        "bold": label.bold,
        "texts": list(label.texts),
        "marks": [str(mark) for mark in label.marks],
    }
