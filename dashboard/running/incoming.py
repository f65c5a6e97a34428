"""One picture of a stream as it comes: an array only for whoever asks for one. No Streamlit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from model.drawing.overlay import FaceLabel

Image = NDArray[np.uint8]


@dataclass(frozen=True)
class Incoming:
    """`size_px`: width, height. `arrived_s`: when its last packet came, by time.monotonic(). `image` makes a
    new (H, W, 3) uint8 BGR array at every call. `tell`, on the analysis thread, gets what was found in it.
    """

    size_px: tuple[int, int]
    arrived_s: float
    image: Callable[[], Image]
    tell: Callable[[Sequence[FaceLabel]], None] | None = None

    @classmethod
    def of(cls, image: Image, arrived_s: float) -> Self:
        """A picture that is an array already, which may be drawn on."""
        return cls((image.shape[1], image.shape[0]), arrived_s, lambda: image)
