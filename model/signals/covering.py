"""Which parts of a face are covered, eyes and mouth: a small network on a grey crop laid out by the mesh."""

import hashlib
import json
from pathlib import Path

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from model.errors import LandmarkError
from model.faces import Floats
from model.images import Image
from model.signals.landmarks import image_to_crop

FOLDER = Path(__file__).parents[1] / "artifacts" / "covering"
NETWORK_FILE, CARD_FILE = "covering.tflite", "card.json"
RESTORE = "restore it from the repository or run python -m training.covering"

SIDE_PX = 40
MARGIN = 1.05
"""Side of the crop over the mesh's square."""
PARTS = 3
"""The image's left eye, its right eye, the mouth."""


class CoveringNetwork:
    """Not thread-safe. Raises LandmarkError when its file is absent or not the card's."""

    def __init__(self, folder: Path = FOLDER) -> None:
        content, self._least_log_odds = _checked(folder)
        self._interpreter = Interpreter(model_content=content, num_threads=1)
        self._interpreter.allocate_tensors()
        [given], [told] = self._interpreter.get_input_details(), self._interpreter.get_output_details()
        self._input, self._output = given["index"], told["index"]

    def run(self, crop: NDArray[np.uint8]) -> tuple[bool, bool, bool]:
        """Whether each of PARTS is covered in a crop of `covering_crop`."""
        self._interpreter.set_tensor(self._input, standardised(crop[None])[..., None])
        self._interpreter.invoke()
        left, right, mouth = (self._interpreter.get_tensor(self._output)[0] > self._least_log_odds).tolist()
        return left, right, mouth


def covering_crop(image: Image, square: Floats, roll_deg: float) -> NDArray[np.uint8]:
    """(SIDE_PX, SIDE_PX) grey, the face upright and filling it.

    image: (H, W, 3) BGR; square: (4,) xyxy px about the face, the mesh's or, without one, the detector's.
    """
    left, top, right, bottom = square.tolist()
    side_px, centre = MARGIN * max(right - left, bottom - top), ((left + right) / 2, (top + bottom) / 2)
    # Twice as large first and averaged: linear sampling alone would skip pixels of a large face.
    to_crop = image_to_crop(centre, side_px, roll_deg, 2 * SIDE_PX)
    crop = cv2.warpAffine(
        image, to_crop, (2 * SIDE_PX, 2 * SIDE_PX), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.resize(grey, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA), np.uint8)


def standardised(crops: NDArray[np.uint8]) -> Floats:
    """(n, SIDE_PX, SIDE_PX) as float32, each of mean 0 and deviation 1: light and contrast cancel out."""
    values = crops.astype(np.float32)
    mean = values.mean(axis=(1, 2), keepdims=True)
    return np.asarray((values - mean) / (values.std(axis=(1, 2), keepdims=True) + 2), np.float32)


def _checked(folder: Path) -> tuple[bytes, Floats]:
    """The network's bytes and (PARTS,) log-odds from which a part is told as covered."""
    try:
        card = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
        content = (folder / NETWORK_FILE).read_bytes()
        wanted, least = str(card["sha256"]), np.array(card["least_log_odds"], np.float32)
    except (OSError, ValueError, KeyError) as error:
        raise LandmarkError(f"cannot read the covering network in {folder} ({error}); {RESTORE}") from None
    if (found := hashlib.sha256(content).hexdigest()) != wanted:
        raise LandmarkError(
            f"{folder / NETWORK_FILE}: wanted sha256 {wanted[:12]}.., got {found[:12]}..; {RESTORE}"
        )
    return content, least
