"""What is written on a picture, as text."""

import cv2
import pytest

from model.images import Image


def texts_drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that is drawn from now on, in order; it is drawn all the same."""
    texts: list[str] = []
    put = cv2.putText

    def noting(image: Image, text: str, *rest: object) -> object:
        texts.append(text)
        return put(image, text, *rest)  # type: ignore[call-overload]

    monkeypatch.setattr("model.drawing.overlay.cv2.putText", noting)
    return texts
