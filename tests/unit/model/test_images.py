"""What is no image is refused with a sentence that says what to do."""

from typing import Any

import numpy as np
import pytest

from model.errors import InvalidImageError
from model.images import checked_image

NO_IMAGES: list[tuple[Any, str]] = [
    (np.zeros((8, 8), np.uint8), "grey"),
    (np.zeros((8, 8, 4), np.uint8), r"\(8, 8, 4\)"),
    (np.zeros((8, 8, 3), np.float32), "0..255"),
    (np.zeros((3, 8, 9), np.uint8), "axis last"),
    (np.zeros((0, 8, 3), np.uint8), "at least one pixel"),
    (np.zeros((1, 8, 8, 3), np.uint8), r"\(1, 8, 8, 3\)"),
    ([[1, 2, 3]], "list"),
    (None, "NoneType"),
]


@pytest.mark.parametrize(("value", "said"), NO_IMAGES)
def test_what_is_no_image_is_refused(value: Any, said: str) -> None:
    with pytest.raises(InvalidImageError, match=said):
        checked_image(value)


def test_an_image_passes_without_a_copy_and_a_view_becomes_contiguous() -> None:
    image = np.zeros((6, 9, 3), np.uint8)
    assert checked_image(image) is image
    assert checked_image(image[:, ::-1]).flags.c_contiguous
